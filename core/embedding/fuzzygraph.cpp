// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/embedding/fuzzygraph.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>

namespace plumage::embedding {
namespace {

double smoothSum(std::span<const float> distances, double nearest, double sigma)
{
    double sum = 0;
    for (const float d : distances)
        sum += std::exp(-std::max(0.0, static_cast<double>(d) - nearest) / sigma);
    return sum;
}

// sigma by bisection; the sum grows with sigma.
double bandwidth(std::span<const float> distances, double nearest, double smallest)
{
    const double target = std::log2(static_cast<double>(distances.size()));
    double low = 0, high = 1;
    while (smoothSum(distances, nearest, high) < target && high < 1e6)
        high *= 2;
    for (int round = 0; round < 40; ++round) {
        const double middle = (low + high) / 2;
        (smoothSum(distances, nearest, middle) < target ? low : high) = middle;
    }
    return std::max((low + high) / 2, smallest);
}

} // namespace

std::vector<FuzzyEdge> fuzzyGraph(const Neighbours& neighbours)
{
    std::vector<FuzzyEdge> edges;
    if (neighbours.count == 0)
        return edges;
    edges.reserve(2 * neighbours.rows.size());
    const double mean = std::accumulate(neighbours.distances.begin(), neighbours.distances.end(), 0.0) / static_cast<double>(neighbours.distances.size());
    const double smallest = std::max(1e-3 * mean, 1e-12);    // identical points: sigma must not vanish
    for (std::size_t i = 0; i < neighbours.points(); ++i) {
        const auto distances = neighbours.distancesOf(i);
        const auto rows = neighbours.of(i);
        const double nearest = distances.front(), sigma = bandwidth(distances, nearest, smallest);
        for (std::size_t j = 0; j < rows.size(); ++j) {
            const auto weight = static_cast<float>(std::exp(-(static_cast<double>(distances[j]) - nearest) / sigma));
            edges.push_back({static_cast<std::uint32_t>(i), rows[j], weight});
            edges.push_back({rows[j], static_cast<std::uint32_t>(i), 0.0f - weight});    // negative: the other direction's half
        }
    }
    std::sort(edges.begin(), edges.end(), [](const FuzzyEdge& a, const FuzzyEdge& b) {
        return std::tie(a.from, a.to, a.weight) < std::tie(b.from, b.to, b.weight);
    });
    std::size_t kept = 0;
    for (std::size_t i = 0; i < edges.size();) {    // one or two halves of a pair stand side by side
        const FuzzyEdge& first = edges[i];
        float own = 0, other = 0;
        for (; i < edges.size() && edges[i].from == first.from && edges[i].to == first.to; ++i)
            (edges[i].weight < 0 ? other : own) = std::abs(edges[i].weight);
        const FuzzyEdge joined{first.from, first.to, own + other - own * other};
        if (joined.weight > 1e-6f)
            edges[kept++] = joined;
    }
    edges.resize(kept);
    return edges;
}

} // namespace plumage::embedding
