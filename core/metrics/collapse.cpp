// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/collapse.h"

#include "core/base/error.h"

#include <cmath>
#include <numeric>

namespace plumage::metrics {

CodeUsage codeUsage(std::span<const std::int64_t> photosPerCode)
{
    CodeUsage usage;
    usage.codes = static_cast<int>(photosPerCode.size());
    const std::int64_t total = std::accumulate(photosPerCode.begin(), photosPerCode.end(), std::int64_t{0});
    double entropy = 0;
    for (const std::int64_t photos : photosPerCode) {
        if (photos <= 0)
            continue;
        ++usage.inUse;
        usage.withFive += photos >= 5;
        const double share = static_cast<double>(photos) / static_cast<double>(total);
        entropy -= share * std::log(share);
    }
    if (usage.inUse > 0) {
        usage.effective = std::exp(entropy);
        usage.imbalance = std::log(static_cast<double>(usage.codes)) - entropy;
    }
    return usage;
}

int twinCentroids(std::span<const float> centroids, std::size_t width, double threshold)
{
    if (width == 0 || centroids.size() % width != 0)
        throw Error(ErrorCode::shapeMismatch, "centroids");
    const std::size_t rows = centroids.size() / width;
    int twins = 0;
    for (std::size_t a = 0; a < rows; ++a)
        for (std::size_t b = a + 1; b < rows; ++b)
            twins += std::inner_product(&centroids[a * width], &centroids[a * width] + width, &centroids[b * width], 0.0f) > threshold;
    return twins;
}

} // namespace plumage::metrics
