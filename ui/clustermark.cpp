// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/clustermark.h"

#include "ui/theme.h"

#include <QtGui/QPainter>

#include <array>

namespace plumage::ui {
namespace {

// Hue and lightness differ together, in an order that sets neighbours apart.
constexpr std::array<QRgb, ClusterMark::colours> onDark{0xFFE69F00, 0xFF56B4E9, 0xFF2FB98A, 0xFFF0E442, 0xFF6E8CFF, 0xFFE8663C,
    0xFFF29AB0, 0xFFC3C8CF, 0xFF2FA7A7, 0xFFA9A93A, 0xFFC49A72, 0xFF9BD15A};
constexpr std::array<QRgb, ClusterMark::colours> onLight{0xFFB87800, 0xFF1F86C4, 0xFF007F5C, 0xFF857B00, 0xFF2F4FC9, 0xFFC0421A,
    0xFFCC5F7E, 0xFF5F6670, 0xFF007C7C, 0xFF6C6C10, 0xFF8A5F38, 0xFF4F8A10};

} // namespace

ClusterMark clusterMark(ClusterId cluster)
{
    const auto index = static_cast<int>((cluster.value - 1) % (ClusterMark::colours * ClusterMark::shapes));
    const int turn = index / ClusterMark::colours;    // every round through the colours starts with another shape: 72 different marks
    return {index % ClusterMark::colours, static_cast<ClusterMark::Shape>((index + turn) % ClusterMark::shapes)};
}

QColor markColour(ClusterMark mark, const QPalette& palette)
{
    return QColor::fromRgb((isDark(palette) ? onDark : onLight)[static_cast<std::size_t>(mark.colour)]);
}

QPainterPath markPath(ClusterMark::Shape shape, const QRectF& box)
{
    QPainterPath path;
    const QPointF c = box.center();
    const double r = box.width() / 2;
    const auto polygon = [&](std::initializer_list<QPointF> points) {
        QPolygonF corners;
        for (const QPointF& point : points)
            corners << c + point * r;
        path.addPolygon(corners);
        path.closeSubpath();
    };
    switch (shape) {
    case ClusterMark::Circle: path.addEllipse(c, r * 0.95, r * 0.95); break;
    case ClusterMark::Square: path.addRect(QRectF(c.x() - r * 0.85, c.y() - r * 0.85, r * 1.7, r * 1.7)); break;
    case ClusterMark::TriangleUp: polygon({{0, -0.95}, {1, 0.8}, {-1, 0.8}}); break;
    case ClusterMark::TriangleDown: polygon({{0, 0.95}, {1, -0.8}, {-1, -0.8}}); break;
    case ClusterMark::Diamond: polygon({{0, -1.1}, {1.1, 0}, {0, 1.1}, {-1.1, 0}}); break;
    case ClusterMark::Cross:
        polygon({{-0.35, -1}, {0.35, -1}, {0.35, -0.35}, {1, -0.35}, {1, 0.35}, {0.35, 0.35}, {0.35, 1}, {-0.35, 1}, {-0.35, 0.35}, {-1, 0.35},
            {-1, -0.35}, {-0.35, -0.35}});
        break;
    }
    return path;
}

void paintMark(QPainter& painter, const QRectF& box, ClusterId cluster, const QPalette& palette)
{
    const ClusterMark mark = clusterMark(cluster);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(markColour(mark, palette));
    painter.drawPath(markPath(mark.shape, box));
    painter.restore();
}

QString clusterNumber(ClusterId cluster)
{
    return QLatin1Char('#') + QString::number(cluster.value);
}

} // namespace plumage::ui
