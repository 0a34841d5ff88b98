// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace plumage::embedding {

// A small picture as bytes.
struct RgbPicture {
    std::span<const std::uint8_t> bytes;    // rows of `stride` bytes, R G B of each pixel
    int width = 0, height = 0;
    std::size_t stride = 0;
};

inline constexpr std::size_t descriptorWidth = 4 * 4 * (3 + 8) + 3 * 6;

// What photos look like before a network has seen them: in 4 x 4 cells mean colour (opponent axes) and a histogram of 8 gradient directions, then the spread
// of each colour axis; the middle cells count double. [descriptorWidth], unit length; zeros for an empty picture. A thumbnail is enough.
std::vector<float> describe(const RgbPicture& picture);

} // namespace plumage::embedding
