// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/embedding/points.h"

#include <cstdint>

namespace plumage::embedding {

// The nearest points of every row, nearest first.
struct Neighbours {
    std::size_t count = 0;                // per row; less than asked where there are too few points
    std::vector<std::uint32_t> rows;      // [M, count]
    std::vector<float> distances;         // [M, count], Euclidean

    std::size_t points() const { return count ? rows.size() / count : 0; }
    std::span<const std::uint32_t> of(std::size_t row) const { return std::span(rows).subspan(row * count, count); }
    std::span<const float> distancesOf(std::size_t row) const { return std::span(distances).subspan(row * count, count); }
};

inline constexpr std::size_t exactLimit = 4000;    // points up to which all pairs are compared; above, hnswlib (recall about .99)

// Euclidean; of unit vectors (and of their projections, nearly) that is the order by cosine: d^2 = 2 - 2 cos.
// A row is not its own neighbour. Same input, same result; runs in the calling thread. Throws as checkPoints().
Neighbours nearestNeighbours(PointsView points, std::size_t count);
// The points nearest to other vectors; all pairs are compared: O(queries * points * width).
Neighbours nearestTo(PointsView queries, PointsView points, std::size_t count);

} // namespace plumage::embedding
