// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace plumage {

// How many photos an export writes, and why the others are left out.
struct ExportCounts {
    std::int64_t photos = 0, written = 0, checked = 0, machine = 0;    // written = checked (human labels) + machine
    std::int64_t unnamed = 0, otherClusters = 0, noCluster = 0, away = 0, missing = 0, unsure = 0, unchecked = 0;    // left out, by reason
};

} // namespace plumage
