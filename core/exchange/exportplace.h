// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/library.h"

#include <filesystem>
#include <string>
#include <unordered_set>

namespace plumage::exchange {

// Where an export of many files goes: the folder itself if it is new or empty, else the first free "export-2", "export-3", … inside it.
// Throws Error folderNotWritable, diskFull, writeFailed.
std::filesystem::path freeFolder(const std::filesystem::path& wanted);

// Originals are never touched: throws Error amongPhotos if `file` is a photo of the library, under whatever name it was reached.
void keepOffPhotos(const project::Library& library, const std::filesystem::path& file);

// A name that every file system takes: no separators, control characters or characters that Windows refuses, no dot or blank at its ends, no reserved word,
// at most 120 bytes of UTF-8. Letters of every language stay. "_" if nothing is left.
std::string safeName(const std::string& name);

// Names that differ also where upper and lower case are the same: "a.jpg", then "a (2).jpg".
class UniqueNames {
public:
    std::string take(const std::string& name);

private:
    std::unordered_set<std::string> m_taken;    // lower case
};

} // namespace plumage::exchange
