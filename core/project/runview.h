// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/library.h"
#include "core/project/phototable.h"
#include "core/project/projectfolder.h"

#include <memory>
#include <optional>

namespace plumage::project {

// The rows of the run (row i is row i of its arrays) with the places that the library knows now, then the photos that came later.
PhotoList joinPhotos(PhotoList run, const PhotoList& all);
// The same; where the library has the run's photos first and in their order, as it mostly does, that is `all` itself and nothing is copied.
std::shared_ptr<const PhotoList> joinPhotos(const PhotoList& run, const std::shared_ptr<const PhotoList>& all);

// The machine's newest opinion of a project, for programs without a window.
struct RunView {
    std::optional<RunFolder> run;                   // the newest that has a whole snapshot
    std::shared_ptr<const SnapshotFile> snapshot;   // its newest; null without a run
    std::shared_ptr<const PhotoList> photos;        // joined; all of the library without a run
    PhotoTable table(const LibraryState& state) const { return PhotoTable(photos, snapshot).with(state, run ? run->run : RunId{}); }
};
RunView readRunView(const ProjectFolder& project, const Library& library);

} // namespace plumage::project
