// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random.h"
#include "core/curation/commands.h"
#include "core/curation/curator.h"
#include "core/project/projectfolder.h"

#include <optional>
#include <string>
#include <vector>

// A project of made-up photos, and random decisions about them, for the tests of what a person decides.
namespace decisions {

inline constexpr int photos = 80, codes = 6;
inline constexpr plumage::RunId run{1};

plumage::PhotoList somePhotos(int count = photos);
// NAME.plumage below `folder` with a library that knows the photos.
std::filesystem::path makeProject(const std::filesystem::path& folder);
plumage::curation::Curator openCurator(const std::filesystem::path& project, std::int64_t nowMs = 1'700'000'000'000);
// Where the photo lies: its label, else the code that its id gives.
std::optional<plumage::ClusterId> place(const plumage::project::LibraryState& state, plumage::PhotoId photo);
// Any command of core/curation that fits the state, or an empty one.
plumage::curation::Command randomCommand(const plumage::project::LibraryState& state, plumage::Random& random);

} // namespace decisions
