// SPDX-License-Identifier: GPL-3.0-or-later
// What each decision changes: on the picked photos only, with the sentence's numbers, refused with a reason where it does not fit.
#include "core/base/error.h"
#include "tests/core/decisions.h"

#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>

using namespace plumage;
using namespace plumage::curation;
using project::ClusterState;
using project::LabelSource;

class TestCuration : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void codesGetAClusterEach();
    void confirmLabelsWhereThePhotoLies();
    void assignMovesOnlyTheGivenPhotos();
    void assignTakesARejectionBack();
    void rejectedPhotosTakeTheirNextBestCluster();
    void rejectionsAreKeptWhenClustersMerge();
    void mergingIsOneRowHoweverManyLabels();
    void mergeKeepsTheNamedCluster();
    void dissolvedClustersLetTheirPhotosGoButKeepLabels();
    void aDissolvedClusterComesBack();
    void approveTellsSeenFromBulk();
    void approveNeverOverrulesALabel();
    void namesAreTakenOnce();
    void aKeyBelongsToOneCluster();
    void groupsAreAtMostFourDeepAndNeverInThemselves();
    void splitMakesNewClusters();
    void putAwayPhotosLieNowhere();
    void importKeepsMineOrTakesTheirs();
    void idsAreNeverReused();
    void aStaleCommandChangesNothing();
    void aNewDecisionEndsRedo();
    void anEmptyPickIsRefused();
    void historyNamesWhatWasDone();

private:
    const State& state() const { return m_curator->state(); }
    Place where() const { return [this](PhotoId photo) { return decisions::place(state(), photo); }; }
    void apply(const Command& command) { m_curator->apply(command); }
    ClusterId named(const std::string& name, std::initializer_list<std::int64_t> photos = {});
    template<class Call> ErrorCode codeOf(Call call) const
    {
        try {
            call();
        } catch (const Error& error) {
            return error.code();
        }
        return ErrorCode::none;
    }

    std::unique_ptr<QTemporaryDir> m_dir;
    std::optional<Curator> m_curator;
};

void TestCuration::init()
{
    m_curator.reset();
    m_dir = std::make_unique<QTemporaryDir>();
    m_curator.emplace(decisions::openCurator(decisions::makeProject(m_dir->path().toStdString())));
    m_curator->adoptCodes(decisions::run, std::array<std::uint16_t, decisions::codes>{0, 1, 2, 3, 4, 5});
}

ClusterId TestCuration::named(const std::string& name, std::initializer_list<std::int64_t> photos)
{
    std::vector<PhotoId> ids;
    for (const std::int64_t photo : photos)
        ids.push_back(PhotoId{photo});
    apply(newCluster(state(), ids, name, where()));
    return *state().byName(name);
}

void TestCuration::codesGetAClusterEach()
{
    for (std::uint16_t code = 0; code < decisions::codes; ++code)
        QCOMPARE(state().clusterOfCode(decisions::run, CodeIndex{code}), std::optional(ClusterId{code + 1}));
    QVERIFY(m_curator->adoptCodes(decisions::run, std::array<std::uint16_t, 2>{0, 1}).empty());
    QVERIFY(!m_curator->nextUndo());    // nobody decided that
}

void TestCuration::confirmLabelsWhereThePhotoLies()
{
    const auto before = decisions::place(state(), PhotoId{8});
    const Command command = confirm(state(), std::array{PhotoId{8}}, where());
    QCOMPARE(command.facts.photos, std::int64_t{1});
    apply(command);
    QCOMPARE(state().label(PhotoId{8}), std::optional(project::Label{*before, LabelSource::seen}));
    QVERIFY(confirm(state(), std::array{PhotoId{8}}, where()).isEmpty());
}

void TestCuration::assignMovesOnlyTheGivenPhotos()
{
    const ClusterId robin = named("Robin");
    apply(assign(state(), std::array{PhotoId{1}, PhotoId{2}}, robin, LabelSource::seen, where()));
    for (int i = 1; i <= decisions::photos; ++i)
        QCOMPARE(state().label(PhotoId{i}).has_value(), i <= 2);
    const Command again = assign(state(), std::array{PhotoId{1}, PhotoId{3}}, robin, LabelSource::seen, where());
    QCOMPARE(again.facts.photos, std::int64_t{1});
    QCOMPARE(again.facts.to, std::string("Robin"));
}

