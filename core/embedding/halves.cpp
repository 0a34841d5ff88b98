// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/embedding/halves.h"

#include "core/base/error.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace plumage::embedding {
namespace {

constexpr int mostRounds = 30;

std::vector<float> leastLike(const HalfRows& points, std::span<const float> query)
{
    const std::vector<float> likeness = cosines(points, query);
    const auto row = static_cast<std::uint32_t>(std::ranges::min_element(likeness) - likeness.begin());
    return toFloats(points, std::span(&row, 1));
}

// Spherical 2-means from two directions; rows of `fixed` stay in the second half.
struct Parted {
    std::vector<std::uint32_t> members[2];    // one is empty: it cannot be parted
    double apart = 0;
};
Parted parted(const HalfRows& points, std::vector<float> first, std::vector<float> second, const std::vector<bool>& fixed, const std::stop_token& stop)
{
    Parted result;
    std::vector<float> toFirst, toSecond;
    for (int round = 0; round < mostRounds; ++round) {
        if (stop.stop_requested())
            throw Error(ErrorCode::cancelled, {});
        toFirst = cosines(points, first);
        toSecond = cosines(points, second);
        const std::vector<std::uint32_t> before = std::exchange(result.members[1], {});
        result.members[0].clear();
        for (std::uint32_t row = 0; row < toFirst.size(); ++row)
            result.members[fixed[row] || toSecond[row] > toFirst[row]].push_back(row);
        if (result.members[0].empty() || result.members[1].empty())
            return result;
        if (result.members[1] == before)
            break;
        first = meanDirection(points, result.members[0]);
        second = meanDirection(points, result.members[1]);
    }
    for (std::size_t row = 0; row < toFirst.size(); ++row) {
        const float near = 1 - std::max(toFirst[row], toSecond[row]), far = 1 - std::min(toFirst[row], toSecond[row]);
        result.apart += far > 1e-6f ? static_cast<double>((far - near) / far) / static_cast<double>(toFirst.size()) : 0;
    }
    return result;
}

} // namespace

Halves twoHalves(const HalfRows& points, const std::stop_token& stop)
{
    std::vector<std::uint32_t> all(points.rows());
    std::iota(all.begin(), all.end(), 0u);
    if (all.size() < 2)
        return {};
    const std::vector<float> first = leastLike(points, meanDirection(points, all));
    Parted result = parted(points, first, leastLike(points, first), std::vector<bool>(all.size(), false), stop);
    if (result.members[0].empty() || result.members[1].empty())
        return {};
    return {std::move(result.members[result.members[1].size() <= result.members[0].size()]), result.apart};
}

Halves halfOfExamples(const HalfRows& points, std::span<const std::uint32_t> examples, const std::stop_token& stop)
{
    std::vector<bool> fixed(points.rows(), false);
    for (const std::uint32_t row : examples)
        fixed[row] = true;
    std::vector<std::uint32_t> rest;
    for (std::uint32_t row = 0; row < fixed.size(); ++row)
        if (!fixed[row])
            rest.push_back(row);
    if (examples.empty() || rest.empty())
        return {};
    Parted result = parted(points, meanDirection(points, rest), meanDirection(points, examples), fixed, stop);
    return {std::move(result.members[1]), result.apart};
}

} // namespace plumage::embedding
