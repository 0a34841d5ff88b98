// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace plumage::data {

// What a picture file says about itself, read before anything is decoded or memory is taken.
struct PictureHeader {
    enum class Format { jpeg, png, webp, tiff, bmp };
    Format format = Format::jpeg;
    std::int64_t width = 0, height = 0;    // as stored, before orientation
    int orientation = 1;                   // EXIF, 1..8
    bool hasAlpha = false;
    bool isProgressive = false;            // JPEG: memory for the whole picture is needed even when decoded smaller
    bool isAnimated = false;               // WebP
    bool isCut = false;                    // JPEG, PNG, WebP: the end of the file is missing
};

// `bytes` is the whole file; what is in it, not its name, tells the format. Nothing if it is none of the five or its header is damaged.
std::optional<PictureHeader> readPictureHeader(std::string_view bytes);

// The first frame of an animated WebP as a file of its own; empty if there is none.
std::string firstWebpFrame(std::string_view bytes);

} // namespace plumage::data
