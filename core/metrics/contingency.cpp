// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/contingency.h"

#include "core/base/error.h"

#include <numeric>
#include <string>

namespace plumage::metrics {

std::int64_t Contingency::total() const
{
    return std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
}

std::vector<std::int64_t> Contingency::rowSums() const
{
    std::vector<std::int64_t> sums(static_cast<std::size_t>(classes), 0);
    for (int y = 0; y < classes; ++y)
        for (int k = 0; k < clusters; ++k)
            sums[static_cast<std::size_t>(y)] += at(y, k);
    return sums;
}

std::vector<std::int64_t> Contingency::columnSums() const
{
    std::vector<std::int64_t> sums(static_cast<std::size_t>(clusters), 0);
    for (int y = 0; y < classes; ++y)
        for (int k = 0; k < clusters; ++k)
            sums[static_cast<std::size_t>(k)] += at(y, k);
    return sums;
}

Contingency countPairs(std::span<const std::int32_t> truth, std::span<const std::int32_t> predicted, int classes, int clusters)
{
    if (truth.size() != predicted.size() || classes < 0 || clusters < 0)
        throw Error(ErrorCode::shapeMismatch, "labels");
    Contingency table{classes, clusters, std::vector<std::int64_t>(static_cast<std::size_t>(classes) * static_cast<std::size_t>(clusters), 0)};
    for (std::size_t i = 0; i < truth.size(); ++i) {
        if (truth[i] < 0)
            continue;
        if (truth[i] >= classes || predicted[i] < 0 || predicted[i] >= clusters)
            throw Error(ErrorCode::shapeMismatch, "label of row " + std::to_string(i));
        ++table.counts[static_cast<std::size_t>(truth[i]) * static_cast<std::size_t>(clusters) + static_cast<std::size_t>(predicted[i])];
    }
    return table;
}

void checkTable(const Contingency& table)
{
    if (table.classes < 0 || table.clusters < 0
        || table.counts.size() != static_cast<std::size_t>(table.classes) * static_cast<std::size_t>(table.clusters))
        throw Error(ErrorCode::shapeMismatch, "contingency table");
    for (const std::int64_t count : table.counts)
        if (count < 0)
            throw Error(ErrorCode::shapeMismatch, "negative count");
    if (table.total() == 0)
        throw Error(ErrorCode::emptyTable, "contingency table");
}

} // namespace plumage::metrics