void TestCuration::assignTakesARejectionBack()
{
    const ClusterId robin = named("Robin", {5});
    apply(rejectFrom(state(), std::array{PhotoId{6}}, robin));
    QVERIFY(state().isRejected(PhotoId{6}, robin));
    apply(assign(state(), std::array{PhotoId{6}}, robin, LabelSource::seen, where()));
    QVERIFY(!state().isRejected(PhotoId{6}, robin));
    QCOMPARE(decisions::place(state(), PhotoId{6}), std::optional(robin));
}

void TestCuration::rejectedPhotosTakeTheirNextBestCluster()
{
    const auto first = decisions::place(state(), PhotoId{2});
    apply(reject(state(), std::array{PhotoId{2}}, where()));
    const auto second = decisions::place(state(), PhotoId{2});
    QVERIFY(second && second != first);
    apply(reject(state(), std::array{PhotoId{2}}, where()));
    apply(reject(state(), std::array{PhotoId{2}}, where()));
    QVERIFY(!decisions::place(state(), PhotoId{2}));    // none of its three codes is left
}

void TestCuration::rejectionsAreKeptWhenClustersMerge()
{
    const ClusterId robin = named("Robin", {1}), other = named("Other", {2});
    apply(rejectFrom(state(), std::array{PhotoId{9}}, other));
    apply(merge(state(), std::array{other}, robin, 1));
    QVERIFY(state().isRejected(PhotoId{9}, robin));
    QCOMPARE(state().labelledCluster(PhotoId{2}), std::optional(robin));
    m_curator->undo();
    QVERIFY(!state().isRejected(PhotoId{9}, robin));
    QCOMPARE(state().labelledCluster(PhotoId{2}), std::optional(other));
}

void TestCuration::mergingIsOneRowHoweverManyLabels()
{
    std::vector<PhotoId> all;
    for (int i = 1; i <= decisions::photos; ++i)
        all.push_back(PhotoId{i});
    const ClusterId robin = named("Robin"), other = named("Other");
    apply(assign(state(), all, other, LabelSource::seen, where()));
    QVERIFY(merge(state(), std::array{other}, robin, decisions::photos).edits.size() <= 2);
}

void TestCuration::mergeKeepsTheNamedCluster()
{
    const ClusterId robin = named("Robin", {1});
    const auto size = [](ClusterId cluster) { return cluster.value; };
    QCOMPARE(mergeTarget(state(), std::array{ClusterId{1}, robin, ClusterId{4}}, size), robin);
    QCOMPARE(mergeTarget(state(), std::array{ClusterId{1}, ClusterId{4}}, size), ClusterId{4});
    apply(merge(state(), std::array{robin}, ClusterId{2}, 1));    // the other way round the name comes along
    QCOMPARE(state().find(ClusterId{2})->name, std::string("Robin"));
    QCOMPARE(codeOf([&] { merge(state(), std::array{ClusterId{99}}, robin, 1); }), ErrorCode::clusterMissing);
    QVERIFY(merge(state(), std::array{ClusterId{2}}, robin, 1).isEmpty());    // they are one already
}

void TestCuration::dissolvedClustersLetTheirPhotosGoButKeepLabels()
{
    apply(confirm(state(), std::array{PhotoId{6}}, where()));    // code 0, cluster 1
    const Command command = dissolve(state(), ClusterId{1}, std::array{PhotoId{6}, PhotoId{12}});
    QCOMPARE(command.facts.photos, std::int64_t{1});
    QCOMPARE(command.facts.checked, std::int64_t{1});
    apply(command);
    QCOMPARE(decisions::place(state(), PhotoId{6}), std::optional(ClusterId{1}));
    QCOMPARE(decisions::place(state(), PhotoId{12}), std::optional(ClusterId{2}));
    QVERIFY(!state().isListed(ClusterId{1}));
}

void TestCuration::aDissolvedClusterComesBack()
{
    apply(dissolve(state(), ClusterId{1}, {}));
    QCOMPARE(codeOf([&] { assign(state(), std::array{PhotoId{1}}, ClusterId{1}, LabelSource::seen, where()); }), ErrorCode::clusterMissing);
    apply(restore(state(), ClusterId{1}));
    QCOMPARE(decisions::place(state(), PhotoId{12}), std::optional(ClusterId{1}));
}

