// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/random.h"
#include "core/metrics/assignment.h"
#include "core/metrics/collapse.h"
#include "core/metrics/information.h"
#include "core/metrics/scores.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

using namespace plumage;
using namespace plumage::metrics;

namespace {

std::int64_t gainOf(std::span<const std::int64_t> gains, const std::vector<int>& columns)
{
    std::int64_t sum = 0;
    for (std::size_t row = 0; row < columns.size(); ++row)
        sum += gains[row * columns.size() + static_cast<std::size_t>(columns[row])];
    return sum;
}

std::vector<std::int32_t> randomLabels(Random& random, std::size_t count, std::uint64_t labels)
{
    std::vector<std::int32_t> values(count);
    for (std::int32_t& value : values)
        value = static_cast<std::int32_t>(random.below(labels));
    return values;
}

} // namespace

class TestMetrics : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void assignmentEqualsTheBestPermutation();
    void assignmentOfManyRowsIsAPermutation();
    void countingSkipsUnknownTruth();
    void badTablesAreRefused();
    void adjustedScoresAreZeroByChance();
    void renamingCodesChangesNothing();
    void expectedInformationEqualsTheMeanOverPermutations();
    void chanceLevelRisesWithOver();
    void allScoresOfAPerfectSplit();
    void constantSidesHaveScores();
    void codeUsageCountsAndMeasures();
    void twinCentroidsAreCounted();
};

void TestMetrics::assignmentEqualsTheBestPermutation()
{
    Random random(1);
    for (int size = 1; size <= 6; ++size)
        for (int round = 0; round < 50; ++round) {
            std::vector<std::int64_t> gains(static_cast<std::size_t>(size * size));
            for (std::int64_t& gain : gains)
                gain = static_cast<std::int64_t>(random.below(round < 25 ? 5 : 1000)) - 2;
            std::vector<int> permutation(static_cast<std::size_t>(size));
            std::iota(permutation.begin(), permutation.end(), 0);
            std::int64_t best = gainOf(gains, permutation);
            while (std::next_permutation(permutation.begin(), permutation.end()))
                best = std::max(best, gainOf(gains, permutation));
            QCOMPARE(gainOf(gains, assignMaximum(gains, size)), best);
        }
    QVERIFY(assignMaximum({}, 0).empty());
}

void TestMetrics::assignmentOfManyRowsIsAPermutation()
{
    Random random(2);
    const int size = 1000;
    std::vector<std::int64_t> gains(size * size);
    for (std::int64_t& gain : gains)
        gain = static_cast<std::int64_t>(random.below(100));
    std::vector<int> hidden(size);
    std::iota(hidden.begin(), hidden.end(), 0);
    random.shuffle(hidden);
    for (std::size_t row = 0; row < hidden.size(); ++row)
        gains[row * size + static_cast<std::size_t>(hidden[row])] = 200;    // the only perfect assignment
    QCOMPARE(assignMaximum(gains, size), hidden);
}

void TestMetrics::countingSkipsUnknownTruth()
{
    const std::vector<std::int32_t> truth{0, -1, 1, 1}, predicted{2, 0, 2, 1};
    const Contingency table = countPairs(truth, predicted, 2, 3);
    QCOMPARE(table.total(), 3);
    QCOMPARE(table.counts, (std::vector<std::int64_t>{0, 0, 1, 0, 1, 1}));
    QCOMPARE(table.rowSums(), (std::vector<std::int64_t>{1, 2}));
    QCOMPARE(table.columnSums(), (std::vector<std::int64_t>{0, 1, 2}));
}

void TestMetrics::badTablesAreRefused()
{
    const auto codeOf = [](auto&& call) {
        try {
            call();
        } catch (const Error& error) {
            return error.code();
        }
        return ErrorCode::none;
    };
    const std::vector<std::int32_t> one{0}, two{0, 1}, nothing{-1, -1};
    QCOMPARE(codeOf([&] { countPairs(one, two, 2, 2); }), ErrorCode::shapeMismatch);
    QCOMPARE(codeOf([&] { countPairs(two, two, 1, 2); }), ErrorCode::shapeMismatch);
    QCOMPARE(codeOf([&] { countPairs(two, two, 2, 1); }), ErrorCode::shapeMismatch);
    QCOMPARE(codeOf([&] { purity(countPairs(nothing, two, 2, 2)); }), ErrorCode::emptyTable);
    QCOMPARE(codeOf([&] { nmiArithmetic(Contingency{2, 2, {1, 2, 3}}); }), ErrorCode::shapeMismatch);
    QCOMPARE(codeOf([&] { adjustedRandIndex(Contingency{1, 2, {1, -1}}); }), ErrorCode::shapeMismatch);
    QCOMPARE(codeOf([&] { assignMaximum(std::vector<std::int64_t>(3), 2); }), ErrorCode::shapeMismatch);
}

void TestMetrics::adjustedScoresAreZeroByChance()
{
    Random random(3);
    const auto truth = randomLabels(random, 5000, 20), predicted = randomLabels(random, 5000, 60);
    const Contingency table = countPairs(truth, predicted, 20, 60);
    QVERIFY(std::abs(adjustedMutualInformation(table)) < 0.01);
    QVERIFY(std::abs(adjustedRandIndex(table)) < 0.01);
    QVERIFY(nmiArithmetic(table) > 0.03);    // rises with K by chance
}

