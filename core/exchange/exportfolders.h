// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/exchange/exportrow.h"

#include <filesystem>
#include <span>

namespace plumage::exchange {

enum class Link { hard, symbolic, copy };

struct FoldersReport {
    std::filesystem::path folder;    // where it went
    std::int64_t files = 0;
    std::int64_t copied = 0;         // although hard links were asked for: another file system
};

// FOLDER/<group>/<class>/<file> and manifest.csv (the table of exportCsv, with the new path in front). Originals are never moved, renamed or written.
// A folder that is not empty gets a new one inside. Boxes: the whole file, once; the manifest has the box. Blocks.
// Throws Error folderNotWritable, diskFull, writeFailed, fileMissing, cancelled: then what was written is deleted again.
FoldersReport exportFolders(std::span<const ExportRow> rows, const std::filesystem::path& folder, Link link, const Progress& progress = {}, std::stop_token stop = {});

} // namespace plumage::exchange
