// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/base/photolist.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

namespace plumage::data {

struct PhotoProblem {
    std::size_t row = 0;                     // of the photo list
    std::string path;                        // root and relative path
    ErrorCode code = ErrorCode::none;        // fileMissing, photoUnreadable, photoTooLarge
};

struct PackReport {
    std::vector<PhotoProblem> problems;      // by row; these rows are grey and flagged in the pack (core/base/photopack.h)
    std::int64_t decoded = 0;                // rows that hold a photo
    bool reused = false;                     // a pack of this list and side was there already
};

// Decodes every photo of the list into the photo pack at `file` (side: Q of METHOD.md section 5, packSideFor()). The file is complete or absent.
// Blocks; progress(rows done, rows) is called by one thread at a time.
// Throws Error noPhotos (the list is empty or nothing in it can be decoded), diskFull, folderNotWritable, writeFailed, cancelled.
PackReport buildPhotoPack(const PhotoList& list, int side, const std::filesystem::path& file,
    const std::function<void(std::int64_t done, std::int64_t total)>& progress, std::stop_token stop, int threads);

} // namespace plumage::data
