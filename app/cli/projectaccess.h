// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/curation/curator.h"
#include "core/project/runview.h"

#include <filesystem>
#include <map>
#include <string>

namespace plumage::cli {

// A project with what the machine and the persons say about its photos now.
struct OpenProject {
    project::ProjectFolder folder;
    curation::Curator curator;              // read-only while a window has the project open
    project::RunView view;
    project::LibraryState state;            // with a cluster for every code of the newest run
    project::PhotoTable table;
    RunId run{};                            // 0 = none
};

// To look at; codes of the newest run that no window has seen yet get their clusters, stored where that is possible.
// Throws Error folderMissing, runMissing, libraryMissing and those of Library.
OpenProject openProject(const std::filesystem::path& path);
// To change; makes the project where it does not exist. Throws libraryLocked while a window has it open.
curation::Curator openForWriting(const std::filesystem::path& path);

// Known kinds: "folders" (the folder right above each photo) or a CSV file with path and label. Throws as exchange::readLabels().
std::map<PhotoId, std::string> readTruth(const std::string& truth, const project::Library& library);

} // namespace plumage::cli
