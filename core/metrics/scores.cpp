// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/scores.h"

#include "core/base/random.h"
#include "core/metrics/assignment.h"
#include "core/metrics/information.h"

#include <algorithm>

namespace plumage::metrics {

double accuracyReference(const Contingency& table, int over)
{
    checkTable(table);
    const int rows = table.classes * std::max(1, over);
    const int size = std::max(rows, table.clusters);
    std::vector<std::int64_t> gains(static_cast<std::size_t>(size) * static_cast<std::size_t>(size), 0);
    for (int row = 0; row < rows; ++row)
        for (int k = 0; k < table.clusters; ++k)
            gains[static_cast<std::size_t>(row) * static_cast<std::size_t>(size) + static_cast<std::size_t>(k)] = table.at(row % table.classes, k);
    const std::vector<int> columns = assignMaximum(gains, size);
    std::int64_t sum = 0;
    for (int row = 0; row < size; ++row)
        sum += gains[static_cast<std::size_t>(row) * static_cast<std::size_t>(size) + static_cast<std::size_t>(columns[static_cast<std::size_t>(row)])];
    return static_cast<double>(sum) / static_cast<double>(table.total());
}

double chanceLevel(std::span<const std::int32_t> truth, std::span<const std::int32_t> predicted, const Contingency& table, int over,
                   std::uint64_t seed, int rounds)
{
    std::vector<std::int32_t> known, shuffled;
    for (std::size_t i = 0; i < truth.size(); ++i)
        if (truth[i] >= 0) {
            known.push_back(truth[i]);
            shuffled.push_back(predicted[i]);
        }
    Random random(seed, 0xacc);
    double sum = 0;
    for (int round = 0; round < rounds; ++round) {
        random.shuffle(shuffled);
        sum += accuracyReference(countPairs(known, shuffled, table.classes, table.clusters), over);
    }
    return rounds > 0 ? sum / rounds : 0;
}

double purity(const Contingency& table)
{
    checkTable(table);
    std::int64_t sum = 0;
    for (int k = 0; k < table.clusters; ++k) {
        std::int64_t largest = 0;
        for (int y = 0; y < table.classes; ++y)
            largest = std::max(largest, table.at(y, k));
        sum += largest;
    }
    return static_cast<double>(sum) / static_cast<double>(table.total());
}

Scores scoreAll(std::span<const std::int32_t> truth, std::span<const std::int32_t> predicted, int classes, int codes, std::uint64_t seed)
{
    const Contingency table = countPairs(truth, predicted, classes, codes);
    checkTable(table);
    const int over = (codes + classes - 1) / classes;
    Scores scores;
    scores.acc = accuracyReference(table, over);
    scores.accChance = chanceLevel(truth, predicted, table, over, seed);
    scores.nmi = nmiArithmetic(table);
    scores.nmiReference = nmiReference(table);
    scores.ami = adjustedMutualInformation(table);
    scores.ari = adjustedRandIndex(table);
    scores.purity = purity(table);
    scores.homogeneity = homogeneity(table);
    scores.completeness = completeness(table);
    scores.vMeasure = vMeasure(table);
    scores.classes = classes;
    scores.photos = table.total();
    return scores;
}

} // namespace plumage::metrics
