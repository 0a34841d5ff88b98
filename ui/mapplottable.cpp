// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/mapplottable.h"

#include "ui/clustermark.h"
#include "ui/mappoints.h"
#include "ui/selection.h"

#include <algorithm>
#include <cmath>

namespace plumage::ui {
namespace {

constexpr double dimming = 0.15;
constexpr int shapesBelow = 5'000, dotsBelow = 300'000;    // photos in the project

// Premultiplied source over premultiplied ground.
inline QRgb over(QRgb source, QRgb ground)
{
    const unsigned rest = 255 - qAlpha(source);
    const auto channel = [rest](unsigned s, unsigned g) { return s + (g * rest + 127) / 255; };
    return qRgba(static_cast<int>(channel(qRed(source), qRed(ground))), static_cast<int>(channel(qGreen(source), qGreen(ground))),
        static_cast<int>(channel(qBlue(source), qBlue(ground))), static_cast<int>(channel(qAlpha(source), qAlpha(ground))));
}

} // namespace

MapPlottable::MapPlottable(QCPAxis* keyAxis, QCPAxis* valueAxis, const MapPoints& points, const Selection& selection)
    : QCPAbstractPlottable(keyAxis, valueAxis), m_points(points), m_selection(selection)
{
}

double MapPlottable::selectTest(const QPointF&, bool, QVariant*) const
{
    return -1;    // MapView finds the photo
}

QCPRange MapPlottable::getKeyRange(bool& found, QCP::SignDomain) const
{
    const QRectF bounds = m_points.bounds();
    found = !bounds.isNull();
    return {bounds.left(), bounds.right()};
}

QCPRange MapPlottable::getValueRange(bool& found, QCP::SignDomain, const QCPRange&) const
{
    const QRectF bounds = m_points.bounds();
    found = !bounds.isNull();
    return {bounds.top(), bounds.bottom()};
}

const MapPlottable::Stamp& MapPlottable::stamp(std::uint32_t cluster, bool dimmed)
{
    Stamp& stamp = m_stamps[cluster * 2 + dimmed];
    if (stamp.side == m_dotSide)
        return stamp;
    const ClusterMark mark = clusterMark(ClusterId{cluster});
    QImage image(m_dotSide, m_dotSide, QImage::Format_ARGB32_Premultiplied);
    image.fill(Qt::transparent);
    QPainter painter(&image);
    painter.setRenderHint(QPainter::Antialiasing, m_dotSide > 2);
    painter.setPen(Qt::NoPen);
    painter.setBrush(markColour(mark, mParentPlot->palette()));
    painter.setOpacity(dimmed ? dimming : m_dotSide == 1 ? 1 : 0.9);    // a pixel that covers need not be mixed
    if (m_dotSide <= 2)
        painter.drawRect(image.rect());
    else
        painter.drawPath(markPath(m_shapes ? mark.shape : ClusterMark::Circle, QRectF(image.rect()).adjusted(0.5, 0.5, -0.5, -0.5)));
    painter.end();
    stamp.side = m_dotSide;
    stamp.pixels.assign(reinterpret_cast<const QRgb*>(image.constBits()), reinterpret_cast<const QRgb*>(image.constBits()) + m_dotSide * m_dotSide);
    return stamp;
}

std::vector<bool> MapPlottable::dimmedRows() const
{
    const project::PhotoTable& table = *m_points.snapshot()->photos;
    std::vector<bool> dimmed(m_points.rows(), false);
    if (const auto cluster = m_selection.cluster()) {
        const auto id = static_cast<std::uint32_t>(cluster->value);
        for (std::size_t row = 0; row < dimmed.size(); ++row)
            dimmed[row] = table.clusters()[row] != id;
    } else if (!m_selection.photos().empty()) {
        dimmed.assign(dimmed.size(), true);
        for (const PhotoId photo : m_selection.photos())
            if (const auto row = table.row(photo))
                dimmed[*row] = false;
    }
    return dimmed;
}

void MapPlottable::draw(QCPPainter* painter)
{
    if (!m_points.snapshot() || !m_points.snapshot()->hasClusters())
        return;
    const QRect rect = mKeyAxis->axisRect()->rect();
    const double scale = mParentPlot->bufferDevicePixelRatio();
    QImage image(QSize(rect.width(), rect.height()) * scale, QImage::Format_ARGB32_Premultiplied);
    image.fill(Qt::transparent);
    drawDots(image, scale);
    image.setDevicePixelRatio(scale);
    painter->drawImage(rect.topLeft(), image);
}

void MapPlottable::drawDots(QImage& image, double scale)
{
    const auto rows = static_cast<int>(m_points.rows());
    const int side = std::max(1, static_cast<int>(std::lround(scale * (rows < 1'000 ? 9 : rows < shapesBelow ? 7 : rows < 50'000 ? 4 : rows < dotsBelow ? 3 : 1))));
    if (side != m_dotSide || m_shapes != (rows < shapesBelow))
        m_stamps.clear();
    m_dotSide = side;
    m_shapes = rows < shapesBelow;

    const std::vector<std::uint32_t>& clusters = m_points.snapshot()->photos->clusters();
    const bool anyDimmed = m_selection.cluster() || !m_selection.photos().empty();
    const std::vector<bool> dimmed = anyDimmed ? dimmedRows() : std::vector<bool>();
    const QCPRange keys = mKeyAxis->range(), values = mValueAxis->range();
    const double perX = image.width() / keys.size(), perY = image.height() / values.size(), half = side / 2.0;
    const double lower = keys.lower, upper = values.upper, width = image.width(), height = image.height(), least = 1 - side;
    const float *const xs = m_points.x().data(), *const ys = m_points.y().data();
    const qsizetype stride = image.bytesPerLine() / 4;
    auto* pixels = reinterpret_cast<QRgb*>(image.bits());
    for (const bool pass : {true, false}) {    // the dimmed ones lie below
        std::vector<const QRgb*> stamps(m_points.snapshot()->clusters.empty() ? 1 : static_cast<std::size_t>(m_points.snapshot()->clusters.back().cluster.value) + 1, nullptr);
        for (std::size_t row = 0; row < m_points.rows() && (anyDimmed || !pass); ++row) {
            const std::uint32_t cluster = clusters[row];
            if (cluster == 0 || (anyDimmed && dimmed[row] != pass))
                continue;
            const double x = (static_cast<double>(xs[row]) - lower) * perX - half, y = (upper - static_cast<double>(ys[row])) * perY - half;
            if (!(x >= least && y >= least && x < width && y < height))
                continue;
            if (cluster >= stamps.size())
                stamps.resize(cluster + 1u, nullptr);
            if (!stamps[cluster])
                stamps[cluster] = stamp(cluster, pass).pixels.data();
            const QRgb* dot = stamps[cluster];
            if (side == 1) {
                QRgb& pixel = pixels[static_cast<int>(y) * stride + static_cast<int>(x)];
                pixel = qAlpha(*dot) == 255 ? *dot : over(*dot, pixel);
                continue;
            }
            const int left = static_cast<int>(std::floor(x)), top = static_cast<int>(std::floor(y));
            for (int dy = std::max(0, -top); dy < std::min(side, image.height() - top); ++dy)
                for (int dx = std::max(0, -left); dx < std::min(side, image.width() - left); ++dx) {
                    QRgb& pixel = pixels[(top + dy) * stride + left + dx];
                    pixel = over(dot[dy * side + dx], pixel);
                }
        }
    }
}

} // namespace plumage::ui
