// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace plumage::metrics {

// Indicators of the collapse panel (METHOD.md section 9) that a snapshot gives for free. No labels are needed.

// Lines 1 and 2: how photos spread over the active codes.
struct CodeUsage {
    int codes = 0;             // K, active codes
    int inUse = 0;             // codes with at least 1 photo
    int withFive = 0;          // codes with at least 5 photos
    double effective = 0;      // exp(H(q)), q = share of photos per code; alarm below K/4
    double imbalance = 0;      // log K - H(q), nats; 0 = even
};
// photosPerCode: one entry per active code. All zero: effective is 0.
CodeUsage codeUsage(std::span<const std::int64_t> photosPerCode);

// Line 9: pairs of unit centroids with a cosine above `threshold`. centroids: [K, width] f32 row-major, active rows only.
// Throws Error shapeMismatch if the length is no multiple of width. O(K^2 width).
int twinCentroids(std::span<const float> centroids, std::size_t width, double threshold = 0.9);

} // namespace plumage::metrics
