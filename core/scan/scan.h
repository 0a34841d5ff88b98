// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/base/photolist.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace plumage::scan {

struct FoundPhoto {
    int root = 0;                       // index into the roots that were scanned
    std::string path;                   // relative to the root, '/' between folders, the file system's bytes
    std::uint64_t bytes = 0;
    std::int64_t modifiedNs = 0;        // since 1970, UTC
    std::string hash;                   // of the content: XXH3, 128 bit, as 32 hex digits
};

// A file or folder that was left out; the scan goes on.
//   fileUnreadable, folderUnreadable   no permission, input error (detail: the system's reason)
//   photoEmpty                         a photo of 0 bytes
//   brokenLink                         the target is missing
//   linkLoop                           a link to itself, to a folder above, or to one that is scanned already
struct ScanProblem {
    std::string path;                   // root and relative path
    ErrorCode code = ErrorCode::none;
    std::string detail;
};

struct ScanResult {
    std::vector<FoundPhoto> photos;     // by root, then by the bytes of the path: the same order on every machine
    std::vector<ScanProblem> problems;
    std::int64_t hiddenFiles = 0;       // files and folders whose name starts with a dot, not looked into
    std::int64_t otherFiles = 0;        // no photo by their name's end, or no plain file
};

// jpg, jpeg, png, webp, tif, tiff, bmp in any case.
bool hasPhotoName(std::string_view fileName);

// Walks the roots and hashes every photo in two threads. Symbolic links are followed, but nothing is taken twice. Blocks.
// progress(photos hashed, photos found so far) is called by one thread at a time. A single bad file is a problem, not an exception.
// Throws Error folderMissing, folderUnreadable (of a root), cancelled.
ScanResult scanFolders(std::span<const std::filesystem::path> roots,
    const std::function<void(std::int64_t done, std::int64_t found)>& progress = {}, std::stop_token stop = {});

// Numbers the photos 1, 2, … in the order of the scan; roots become absolute.
PhotoList toPhotoList(const ScanResult& scan, std::span<const std::filesystem::path> roots);

} // namespace plumage::scan
