// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/embedding/similarity.h"

#include <cstdint>
#include <span>
#include <vector>

namespace plumage::review {

// What is known of M photos. Neighbours and points may have fewer rows: later photos are not asked about.
struct DoubtInput {
    std::span<const float> doubt;                  // [M] 1 - best share + second best share, 0..2
    std::span<const std::uint32_t> clusters;       // [M] where each lies now, 0 = nowhere
    std::span<const std::uint8_t> settled;         // [M] not zero: not to be asked about
    std::span<const std::uint32_t> neighbours;     // [rows, neighboursEach], nearest first
    std::size_t neighboursEach = 0;
    embedding::HalfRows points;
};

// Which photos to ask about one by one (METHOD.md 10): doubt times the mean cosine to the nearest neighbours, hard and typical at once; taken greedily, each at least the
// median neighbour distance from those taken, at most a quarter from one cluster. Rows, most worth asking first; at most `wanted`. Looks at the 4,096 most doubtful only.
std::vector<std::uint32_t> worthAsking(const DoubtInput& input, std::size_t wanted);

} // namespace plumage::review
