// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/candidatecard.h"

#include "ui/clustermark.h"
#include "ui/generatedpicture.h"
#include "ui/theme.h"
#include "ui/thumbnailcache.h"

#include <QtGui/QMouseEvent>
#include <QtGui/QPainter>

#include <cmath>

namespace plumage::ui {
namespace {

constexpr int margin = 8, gap = 4, markSide = 14, columns = 3;    // pixels at 96 dpi

} // namespace

CandidateCard::CandidateCard(int key, const ThumbnailCache& thumbnails, QWidget* parent) : QWidget(parent), m_key(key), m_thumbnails(thumbnails)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setCursor(Qt::PointingHandCursor);
    connect(&thumbnails, &ThumbnailCache::thumbnailsArrived, this, qOverload<>(&QWidget::update));
}

void CandidateCard::show(const SnapshotPointer& snapshot, ClusterId cluster, std::vector<PhotoId> photos)
{
    m_snapshot = snapshot;
    m_cluster = cluster;
    m_photos = std::move(photos);
    setAccessibleName(tr("Key %1: it is %2").arg(m_key).arg(snapshot->nameOf(cluster)));
    setToolTip(accessibleName());
    update();
}

void CandidateCard::mouseReleaseEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton && rect().contains(event->position().toPoint()))
        Q_EMIT chosen();
}

void CandidateCard::paintEvent(QPaintEvent*)
{
    if (!m_snapshot)
        return;
    QPainter painter(this);
    const Inks ink = inks(palette());
    painter.setPen(ink.line);
    painter.setBrush(palette().color(QPalette::AlternateBase));
    painter.drawRoundedRect(rect().adjusted(0, 0, -1, -1), 4, 4);

    const int line = fontMetrics().height() + 4;
    const QRect head(margin, margin, width() - 2 * margin, line);
    QFont bold = font();
    bold.setBold(true);
    painter.setFont(bold);
    const QString key = QString::number(m_key);
    const int keyWidth = QFontMetrics(bold).horizontalAdvance(key) + 12;
    const QRect box(head.left(), head.top(), keyWidth, line);
    painter.setPen(palette().color(QPalette::Text));
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(box, 3, 3);
    painter.drawText(box, Qt::AlignCenter, key);
    paintMark(painter, QRectF(box.right() + gap * 2, head.center().y() - markSide / 2, markSide, markSide), m_cluster, palette());
    const QRect title(box.right() + gap * 4 + markSide, head.top(), head.right() - box.right() - gap * 4 - markSide, line);
    painter.setPen(palette().color(QPalette::Text));
    painter.drawText(title, Qt::AlignVCenter, QFontMetrics(bold).elidedText(m_snapshot->nameOf(m_cluster), Qt::ElideRight, title.width()));

    const int top = head.bottom() + gap * 2, rows = 2;
    const int side = std::max(8, std::min((width() - 2 * margin - (columns - 1) * gap) / columns, (height() - top - margin - gap) / rows));
    const QImage drawn = m_snapshot->prototype(m_cluster);
    int place = 0;
    const auto next = [&] {
        const QRect cell(margin + place % columns * (side + gap), top + place / columns * (side + gap), side, side);
        ++place;
        return cell;
    };
    if (!drawn.isNull())
        GeneratedPicture::paint(painter, next(), drawn, palette());
    for (const PhotoId photo : m_photos) {
        const QRect cell = next();
        const QPixmap picture = m_thumbnails.square(photo, static_cast<int>(std::lround(side * devicePixelRatioF())));
        if (picture.isNull())
            painter.fillRect(cell, palette().color(QPalette::Base));
        else
            painter.drawPixmap(cell, picture);
    }
}

} // namespace plumage::ui
