// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/photolist.h"

#include <cstdint>
#include <filesystem>

namespace plumage::bench {

// A project of any size for benchmarks: library, a run with one snapshot (codes, confidence, layout, neighbours, a small embedding), a twentieth of the photos
// labelled in 40 named clusters, and a thumbnail of every photo in the window's store. Nothing in it was trained; deterministic. Minutes for a million.
struct SyntheticProject {
    std::int64_t photos = 10'000;
    int codes = 400;
    int edge = 64;              // of the thumbnails, pixels
    bool withFiles = false;     // writes the photos too (JPEG, 256x192, in `photos` beside the project); else there are none and nothing may look for them
};
void makeProject(const SyntheticProject& wish, const std::filesystem::path& project);

// Photos with ids 1, 2, … and made-up paths and hashes; no file is there.
PhotoList madeUpPhotos(std::int64_t count);

// `count` different JPEG files of so many pixels.
void writePhotos(const std::filesystem::path& folder, std::int64_t count, int width, int height);

} // namespace plumage::bench
