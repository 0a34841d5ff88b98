// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/train/networks.h"
#include "core/train/photostore.h"
#include "core/train/snapshottensors.h"

#include <cstdint>
#include <span>

namespace plumage::train {

// Looks at photos and drawings with networks in evaluation mode. Draws from streams of its own that depend on seed and step only, so
// that it changes no training step; afterwards generator and discriminator are in train mode again.
class Evaluator {
public:
    Evaluator(const TrainOptions& options, const PhotoStore& photos);    // both must outlive it

    // Fills the evaluation buffers: of D by min(M, 2048) photos, of the averaged generator by `drawings` drawings (METHOD.md section 7).
    void prepare(Networks& networks, std::int64_t step, std::int64_t drawings);
    // `prepare` must have been called for these weights. Renews up to `rows` photos, those that waited longest; and the rows of `also`; the others
    // keep what the last call found. seconds and step are the caller's.
    SnapshotTensors look(Networks& networks, std::int64_t step, std::int64_t rows, const std::vector<std::int64_t>& also = {});

private:
    void embedPhotos(Networks& networks, SnapshotTensors& snapshot, std::int64_t rows, const std::vector<std::int64_t>& also);
    void embedRows(Networks& networks, const SnapshotTensors& snapshot, std::span<const std::int64_t> batch);
    void drawPrototypes(Networks& networks, SnapshotTensors& snapshot) const;
    void drawPool(Networks& networks, SnapshotTensors& snapshot) const;
    void count(SnapshotTensors& snapshot) const;

    const TrainOptions& m_options;
    const PhotoStore& m_photos;
    std::vector<float> m_embedding, m_confidence;    // newest of every photo, as in SnapshotTensors
    std::vector<std::uint16_t> m_codes;
    std::int64_t m_nextRow = 0;
};

} // namespace plumage::train
