// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/photolist.h"
#include "core/run/runfolder.h"
#include "core/train/snapshottensors.h"

#include <filesystem>

namespace plumage::test {

// Photos in two folders, taken in turn.
PhotoList madeUpPhotos(std::size_t photos);

// A snapshot whose best code is the photo's folder (codes 1 and 3 of 4, K_max 6); photo `unreadable` has no code.
train::SnapshotTensors madeUpSnapshot(std::int64_t step, std::size_t photos, std::size_t unreadable);

run::RunFolder madeUpRun(const std::filesystem::path& path, std::size_t photos, const char* truth = "folders");

} // namespace plumage::test
