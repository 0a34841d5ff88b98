// SPDX-License-Identifier: GPL-3.0-or-later
// The review loops: many photos per decision, and never one that was not meant.
#include "core/base/random.h"
#include "core/base/half.h"
#include "core/review/doubt.h"
#include "core/review/duplicates.h"
#include "core/review/grow.h"
#include "core/review/suggestions.h"
#include "core/review/validate.h"

#include <QtTest/QTest>

#include <algorithm>
#include <set>

using namespace plumage;
using namespace plumage::review;

namespace {

std::vector<PhotoId> photos(std::size_t count)
{
    std::vector<PhotoId> ids;
    for (std::size_t i = 1; i <= count; ++i)
        ids.push_back(PhotoId{static_cast<std::int64_t>(i)});
    return ids;
}

// Answers by a boundary: pages up to `last` (from 1) belong. Returns the pages that were asked about, from 1.
std::vector<std::size_t> answerAll(Grow& grow, std::size_t last)
{
    std::vector<std::size_t> asked;
    while (!grow.isDone()) {
        asked.push_back(grow.current() + 1);
        grow.answer(grow.current() + 1 <= last);
    }
    return asked;
}

} // namespace

class TestReview : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void growReproducesTheWorkedExample();
    void growFindsEveryBoundary_data();
    void growFindsEveryBoundary();
    void growNamesWhereAnswersLead();
    void aPickSwitchesToPageByPage();
    void answersCanBeTakenBack();
    void pagesAreShuffledInside();
    void growOfNothingIsDone();
    void validationMixesOddAndRandom();
    void trustIsTheLowerEndOfWilson();
    void checksAreKeptAsText();
    void duplicatesAreMostAlikeFirst();
    void suggestionsAreGrouped();
    void doubtAsksTheHardAndTypical();
    void aSimulatedPersonDecidesManyPhotosAtOnce();
};

void TestReview::growReproducesTheWorkedExample()
{
    Grow grow(photos(60 * 50), 1);
    const auto asked = answerAll(grow, 23);
    QCOMPARE(asked, (std::vector<std::size_t>{1, 3, 7, 15, 31, 19, 25, 20, 22, 23, 24}));
    const auto outcome = grow.outcome();
    QCOMPARE(outcome.acceptedPages, std::size_t{23});
    QCOMPARE(outcome.seen.size(), std::size_t{400});
    QCOMPARE(outcome.seen.size() + outcome.bulk.size(), std::size_t{1150});
    QVERIFY(outcome.rejected.empty());
}

void TestReview::growFindsEveryBoundary_data()
{
    QTest::addColumn<int>("pages");
    for (const int pages : {1, 2, 3, 4, 7, 8, 16, 33, 60})
        QTest::addRow("%d pages", pages) << pages;
}

void TestReview::growFindsEveryBoundary()
{
    QFETCH(int, pages);
    const auto count = static_cast<std::size_t>(pages);
    for (std::size_t last = 0; last <= count; ++last) {
        Grow grow(photos(count * 50 - 13), last);
        const auto asked = answerAll(grow, last);
        QCOMPARE(grow.outcome().acceptedPages, last);
        QVERIFY(asked.size() <= 2 * 6 + 2);
        QCOMPARE(std::set<std::size_t>(asked.begin(), asked.end()).size(), asked.size());    // no page twice
        QCOMPARE(grow.outcome().seen.size() + grow.outcome().bulk.size(), last == count ? count * 50 - 13 : last * 50);
    }
}

void TestReview::growNamesWhereAnswersLead()
{
    Grow grow(photos(3000), 1);
    while (!grow.isDone()) {
        const bool yes = grow.current() < 22;
        const std::size_t wanted = grow.nextOn(yes);
        grow.answer(yes);
        QCOMPARE(grow.current(), wanted);
    }
}

void TestReview::aPickSwitchesToPageByPage()
{
    Grow grow(photos(500), 1);
    grow.answer(true);
    QCOMPARE(grow.current(), std::size_t{2});
    const PhotoId odd = grow.photos(2)[7];
    grow.pick(odd, true);
    grow.pick(PhotoId{1}, true);    // on another page: nothing
    grow.answer(true);
    QVERIFY(grow.isPageByPage());
    QCOMPARE(grow.current(), std::size_t{3});
    grow.answer(true);
    QCOMPARE(grow.current(), std::size_t{4});
    grow.answer(false);
    QVERIFY(grow.isDone());
    const auto outcome = grow.outcome();
    QCOMPARE(outcome.acceptedPages, std::size_t{4});
    QCOMPARE(outcome.rejected, std::vector{odd});
    QCOMPARE(outcome.seen.size(), std::size_t{149});
    QCOMPARE(outcome.bulk.size(), std::size_t{50});    // page 2, jumped over before the pick
}

void TestReview::answersCanBeTakenBack()
{
    Grow grow(photos(3000), 1);
    std::vector<std::size_t> pages;
    for (const bool yes : {true, true, true, false, true}) {
        pages.push_back(grow.current());
        grow.answer(yes);
    }
    for (; !pages.empty(); pages.pop_back()) {
        QVERIFY(grow.takeBack());
        QCOMPARE(grow.current(), pages.back());
    }
    QVERIFY(!grow.takeBack());
    QCOMPARE(grow.outcome().acceptedPages, std::size_t{0});
}

