// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/snapshotmap.h"

#include "core/embedding/pca.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace plumage::run {
namespace {

constexpr std::size_t components = 48;    // of the PCA: what hnswlib's distance loop likes, near the usual 50

// The rows of [rows, width] named by `chosen`.
embedding::Points pick(const std::vector<float>& values, std::size_t width, const std::vector<std::uint32_t>& chosen)
{
    embedding::Points points{{}, width};
    points.values.reserve(chosen.size() * width);
    for (const std::uint32_t row : chosen)
        points.values.insert(points.values.end(), &values[row * width], &values[row * width] + width);
    return points;
}

} // namespace

void SnapshotMap::startFrom(const std::vector<float>& photos)
{
    std::vector<float> placed;
    m_rows.clear();
    for (std::size_t row = 0; row + 1 < photos.size(); row += 2)
        if (std::isfinite(photos[row])) {
            placed.insert(placed.end(), {photos[row], photos[row + 1]});
            m_rows.push_back(static_cast<std::uint32_t>(row / 2));
        }
    m_layout.setPositions(std::move(placed));
}

// Rows with a code: those that have positions first, as the layout wants them.
std::vector<std::uint32_t> SnapshotMap::placedRows(const train::SnapshotTensors& snapshot)
{
    const auto hasCode = [&](std::size_t row) { return row < static_cast<std::size_t>(snapshot.photos) && snapshot.codes[row * train::topCodes] != train::noCode; };
    if (!std::ranges::all_of(m_rows, hasCode)) {    // a photo that was there cannot be read any more
        m_rows.clear();
        m_layout = embedding::MapLayout({.seed = m_seed});
    }
    std::vector<bool> isPlaced(static_cast<std::size_t>(snapshot.photos), false);
    for (const std::uint32_t row : m_rows)
        isPlaced[row] = true;
    for (std::size_t row = 0; row < isPlaced.size(); ++row)
        if (!isPlaced[row] && hasCode(row))
            m_rows.push_back(static_cast<std::uint32_t>(row));
    return m_rows;
}

MapPositions SnapshotMap::update(const train::SnapshotTensors& snapshot)
{
    const auto photos = static_cast<std::size_t>(snapshot.photos), width = static_cast<std::size_t>(snapshot.embeddingWidth);
    MapPositions map;
    map.photos.assign(2 * photos, std::numeric_limits<float>::quiet_NaN());
    map.codes.assign(2 * static_cast<std::size_t>(snapshot.kMax), 0.0f);
    map.drawings.assign(2 * snapshot.drawingCodes.size(), 0.0f);
    map.neighbours.resize(photos * savedNeighbours);
    for (std::size_t row = 0; row < photos; ++row)
        std::fill_n(&map.neighbours[row * savedNeighbours], savedNeighbours, static_cast<std::uint32_t>(row));
    const std::vector<std::uint32_t> rows = placedRows(snapshot);
    if (rows.empty())
        return map;
    const embedding::Points points = pick(snapshot.embedding, width, rows);
    const embedding::Pca pca(points, components);
    const embedding::Points reduced = pca.project(points);
    const embedding::Neighbours neighbours = embedding::nearestNeighbours(reduced, savedNeighbours);
    const std::vector<float>& positions = m_layout.update(reduced, neighbours);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        std::copy_n(&positions[2 * i], 2, &map.photos[2 * rows[i]]);
        for (std::size_t j = 0; j < neighbours.count; ++j)
            map.neighbours[rows[i] * savedNeighbours + j] = rows[neighbours.of(i)[j]];
    }
    const std::vector<std::uint32_t> active(snapshot.activeCodes.begin(), snapshot.activeCodes.end());
    const std::vector<float> codes = placeAmong(pca.project(pick(snapshot.centroids, width, active)), reduced, positions);
    for (std::size_t k = 0; k < active.size(); ++k)
        std::copy_n(&codes[2 * k], 2, &map.codes[2 * active[k]]);
    if (!snapshot.drawingCodes.empty())
        map.drawings = placeAmong(pca.project(embedding::PointsView{snapshot.drawingEmbedding, width}), reduced, positions);
    return map;
}

} // namespace plumage::run
