// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/snapshotview.h"

#include <QtCore/QPointF>
#include <QtCore/QRectF>

#include <array>
#include <optional>
#include <vector>

namespace plumage::ui {

// Where every photo stands on the map now, between two snapshots too. Values only: no painting, no plot. GUI thread only.
class MapPoints
{
public:
    // The new places; photos that were there before glide from where they stand now, others appear.
    void setSnapshot(SnapshotPointer snapshot);
    void setProgress(double t);    // 0 = old places, 1 = new ones
    void finish() { setProgress(1); }

    const SnapshotPointer& snapshot() const { return m_snapshot; }
    std::size_t rows() const { return m_x.size(); }
    const std::vector<float>& x() const { return m_x; }    // [rows]; not-a-number = not placed
    const std::vector<float>& y() const { return m_y; }
    QPointF centroid(std::size_t cluster) const;           // index into snapshot()->clusters
    QRectF bounds() const;                                 // of the new places and centroids; null if nothing is placed
    // The row whose point is nearest to `place` and within the ellipse of `reach` map units, or nothing. Brute force: 0.5 ms for 100,000.
    std::optional<std::size_t> nearest(QPointF place, QSizeF reach) const;
    std::vector<std::size_t> inside(const QRectF& box) const;

private:
    std::array<float, 4> boundsOfPhotos() const;

    SnapshotPointer m_snapshot, m_before;
    std::vector<float> m_x, m_y, m_fromX, m_fromY;
    std::vector<QPointF> m_fromCentroids;
    std::array<float, 4> m_bounds{1, 1, -1, -1};    // of the photos' new places
    double m_progress = 1;
};

} // namespace plumage::ui
