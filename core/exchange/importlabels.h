// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/curation/commands.h"
#include "core/project/library.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace plumage::exchange {

struct ProblemLine {
    std::int64_t line = 0;      // of the file, from 1
    std::string text;           // what stands there
};

// What a file of labels says about the photos of a library.
struct LabelFile {
    std::vector<curation::ImportedLabel> labels;
    std::vector<ProblemLine> unmatched;     // no photo has this path, name or hash
    std::vector<ProblemLine> ambiguous;     // several photos have this file name
    std::int64_t machine = 0;               // rows of an own export that are the machine's opinion: left out
    std::string pathColumn, labelColumn;    // as they are called in the file
};

// A CSV or TSV with a header. A photo is found by absolute path, path relative to its root, file name if only one has it, then hash. Columns are guessed by
// their names (path, file, filename, photo, image; label, class, species, kind, name) unless given. The tables of exportCsv() and manifest.csv come back whole:
// human labels with their source, machine rows left out.
// Throws Error fileMissing, fileUnreadable, fileDamaged (a quote that never closes), textEncoding (detail: file and line), columnMissing, emptyTable.
LabelFile readLabels(const std::filesystem::path& file, const project::Library& library, const std::string& pathColumn = {}, const std::string& labelColumn = {});

// The folder right above each photo as its label; photos of a root itself have none.
std::vector<curation::ImportedLabel> folderLabels(const project::Library& library);

// One name a line, or the first column of a CSV without a header. Throws as readLabels().
std::vector<std::string> readClassList(const std::filesystem::path& file);

} // namespace plumage::exchange
