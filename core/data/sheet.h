// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <opencv2/core/mat.hpp>
#include <span>
#include <string>
#include <vector>

namespace plumage::data {

// Pictures are CV_8UC3 RGB throughout.

// A picture from planes R, G, B: [3,side,side] f32 in [-1,1] (the network's), or u8 (the photo pack's).
cv::Mat pictureFromPlanes(std::span<const float> planes, int side);
cv::Mat pictureFromPlanes(std::span<const std::uint8_t> planes, int side);
// [side,side] f32 in [0,1]: 0 black, 1 white.
cv::Mat pictureFromMask(std::span<const float> mask, int side);

// Tiles of one size side by side without margins: tile (r,c) lies at (c * side, r * side). Form of prototypes.png. Missing tiles are black.
cv::Mat joinTiles(const std::vector<std::vector<cv::Mat>>& rows, int side);

// The mark of every picture that the network drew: dashed violet frame, a diamond in the corner, from 96 px the word "generated".
void markGenerated(cv::Mat& picture);

struct Tile {
    cv::Mat picture;             // any size; empty: a grey field
    std::string caption;         // one line; characters outside ASCII become '?'
    bool generated = false;
};
struct SheetRow {
    std::string title;           // beside the row
    cv::Scalar colour{-1};       // swatch beside the title, RGB; negative: none
    std::vector<Tile> tiles;
};
// A grid on white: a row of tiles per SheetRow, title at the left, captions below, generated tiles marked. The form of clusters.png.
cv::Mat drawSheet(std::span<const SheetRow> rows, int tileSide);

// Complete or absent. Throws Error diskFull, folderNotWritable, writeFailed.
void writePng(const std::filesystem::path& file, const cv::Mat& picture);

} // namespace plumage::data
