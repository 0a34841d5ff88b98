// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"

#include <QtCore/QRectF>
#include <QtCore/QString>
#include <QtGui/QColor>
#include <QtGui/QPainterPath>

class QPainter;
class QPalette;

// How clusters are told apart: 12 colours (none of them violet, which is kept for generated pictures) x 6 shapes, and always the number beside.
namespace plumage::ui {

struct ClusterMark {
    enum Shape { Circle, Square, TriangleUp, TriangleDown, Diamond, Cross };
    static constexpr int colours = 12, shapes = 6;

    int colour = 0;    // 0..11
    Shape shape = Circle;
};

ClusterMark clusterMark(ClusterId cluster);                        // the same in every view and session
QColor markColour(ClusterMark mark, const QPalette& palette);
QPainterPath markPath(ClusterMark::Shape shape, const QRectF& box);
void paintMark(QPainter& painter, const QRectF& box, ClusterId cluster, const QPalette& palette);

// "#17" until clusters have names.
QString clusterNumber(ClusterId cluster);

} // namespace plumage::ui
