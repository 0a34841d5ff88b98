// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/exchange/exportrow.h"

#include <filesystem>
#include <optional>
#include <span>

namespace plumage::exchange {

struct PictureSize { int width = 0, height = 0; };    // pixels, upright
// Reads a picture's header; nothing if it cannot be read. The caller has a library for that, this folder has none.
using SizeOf = std::function<std::optional<PictureSize>(const std::filesystem::path&)>;

// COCO: an image per file, an annotation per photo with the photo's box, else the full frame (bbox in pixels), a category per cluster with its group as
// supercategory. Machine labels carry "score"; every annotation "source". Complete or absent.
// Throws Error diskFull, folderNotWritable, writeFailed, cancelled.
void exportCoco(std::span<const ExportRow> rows, const std::filesystem::path& file, const SizeOf& sizeOf, const Progress& progress = {}, std::stop_token stop = {});

} // namespace plumage::exchange
