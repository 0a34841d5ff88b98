// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/mappoints.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace plumage::ui {

void MapPoints::setSnapshot(SnapshotPointer snapshot)
{
    std::vector<QPointF> fromCentroids;
    if (snapshot)
        for (const ClusterView& cluster : snapshot->clusters) {
            QPointF from = cluster.centroid;
            if (m_snapshot)
                if (const ClusterView* old = m_snapshot->find(cluster.cluster))
                    from = centroid(static_cast<std::size_t>(old - m_snapshot->clusters.data()));
            fromCentroids.push_back(from);
        }
    if (m_snapshot && snapshot && &m_snapshot->photos->x() == &snapshot->photos->x()) {    // other decisions: no photo moves
        m_fromCentroids = std::move(fromCentroids);
        m_snapshot = std::move(snapshot);
        return;
    }
    const bool glides = m_snapshot && snapshot && snapshot->photos->sharedList() == m_snapshot->photos->sharedList();
    m_fromCentroids = std::move(fromCentroids);
    m_before = std::move(m_snapshot);
    m_snapshot = std::move(snapshot);
    if (!m_snapshot) {
        m_x.clear();
        m_y.clear();
        m_fromX.clear();
        m_fromY.clear();
        return;
    }
    m_fromX = m_snapshot->photos->x();
    m_fromY = m_snapshot->photos->y();
    for (std::size_t row = 0; glides && row < m_fromX.size(); ++row)
        if (!std::isnan(m_x[row]) && !std::isnan(m_fromX[row])) {
            m_fromX[row] = m_x[row];
            m_fromY[row] = m_y[row];
        }
    m_x = m_fromX;
    m_y = m_fromY;
    m_progress = glides ? 0 : 1;    // and that is where they are
    m_bounds = boundsOfPhotos();
}

void MapPoints::setProgress(double t)
{
    if (t == m_progress)
        return;
    m_progress = t;
    if (!m_snapshot)
        return;
    const auto& toX = m_snapshot->photos->x();
    const auto& toY = m_snapshot->photos->y();
    const auto share = static_cast<float>(t);
    for (std::size_t row = 0; row < m_x.size(); ++row) {
        m_x[row] = m_fromX[row] + share * (toX[row] - m_fromX[row]);
        m_y[row] = m_fromY[row] + share * (toY[row] - m_fromY[row]);
    }
}

QPointF MapPoints::centroid(std::size_t cluster) const
{
    return m_fromCentroids[cluster] + m_progress * (m_snapshot->clusters[cluster].centroid - m_fromCentroids[cluster]);
}

// Left, bottom, right, top; left > right: nothing is placed.
std::array<float, 4> MapPoints::boundsOfPhotos() const
{
    constexpr float infinity = std::numeric_limits<float>::infinity();
    std::array<float, 4> bounds{infinity, infinity, -infinity, -infinity};
    const auto& x = m_snapshot->photos->x();
    const auto& y = m_snapshot->photos->y();
    for (std::size_t row = 0; row < x.size(); ++row)
        if (std::isfinite(x[row]) && std::isfinite(y[row]))
            bounds = {std::min(bounds[0], x[row]), std::min(bounds[1], y[row]), std::max(bounds[2], x[row]), std::max(bounds[3], y[row])};
    return bounds;
}

QRectF MapPoints::bounds() const
{
    if (!m_snapshot || !m_snapshot->hasClusters())
        return {};
    std::array<double, 4> all;
    std::ranges::copy(m_bounds, all.begin());
    for (const ClusterView& cluster : m_snapshot->clusters)
        if (const QPointF at = cluster.centroid; cluster.photos > 0 && std::isfinite(at.x()) && std::isfinite(at.y()))
            all = {std::min(all[0], at.x()), std::min(all[1], at.y()), std::max(all[2], at.x()), std::max(all[3], at.y())};
    return all[0] <= all[2] ? QRectF(QPointF(all[0], all[1]), QPointF(all[2], all[3])) : QRectF();
}

std::optional<std::size_t> MapPoints::nearest(QPointF place, QSizeF reach) const
{
    std::optional<std::size_t> best;
    double bestDistance = 1;
    for (std::size_t row = 0; row < rows(); ++row) {
        const double dx = (static_cast<double>(m_x[row]) - place.x()) / reach.width(), dy = (static_cast<double>(m_y[row]) - place.y()) / reach.height();
        const double distance = dx * dx + dy * dy;    // not-a-number is never smaller
        if (distance < bestDistance) {
            bestDistance = distance;
            best = row;
        }
    }
    return best;
}

std::vector<std::size_t> MapPoints::inside(const QRectF& box) const
{
    std::vector<std::size_t> found;
    for (std::size_t row = 0; row < rows(); ++row)
        if (box.contains(static_cast<double>(m_x[row]), static_cast<double>(m_y[row])))
            found.push_back(row);
    return found;
}

} // namespace plumage::ui
