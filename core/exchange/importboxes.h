// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/library.h"

#include <filesystem>
#include <vector>

namespace plumage::exchange {

inline constexpr double leastDetection = 0.2;    // confidence from which a detector's box counts, as MegaDetector's own tools do

// Boxes from CSV (path,x,y,w,h in shares of the picture; header needed), COCO JSON (pixels; images need width and height) or MegaDetector JSON (shares,
// detections from `leastConfidence` on; people and vehicles are left out where the file tells them apart). The kind is told by the content. Paths as they stand in the file.
// Throws Error fileMissing, fileUnreadable, fileDamaged (detail: file and where), textEncoding, columnMissing, emptyTable (no box in it).
std::vector<project::BoxRow> readBoxes(const std::filesystem::path& file, double leastConfidence = leastDetection);

} // namespace plumage::exchange