void TestMetrics::renamingCodesChangesNothing()
{
    Random random(4);
    const auto truth = randomLabels(random, 400, 6);
    std::vector<std::int32_t> predicted = truth, names{4, 2, 0, 5, 1, 3};
    for (std::int32_t& code : predicted)
        if (random.uniform() < 0.3)
            code = static_cast<std::int32_t>(random.below(6));
    std::vector<std::int32_t> renamed = predicted;
    for (std::int32_t& code : renamed)
        code = names[static_cast<std::size_t>(code)];
    const Scores before = scoreAll(truth, predicted, 6, 6, 1), after = scoreAll(truth, renamed, 6, 6, 1);
    QCOMPARE(before.acc, after.acc);
    QCOMPARE(before.purity, after.purity);
    QVERIFY(std::abs(before.ami - after.ami) < 1e-12 && std::abs(before.ari - after.ari) < 1e-12 && std::abs(before.nmi - after.nmi) < 1e-12);
}

void TestMetrics::expectedInformationEqualsTheMeanOverPermutations()
{
    // AMI = 0 exactly where I equals E[I]: the mean of I over permutations must give a mean AMI of 0.
    Random random(5);
    const auto truth = randomLabels(random, 60, 3);
    auto predicted = randomLabels(random, 60, 4);
    double sum = 0;
    const int rounds = 4000;
    for (int round = 0; round < rounds; ++round) {
        random.shuffle(predicted);
        sum += adjustedMutualInformation(countPairs(truth, predicted, 3, 4));
    }
    QVERIFY2(std::abs(sum / rounds) < 0.002, qPrintable(QString::number(sum / rounds)));
}

void TestMetrics::chanceLevelRisesWithOver()
{
    Random random(6);
    const auto truth = randomLabels(random, 1000, 20), few = randomLabels(random, 1000, 20), many = randomLabels(random, 1000, 60);
    const double chance1 = scoreAll(truth, few, 20, 20, 9).accChance, chance3 = scoreAll(truth, many, 20, 60, 9).accChance;
    QVERIFY(chance1 > 0.05 && chance3 > chance1 + 0.02);
    QCOMPARE(scoreAll(truth, few, 20, 20, 9).accChance, chance1);    // seeded
    QVERIFY(scoreAll(truth, few, 20, 20, 10).accChance != chance1);
}

void TestMetrics::allScoresOfAPerfectSplit()
{
    const std::vector<std::int32_t> truth{0, 0, 1, 1, 2, 2, -1}, predicted{3, 3, 0, 0, 1, 1, 2};
    const Scores scores = scoreAll(truth, predicted, 3, 4, 1);
    for (const double value : {scores.acc, scores.nmi, scores.ami, scores.ari, scores.purity, scores.homogeneity, scores.completeness, scores.vMeasure})
        QVERIFY(std::abs(value - 1) < 1e-12);
    QVERIFY(scores.accChance < 1);
    QCOMPARE(scores.photos, 6);
}

void TestMetrics::constantSidesHaveScores()
{
    const std::vector<std::int32_t> same(5, 0), apart{0, 1, 2, 3, 4};
    const Contingency constant = countPairs(same, same, 1, 1);
    QCOMPARE(adjustedMutualInformation(constant), 1.0);
    QCOMPARE(adjustedRandIndex(constant), 1.0);
    QCOMPARE(nmiArithmetic(constant), 1.0);
    QCOMPARE(nmiReference(constant), 0.0);
    const Contingency single = countPairs(same, apart, 1, 5);
    QVERIFY(std::isfinite(adjustedMutualInformation(single)) && std::isfinite(adjustedRandIndex(single)));
    QCOMPARE(homogeneity(single), 1.0);
    QCOMPARE(completeness(single), 0.0);
    QCOMPARE(vMeasure(single), 0.0);
}

void TestMetrics::codeUsageCountsAndMeasures()
{
    const std::vector<std::int64_t> even(8, 10), one{0, 40, 0, 0}, none(4, 0);
    QCOMPARE(codeUsage(even).inUse, 8);
    QVERIFY(std::abs(codeUsage(even).effective - 8) < 1e-9 && std::abs(codeUsage(even).imbalance) < 1e-9);
    const CodeUsage collapsed = codeUsage(one);
    QCOMPARE(collapsed.codes, 4);
    QCOMPARE(collapsed.inUse, 1);
    QVERIFY(std::abs(collapsed.effective - 1) < 1e-9 && std::abs(collapsed.imbalance - std::log(4.0)) < 1e-9);
    QCOMPARE(codeUsage(std::vector<std::int64_t>{4, 5, 6}).withFive, 2);
    QCOMPARE(codeUsage(none).effective, 0.0);
    QCOMPARE(codeUsage({}).codes, 0);
}

void TestMetrics::twinCentroidsAreCounted()
{
    const std::vector<float> centroids{1, 0, 0.99f, 0.14106736f, 0, 1};
    QCOMPARE(twinCentroids(centroids, 2), 1);
    QCOMPARE(twinCentroids(centroids, 2, 0.995), 0);
    QVERIFY_EXCEPTION_THROWN(twinCentroids(centroids, 4), Error);
}

QTEST_GUILESS_MAIN(TestMetrics)
#include "tst_metrics.moc"
