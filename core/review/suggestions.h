// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace plumage::review {

// "Robin → Redstart, 23 photos": machine photos of one cluster whose nearest photos lie in another.
struct Cohort {
    ClusterId from, to;
    std::vector<std::uint32_t> rows;    // of the photo table, strongest first
};

// clusters: [M] where each photo lies now, 0 = nowhere; checked: [M]; neighbours: [M, count] rows, nearest first. A photo is suggested when at least 6 of its 10 nearest lie
// in one other cluster, checked ones counting double. isAnswered: a cohort that the person does not want to see again. isRejected: the
// person said that this photo does not belong there. Largest cohorts first. O(M).
std::vector<Cohort> suggestions(std::span<const std::uint32_t> clusters, std::span<const std::uint8_t> checked, std::span<const std::uint32_t> neighbours, std::size_t count,
    const std::function<bool(ClusterId from, ClusterId to)>& isAnswered, const std::function<bool(std::uint32_t row, ClusterId to)>& isRejected);

} // namespace plumage::review
