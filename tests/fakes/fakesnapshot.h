// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>

namespace plumage::fakes {

// A made-up run: photos in round-robin kinds whose points gather over the steps.
struct FakeRun {
    std::filesystem::path folder;    // …/runs/0001
    std::int64_t photos = 60;        // M
    int codes = 4;                   // K
    int imageSize = 32;              // S
};

// Numbers of photos and codes from run.toml and photos.csv where they are there; the defaults above else.
FakeRun readFakeRun(const std::filesystem::path& folder);

// snapshots/<step> with every file of the run folder's format, complete or absent. Points lie closer to their centroid the higher the step. Returns the folder.
std::filesystem::path writeFakeSnapshot(const FakeRun& run, std::int64_t step, double seconds);

// checkpoints/<step>/state.json, without weights.
void writeFakeCheckpoint(const FakeRun& run, std::int64_t step);
std::int64_t newestFakeCheckpoint(const FakeRun& run);    // its step, or 0

} // namespace plumage::fakes
