// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/embedding/visualorder.h"

#include "core/embedding/pca.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace plumage::embedding {
namespace {

constexpr std::size_t components = 16;    // that distances are taken in

// The path of one block; `rows` is its share, ascending along the first component.
void walk(PointsView points, std::span<std::uint32_t> rows, const std::stop_token& stop)
{
    for (std::size_t at = 0; at + 1 < rows.size(); ++at) {
        if (stop.stop_requested())
            throw Error(ErrorCode::cancelled, {});
        const auto here = points.row(rows[at]);
        std::size_t nearest = at + 1;
        float best = std::numeric_limits<float>::max();
        for (std::size_t other = at + 1; other < rows.size(); ++other) {
            const auto there = points.row(rows[other]);
            float distance = 0;
            for (std::size_t i = 0; i < here.size(); ++i)
                distance += (here[i] - there[i]) * (here[i] - there[i]);
            if (distance < best) {
                best = distance;
                nearest = other;
            }
        }
        std::swap(rows[at + 1], rows[nearest]);
    }
}

} // namespace

std::vector<std::uint32_t> visualOrder(PointsView points, std::stop_token stop)
{
    checkPoints(points);
    std::vector<std::uint32_t> order(points.rows());
    std::iota(order.begin(), order.end(), 0u);
    if (order.size() < 3)
        return order;
    const Points reduced = Pca(points, components).project(points);
    const PointsView view = reduced;
    std::ranges::stable_sort(order, std::less<>(), [&](std::uint32_t row) { return view.row(row).front(); });
    for (std::size_t from = 0; from < order.size(); from += visualBlock)
        walk(view, std::span(order).subspan(from, std::min(visualBlock, order.size() - from)), stop);
    return order;
}

} // namespace plumage::embedding
