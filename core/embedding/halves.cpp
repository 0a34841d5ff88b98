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

} // namespace

Halves twoHalves(const HalfRows& points, const std::stop_token& stop)
{
    Halves halves;
    std::vector<std::uint32_t> all(points.rows());
    std::iota(all.begin(), all.end(), 0u);
    if (all.size() < 2)
        return halves;
    std::vector<float> first = leastLike(points, meanDirection(points, all)), second = leastLike(points, first);
    std::vector<std::uint32_t> members[2];
    std::vector<float> toFirst, toSecond;
    for (int round = 0; round < mostRounds; ++round) {
        if (stop.stop_requested())
            throw Error(ErrorCode::cancelled, {});
        toFirst = cosines(points, first);
        toSecond = cosines(points, second);
        const std::vector<std::uint32_t> before = std::exchange(members[1], {});
        members[0].clear();
        for (const std::uint32_t row : all)
            members[toSecond[row] > toFirst[row]].push_back(row);
        if (members[0].empty() || members[1].empty())
            return halves;
        if (members[1] == before)
            break;
        first = meanDirection(points, members[0]);
        second = meanDirection(points, members[1]);
    }
    for (const std::uint32_t row : all) {
        const float near = 1 - std::max(toFirst[row], toSecond[row]), far = 1 - std::min(toFirst[row], toSecond[row]);
        halves.apart += far > 1e-6f ? static_cast<double>((far - near) / far) / static_cast<double>(all.size()) : 0;
    }
    halves.second = std::move(members[members[1].size() <= members[0].size()]);
    return halves;
}

} // namespace plumage::embedding