void TestCuration::approveTellsSeenFromBulk()
{
    const std::array members{PhotoId{6}, PhotoId{12}, PhotoId{18}};
    const Command command = approve(state(), ClusterId{1}, members, std::array{PhotoId{12}});
    QCOMPARE(command.facts.photos, std::int64_t{3});
    apply(command);
    QCOMPARE(state().label(PhotoId{12})->source, LabelSource::seen);
    QCOMPARE(state().label(PhotoId{6})->source, LabelSource::bulk);
    QCOMPARE(state().find(ClusterId{1})->state, ClusterState::approved);
    apply(approve(state(), ClusterId{1}, members, std::array{PhotoId{6}}));    // looked at later
    QCOMPARE(state().label(PhotoId{6})->source, LabelSource::seen);
    QCOMPARE(state().label(PhotoId{12})->source, LabelSource::seen);
}

void TestCuration::approveNeverOverrulesALabel()
{
    const ClusterId robin = named("Robin", {6});
    apply(approve(state(), ClusterId{1}, std::array{PhotoId{6}, PhotoId{12}}, {}));
    QCOMPARE(state().label(PhotoId{6})->cluster, robin);
}

void TestCuration::namesAreTakenOnce()
{
    named("Robin");
    QCOMPARE(codeOf([&] { rename(state(), ClusterId{1}, " Robin "); }), ErrorCode::nameTaken);
    QCOMPARE(codeOf([&] { newCluster(state(), {}, "Robin", where()); }), ErrorCode::nameTaken);
    apply(rename(state(), ClusterId{1}, "  Blue tit "));
    QCOMPARE(state().find(ClusterId{1})->name, std::string("Blue tit"));
    QVERIFY(rename(state(), ClusterId{1}, "Blue tit").isEmpty());
}

void TestCuration::aKeyBelongsToOneCluster()
{
    apply(setKey(state(), ClusterId{1}, 4));
    apply(setKey(state(), ClusterId{2}, 4));
    QCOMPARE(state().find(ClusterId{1})->key, 0);
    QCOMPARE(state().find(ClusterId{2})->key, 4);
    m_curator->undo();
    QCOMPARE(state().find(ClusterId{1})->key, 4);
    QCOMPARE(codeOf([&] { setKey(state(), ClusterId{1}, 10); }), ErrorCode::optionOutOfRange);
}

void TestCuration::groupsAreAtMostFourDeepAndNeverInThemselves()
{
    std::vector<ClusterId> groups;
    ClusterId inside{1};
    for (int level = 1; level <= 4; ++level) {
        apply(newGroup(state(), std::array{inside}, "level " + std::to_string(level)));
        inside = ClusterId{state().nextClusterId().value - 1};
        groups.push_back(inside);
    }
    QCOMPARE(codeOf([&] { newGroup(state(), std::array{inside}, "level 5"); }), ErrorCode::groupTooDeep);
    QCOMPARE(codeOf([&] { moveInto(state(), std::array{groups[3]}, groups[0]); }), ErrorCode::groupTooDeep);
    apply(moveInto(state(), std::array{ClusterId{1}}, std::nullopt));
    QVERIFY(!state().find(ClusterId{1})->parent);
    QCOMPARE(codeOf([&] { moveInto(state(), std::array{ClusterId{2}}, ClusterId{3}); }), ErrorCode::clusterMissing);    // no group
}

void TestCuration::splitMakesNewClusters()
{
    const std::array parts{std::vector{PhotoId{6}, PhotoId{12}}, std::vector{PhotoId{18}}};
    const std::int64_t next = state().nextClusterId().value;
    apply(split(state(), ClusterId{1}, parts, LabelSource::seen, 10));
    QCOMPARE(decisions::place(state(), PhotoId{12}), std::optional(ClusterId{next}));
    QCOMPARE(decisions::place(state(), PhotoId{18}), std::optional(ClusterId{next + 1}));
    QCOMPARE(decisions::place(state(), PhotoId{24}), std::optional(ClusterId{1}));
}

