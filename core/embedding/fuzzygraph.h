// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/embedding/neighbours.h"

namespace plumage::embedding {

// How strongly two points belong together, in (0, 1]; both directions are listed.
struct FuzzyEdge {
    std::uint32_t from, to;
    float weight;
};

// Fuzzy simplicial set of a kNN graph (McInnes, Healy, Melville, arXiv 1802.03426, section 3.1): from each point, weight
// exp(-(d - d_nearest) / sigma) with sigma such that the weights sum to log2(count); both directions joined by w + w' - w w'.
// Sorted by (from, to). O(M count).
std::vector<FuzzyEdge> fuzzyGraph(const Neighbours& neighbours);

} // namespace plumage::embedding
