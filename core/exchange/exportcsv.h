// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/exchange/exportrow.h"

#include <filesystem>
#include <span>

namespace plumage::exchange {

// A row per photo, RFC 4180, UTF-8, decimal points: path,hash,cluster_id,label,source,confidence,machine_label,run. Paths are absolute; a box in a file is
// path#xywh=x,y,w,h in shares of the picture (Media Fragments). importLabels() reads all of it back.
std::string csvText(std::span<const ExportRow> rows);
// Complete or absent. Throws Error diskFull, folderNotWritable, writeFailed.
void exportCsv(std::span<const ExportRow> rows, const std::filesystem::path& file);

std::string pathWithBox(const project::PhotoRecord& photo);    // as in the first column

} // namespace plumage::exchange
