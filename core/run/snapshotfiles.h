// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/metrics/scores.h"
#include "core/run/snapshotmap.h"
#include "core/train/snapshottensors.h"

#include <filesystem>
#include <optional>

namespace plumage::run {

inline constexpr int snapshotFormat = 1;

// The arrays, prototypes.png and snapshot.json of DESIGN.md section 3 in an existing folder (the caller makes it appear whole: base/atomicpath.h).
// Throws Error diskFull, folderNotWritable, writeFailed.
void writeSnapshotFiles(const std::filesystem::path& folder, const train::SnapshotTensors& snapshot, const MapPositions& map,
                        const std::optional<metrics::Scores>& scores);

// What a report needs of a snapshot on disk; `embedding` is empty where only the newer ones keep it.
struct StoredSnapshot {
    train::SnapshotTensors tensors;    // without prototypes and the embedding of the drawings
    MapPositions map;                  // without neighbours
    std::optional<metrics::Scores> scores;
};
// Throws Error fileMissing, fileUnreadable, fileDamaged, fileTooNew.
StoredSnapshot readSnapshotFiles(const std::filesystem::path& folder);

// snapshots/000120 below `parent`, complete or absent.
std::filesystem::path writeSnapshot(const std::filesystem::path& parent, const train::SnapshotTensors& snapshot, const MapPositions& map,
                                    const std::optional<metrics::Scores>& scores);

} // namespace plumage::run
