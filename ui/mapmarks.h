// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"
#include "ui/plot.h"

#include <QtCore/QHash>
#include <QtGui/QPixmap>

#include <optional>

namespace plumage::ui {

class MapPoints;
class Selection;

// What lies over the photos of the map: generated points (hollow violet diamonds), centroids (numbered diamonds), rings round picked and hovered photos.
class MapMarks final : public QCPAbstractPlottable
{
    Q_OBJECT
public:
    MapMarks(QCPAxis* keyAxis, QCPAxis* valueAxis, const MapPoints& points, const Selection& selection);
    void setDrawingsShown(bool shown) { m_drawingsShown = shown; }
    bool drawingsShown() const { return m_drawingsShown; }
    void setPast(bool past) { m_past = past; }    // an older snapshot is shown: amber edge
    // Index into the snapshot's clusters of the diamond at a widget position, or nothing.
    std::optional<std::size_t> centroidAt(QPointF position) const;
    QPointF toPixels(QPointF place) const;

    double selectTest(const QPointF&, bool, QVariant* = nullptr) const override { return -1; }
    QCPRange getKeyRange(bool& found, QCP::SignDomain = QCP::sdBoth) const override;
    QCPRange getValueRange(bool& found, QCP::SignDomain = QCP::sdBoth, const QCPRange& = QCPRange()) const override;

protected:
    void draw(QCPPainter* painter) override;
    void drawLegendIcon(QCPPainter*, const QRectF&) const override { }

private:
    void drawGenerated(QCPPainter& painter) const;
    const QPixmap& stamp(ClusterId cluster, bool chosen);
    void drawCentroids(QCPPainter& painter);
    void drawRings(QCPPainter& painter) const;

    const MapPoints& m_points;
    const Selection& m_selection;
    bool m_drawingsShown = false, m_past = false;
    QHash<qint64, QPixmap> m_stamps;    // of centroids: twice the cluster's id, plus one for the chosen one
    double m_stampScale = 0;
    qint64 m_stampsOf = 0;              // the palette
};

} // namespace plumage::ui
