// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/plot.h"

#include <QtGui/QImage>
#include <QtGui/QPolygonF>

namespace plumage::ui {

// What is drawn on the map to take photos: a rectangle, or a freehand shape that closes by itself.
class MapLasso final : public QCPSelectionRect
{
    Q_OBJECT
public:
    using QCPSelectionRect::QCPSelectionRect;
    void setFreehand(bool freehand) { m_freehand = freehand; }
    bool isFreehand() const { return m_freehand; }
    const QPolygonF& shape() const { return m_shape; }    // of the last freehand drag, pixels of the plot
    QImage mask(QSize plot) const;                        // not black inside: one look a photo, however ragged the shape is

protected:
    void startSelection(QMouseEvent* event) override;
    void moveSelection(QMouseEvent* event) override;
    void draw(QCPPainter* painter) override;

private:
    QPolygonF m_shape;
    bool m_freehand = false;
};

} // namespace plumage::ui
