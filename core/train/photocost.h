// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/trainoptions.h"

#include <cstdint>
#include <filesystem>

namespace plumage::train {

// What the number of photos costs a training besides their store, which is a file that the system keeps in memory as far as there is room.
struct PhotoCost {
    std::int64_t photos = 0;
    double storeBytes = 0;       // the pack
    double memoryBytes = 0;      // that the process asks for: their order, and the newest embedding and codes of each
    double batchMs = 0;          // median: choosing a batch, and copying as many photos out of the store that are in memory
};

// With an empty pack of this many photos in `folder`, which takes hardly any room there and is removed. Throws Error folderNotWritable, writeFailed, outOfMemory.
PhotoCost photoCost(const TrainOptions& options, std::int64_t photos, const std::filesystem::path& folder);

} // namespace plumage::train
