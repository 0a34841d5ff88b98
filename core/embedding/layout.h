// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/embedding/neighbours.h"

#include <cstdint>

namespace plumage::embedding {

struct LayoutOptions {
    int coldEpochs = 200;     // of a first layout
    int warmEpochs = 40;      // of one that starts from the last
    double coldRate = 1.0;    // step size at the start of the epochs; falls to 0
    double warmRate = 0.3;
    int negatives = 5;        // random points that each sampled pair is pushed from
    std::uint64_t seed = 1;
};

// The map's positions, from snapshot to snapshot. UMAP's objective (arXiv 1802.03426) over a kNN graph: neighbours pull with
// 1 / (1 + a d^2), random points push, stochastic gradient descent. Departure: b = 1, so no power function in the inner loop (a = 1.56
// fits min_dist 0.1 as UMAP's a, b do). Each update starts from the last positions and is turned back onto them, so points glide.
// One thread at a time; the same calls give the same positions.
class MapLayout {
public:
    explicit MapLayout(LayoutOptions options = {}) : m_options(options) { }

    // Positions to start from, [M',2], for example a resumed run's layout.npy; not finite ones are dropped with all others.
    void setPositions(std::vector<float> positions);
    // Next positions, [M,2]. points: [M,components] as the neighbours were found in, for the first layout. Rows after the last update's are
    // new and start at the mean of their neighbours. Throws as checkPoints(); shapeMismatch if neighbours are of other points.
    const std::vector<float>& update(PointsView points, const Neighbours& neighbours);
    const std::vector<float>& positions() const { return m_positions; }

private:
    void startNewRows(PointsView points, const Neighbours& neighbours);

    LayoutOptions m_options;
    std::vector<float> m_positions;    // [M,2]
    std::uint64_t m_updates = 0;
};

// Where other vectors (centroids, drawings) belong in the map: the mean of their 5 nearest photos, weighted by nearness. [queries, 2].
// queries and photos in the same space; positions [photos, 2]. No photos: (0, 0).
std::vector<float> placeAmong(PointsView queries, PointsView photos, std::span<const float> positions);

} // namespace plumage::embedding
