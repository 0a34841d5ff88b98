// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/embedding/points.h"

#include <cstdint>
#include <stop_token>
#include <vector>

namespace plumage::embedding {

inline constexpr std::size_t visualBlock = 4096;    // points of one path; more are cut along the first principal component

// An order in which neighbours look alike: a path through the points, from one end of the first principal component, always to the nearest point that is
// left. Returns every row once. O(rows * visualBlock * 16). The same points give the same order. Throws Error cancelled, and as checkPoints().
std::vector<std::uint32_t> visualOrder(PointsView points, std::stop_token stop = {});

} // namespace plumage::embedding
