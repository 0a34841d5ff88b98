// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace plumage::embedding {

// Rows of an embedding as they lie in a snapshot: [rows, width] float16 bits (core/base/half.h), unit length. Not owned: usually a memory map.
struct HalfRows {
    std::span<const std::uint16_t> values;
    std::size_t width = 1;

    std::size_t rows() const { return values.size() / width; }
    std::span<const std::uint16_t> row(std::size_t index) const { return values.subspan(index * width, width); }
};

// Cosines of every row with the query ([width], any length but zero): [rows]. Uses AVX2, FMA and F16C where the processor has them (100,000 x 512 in some
// 20 ms on one core), else plain arithmetic; both agree to 1e-5. Any thread. Throws Error shapeMismatch for another width.
std::vector<float> cosines(const HalfRows& points, std::span<const float> query);
std::vector<float> cosinesPlain(const HalfRows& points, std::span<const float> query);    // the same without vector instructions

// Mean of some rows, unit length: what a cluster or a set of examples looks like. Zeros if no row is given or they cancel out.
std::vector<float> meanDirection(const HalfRows& points, std::span<const std::uint32_t> rows);

std::vector<float> toFloats(const HalfRows& points, std::span<const std::uint32_t> rows);    // [rows.size(), width]

} // namespace plumage::embedding
