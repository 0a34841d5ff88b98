// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/library.h"

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <unordered_set>

namespace plumage::ui {

// What the library knows of photos and the table does not: when they were taken, which files are gone. Read in a job, when it is asked for.
struct PhotoFacts {
    std::unordered_map<PhotoId, std::int64_t> taken;    // 20240517063102: local time of the camera; photos without one are not here
    std::unordered_set<PhotoId> missing;
};
std::shared_ptr<const PhotoFacts> readPhotoFacts(const project::Library& library);    // blocks; throws what Library throws

class GalleryPanel;
class Workspace;
// Reads them whenever the gallery asks, anew after a look at the folders. Both must live as long as each other.
void feedFacts(Workspace& workspace, GalleryPanel& gallery);

} // namespace plumage::ui
