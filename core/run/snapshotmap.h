// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/embedding/layout.h"
#include "core/train/snapshottensors.h"

#include <cstdint>
#include <vector>

namespace plumage::run {

inline constexpr std::size_t savedNeighbours = 15;

// The map of one snapshot.
struct MapPositions {
    std::vector<float> photos;                // [M,2]; not-a-number for a photo without a code (unreadable)
    std::vector<float> codes;                 // [K_max,2]; zeros for inactive codes
    std::vector<float> drawings;              // [P,2]
    std::vector<std::uint32_t> neighbours;    // [M,15] rows, nearest first; filled up with the photo's own row
};

// Lays snapshots out one after the other, each from the positions of the last; photos may come to it, while they are still being decoded. One thread at a time.
class SnapshotMap {
public:
    explicit SnapshotMap(std::uint64_t seed) : m_seed(seed), m_layout(embedding::LayoutOptions{.seed = seed}) { }
    // Goes on from a saved layout.npy, [M,2].
    void startFrom(const std::vector<float>& photos);
    // Throws Error diverged (embedding not finite), shapeMismatch.
    MapPositions update(const train::SnapshotTensors& snapshot);

private:
    std::vector<std::uint32_t> placedRows(const train::SnapshotTensors& snapshot);

    std::uint64_t m_seed;
    embedding::MapLayout m_layout;
    std::vector<std::uint32_t> m_rows;    // of the run, in the order in which the layout knows them
};

} // namespace plumage::run
