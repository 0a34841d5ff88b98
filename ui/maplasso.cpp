// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/maplasso.h"

#include <QtGui/QMouseEvent>

namespace plumage::ui {
namespace {

constexpr int cornerEvery = 3;    // pixels

} // namespace

void MapLasso::startSelection(QMouseEvent* event)
{
    m_shape = {event->position()};
    QCPSelectionRect::startSelection(event);
}

void MapLasso::moveSelection(QMouseEvent* event)
{
    if ((event->position() - m_shape.last()).manhattanLength() >= cornerEvery)
        m_shape << event->position();
    QCPSelectionRect::moveSelection(event);
}

void MapLasso::draw(QCPPainter* painter)
{
    if (!m_freehand)
        return QCPSelectionRect::draw(painter);
    if (!mActive)
        return;
    painter->setAntialiasing(true);
    painter->setPen(mPen);
    painter->setBrush(mBrush);
    painter->drawPolygon(m_shape);
}

QImage MapLasso::mask(QSize plot) const
{
    QImage mask(plot, QImage::Format_Grayscale8);
    mask.fill(Qt::black);
    QPainter painter(&mask);
    painter.setPen(Qt::NoPen);
    painter.setBrush(Qt::white);
    painter.drawPolygon(m_shape);
    return mask;
}

} // namespace plumage::ui
