// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace plumage::metrics {

// The one-to-one assignment of rows to columns with the largest sum of gains. gains: [size, size] row-major, any sign, |gain| < 2^40.
// Returns the column of each row. O(size^3) by shortest augmenting paths with potentials (Jonker, Volgenant, Computing 38 (1987)); exact.
// Throws Error shapeMismatch if gains is not size * size long.
std::vector<int> assignMaximum(std::span<const std::int64_t> gains, int size);

} // namespace plumage::metrics
