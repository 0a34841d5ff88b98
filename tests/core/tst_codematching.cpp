// SPDX-License-Identifier: GPL-3.0-or-later
// A new run has its own codes; what the person named is found again in them.
#include "core/curation/curator.h"
#include "core/session/codematching.h"

#include <QtTest/QTest>

#include <array>

using namespace plumage;
using namespace plumage::curation;
using namespace plumage::project;
using namespace plumage::session;

// Kinds of 40 photos each: photo p is of kind (p - 1) / 40. Kind k lies in cluster k + 1 of run 1; the first two are named.
class TestCodeMatching : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void sameCodesAreFoundAgain();
    void permutedCodesAreFoundAgain();
    void aNamedKindMayHaveSeveralCodes();
    void aMixedNamelessPileFallsApart();
    void aPileThatThePersonMergedStaysOne();
    void aNewKindGetsNoCluster();
    void aMixedCodeGetsNoCluster();
    void labelsWeighMore();
    void mergedAndDissolvedClustersAreSeenThrough();
    void putAwayAndUnseenPhotosDoNotCount();
    void theProposalCanBeApplied();

private:
    std::vector<Sighting> sightings(const std::function<int(std::int64_t photo, int kind)>& code) const;
    std::optional<ClusterId> proposed(std::span<const Proposal> proposals, int code) const;
    LibraryState m_state;
};

namespace {

constexpr int kinds = 5, perKind = 40;
constexpr RunId oldRun{1}, newRun{2};

std::vector<PhotoId> photosOf(int kind, int count)
{
    std::vector<PhotoId> photos;
    for (int i = 1; i <= count; ++i)
        photos.push_back(PhotoId{std::int64_t{kind} * perKind + i});
    return photos;
}

} // namespace

void TestCodeMatching::init()
{
    m_state = LibraryState();
    m_state.apply(adoptionOf(m_state, oldRun, std::array<std::uint16_t, kinds>{0, 1, 2, 3, 4}));
    m_state.apply(rename(m_state, ClusterId{1}, "Robin").edits);
    m_state.apply(rename(m_state, ClusterId{2}, "Great tit").edits);
}

std::vector<Sighting> TestCodeMatching::sightings(const std::function<int(std::int64_t photo, int kind)>& code) const
{
    std::vector<Sighting> all;
    for (std::int64_t photo = 1; photo <= kinds * perKind; ++photo) {
        const int kind = static_cast<int>((photo - 1) / perKind);
        const std::array topCodes{static_cast<std::uint16_t>(kind)};
        all.push_back({PhotoId{photo}, CodeIndex{static_cast<std::uint16_t>(code(photo, kind))}, m_state.effectiveCluster(PhotoId{photo}, oldRun, topCodes)});
    }
    return all;
}

std::optional<ClusterId> TestCodeMatching::proposed(std::span<const Proposal> proposals, int code) const
{
    for (const Proposal& proposal : proposals)
        if (proposal.code.value == code)
            return proposal.cluster;
    return std::nullopt;
}

void TestCodeMatching::sameCodesAreFoundAgain()
{
    const std::vector<Proposal> proposals = proposeCodes(m_state, sightings([](std::int64_t, int kind) { return kind; }));
    QCOMPARE(proposals.size(), std::size_t{kinds});
    for (int kind = 0; kind < kinds; ++kind)
        QCOMPARE(proposals[static_cast<std::size_t>(kind)],
            (Proposal{CodeIndex{static_cast<std::uint16_t>(kind)}, ClusterId{kind + 1}, perKind, perKind}));
}

void TestCodeMatching::permutedCodesAreFoundAgain()
{
    const std::vector<Proposal> proposals = proposeCodes(m_state, sightings([](std::int64_t photo, int kind) { return photo % 10 == 0 ? 0 : (kind * 2 + 3) % kinds; }));
    for (int kind = 0; kind < kinds; ++kind)    // a tenth went elsewhere
        QCOMPARE(proposed(proposals, (kind * 2 + 3) % kinds), ClusterId{kind + 1});
}

void TestCodeMatching::aNamedKindMayHaveSeveralCodes()
{
    const std::vector<Proposal> proposals
        = proposeCodes(m_state, sightings([](std::int64_t photo, int kind) { return kind == 0 ? (photo % 3 == 0 ? 10 : 11) : kind; }));
    QCOMPARE(proposed(proposals, 10), ClusterId{1});
    QCOMPARE(proposed(proposals, 11), ClusterId{1});
    QCOMPARE(matched(proposals).size(), std::size_t{6});
}