void TestCuration::putAwayPhotosLieNowhere()
{
    apply(confirm(state(), std::array{PhotoId{6}}, where()));
    apply(putAway(state(), std::array{PhotoId{6}}));
    QVERIFY(!decisions::place(state(), PhotoId{6}));
    QVERIFY(state().label(PhotoId{6}));    // kept, for when it comes back
    apply(takeBack(state(), std::array{PhotoId{6}}));
    QCOMPARE(decisions::place(state(), PhotoId{6}), std::optional(ClusterId{1}));
}

void TestCuration::importKeepsMineOrTakesTheirs()
{
    const ClusterId robin = named("Robin", {1});
    const std::array labels{ImportedLabel{PhotoId{1}, "Wren"}, ImportedLabel{PhotoId{2}, "Wren"}, ImportedLabel{PhotoId{3}, " "}, ImportedLabel{PhotoId{4}, "Robin"}};
    const Command mine = importLabels(state(), labels, OnConflict::keepMine);
    QCOMPARE(mine.facts.photos, std::int64_t{2});
    QCOMPARE(mine.facts.clusters, std::int64_t{1});
    QCOMPARE(mine.facts.conflicts, std::int64_t{1});
    apply(mine);
    QCOMPARE(state().labelledCluster(PhotoId{1}), std::optional(robin));
    QCOMPARE(state().label(PhotoId{4}), std::optional(project::Label{robin, LabelSource::imported}));
    apply(importLabels(state(), labels, OnConflict::takeTheirs));
    QCOMPARE(state().labelledCluster(PhotoId{1}), state().byName("Wren"));
    apply(importClasses(state(), std::array<std::string, 3>{"Wren", "Dunnock", ""}));
    QVERIFY(state().byName("Dunnock"));
}

void TestCuration::idsAreNeverReused()
{
    const ClusterId first = named("Robin", {1});
    m_curator->undo();
    const ClusterId second = named("Robin", {1});
    QVERIFY(second.value > first.value);
    m_curator->undo();
    const auto project = m_curator->library().project();
    m_curator.reset();
    m_curator.emplace(decisions::openCurator(project));    // after a restart too
    QVERIFY(named("Robin", {1}).value > second.value);
}

void TestCuration::aStaleCommandChangesNothing()
{
    const Command command = confirm(state(), std::array{PhotoId{1}, PhotoId{2}}, where());
    named("Robin", {2});
    const std::string before = state().canonicalText();
    QCOMPARE(codeOf([&] { apply(command); }), ErrorCode::staleEdit);
    QVERIFY(state().canonicalText() == before);
    QVERIFY(m_curator->library().state().canonicalText() == before);
}

void TestCuration::aNewDecisionEndsRedo()
{
    named("Robin", {1});
    m_curator->undo();
    QVERIFY(m_curator->nextRedo());
    named("Wren", {1});
    QVERIFY(!m_curator->nextRedo());
    QCOMPARE(codeOf([&] { m_curator->redo(); }), ErrorCode::nothingToRedo);
}

void TestCuration::anEmptyPickIsRefused()
{
    QCOMPARE(codeOf([&] { confirm(state(), {}, where()); }), ErrorCode::nothingPicked);
    QCOMPARE(codeOf([&] { putAway(state(), {}); }), ErrorCode::nothingPicked);
    QCOMPARE(codeOf([&] { split(state(), ClusterId{1}, std::array{std::vector<PhotoId>()}, LabelSource::seen, 0); }), ErrorCode::nothingPicked);
}

void TestCuration::historyNamesWhatWasDone()
{
    named("Robin", {1, 2});
    apply(rename(state(), *state().byName("Robin"), "Rotkehlchen"));
    m_curator->undo();
    const auto journal = m_curator->library().journal(10);
    QCOMPARE(journal.size(), std::size_t{2});
    QCOMPARE(journal[0].facts.kind, CommandKind::rename);
    QCOMPARE(journal[0].facts.from, std::string("Robin"));
    QVERIFY(journal[0].undone && !journal[1].undone);
    QCOMPARE(journal[1].facts.photos, std::int64_t{2});
    QCOMPARE(journal[1].madeAtMs, std::int64_t{1'700'000'000'000});
}

QTEST_GUILESS_MAIN(TestCuration)
#include "tst_curation.moc"
