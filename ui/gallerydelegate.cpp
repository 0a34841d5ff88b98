// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/gallerydelegate.h"

#include "ui/clustermark.h"
#include "ui/gallerymodel.h"
#include "ui/selection.h"
#include "ui/theme.h"
#include "ui/thumbnailcache.h"

#include <QtGui/QPainter>
#include <QtWidgets/QWidget>

#include <cmath>

namespace plumage::ui {

GalleryDelegate::GalleryDelegate(const ThumbnailCache& thumbnails, const Selection& selection, QObject* parent)
    : QStyledItemDelegate(parent), m_thumbnails(thumbnails), m_selection(selection)
{
}

QSize GalleryDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const
{
    return {m_size + 6, m_size + 6};
}

void GalleryDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const QRect box(option.rect.x() + 3, option.rect.y() + 3, m_size, m_size);
    const PhotoId photo{index.data(GalleryModel::PhotoIdRole).toLongLong()};
    const Inks ink = inks(option.palette);
    const double scale = painter->device()->devicePixelRatioF();
    painter->save();
    if (const QPixmap thumbnail = m_thumbnails.square(photo, static_cast<int>(std::lround(m_size * scale))); !thumbnail.isNull())
        painter->drawPixmap(box, thumbnail);
    else
        paintMissing(*painter, box, option, index, m_thumbnails.isUnreadable(photo));

    if (const QVariant cluster = index.data(GalleryModel::ClusterIdRole); cluster.isValid()) {
        const ClusterId id{cluster.toLongLong()};
        const int stripe = m_size >= 96 ? 5 : 3;
        painter->fillRect(QRect(box.left(), box.bottom() + 1 - stripe, box.width(), stripe), markColour(clusterMark(id), option.palette));
        const int mark = m_size >= 96 ? 10 : 7;
        const QRect ground(box.left(), box.bottom() + 1 - mark - 8, mark + 8, mark + 8);
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setPen(Qt::NoPen);
        painter->setBrush(QColor(16, 18, 20, 215));
        painter->drawEllipse(ground);
        QPalette dark = option.palette;    // the ground is dark in both themes
        dark.setColor(QPalette::Window, Qt::black);
        dark.setColor(QPalette::WindowText, Qt::white);
        paintMark(*painter, QRectF(ground).adjusted(4, 4, -4, -4), id, dark);
        const int flags = index.data(GalleryModel::FlagsRole).toInt();
        paintOrigin(*painter, box, flags);
        if (m_size >= 96 && !(flags & project::PhotoTable::Checked)) {    // doubt: the longer, the less sure
            const double doubt = index.data(GalleryModel::DoubtRole).toDouble();
            const QRectF bar(box.right() - 33, box.top() + 6, 28, 5);
            painter->setBrush(QColor(16, 18, 20, 190));
            painter->drawRoundedRect(bar.adjusted(-1.5, -1.5, 1.5, 1.5), 2, 2);
            painter->setBrush(QColor(0xF0B040));
            painter->drawRect(QRectF(bar.left(), bar.top(), bar.width() * doubt, bar.height()));
        }
    }
    painter->setRenderHint(QPainter::Antialiasing, false);
    painter->setBrush(Qt::NoBrush);
    if (option.state & QStyle::State_Selected) {
        painter->setPen(QPen(isDark(option.palette) ? Qt::white : Qt::black, 3));
        painter->drawRect(QRectF(box).adjusted(-0.5, -0.5, 0.5, 0.5));
    }
    const bool lit = m_selection.hovered() == photo;
    if (lit || ((option.state & QStyle::State_HasFocus) && m_selection.current() == photo)) {
        painter->setPen(QPen(ink.accent, 2));
        painter->drawRect(QRectF(box).adjusted(-2, -2, 2, 2));
    }
    painter->restore();
}

// Whose opinion it is: a solid tick of the person (grey if accepted unseen), a hollow dot of the machine; a cross: it was rejected from some cluster.
void GalleryDelegate::paintOrigin(QPainter& painter, const QRect& box, int flags) const
{
    const double side = m_size >= 96 ? 16 : 11;
    const QRectF ground(box.left() + 4, box.top() + 4, side, side);
    painter.setPen(Qt::NoPen);
    painter.setBrush(QColor(16, 18, 20, 215));
    painter.drawEllipse(ground);
    const auto at = [&](double x, double y) { return QPointF(ground.left() + x * side, ground.top() + y * side); };
    if (flags & project::PhotoTable::Checked) {
        painter.setPen(QPen(flags & project::PhotoTable::Bulk ? QColor(0x9AA0A6) : QColor(0x7CE38B), side / 7, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter.drawPolyline(QPolygonF({at(0.25, 0.52), at(0.43, 0.70), at(0.76, 0.30)}));
    } else {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(Qt::white, side / 11));
        painter.drawEllipse(ground.adjusted(side * 0.3, side * 0.3, -side * 0.3, -side * 0.3));
    }
    if (flags & project::PhotoTable::Rejected) {
        const QRectF second = ground.translated(side + 3, 0);
        painter.setPen(Qt::NoPen);
        painter.setBrush(QColor(16, 18, 20, 215));
        painter.drawEllipse(second);
        painter.setPen(QPen(QColor(0xFF8A80), side / 8, Qt::SolidLine, Qt::RoundCap));
        const double in = side * 0.32;
        painter.drawLine(second.topLeft() + QPointF(in, in), second.bottomRight() - QPointF(in, in));
        painter.drawLine(second.topRight() + QPointF(-in, in), second.bottomLeft() + QPointF(in, -in));
    }
}

void GalleryDelegate::paintMissing(QPainter& painter, const QRect& box, const QStyleOptionViewItem& option, const QModelIndex& index, bool unreadable) const
{
    painter.fillRect(box, option.palette.color(QPalette::AlternateBase));
    if (const QVariant cluster = index.data(GalleryModel::ClusterIdRole); cluster.isValid()) {
        QColor tint = markColour(clusterMark(ClusterId{cluster.toLongLong()}), option.palette);
        tint.setAlpha(40);
        painter.fillRect(box, tint);
    }
    if (!unreadable)
        return;
    const Inks ink = inks(option.palette);
    painter.setPen(QPen(ink.bad, 1, Qt::DashLine));
    painter.drawRect(box.adjusted(2, 2, -3, -3));
    painter.setPen(ink.quiet);
    if (m_size >= 96)
        painter.drawText(box.adjusted(8, 8, -8, -8), Qt::AlignCenter | Qt::TextWordWrap, tr("This photo cannot be read"));
    else
        painter.drawText(box, Qt::AlignCenter, QStringLiteral("✕"));
}

} // namespace plumage::ui
