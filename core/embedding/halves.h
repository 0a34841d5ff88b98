// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/embedding/similarity.h"

#include <cstdint>
#include <span>
#include <stop_token>
#include <vector>

namespace plumage::embedding {

struct Halves {
    std::vector<std::uint32_t> second;    // ascending rows of the smaller half, or of the examples' half; empty if the rows cannot be told apart
    double apart = 0;                     // simplified silhouette, 0 (one heap) .. 1 (two distant points): mean of (far - near) / far, distances 1 - cosine
};

// Below this the halves hardly differ: one round heap in many dimensions stays under .07, two heaps that a person would part reach .2 and more (tst_similarity).
inline constexpr double hardlyApart = 0.1;

// Spherical 2-means from the row that is least like all and the one that is least like it; no random numbers, so the same rows give the same halves. The rows
// are unit vectors. At most 30 rounds of O(rows * width). Any thread. Throws Error cancelled when stopped.
Halves twoHalves(const HalfRows& points, const std::stop_token& stop = {});
// The same from examples (rows) of one half, which stay in it: `second` is theirs. All other rows may go to either; the examples must not be all rows.
Halves halfOfExamples(const HalfRows& points, std::span<const std::uint32_t> examples, const std::stop_token& stop = {});

} // namespace plumage::embedding