void TestReview::pagesAreShuffledInside()
{
    const Grow one(photos(120), 1), same(photos(120), 1), other(photos(120), 2);
    QVERIFY(std::ranges::equal(one.photos(0), same.photos(0)));
    QVERIFY(!std::ranges::equal(one.photos(0), other.photos(0)));
    for (std::size_t page = 0; page < 3; ++page) {
        std::vector<PhotoId> sorted(one.photos(page).begin(), one.photos(page).end());
        std::ranges::sort(sorted);
        QCOMPARE(sorted.front(), PhotoId{static_cast<std::int64_t>(page * 50) + 1});
        QCOMPARE(sorted.size(), page == 2 ? std::size_t{20} : std::size_t{50});
    }
}

void TestReview::growOfNothingIsDone()
{
    Grow grow({}, 1);
    QVERIFY(grow.isDone());
    grow.answer(true);
    QVERIFY(grow.outcome().seen.empty());
}

void TestReview::validationMixesOddAndRandom()
{
    const auto ranked = photos(200);
    const Validation validation = Validation::of(ranked, 3);
    QCOMPARE(validation.odd.size(), std::size_t{12});
    QCOMPARE(validation.odd.front(), PhotoId{200});
    QCOMPARE(validation.random.size(), std::size_t{48});
    for (const PhotoId photo : validation.random)
        QVERIFY(photo.value <= 188);
    QCOMPARE(std::set<PhotoId>(validation.random.begin(), validation.random.end()).size(), std::size_t{48});
    QVERIFY(Validation::of(ranked, 4).random != validation.random);
    QCOMPARE(Validation::of(photos(5), 3).odd.size(), std::size_t{5});
    QVERIFY(Validation::of(photos(5), 3).random.empty());
}

void TestReview::trustIsTheLowerEndOfWilson()
{
    QVERIFY(std::abs(trust(47, 50) - 0.8378) < 2e-4);
    QVERIFY(std::abs(trust(20, 20) - 0.8389) < 2e-4);
    QCOMPARE(trust(0, 0), 0.0);
    QVERIFY(trust(0, 30) < 1e-9);
    for (int right = 1; right <= 50; ++right)
        QVERIFY(trust(right, 50) > trust(right - 1, 50));
}

void TestReview::checksAreKeptAsText()
{
    QCOMPARE(review::Checks::of(review::Checks{46, 48}.text()).right, std::int64_t{46});
    QCOMPARE(review::Checks::of("46/48").all, std::int64_t{48});
    for (const char* text : {"", "apart", "5/3", "-1/3"})
        QCOMPARE(review::Checks::of(text).all, std::int64_t{0});
}

void TestReview::duplicatesAreMostAlikeFirst()
{
    const std::vector<ClusterLook> looks{{ClusterId{4}, {1, 0}, 9}, {ClusterId{2}, {0.8f, 0.6f}, 9}, {ClusterId{7}, {0, 1}, 9}, {ClusterId{9}, {0.98f, 0.2f}, 0}};
    const auto none = [](ClusterId, ClusterId) { return false; };
    const auto pairs = likelyDuplicates(looks, none);
    QCOMPARE(pairs.size(), std::size_t{2});    // 4 and 7 are nothing alike, 9 is empty
    QCOMPARE(pairs[0].a, ClusterId{2});
    QCOMPARE(pairs[0].b, ClusterId{4});
    QCOMPARE(pairs[1].b, ClusterId{7});
    QCOMPARE(likelyDuplicates(looks, [](ClusterId a, ClusterId b) { return pairKey(a, b) == "2:4"; }).size(), std::size_t{1});
}

void TestReview::suggestionsAreGrouped()
{
    // rows 0..9 in cluster 1, 10..19 in cluster 2; 0 and 1 lie among cluster 2, 2 is checked
    std::vector<std::uint32_t> clusters(20, 1), neighbours;
    std::fill(clusters.begin() + 10, clusters.end(), 2);
    std::vector<std::uint8_t> checked(20, 0);
    checked[2] = checked[15] = 1;
    for (std::uint32_t row = 0; row < 20; ++row)
        for (std::uint32_t i = 0; i < 10; ++i)
            neighbours.push_back(row < 3 ? (row == 1 && i < 3 ? 9 : 10 + i) : row / 10 * 10 + (row + i) % 10);
    const auto none = [](ClusterId, ClusterId) { return false; };
    const auto nobody = [](std::uint32_t, ClusterId) { return false; };
    const auto cohorts = suggestions(clusters, checked, neighbours, 10, none, nobody);
    QCOMPARE(cohorts.size(), std::size_t{1});
    QCOMPARE(cohorts[0].from, ClusterId{1});
    QCOMPARE(cohorts[0].to, ClusterId{2});
    QCOMPARE(cohorts[0].rows, (std::vector<std::uint32_t>{0, 1}));    // strongest first; the checked one is left alone
    QVERIFY(suggestions(clusters, checked, neighbours, 10, [](ClusterId, ClusterId) { return true; }, nobody).empty());
    QVERIFY(suggestions(clusters, checked, {}, 10, none, nobody).empty());
    const auto but0 = suggestions(clusters, checked, neighbours, 10, none, [](std::uint32_t row, ClusterId to) { return row == 0 && to == ClusterId{2}; });
    QCOMPARE(but0[0].rows, (std::vector<std::uint32_t>{1}));    // a person said that it does not belong there
}

