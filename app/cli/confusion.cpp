// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/confusion.h"

#include "core/base/error.h"
#include "core/metrics/assignment.h"

#include <QtGui/QImage>
#include <QtGui/QPainter>

#include <algorithm>
#include <numeric>

namespace plumage::cli {
namespace {

constexpr int margin = 12, labelWidth = 190, headHeight = 150, legendHeight = 30;

// Columns in the order of the kinds that they fit best, the others behind.
std::vector<int> columnOrder(const metrics::Contingency& table)
{
    const int size = std::max(table.classes, table.clusters);
    std::vector<std::int64_t> gains(static_cast<std::size_t>(size) * static_cast<std::size_t>(size), 0);
    for (int row = 0; row < table.classes; ++row)
        for (int column = 0; column < table.clusters; ++column)
            gains[static_cast<std::size_t>(row) * static_cast<std::size_t>(size) + static_cast<std::size_t>(column)] = table.at(row, column);
    std::vector<int> order;
    for (const int column : metrics::assignMaximum(gains, size))
        if (column < table.clusters)
            order.push_back(column);
    return order;
}

} // namespace

void drawConfusion(const metrics::Contingency& table, const std::vector<std::string>& kinds, const std::vector<std::string>& clusters, const std::filesystem::path& png)
{
    const int cell = std::clamp(1400 / std::max(1, std::max(table.classes, table.clusters)), 9, 44);
    const int left = margin + labelWidth, top = margin + headHeight;
    QImage image(left + cell * table.clusters + margin, top + cell * table.classes + legendHeight + margin, QImage::Format_RGB32);
    image.fill(Qt::white);
    QPainter painter(&image);
    QFont font = painter.font();
    font.setPixelSize(std::clamp(cell / 2, 8, 14));
    painter.setFont(font);
    const std::vector<int> order = columnOrder(table);
    const auto sums = table.rowSums();
    const auto elided = [&](const std::string& name, int width) { return painter.fontMetrics().elidedText(QString::fromStdString(name), Qt::ElideRight, width); };
    for (int row = 0; row < table.classes; ++row) {
        const int y = top + row * cell;
        painter.setPen(Qt::black);
        painter.drawText(QRect(margin, y, labelWidth - 6, cell), Qt::AlignRight | Qt::AlignVCenter, elided(kinds[static_cast<std::size_t>(row)], labelWidth - 6));
        for (std::size_t i = 0; i < order.size(); ++i) {
            const std::int64_t count = table.at(row, order[i]);
            const double share = static_cast<double>(count) / static_cast<double>(std::max<std::int64_t>(1, sums[static_cast<std::size_t>(row)]));
            const QRect box(left + static_cast<int>(i) * cell, y, cell - 1, cell - 1);
            painter.fillRect(box, QColor::fromHslF(0.58, 0.6, 0.97 - 0.72 * share));
            if (count > 0 && cell >= 26) {
                painter.setPen(share > 0.45 ? Qt::white : Qt::black);
                painter.drawText(box, Qt::AlignCenter, QString::number(count));
            }
        }
    }
    painter.setPen(Qt::black);
    for (std::size_t i = 0; i < order.size(); ++i) {
        painter.save();
        painter.translate(left + static_cast<int>(i) * cell + cell / 2, top - 6);
        painter.rotate(-60);
        painter.drawText(QRect(0, -cell / 2, headHeight + 10, cell), Qt::AlignLeft | Qt::AlignVCenter, elided(clusters[static_cast<std::size_t>(order[i])], headHeight));
        painter.restore();
    }
    painter.end();
    if (!image.save(QString::fromStdString(png.string()), "PNG"))
        throw Error(ErrorCode::folderNotWritable, png.string());
}

} // namespace plumage::cli
