// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/base/photolist.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>

namespace plumage::run {

struct EmbedRequest {
    std::filesystem::path checkpoint;    // checkpoints/000120 of a run, or the run folder: its newest
    std::filesystem::path out;           // new or empty
    std::string device = "auto";
    int threads = 0;                     // 0 = all cores
    bool report = false;                 // report/ too
};
struct EmbedOutcome {
    std::int64_t photos = 0, unreadable = 0;
    int codes = 0, codesInUse = 0;
};

// Labels photos with a trained network. `out` appears whole: photos.csv, labels.csv (photo, path, code, confidence), the arrays of a snapshot, report/.
// note: photos that could not be decoded. progress(photos decoded, photos). Blocks; all torch work happens in the calling thread.
// Throws Error checkpointMissing, checkpointDamaged, noPhotos, folderNotEmpty, folderNotWritable, diskFull, cancelled, and as train::evaluateCheckpoint().
EmbedOutcome embedPhotos(const EmbedRequest& request, const PhotoList& photos, const std::function<void(ErrorCode, const std::string&)>& note,
                         const std::function<void(std::int64_t, std::int64_t)>& progress, std::stop_token stop);

} // namespace plumage::run
