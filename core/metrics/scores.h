// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/metrics/contingency.h"

#include <cstdint>
#include <span>

namespace plumage::metrics {

// ACC as the reference counts it: the class rows copied `over` times, padded with zeros to a square, assignment of rows to clusters with the
// largest sum, sum / n. Rises with `over` by chance: never shown without chanceLevel(). O(max(Y over, K)^3). Throws as checkTable().
double accuracyReference(const Contingency& table, int over);
// Mean ACC of `rounds` random permutations of the predictions, seeded.
double chanceLevel(std::span<const std::int32_t> truth, std::span<const std::int32_t> predicted, const Contingency& table, int over,
                   std::uint64_t seed, int rounds = 20);
// Share of photos that are of the largest class of their cluster: sum over k of max_y T_yk / n. 1 if every photo is its own cluster.
double purity(const Contingency& table);

// All scores of one set of predictions against known kinds. METHOD.md section 9.
struct Scores {
    double acc = 0, accChance = 0;      // shares, 0..1
    double nmi = 0, nmiReference = 0;   // arithmetic; as the reference
    double ami = 0, ari = 0;            // 0 = chance
    double purity = 0, homogeneity = 0, completeness = 0, vMeasure = 0;
    int classes = 0;                    // Y
    std::int64_t photos = 0;            // compared
};
// `codes` = K; over = ceil(K / Y). Truth below 0 = unknown, not compared. Throws Error shapeMismatch, emptyTable.
Scores scoreAll(std::span<const std::int32_t> truth, std::span<const std::int32_t> predicted, int classes, int codes, std::uint64_t seed);

} // namespace plumage::metrics
