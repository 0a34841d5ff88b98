// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/drawingswall.h"

#include "ui/clustermark.h"
#include "ui/generatedpicture.h"
#include "ui/selection.h"
#include "ui/theme.h"

#include "core/project/snapshotfile.h"

#include <QtGui/QMouseEvent>
#include <QtGui/QPainter>
#include <QtWidgets/QScrollBar>

#include <algorithm>
#include <array>

namespace plumage::ui {
namespace {

constexpr int numberWidth = 40, headHeight = 22, gap = 6, smallestSide = 58, largestSide = 128;    // pixels

} // namespace

DrawingsWall::DrawingsWall(Selection& selection, QWidget* parent) : QAbstractScrollArea(parent), m_selection(selection)
{
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setMinimumSize(190, 110);
    setAccessibleName(tr("Pictures drawn by the network"));
    setToolTip(GeneratedPicture::explanation());
    connect(&m_selection, &Selection::scopeChanged, this, &DrawingsWall::scrollToChosen);
}

void DrawingsWall::setSnapshot(SnapshotPointer snapshot)
{
    m_snapshot = std::move(snapshot);
    m_preview = {};
    m_previewCodes.clear();
    m_rows.clear();
    if (m_snapshot && !m_snapshot->prototypes.isNull()) {
        for (const ClusterView& cluster : m_snapshot->clusters)
            if (!cluster.codes.empty())
                m_rows.push_back(&cluster);
        std::ranges::stable_partition(m_rows, [](const ClusterView* cluster) { return cluster->photos > 0; });
    }
    updateScrollBar();
    viewport()->update();
}

void DrawingsWall::setPreview(const QImage& picture, const std::vector<std::uint16_t>& codes)
{
    if (!m_snapshot || picture.height() != m_snapshot->tile * static_cast<int>(codes.size()))
        return;
    m_preview = picture;
    m_previewCodes = codes;
    viewport()->update();
}

int DrawingsWall::columns() const
{
    return std::clamp((viewport()->width() - numberWidth) / (smallestSide + gap), 1, static_cast<int>(project::SnapshotFile::tiles));
}

QImage DrawingsWall::tile(const ClusterView& cluster, int column) const
{
    const auto newer = cluster.codes.empty() ? m_previewCodes.end() : std::ranges::find(m_previewCodes, cluster.codes.front().value);
    if (newer == m_previewCodes.end())
        return m_snapshot->prototype(cluster.cluster, column);
    const int side = m_snapshot->tile;
    return m_preview.copy(column * side, static_cast<int>(newer - m_previewCodes.begin()) * side, side, side);
}

void DrawingsWall::paintEvent(QPaintEvent*)
{
    QPainter painter(viewport());
    const Inks ink = inks(palette());
    painter.fillRect(viewport()->rect(), palette().color(QPalette::Base));
    if (m_rows.empty()) {
        painter.setPen(ink.quiet);
        painter.drawText(viewport()->rect().adjusted(16, 8, -16, -8), Qt::AlignCenter | Qt::TextWordWrap, tr("The network draws when it has begun to learn."));
        return;
    }
    // with little room: two drawings, then as many of the layers as fit
    static const std::array<std::array<int, 7>, 7> shown{{{0}, {0, 5}, {0, 1, 5}, {0, 1, 4, 5}, {0, 1, 4, 5, 6}, {0, 1, 2, 4, 5, 6}, {0, 1, 2, 3, 4, 5, 6}}};
    const auto& order = shown[static_cast<std::size_t>(columns() - 1)];
    const std::array<QString, 7> heads{tr("drawings"), {}, {}, {}, tr("ground"), tr("mask"), tr("object")};
    const int top = headHeight - verticalScrollBar()->value();
    for (std::size_t row = 0; row < m_rows.size(); ++row) {
        const int y = top + static_cast<int>(row) * rowHeight();
        if (y + rowHeight() < headHeight || y > viewport()->height())
            continue;
        const ClusterView& cluster = *m_rows[row];
        if (m_selection.cluster() == cluster.cluster)
            painter.fillRect(0, y - 1, viewport()->width(), rowHeight(), ink.accentFill);
        painter.setOpacity(cluster.photos > 0 ? 1 : 0.5);
        paintMark(painter, QRectF(13, y + m_side / 2.0 - 16, 13, 13), cluster.cluster, palette());
        painter.setPen(palette().color(QPalette::Text));
        painter.drawText(QRect(0, y + m_side / 2, numberWidth, 20), Qt::AlignHCenter, QString::number(cluster.cluster.value));
        for (int column = 0; column < columns(); ++column)
            GeneratedPicture::paint(painter, QRect(numberWidth + column * (m_side + gap), y + 2, m_side, m_side), tile(cluster, order[static_cast<std::size_t>(column)]), palette());
        painter.setOpacity(1);
    }
    painter.fillRect(0, 0, viewport()->width(), headHeight, palette().color(QPalette::Base));
    painter.setPen(ink.quiet);
    for (int column = 0; column < columns(); ++column) {
        const int tileColumn = order[static_cast<std::size_t>(column)];
        painter.drawText(QRect(numberWidth + column * (m_side + gap), 0, m_side + 60, headHeight), Qt::AlignLeft | Qt::AlignVCenter, heads[static_cast<std::size_t>(tileColumn)]);
    }
}

void DrawingsWall::updateScrollBar()
{
    m_side = std::clamp((viewport()->width() - numberWidth) / columns() - gap, smallestSide, largestSide);
    const int content = headHeight + static_cast<int>(m_rows.size()) * rowHeight();
    verticalScrollBar()->setRange(0, std::max(0, content - viewport()->height()));
    verticalScrollBar()->setPageStep(viewport()->height());
    verticalScrollBar()->setSingleStep(rowHeight() / 2);
}

void DrawingsWall::scrollToChosen()
{
    const auto chosen = std::ranges::find_if(m_rows, [this](const ClusterView* cluster) { return m_selection.cluster() == cluster->cluster; });
    if (chosen != m_rows.end()) {
        const int y = static_cast<int>(chosen - m_rows.begin()) * rowHeight(), from = verticalScrollBar()->value();
        if (y < from || y + rowHeight() + headHeight > from + viewport()->height())
            verticalScrollBar()->setValue(y - rowHeight());
    }
    viewport()->update();
}

void DrawingsWall::resizeEvent(QResizeEvent*)
{
    updateScrollBar();
}

void DrawingsWall::mousePressEvent(QMouseEvent* event)
{
    const int row = (event->pos().y() - headHeight + verticalScrollBar()->value()) / rowHeight();
    if (event->pos().y() > headHeight && row >= 0 && row < static_cast<int>(m_rows.size()))
        m_selection.showCluster(m_rows[static_cast<std::size_t>(row)]->cluster);
}

void DrawingsWall::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange)
        viewport()->update();
    QAbstractScrollArea::changeEvent(event);
}

} // namespace plumage::ui
