// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/photolist.h"
#include "core/scan/scan.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <stop_token>
#include <vector>

namespace plumage::project {

// What folders hold, with the ids of this project.
struct PhotoScan {
    PhotoList photos;
    std::vector<scan::ScanProblem> problems;    // files that were left out
    std::int64_t hiddenFiles = 0, otherFiles = 0;
};

// Scans the roots and numbers the photos. Blocks. progress(photos done, photos found so far).
// Throws Error folderMissing, folderUnreadable (of a root), noPhotos, cancelled.
PhotoScan scanPhotos(std::span<const std::filesystem::path> roots, const PhotoList& known,
    const std::function<void(std::int64_t, std::int64_t)>& progress, std::stop_token stop);

// Gives every photo of a scan its id. A photo that `known` has keeps its id: found by path, else (moved file) by content hash; new ones get the next
// free ids in the order of the scan. Photos of `known` that the scan lacks are left out, their ids are not used again. Roots become absolute.
PhotoList numberPhotos(std::span<const std::filesystem::path> roots, const scan::ScanResult& found, const PhotoList& known);

} // namespace plumage::project
