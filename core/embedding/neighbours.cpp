// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/embedding/neighbours.h"

#include <Eigen/Dense>
#include <hnswlib/hnswlib.h>

#include <algorithm>
#include <limits>
#include <utility>

namespace plumage::embedding {
namespace {

using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using MatrixMap = Eigen::Map<const Matrix>;
using Candidate = std::pair<float, std::uint32_t>;    // squared distance, row: ties go to the lower row

MatrixMap mapped(PointsView points)
{
    return {points.values.data(), static_cast<Eigen::Index>(points.rows()), static_cast<Eigen::Index>(points.width)};
}

void put(Neighbours& found, std::size_t row, std::span<const Candidate> nearest)
{
    for (std::size_t j = 0; j < found.count; ++j) {
        found.rows[row * found.count + j] = nearest[j].second;
        found.distances[row * found.count + j] = std::sqrt(std::max(0.0f, nearest[j].first));
    }
}

Neighbours withRoom(std::size_t rows, std::size_t count)
{
    return {count, std::vector<std::uint32_t>(rows * count), std::vector<float>(rows * count)};
}

// |a - b|^2 = |a|^2 + |b|^2 - 2 a.b as one matrix product per block of queries.
Neighbours compareAll(PointsView queries, PointsView points, std::size_t count, bool skipSelf)
{
    constexpr std::size_t block = 256;
    Neighbours found = withRoom(queries.rows(), count);
    const Eigen::VectorXf norms = mapped(points).rowwise().squaredNorm();
    std::vector<Candidate> candidates(points.rows());
    Matrix products;
    for (std::size_t start = 0; start < queries.rows() && count > 0; start += block) {
        const std::size_t size = std::min(block, queries.rows() - start);
        const auto part = mapped(queries).middleRows(static_cast<Eigen::Index>(start), static_cast<Eigen::Index>(size));
        products.noalias() = part * mapped(points).transpose();
        for (std::size_t i = 0; i < size; ++i) {
            const float norm = part.row(static_cast<Eigen::Index>(i)).squaredNorm();
            for (std::size_t j = 0; j < points.rows(); ++j)
                candidates[j] = {norm + norms[static_cast<Eigen::Index>(j)] - 2 * products(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)),
                                 static_cast<std::uint32_t>(j)};
            if (skipSelf)
                candidates[start + i].first = std::numeric_limits<float>::infinity();
            std::partial_sort(candidates.begin(), candidates.begin() + static_cast<std::ptrdiff_t>(count), candidates.end());
            put(found, start + i, candidates);
        }
    }
    return found;
}

Neighbours searchGraph(PointsView points, std::size_t count)
{
    hnswlib::L2Space space(points.width);
    hnswlib::HierarchicalNSW<float> graph(&space, points.rows(), 16, 100);    // links per point, candidates while building
    for (std::size_t i = 0; i < points.rows(); ++i)
        graph.addPoint(points.row(i).data(), i);
    graph.setEf(std::max<std::size_t>(64, 2 * count));
    Neighbours found = withRoom(points.rows(), count);
    std::vector<Candidate> nearest;
    for (std::size_t i = 0; i < points.rows(); ++i) {
        nearest.clear();
        for (auto queue = graph.searchKnn(points.row(i).data(), count + 1); !queue.empty(); queue.pop())
            if (queue.top().second != i)
                nearest.emplace_back(queue.top().first, static_cast<std::uint32_t>(queue.top().second));
        std::sort(nearest.begin(), nearest.end());
        while (nearest.size() < count)    // an island of the graph: the last one again, or the next row
            nearest.push_back(nearest.empty() ? Candidate{0.0f, static_cast<std::uint32_t>((i + 1) % points.rows())} : nearest.back());
        put(found, i, nearest);
    }
    return found;
}

} // namespace

Neighbours nearestNeighbours(PointsView points, std::size_t count)
{
    checkPoints(points);
    count = std::min(count, points.rows() > 0 ? points.rows() - 1 : 0);
    return points.rows() <= exactLimit ? compareAll(points, points, count, true) : searchGraph(points, count);
}

Neighbours nearestTo(PointsView queries, PointsView points, std::size_t count)
{
    checkPoints(queries);
    checkPoints(points);
    if (queries.width != points.width)
        throw Error(ErrorCode::shapeMismatch, "points");
    return compareAll(queries, points, std::min(count, points.rows()), false);
}

} // namespace plumage::embedding
