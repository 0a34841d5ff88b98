// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"

#include <QtCore/QHash>
#include <QtGui/QImage>

#include "ui/plot.h"

#include <optional>
#include <vector>

namespace plumage::ui {

class MapPoints;
class Selection;

// The photos of the map: drawn as pixels straight into one image, 2 ms a frame for 100,000 points where QCPGraph takes 200.
// A dot has its cluster's colour, below 5,000 photos its shape too; what is not in the selection's scope is drawn at 15 %.
class MapPlottable final : public QCPAbstractPlottable
{
    Q_OBJECT
public:
    MapPlottable(QCPAxis* keyAxis, QCPAxis* valueAxis, const MapPoints& points, const Selection& selection);
    void paletteChanged() { m_stamps.clear(); }

    double selectTest(const QPointF& position, bool onlySelectable, QVariant* details = nullptr) const override;
    QCPRange getKeyRange(bool& found, QCP::SignDomain domain = QCP::sdBoth) const override;
    QCPRange getValueRange(bool& found, QCP::SignDomain domain = QCP::sdBoth, const QCPRange& keyRange = QCPRange()) const override;

protected:
    void draw(QCPPainter* painter) override;
    void drawLegendIcon(QCPPainter*, const QRectF&) const override { }

private:
    struct Stamp {    // premultiplied pixels of one dot
        int side = 0;
        std::vector<QRgb> pixels;
    };
    const Stamp& stamp(std::uint32_t cluster, bool dimmed);
    void drawDots(QImage& image, double scale);
    std::vector<bool> dimmedRows() const;

    const MapPoints& m_points;
    const Selection& m_selection;
    QHash<std::uint32_t, Stamp> m_stamps;    // by cluster and dimming
    int m_dotSide = 0;             // pixels of the image
    bool m_shapes = false;
};

} // namespace plumage::ui
