// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plumage {

// A part of a file, in shares of its width and height (0..1), after EXIF orientation.
struct Box {
    double x = 0, y = 0, width = 1, height = 1;
    bool operator==(const Box&) const = default;
};

// One photo of a run: row i of photos.csv is row i of every array of the run.
struct PhotoRow {
    PhotoId photo;
    int root = 0;               // index into PhotoList::roots
    std::string path;           // relative to the root, '/' between folders, the file system's bytes
    std::optional<Box> box;     // nothing = the whole file
    std::string hash;           // content, 32 hex digits
};

struct PhotoList {
    std::vector<std::string> roots;    // absolute; they stand in run.toml
    std::vector<PhotoRow> rows;
    std::filesystem::path file(std::size_t row) const { return std::filesystem::path(roots[static_cast<std::size_t>(rows[row].root)]) / rows[row].path; }
    // The folder directly above the file, relative to the root ("" for files of the root itself): the truth of `--truth folders`.
    std::string folder(std::size_t row) const;
    // 16 hex digits over ids, paths, boxes and content hashes (not the roots, which differ between machines).
    std::string hash() const;
};

// photos.csv: header "id,root,path,x,y,w,h,hash". Throws Error diskFull, writeFailed, folderNotWritable.
void writePhotoRows(const std::filesystem::path& csv, const PhotoList& list);
std::string photoRowsText(const PhotoList& list);    // the same text
// `rootCount` roots exist; `source` names the text in errors. Throws Error fileDamaged.
std::vector<PhotoRow> photoRowsFromText(std::string_view text, std::size_t rootCount, const std::string& source);
// Rows only; roots are filled by the caller from run.toml. Throws Error fileMissing, fileUnreadable, fileDamaged (detail "FILE line N").
std::vector<PhotoRow> readPhotoRows(const std::filesystem::path& csv, std::size_t rootCount);

} // namespace plumage
