// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/train/networks.h"
#include "core/train/photostore.h"
#include "core/train/snapshottensors.h"

#include <cstdint>
#include <span>

namespace plumage::train {

// Looks at photos and drawings with networks in evaluation mode. Draws from streams of its own that depend on seed and step only, so
// that it changes no training step; afterwards generator and discriminator are in train mode again. One thread may look() while another calls what is const, with other networks; the
// photos must not be updated meanwhile.
// held: codes that are read off at their centroids whatever the option, since a person's labels put them there.
class Evaluator {
public:
    using Held = std::vector<std::int64_t>;

    Evaluator(const TrainOptions& options, const PhotoStore& photos);    // both must outlive it

    // Fill the evaluation buffers (METHOD.md section 7): of D by min(M, 2048) photos; of the averaged generator by `drawings` drawings.
    void prepareDiscriminator(Networks& networks, std::int64_t step) const;
    void prepareGenerator(Networks& networks, std::int64_t step, std::int64_t drawings) const;
    // Both must be prepared for these weights. Renews up to `rows` photos, those that waited longest; and the rows of `also`; the others
    // keep what the last call found. seconds and step are the caller's.
    SnapshotTensors look(Networks& networks, std::int64_t step, std::int64_t rows, const std::vector<std::int64_t>& also = {}, const Held& held = {});
    // Where codes are read off, or (means) the means of their photos: [K_max,E] of length 1, zeros for inactive codes. Looks at up to max(2048, 32 K) photos; D must be prepared.
    at::Tensor readOut(Networks& networks, std::int64_t step, const Held& held = {}) const;
    at::Tensor means(Networks& networks, std::int64_t step, const Held& held = {}) const;
    void readOffAt(at::Tensor directions) { m_given = std::move(directions); }    // in look(), instead of asking these photos: they need not be like those of the run

private:
    void embedPhotos(Networks& networks, SnapshotTensors& snapshot, std::int64_t rows, const std::vector<std::int64_t>& also, const Held& held);
    at::Tensor embedded(Networks& networks, std::span<const std::int64_t> rows) const;
    void keep(const at::Tensor& unit, std::span<const std::int64_t> rows);
    at::Tensor kept(std::span<const std::int64_t> rows) const;
    void readCodes(Networks& networks, const at::Tensor& directions, std::span<const std::int64_t> rows);
    std::vector<std::int64_t> sample(std::vector<std::int64_t> rows, std::int64_t step) const;
    at::Tensor directions(Networks& networks) const;
    at::Tensor meansOf(Networks& networks, const at::Tensor& unit, const Held& held) const;
    void evaluationMode(Networks& networks) const;
    void drawPrototypes(Networks& networks, SnapshotTensors& snapshot) const;
    void drawPool(Networks& networks, SnapshotTensors& snapshot) const;
    void count(SnapshotTensors& snapshot) const;

    const TrainOptions& m_options;
    const PhotoStore& m_photos;
    std::vector<float> m_embedding, m_confidence;    // newest of every photo, as in SnapshotTensors
    std::vector<std::uint16_t> m_codes;
    std::vector<std::uint8_t> m_isKnown;                  // 1: has an embedding
    std::int64_t m_nextRow = 0;
    at::Tensor m_given;                                   // of readOffAt()
};

} // namespace plumage::train
