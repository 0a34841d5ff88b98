// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <set>
#include <span>
#include <vector>

namespace plumage::run {

// What of a run is kept (DESIGN.md section 3).
inline constexpr std::size_t keptSnapshots = 400;
inline constexpr std::size_t newestCheckpoints = 3;

// Places of the snapshots to delete so that `limit` remain, spread evenly over the steps: always the one whose neighbours lie closest together; never
// the first, the newest, or one of `needed` (steps with a checkpoint) while others are left. steps: ascending.
std::vector<std::size_t> surplusSnapshots(std::span<const std::int64_t> steps, std::size_t limit, const std::set<std::int64_t>& needed);
// Places of the checkpoints to delete: all but the newest three and the first of each hour of training. seconds: of each, ascending.
std::vector<std::size_t> surplusCheckpoints(std::span<const double> seconds);

// Apply both to the folders of a run; the big arrays (embedding, neighbours) go from all snapshots but the newest and those with a checkpoint.
// Never throw: what cannot be deleted stays.
void tidySnapshots(const std::filesystem::path& snapshots, const std::filesystem::path& checkpoints);
void tidyCheckpoints(const std::filesystem::path& checkpoints);

} // namespace plumage::run
