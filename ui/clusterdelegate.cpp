// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/clusterdelegate.h"

#include "ui/clustermark.h"
#include "ui/clustermodel.h"
#include "ui/generatedpicture.h"
#include "ui/theme.h"
#include "ui/thumbnailcache.h"

#include <QtCore/QLocale>
#include <QtGui/QPainter>

#include <cmath>

namespace plumage::ui {
namespace {

constexpr int rowHeight = 72, pictureSide = 48;    // pixels at 96 dpi

// Five boxes, hatched: a guess of the machine, nobody has checked it.
void paintSureness(QPainter& painter, QRectF bar, double share, const Inks& ink)
{
    const double width = (bar.width() - 4 * 2) / 5;
    for (int box = 0; box < 5; ++box) {
        const QRectF cell(bar.left() + box * (width + 2), bar.top(), width, bar.height());
        const double filled = std::clamp(share * 5 - box, 0.0, 1.0);
        painter.setPen(QPen(ink.line, 1));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(cell);
        painter.fillRect(QRectF(cell.left(), cell.top(), cell.width() * filled, cell.height()), QBrush(ink.warning, Qt::BDiagPattern));
    }
}

} // namespace

ClusterDelegate::ClusterDelegate(const ThumbnailCache& thumbnails, QObject* parent) : QStyledItemDelegate(parent), m_thumbnails(thumbnails) { }

QSize ClusterDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const
{
    return {120, std::max(rowHeight, option.fontMetrics.height() * 3 + 18)};
}

void ClusterDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const auto& model = static_cast<const ClusterModel&>(*index.model());
    const ClusterView& cluster = model.cluster(index.row());
    const Inks ink = inks(option.palette);
    const QRect row = option.rect;
    painter->save();
    if (option.state & QStyle::State_Selected) {
        painter->fillRect(row, ink.accentFill);
        painter->fillRect(QRect(row.left(), row.top(), 3, row.height()), ink.accent);
    } else if (option.state & QStyle::State_MouseOver) {
        painter->fillRect(row, option.palette.color(QPalette::AlternateBase));
    }
    if (cluster.photos == 0)
        painter->setOpacity(0.45);

    const QRect left(row.left() + 8, row.top(), 26, row.height());
    paintMark(*painter, QRectF(left.center().x() - 7, left.center().y() - 16, 14, 14), cluster.cluster, option.palette);
    painter->setPen(option.palette.color(QPalette::Text));
    painter->drawText(QRect(left.left(), left.center().y() + 2, left.width(), 20), Qt::AlignHCenter | Qt::AlignTop, QString::number(cluster.cluster.value));

    const int top = row.top() + (row.height() - pictureSide) / 2;
    const QRect generated(left.right() + 6, top, pictureSide, pictureSide), real(generated.right() + 7, top, pictureSide, pictureSide);
    GeneratedPicture::paint(*painter, generated, model.snapshot()->prototype(cluster.cluster), option.palette);
    QPixmap photo;
    if (cluster.nearest)
        photo = m_thumbnails.square(*cluster.nearest, static_cast<int>(std::lround(pictureSide * painter->device()->devicePixelRatioF())));
    if (photo.isNull())
        painter->fillRect(real, option.palette.color(QPalette::AlternateBase));
    else
        painter->drawPixmap(real, photo);

    const QRect text(real.right() + 10, row.top(), row.right() - real.right() - 14, row.height());
    const int line = option.fontMetrics.height() + 2, y = text.top() + (text.height() - 3 * line) / 2;
    QFont bold = option.font;
    bold.setBold(true);
    painter->setFont(bold);
    painter->setPen(option.palette.color(QPalette::Text));
    painter->drawText(QRect(text.left(), y, text.width(), line), Qt::AlignVCenter, QFontMetrics(bold).elidedText(index.data().toString(), Qt::ElideRight, text.width()));
    painter->setFont(option.font);
    painter->setPen(ink.quiet);
    painter->drawText(QRect(text.left(), y + line, text.width(), line), Qt::AlignVCenter,
        cluster.photos == 0 ? tr("no photos now") : tr("%Ln photo(s)", nullptr, static_cast<int>(cluster.photos)));
    if (cluster.photos > 0) {
        paintSureness(*painter, QRectF(text.left() + 0.5, y + 2 * line + line / 2 - 4.5, std::min(72, text.width()), 8), cluster.meanConfidence, ink);
        painter->setPen(ink.quiet);
        if (text.width() > 120)
            painter->drawText(QRect(text.left() + 80, y + 2 * line, text.width() - 80, line), Qt::AlignVCenter,
            tr("%1 guess").arg(QLocale().toString(100 * cluster.meanConfidence, 'f', 0)));
    }
    painter->setOpacity(1);
    painter->setPen(ink.line);
    painter->drawLine(row.bottomLeft(), row.bottomRight());
    if (option.state & QStyle::State_HasFocus) {
        painter->setPen(QPen(ink.accent, 2));
        painter->drawRect(row.adjusted(1, 1, -2, -2));
    }
    painter->restore();
}

} // namespace plumage::ui