// 20 kinds x 100 photos ranked by a noisy likeness: Grow for each kind, answered by the truth (a page belongs when at most one photo in it does not).
// Three kinds on a circle, thirty photos each, two degrees apart; one photo far from all.
void TestReview::doubtAsksTheHardAndTypical()
{
    constexpr std::size_t count = 91, each = 10;
    std::vector<std::uint16_t> points;
    std::vector<std::uint32_t> clusters, neighbours;
    std::vector<float> doubt(count, 0.1F);
    std::vector<std::uint8_t> settled(count, 0);
    for (std::uint32_t row = 0; row < count; ++row) {
        const double degrees = row == 90 ? 200 : 70.0 * (row / 30) + 2.0 * (row % 30) - 30;
        points.push_back(plumage::halfFromFloat(static_cast<float>(std::cos(degrees / 57.29578))));
        points.push_back(plumage::halfFromFloat(static_cast<float>(std::sin(degrees / 57.29578))));
        clusters.push_back(row == 90 ? 3 : row / 30 + 1);
        const std::uint32_t first = row == 90 ? 0 : std::clamp<std::uint32_t>(row % 30, 5, 24) - 5 + row / 30 * 30;
        for (std::uint32_t i = 0; i < each; ++i)
            neighbours.push_back(first + i);
    }
    for (std::uint32_t row = 0; row < 30; ++row)
        doubt[row] = 0.9F - 0.001F * static_cast<float>(row);
    doubt[40] = 0.5F;
    doubt[70] = 0.6F;
    doubt[71] = 0.95F;
    settled[71] = 1;    // decided already
    doubt[90] = 1.0F;   // doubtful, but like nothing
    const review::DoubtInput input{.doubt = doubt, .clusters = clusters, .settled = settled, .neighbours = neighbours, .neighboursEach = each, .points = {points, 2}};
    const auto rows = review::worthAsking(input, 8);
    QVERIFY(rows.size() >= 4 && rows.size() <= 8);
    std::map<std::uint32_t, int> ofCluster;
    for (const std::uint32_t row : rows)
        ++ofCluster[clusters[row]];
    for (const auto& [cluster, photos] : ofCluster)
        QVERIFY2(photos <= 2, qPrintable(QStringLiteral("%1 of cluster %2").arg(photos).arg(cluster)));
    QVERIFY(std::ranges::find(rows, 71u) == rows.end());
    QCOMPARE(clusters[rows.front()], 1u);
    QVERIFY(std::ranges::find(rows, 70u) != rows.end() && std::ranges::find(rows, 40u) != rows.end());
    const auto at = [&](std::uint32_t row) { return std::ranges::find(rows, row) - rows.begin(); };
    QVERIFY(at(70) < at(40) && at(40) < at(90));    // more doubt first; what is like nothing last, or not at all
    QVERIFY(review::worthAsking({}, 8).empty());
}

void TestReview::aSimulatedPersonDecidesManyPhotosAtOnce()
{
    Random random(9);
    constexpr int kinds = 20, each = 100;
    std::size_t decisions = 0, accepted = 0, right = 0;
    std::set<PhotoId> taken;
    for (int kind = 0; kind < kinds; ++kind) {
        std::vector<std::pair<double, PhotoId>> scored;
        for (int i = 0; i < kinds * each; ++i)
            if (const PhotoId photo{i + 1}; !taken.contains(photo))
                scored.emplace_back((i / each == kind ? -1.0 : 0.0) + 0.16 * random.normal(), photo);
        std::ranges::sort(scored);
        std::vector<PhotoId> ranked;
        for (const auto& [score, photo] : scored)
            ranked.push_back(photo);
        Grow grow(ranked, static_cast<std::uint64_t>(kind));
        while (!grow.isDone()) {
            const auto page = grow.photos(grow.current());
            const auto wrong = std::ranges::count_if(page, [&](PhotoId photo) { return (photo.value - 1) / each != kind; });
            grow.answer(wrong <= 1);
            ++decisions;
        }
        const auto outcome = grow.outcome();
        for (const auto* list : {&outcome.seen, &outcome.bulk})
            for (const PhotoId photo : *list) {
                ++accepted;
                right += (photo.value - 1) / each == kind;
                taken.insert(photo);
            }
    }
    QVERIFY2(accepted >= 8 * decisions, qPrintable(QStringLiteral("%1 photos in %2 decisions").arg(accepted).arg(decisions)));
    QVERIFY2(right * 100 >= accepted * 95, qPrintable(QStringLiteral("%1 of %2").arg(right).arg(accepted)));
}

QTEST_APPLESS_MAIN(TestReview)
#include "tst_review.moc"