void TestCodeMatching::aMixedNamelessPileFallsApart()
{
    const std::vector<Proposal> proposals
        = proposeCodes(m_state, sightings([](std::int64_t photo, int kind) { return kind == 4 ? (photo % 3 == 0 ? 10 : 11) : kind; }));
    QVERIFY(!proposed(proposals, 10));
    QCOMPARE(proposed(proposals, 11), ClusterId{5});    // the larger part keeps the number
}

void TestCodeMatching::aPileThatThePersonMergedStaysOne()
{
    m_state.apply(merge(m_state, std::array{ClusterId{4}}, ClusterId{5}, 80).edits);
    const std::vector<Proposal> proposals = proposeCodes(m_state, sightings([](std::int64_t, int kind) { return 20 + kind; }));
    QCOMPARE(proposed(proposals, 23), ClusterId{5});
    QCOMPARE(proposed(proposals, 24), ClusterId{5});
}

void TestCodeMatching::aNewKindGetsNoCluster()
{
    std::vector<Sighting> all = sightings([](std::int64_t, int kind) { return kind; });
    for (std::int64_t photo = 1'000; photo < 1'050; ++photo)
        all.push_back({PhotoId{photo}, CodeIndex{30}, std::nullopt});    // the old run never saw them
    const std::vector<Proposal> proposals = proposeCodes(m_state, all);
    QCOMPARE(proposals.back(), (Proposal{CodeIndex{30}, std::nullopt, 50, 0}));
    QCOMPARE(proposed(proposals, 2), ClusterId{3});
}

void TestCodeMatching::aMixedCodeGetsNoCluster()
{
    const std::vector<Proposal> proposals = proposeCodes(m_state, sightings([](std::int64_t photo, int) { return static_cast<int>(photo % 2); }));
    QVERIFY(matched(proposals).empty());
    QCOMPARE(proposals[0].photos, 100);
    QCOMPARE(proposals[0].agreeing, 20);    // evidence that it is mixed
}

void TestCodeMatching::labelsWeighMore()
{
    const auto mixed = [](std::int64_t photo, int kind) { return kind == 2 || (kind == 0 && photo <= 15) ? 50 : kind; };    // 40 of #3, 15 Robins
    QCOMPARE(proposed(proposeCodes(m_state, sightings(mixed)), 50), ClusterId{3});
    const auto seen = [](const LibraryState& state) { return confirm(state, photosOf(0, 15), [](PhotoId) { return ClusterId{1}; }); };
    m_state.apply(seen(m_state).edits);
    QCOMPARE(proposed(proposeCodes(m_state, sightings(mixed)), 50), ClusterId{1});
}

void TestCodeMatching::mergedAndDissolvedClustersAreSeenThrough()
{
    std::vector<Sighting> all = sightings([](std::int64_t, int kind) { return kind; });    // taken before:
    m_state.apply(merge(m_state, std::array{ClusterId{3}}, ClusterId{1}, 40).edits);
    m_state.apply(dissolve(m_state, ClusterId{4}, {}).edits);
    const std::vector<Proposal> proposals = proposeCodes(m_state, all);
    QCOMPARE(proposed(proposals, 2), ClusterId{1});
    QVERIFY(!proposed(proposals, 3));
}

void TestCodeMatching::putAwayAndUnseenPhotosDoNotCount()
{
    m_state.apply(putAway(m_state, photosOf(4, perKind)).edits);
    const std::vector<Proposal> proposals = proposeCodes(m_state, sightings([](std::int64_t, int kind) { return kind == 3 ? 0xFFFF : kind; }));
    QCOMPARE(proposals.size(), std::size_t{3});
}

void TestCodeMatching::theProposalCanBeApplied()
{
    const std::vector<Proposal> proposals = proposeCodes(m_state, sightings([](std::int64_t photo, int kind) { return 7 * kind + static_cast<int>(photo % 2); }));
    m_state.apply(matchCodes(m_state, newRun, matched(proposals)).edits);
    const LibraryState matchedState = m_state;
    const std::vector<std::uint16_t> active{0, 1, 7, 8, 14, 15, 21, 22, 28, 29};
    m_state.apply(adoptionOf(m_state, newRun, active));
    QCOMPARE(m_state.codes(newRun).size(), active.size());
    QCOMPARE(m_state.clusterOfCode(newRun, CodeIndex{8}), ClusterId{2});
    QCOMPARE(m_state.clusters().size(), matchedState.clusters().size() + 3);    // the second halves of the nameless ones
}

QTEST_APPLESS_MAIN(TestCodeMatching)
#include "tst_codematching.moc"
