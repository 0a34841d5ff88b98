// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace plumage::review {

// A cluster as the merge wizard compares it.
struct ClusterLook {
    ClusterId cluster;
    std::vector<float> mean;       // [E] mean direction of its photos
    std::int64_t photos = 0;
};

struct Pair {
    ClusterId a, b;                // a < b
    double likeness = 0;           // cosine of the means, -1..1
};

inline constexpr double leastLikeness = 0.5;    // pairs below are not asked about

// Duplicates (UI.md section 7): "Are these the same kind?" Most alike first; each cluster with its three most similar ones at most. Pairs that were answered are left out.
std::vector<Pair> likelyDuplicates(std::span<const ClusterLook> clusters, const std::function<bool(ClusterId, ClusterId)>& isAnswered);
std::string pairKey(ClusterId a, ClusterId b);    // "17:22", under which an answer is kept

} // namespace plumage::review
