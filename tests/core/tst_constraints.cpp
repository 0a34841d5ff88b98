// SPDX-License-Identifier: GPL-3.0-or-later
// What training gets of the decisions, and its form on the wire.
#include "core/session/constraints.h"

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/curation/curator.h"

#include <QtTest/QTest>

#include <array>

using namespace plumage;
using namespace plumage::curation;

class TestConstraints : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void nothingDecidedAsksNothing();
    void labelsNameTheClusterThatLivesOn();
    void aLabelledPhotoHasNoRejections();
    void putAwayPhotosAreNamed();
    void dissolvedClustersAskNothing();
    void undoTakesItAllBack();
    void bytesComeBackUnchanged();
    void damagedBytesAreRefused();
    void codesThatTrainingGaveAreAdopted();

private:
    void does(const Command& command) { m_state.apply(command.edits); }
    static Place nowhere() { return [](PhotoId) { return std::optional<ClusterId>(); }; }
    State m_state;
};

namespace {

constexpr RunId run{1};
const std::array<PhotoId, 3> photos{PhotoId{4}, PhotoId{7}, PhotoId{9}};

Constraints sample()
{
    Constraints constraints;
    constraints.labels = {{PhotoId{1}, ClusterId{2}}, {PhotoId{std::int64_t{1} << 40}, ClusterId{3}}};
    constraints.rejections = {{PhotoId{5}, ClusterId{2}}};
    constraints.away = {PhotoId{6}};
    constraints.codes = {{CodeIndex{0}, ClusterId{2}}, {CodeIndex{0xFFFE}, ClusterId{3}}};
    return constraints;
}

bool isRefused(const std::string& bytes)
{
    try {
        constraintsFromBytes(bytes);
    } catch (const Error& error) {
        return error.code() == ErrorCode::messageInvalid;
    }
    return false;
}

} // namespace

void TestConstraints::init()
{
    m_state = State();
    m_state.apply(adoptionOf(m_state, run, std::array<std::uint16_t, 3>{0, 1, 5}));    // clusters 1, 2, 3
}

void TestConstraints::nothingDecidedAsksNothing()
{
    const Constraints constraints = session::constraintsOf(m_state, run);
    QVERIFY(constraints.labels.empty() && constraints.rejections.empty() && constraints.away.empty());
    QCOMPARE(constraints.codes, (std::vector<Constraints::Code>{{CodeIndex{0}, ClusterId{1}}, {CodeIndex{1}, ClusterId{2}}, {CodeIndex{5}, ClusterId{3}}}));
    QVERIFY(session::constraintsOf(m_state, RunId{2}).codes.empty());    // another run has its own codes
}

void TestConstraints::labelsNameTheClusterThatLivesOn()
{
    does(assign(m_state, photos, ClusterId{2}, project::LabelSource::seen, nowhere()));
    does(merge(m_state, std::array{ClusterId{2}}, ClusterId{3}, 3));
    const Constraints constraints = session::constraintsOf(m_state, run);
    QCOMPARE(constraints.labels.size(), std::size_t{3});
    for (const Constraints::Pair& label : constraints.labels)
        QCOMPARE(label.cluster, ClusterId{3});
    QCOMPARE(constraints.codes[1].cluster, ClusterId{3});
}

void TestConstraints::aLabelledPhotoHasNoRejections()
{
    does(rejectFrom(m_state, photos, ClusterId{1}));
    QCOMPARE(session::constraintsOf(m_state, run).rejections.size(), std::size_t{3});
    does(assign(m_state, std::array{photos[0]}, ClusterId{2}, project::LabelSource::seen, nowhere()));
    const Constraints constraints = session::constraintsOf(m_state, run);
    QCOMPARE(constraints.labels, (std::vector<Constraints::Pair>{{photos[0], ClusterId{2}}}));
    QCOMPARE(constraints.rejections, (std::vector<Constraints::Pair>{{photos[1], ClusterId{1}}, {photos[2], ClusterId{1}}}));
}

void TestConstraints::putAwayPhotosAreNamed()
{
    does(assign(m_state, photos, ClusterId{2}, project::LabelSource::seen, nowhere()));
    does(putAway(m_state, std::array{photos[1]}));
    const Constraints constraints = session::constraintsOf(m_state, run);
    QCOMPARE(constraints.away, std::vector<PhotoId>{photos[1]});
    QCOMPARE(constraints.labels.size(), std::size_t{2});
}

void TestConstraints::dissolvedClustersAskNothing()
{
    does(assign(m_state, photos, ClusterId{2}, project::LabelSource::seen, nowhere()));
    does(dissolve(m_state, ClusterId{2}, photos));
    const Constraints constraints = session::constraintsOf(m_state, run);
    QVERIFY(constraints.labels.empty());
    QCOMPARE(constraints.codes.size(), std::size_t{2});
}

void TestConstraints::undoTakesItAllBack()
{
    const Constraints before = session::constraintsOf(m_state, run);
    const Command command = assign(m_state, photos, ClusterId{2}, project::LabelSource::seen, nowhere());
    does(command);
    QVERIFY(session::constraintsOf(m_state, run) != before);
    m_state.apply(project::inverse(command.edits));
    QCOMPARE(session::constraintsOf(m_state, run), before);
}

void TestConstraints::bytesComeBackUnchanged()
{
    QCOMPARE(constraintsFromBytes(toBytes(sample())), sample());
    QCOMPARE(constraintsFromBytes(toBytes({})), Constraints());
    const Json json = Json::parse(toJson(sample().codes).text());
    QCOMPARE(codesFromJson(json), sample().codes);
}

void TestConstraints::damagedBytesAreRefused()
{
    const std::string bytes = toBytes(sample());
    for (std::size_t length = 0; length < bytes.size(); ++length)
        QVERIFY(isRefused(bytes.substr(0, length)));
    QVERIFY(isRefused(bytes + '\0'));
    Random random(3);
    for (int i = 0; i < 2000; ++i) {    // never more than a refusal, whatever the bytes
        std::string damaged = bytes;
        for (int k = 0; k < 3; ++k)
            damaged[random.below(damaged.size())] = static_cast<char>(random.next());
        try {
            constraintsFromBytes(damaged);
        } catch (const Error& error) {
            QCOMPARE(error.code(), ErrorCode::messageInvalid);
        }
    }
}

void TestConstraints::codesThatTrainingGaveAreAdopted()
{
    const std::vector<Constraints::Code> given{{CodeIndex{8}, ClusterId{2}}, {CodeIndex{1}, ClusterId{3}}, {CodeIndex{9}, ClusterId{77}}};
    m_state.apply(adoptionOf(m_state, run, std::array<std::uint16_t, 5>{0, 1, 5, 8, 9}, given));
    QCOMPARE(m_state.clusterOfCode(run, CodeIndex{8}), std::optional(ClusterId{2}));    // no new pile
    QCOMPARE(m_state.clusterOfCode(run, CodeIndex{1}), std::optional(ClusterId{2}));    // what the library says wins
    QCOMPARE(m_state.clusterOfCode(run, CodeIndex{9}), std::optional(ClusterId{4}));    // a cluster that is not there any more
}

QTEST_GUILESS_MAIN(TestConstraints)
#include "tst_constraints.moc"
