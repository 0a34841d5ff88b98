// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"

#include <cstdint>
#include <map>
#include <span>
#include <unordered_map>
#include <vector>

namespace plumage::review {

// What became of a cluster since it was looked at last.
struct Changes {
    std::vector<PhotoId> came;    // ascending
    std::int64_t left = 0;
    bool any() const { return !came.empty() || left > 0; }
    bool operator==(const Changes&) const = default;
};

// lookedAt: the members that each cluster had then, in any order; clusters that nobody looked at are no news. photos, clusters: [M] ids, and where each photo lies now
// (0 = nowhere). Only clusters that changed. O(M log members).
std::map<ClusterId, Changes> changesSince(const std::unordered_map<ClusterId, std::vector<PhotoId>>& lookedAt, std::span<const PhotoId> photos,
    std::span<const std::uint32_t> clusters);

} // namespace plumage::review
