// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace plumage::metrics {

// Photos of truth class y in cluster k: counts[y * clusters + k], row-major. METHOD.md section 9: T.
struct Contingency {
    int classes = 0, clusters = 0;       // Y rows, K columns; rows and columns may be empty
    std::vector<std::int64_t> counts;    // Y * K, never negative; their sum is the number of compared photos

    std::int64_t at(int row, int column) const { return counts[static_cast<std::size_t>(row) * static_cast<std::size_t>(clusters) + static_cast<std::size_t>(column)]; }
    std::int64_t total() const;
    std::vector<std::int64_t> rowSums() const;       // Y
    std::vector<std::int64_t> columnSums() const;    // K
};

// Counts pairs (truth[i], predicted[i]). Photos whose truth is negative (unknown) are not compared.
// Throws Error shapeMismatch: lengths differ, or a label is not below `classes` or not within [0, clusters).
Contingency countPairs(std::span<const std::int32_t> truth, std::span<const std::int32_t> predicted, int classes, int clusters);

// Throws Error: shapeMismatch (counts is not Y * K long, or one is negative), emptyTable (no photo was compared).
void checkTable(const Contingency& table);

} // namespace plumage::metrics
