// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/review/duplicates.h"

#include <algorithm>
#include <map>
#include <numeric>

namespace plumage::review {
namespace {

constexpr int perCluster = 3;

} // namespace

std::vector<Pair> likelyDuplicates(std::span<const ClusterLook> clusters, const std::function<bool(ClusterId, ClusterId)>& isAnswered)
{
    std::vector<Pair> all;
    for (std::size_t i = 0; i < clusters.size(); ++i)
        for (std::size_t j = i + 1; j < clusters.size(); ++j) {
            if (clusters[i].photos == 0 || clusters[j].photos == 0)
                continue;
            const auto [a, b] = std::minmax(clusters[i].cluster, clusters[j].cluster);
            const double likeness = std::inner_product(clusters[i].mean.begin(), clusters[i].mean.end(), clusters[j].mean.begin(), 0.0);
            if (likeness >= leastLikeness && !isAnswered(a, b))
                all.push_back({a, b, likeness});
        }
    std::ranges::stable_sort(all, std::greater<>(), &Pair::likeness);
    std::map<ClusterId, int> taken;
    std::erase_if(all, [&](const Pair& pair) { return std::max(++taken[pair.a], ++taken[pair.b]) > perCluster; });
    return all;
}

std::string pairKey(ClusterId a, ClusterId b)
{
    return std::to_string(std::min(a, b).value) + ":" + std::to_string(std::max(a, b).value);
}

} // namespace plumage::review
