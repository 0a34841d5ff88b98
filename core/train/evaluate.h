// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/photopack.h"
#include "core/train/deviceinfo.h"
#include "core/train/snapshottensors.h"

#include <filesystem>
#include <string>

namespace plumage::train {

// Labels other photos with a trained network: embedding, codes and confidence of every photo of `pack`, prototypes and drawings of the
// checkpoint's averaged generator. Uses the evaluation buffers of the checkpoint, so that a photo's codes do not depend on its companions.
// All torch work happens in the calling thread. `threads` 0 = all cores; `device` auto, cpu, cuda.
// Throws Error checkpointMissing, checkpointDamaged, packMismatch (side), deviceMissing, outOfMemory, internal.
SnapshotTensors evaluateCheckpoint(const std::filesystem::path& checkpoint, const PhotoPackReader& pack, const std::string& device, int threads);

} // namespace plumage::train
