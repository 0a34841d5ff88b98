// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/embedding/layout.h"

#include "core/base/random.h"
#include "core/embedding/align.h"
#include "core/embedding/fuzzygraph.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace plumage::embedding {
namespace {

constexpr float kernel = 1.56f;         // a of 1 / (1 + a d^2)
constexpr float longestStep = 4.0f;     // of one gradient, as UMAP
constexpr float firstExtent = 10.0f;    // largest coordinate of the starting positions

struct Descent {
    std::span<float> positions;    // [M,2]
    Random random;
    int negatives;

    // Moves `from` along `strength` times its difference to `to`; `both`: `to` moves the other way.
    void move(std::size_t from, std::size_t to, float strength, float rate, bool both)
    {
        for (std::size_t axis = 0; axis < 2; ++axis) {
            float& a = positions[2 * from + axis];
            float& b = positions[2 * to + axis];
            const float step = rate * std::clamp(strength * (a - b), -longestStep, longestStep);
            a += step;
            if (both)
                b -= step;
        }
    }
    float squaredDistance(std::size_t a, std::size_t b) const
    {
        const float x = positions[2 * a] - positions[2 * b], y = positions[2 * a + 1] - positions[2 * b + 1];
        return x * x + y * y;
    }
    void sample(const FuzzyEdge& edge, float rate)
    {
        move(edge.from, edge.to, -2 * kernel / (1 + kernel * squaredDistance(edge.from, edge.to)), rate, true);
        const std::size_t points = positions.size() / 2;
        for (int n = 0; n < negatives; ++n) {
            const std::size_t other = random.below(points);
            if (other == edge.from)
                continue;
            const float d2 = squaredDistance(edge.from, other);
            move(edge.from, other, 2 / ((0.001f + d2) * (1 + kernel * d2)), rate, false);
        }
    }
    // An edge of weight w is sampled in w / w_max of the epochs, evenly spread.
    void run(const std::vector<FuzzyEdge>& edges, int epochs, double firstRate)
    {
        float heaviest = 0;
        for (const FuzzyEdge& edge : edges)
            heaviest = std::max(heaviest, edge.weight);
        std::vector<float> due(edges.size());    // sampled when it reaches 1; starts anywhere, or light edges would never come in few epochs
        for (float& value : due)
            value = static_cast<float>(random.uniform());
        for (int epoch = 0; epoch < epochs; ++epoch) {
            const auto rate = static_cast<float>(firstRate * (1.0 - static_cast<double>(epoch) / epochs));
            for (std::size_t e = 0; e < edges.size(); ++e) {
                due[e] += edges[e].weight / heaviest;
                if (due[e] >= 1) {
                    due[e] -= 1;
                    sample(edges[e], rate);
                }
            }
        }
    }
};

} // namespace

void MapLayout::setPositions(std::vector<float> positions)
{
    const bool usable = positions.size() % 2 == 0 && std::all_of(positions.begin(), positions.end(), [](float v) { return std::isfinite(v); });
    m_positions = usable ? std::move(positions) : std::vector<float>();
}

void MapLayout::startNewRows(PointsView points, const Neighbours& neighbours)
{
    const std::size_t known = m_positions.size() / 2, rows = points.rows();
    Random random(m_options.seed, 2 * m_updates);
    m_positions.resize(2 * rows, 0.0f);
    if (known == 0) {    // the two strongest components
        float largest = 0;
        for (std::size_t i = 0; i < rows; ++i)
            for (std::size_t axis = 0; axis < std::min<std::size_t>(2, points.width); ++axis)
                largest = std::max(largest, std::abs(m_positions[2 * i + axis] = points.row(i)[axis]));
        if (largest > 0)
            for (float& value : m_positions)
                value *= firstExtent / largest;
    }
    for (std::size_t i = known; known > 0 && i < rows; ++i) {
        float x = 0, y = 0, found = 0;
        for (const std::uint32_t j : neighbours.count ? neighbours.of(i) : std::span<const std::uint32_t>())
            if (j < known) {
                x += m_positions[2 * j];
                y += m_positions[2 * j + 1];
                ++found;
            }
        m_positions[2 * i] = found > 0 ? x / found : 0;
        m_positions[2 * i + 1] = found > 0 ? y / found : 0;
    }
    for (std::size_t v = 2 * known; v < m_positions.size(); ++v)    // equal positions would never part
        m_positions[v] += static_cast<float>(0.01 * random.normal());
}

const std::vector<float>& MapLayout::update(PointsView points, const Neighbours& neighbours)
{
    checkPoints(points);
    const std::size_t rows = points.rows();
    if (neighbours.rows.size() != rows * neighbours.count)
        throw Error(ErrorCode::shapeMismatch, "neighbours");
    m_positions.resize(std::min(m_positions.size(), 2 * rows));
    const std::vector<float> before = m_positions;
    const bool warm = before.size() >= rows;    // at least half of the rows had positions
    startNewRows(points, neighbours);
    Descent descent{m_positions, Random(m_options.seed, 2 * m_updates + 1), m_options.negatives};
    descent.run(fuzzyGraph(neighbours), warm ? m_options.warmEpochs : m_options.coldEpochs, warm ? m_options.warmRate : m_options.coldRate);
    alignTo(before, m_positions);
    ++m_updates;
    return m_positions;
}

std::vector<float> placeAmong(PointsView queries, PointsView photos, std::span<const float> positions)
{
    if (positions.size() != 2 * photos.rows())
        throw Error(ErrorCode::shapeMismatch, "positions");
    std::vector<float> placed(2 * queries.rows(), 0.0f);
    const Neighbours nearest = nearestTo(queries, photos, 5);
    for (std::size_t i = 0; i < nearest.points(); ++i) {
        const auto rows = nearest.of(i);
        const auto distances = nearest.distancesOf(i);
        const float scale = std::max(1e-12f, std::accumulate(distances.begin(), distances.end(), 0.0f) / static_cast<float>(nearest.count) - distances.front());
        float sum = 0;
        for (std::size_t j = 0; j < rows.size(); ++j) {
            const float weight = std::exp(-(distances[j] - distances.front()) / scale);
            sum += weight;
            placed[2 * i] += weight * positions[2 * rows[j]];
            placed[2 * i + 1] += weight * positions[2 * rows[j] + 1];
        }
        placed[2 * i] /= sum;
        placed[2 * i + 1] /= sum;
    }
    return placed;
}

} // namespace plumage::embedding
