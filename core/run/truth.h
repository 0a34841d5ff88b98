// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/base/photolist.h"
#include "core/metrics/scores.h"
#include "core/train/snapshottensors.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace plumage::run {

// Known kinds of a run's photos (run.toml: truth = "folders": the folder above each file). Read for scores only, never by training.
struct Truth {
    std::vector<std::int32_t> kinds;      // [M]
    std::vector<std::string> names;       // [Y] folders, sorted
};
Truth folderTruth(const PhotoList& photos);

// Scores of each photo's best code against the truth; photos without a code are left out. Nothing if none is left.
std::optional<metrics::Scores> scoreSnapshot(const train::SnapshotTensors& snapshot, const Truth& truth, std::uint64_t seed);

// {"acc", "acc_chance", "nmi", "nmi_reference", "ami", "ari", "purity", ..}
Json toJson(const metrics::Scores& scores);
metrics::Scores scoresFromJson(const Json& json);    // throws Error fileDamaged

} // namespace plumage::run
