// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/mapmarks.h"

#include "ui/clustermark.h"
#include "ui/mappoints.h"
#include "ui/selection.h"
#include "ui/theme.h"

#include <cmath>

namespace plumage::ui {
namespace {

constexpr double radius = 11;    // of a centroid's diamond, pixels
constexpr std::size_t mostRings = 5'000;    // of picked photos: more would hide the map, and take seconds

QPolygonF diamond(QPointF centre, double r)
{
    return QPolygonF({centre + QPointF(0, -r), centre + QPointF(r, 0), centre + QPointF(0, r), centre + QPointF(-r, 0)});
}

} // namespace

MapMarks::MapMarks(QCPAxis* keyAxis, QCPAxis* valueAxis, const MapPoints& points, const Selection& selection)
    : QCPAbstractPlottable(keyAxis, valueAxis), m_points(points), m_selection(selection)
{
}

QCPRange MapMarks::getKeyRange(bool& found, QCP::SignDomain) const
{
    found = false;
    return {};
}

QCPRange MapMarks::getValueRange(bool& found, QCP::SignDomain, const QCPRange&) const
{
    found = false;
    return {};
}

QPointF MapMarks::toPixels(QPointF place) const
{
    return {mKeyAxis->coordToPixel(place.x()), mValueAxis->coordToPixel(place.y())};
}

std::optional<std::size_t> MapMarks::centroidAt(QPointF position) const
{
    if (!m_points.snapshot())
        return {};
    for (std::size_t i = m_points.snapshot()->clusters.size(); i-- > 0;) {    // the topmost first
        const QPointF off = toPixels(m_points.centroid(i)) - position;
        if (m_points.snapshot()->clusters[i].photos > 0 && std::abs(off.x()) + std::abs(off.y()) <= radius + 1)
            return i;
    }
    return {};
}

void MapMarks::draw(QCPPainter* painter)
{
    if (!m_points.snapshot() || !m_points.snapshot()->hasClusters())
        return;
    painter->setAntialiasing(true);
    if (m_drawingsShown)
        drawGenerated(*painter);
    drawCentroids(*painter);
    drawRings(*painter);
    if (m_past) {
        painter->setBrush(Qt::NoBrush);
        painter->setPen(QPen(inks(mParentPlot->palette()).warning, 3));
        painter->drawRect(QRectF(mKeyAxis->axisRect()->rect()).adjusted(1.5, 1.5, -2.5, -2.5));
    }
}

void MapMarks::drawGenerated(QCPPainter& painter) const
{
    painter.setPen(QPen(inks(mParentPlot->palette()).generated, 1.4));
    painter.setBrush(Qt::NoBrush);
    for (const SnapshotView::Drawing& drawing : m_points.snapshot()->drawings)
        if (!m_selection.cluster() || m_points.snapshot()->clusterOf(drawing.code) == m_selection.cluster())
            painter.drawPolygon(diamond(toPixels(drawing.place), 4.5));
}

// A diamond with its number, drawn once: text and antialiasing of 400 of them took more of a frame than a million dots.
const QPixmap& MapMarks::stamp(ClusterId cluster, bool chosen)
{
    const double scale = mParentPlot->bufferDevicePixelRatio();
    const QPalette palette = mParentPlot->palette();
    if (m_stampScale != scale || m_stampsOf != palette.cacheKey()) {
        m_stamps.clear();
        m_stampScale = scale;
        m_stampsOf = palette.cacheKey();
    }
    QPixmap& stamp = m_stamps[2 * cluster.value + chosen];
    if (!stamp.isNull())
        return stamp;
    const QSize size(44, 2 * static_cast<int>(radius) + 12);
    stamp = QPixmap(size * scale);
    stamp.setDevicePixelRatio(scale);
    stamp.fill(Qt::transparent);
    const QPointF at(size.width() / 2.0, size.height() / 2.0);
    QPainter painter(&stamp);
    painter.setRenderHint(QPainter::Antialiasing);
    QFont font = mParentPlot->font();
    font.setPixelSize(11);
    font.setBold(true);
    painter.setFont(font);
    painter.setPen(QPen(markColour(clusterMark(cluster), palette), chosen ? 3 : 2));
    painter.setBrush(isDark(palette) ? QColor(20, 22, 24, 230) : QColor(255, 255, 255, 235));
    painter.drawPolygon(diamond(at, chosen ? radius + 3 : radius));
    painter.setPen(palette.color(QPalette::Text));
    painter.drawText(QRectF(at.x() - 20, at.y() - 10, 40, 20), Qt::AlignCenter, QString::number(cluster.value));
    return stamp;
}

void MapMarks::drawCentroids(QCPPainter& painter)
{
    for (std::size_t i = 0; i < m_points.snapshot()->clusters.size(); ++i) {
        const ClusterView& cluster = m_points.snapshot()->clusters[i];
        const QPointF at = toPixels(m_points.centroid(i));
        if (cluster.photos == 0 || !mParentPlot->rect().adjusted(-30, -30, 30, 30).contains(at.toPoint()))
            continue;
        const bool chosen = m_selection.cluster() == cluster.cluster;
        const QPixmap& picture = stamp(cluster.cluster, chosen);
        painter.setOpacity(m_selection.cluster() && !chosen ? 0.55 : 1);
        painter.drawPixmap(at - QPointF(picture.width(), picture.height()) / (2 * picture.devicePixelRatio()), picture);
    }
    painter.setOpacity(1);
}

void MapMarks::drawRings(QCPPainter& painter) const
{
    const project::PhotoTable& table = *m_points.snapshot()->photos;
    const auto ring = [&](PhotoId photo, double r, const QPen& pen) {
        const auto row = table.row(photo);
        if (!row || std::isnan(m_points.x()[*row]))
            return;
        painter.setPen(pen);
        painter.drawEllipse(toPixels({static_cast<double>(m_points.x()[*row]), static_cast<double>(m_points.y()[*row])}), r, r);
    };
    const QPalette palette = mParentPlot->palette();
    painter.setBrush(Qt::NoBrush);
    if (m_selection.picked().size() <= mostRings)
        for (const PhotoId photo : m_selection.picked())
            ring(photo, 6, QPen(palette.color(QPalette::Text), 1.5));
    if (m_selection.hovered())
        ring(*m_selection.hovered(), 8, QPen(inks(palette).accent, 2.5));
}

} // namespace plumage::ui
