// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/photolist.h"

#include <filesystem>
#include <opencv2/core/mat.hpp>
#include <optional>

namespace plumage::data {

// The photo as [H,W] CV_8UC3 RGB, upright (EXIF orientation), cut to the box. 16 bit, grey, palette and CMYK become 8-bit RGB, transparency lies on
// white, of several pages the first counts. A JPEG is decoded at 1/2, 1/4 or 1/8 where both sides still have `wantedSide` pixels (0: full size).
// The header is checked before memory is taken. Any thread.
// Throws Error fileMissing, photoUnreadable (also a JPEG whose end is missing), photoTooLarge (above 300 megapixels, and cannot be decoded smaller).
cv::Mat decodePhoto(const std::filesystem::path& file, const std::optional<Box>& box, int wantedSide);

// The pack's form of a photo (METHOD.md section 5): centre-cropped to at most 3:1, then area-averaged to [side,side].
struct PackedPhoto {
    cv::Mat picture;      // [side,side] CV_8UC3 RGB
    float aspect = 1;     // width / height before resizing, 1/3..3
};
PackedPhoto packedForm(const cv::Mat& picture, int side);

} // namespace plumage::data
