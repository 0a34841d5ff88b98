// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/photolist.h"

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace plumage::run {

class RunFolder;

// What a report shows: a snapshot, and the losses that led to it if there are any.
struct ReportSource {
    std::string title;
    const PhotoList& photos;
    std::filesystem::path snapshot;    // folder with the arrays
    std::filesystem::path metrics;     // metrics.csv; empty = no losses
    std::vector<std::pair<std::string, std::string>> facts;    // further lines of the table: name, value
};

// map.png (photos by code, centroids, drawings), clusters.png (a row per code in use, largest first: what the network draws of it, then the photos
// nearest to its centroid), losses.png, index.html, in a folder that is complete or absent. Photos that cannot be read any more are grey.
// Throws Error fileMissing, fileDamaged (of the snapshot), diskFull, folderNotWritable, writeFailed.
void writeReport(const ReportSource& source, const std::filesystem::path& out);
// Of the newest snapshot, into report/. Throws Error runDamaged if there is none.
void writeRunReport(const RunFolder& run, std::vector<std::pair<std::string, std::string>> facts);

} // namespace plumage::run
