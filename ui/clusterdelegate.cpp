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

constexpr int rowHeight = 72, pictureSide = 48, barWidth = 72, barGap = 8, stateWidth = 18;    // pixels at 96 dpi

// Five boxes, hatched: a guess of the machine, nobody has checked it. Beside them the longest of the words that fits.
void paintSureness(QPainter& painter, QRect place, double share, const QStringList& words, const Inks& ink)
{
    const QFontMetrics metrics = painter.fontMetrics();
    const QString text = metrics.horizontalAdvance(words.front()) <= place.width() - barWidth - barGap ? words.front() : words.back();
    const int wide = std::min(barWidth, place.width() - barGap - metrics.horizontalAdvance(text));
    const double width = (wide - 4 * 2) / 5.0;
    for (int box = 0; box < 5; ++box) {
        const QRectF cell(place.left() + 0.5 + box * (width + 2), place.top() + place.height() / 2 - 4.5, width, 8);
        const double filled = std::clamp(share * 5 - box, 0.0, 1.0);
        painter.setPen(QPen(ink.line, 1));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(cell);
        painter.fillRect(QRectF(cell.left(), cell.top(), cell.width() * filled, cell.height()), QBrush(ink.warning, Qt::BDiagPattern));
    }
    painter.setPen(ink.quiet);
    painter.drawText(place.adjusted(wide + barGap, 0, 0, 0), Qt::AlignVCenter, text);
}

// Whole width = all photos: seen labels solid, bulk ones grey, the machine's outlined.
void paintChecked(QPainter& painter, QRect place, const ClusterView& cluster, const Inks& ink, const QPalette& palette)
{
    const QRectF bar(place.left() + 0.5, place.center().y() - 3.5, place.width() - 9, 7);
    const double perPhoto = bar.width() / static_cast<double>(std::max<std::size_t>(1, cluster.photos));
    const double seen = perPhoto * static_cast<double>(cluster.checked - cluster.bulk), bulk = perPhoto * static_cast<double>(cluster.bulk);
    painter.fillRect(QRectF(bar.left(), bar.top(), seen, bar.height()), palette.color(QPalette::Text));
    painter.fillRect(QRectF(bar.left() + seen, bar.top(), bulk, bar.height()), ink.quiet);
    painter.setPen(QPen(ink.line, 1));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(bar);
}

QString stateSign(project::ClusterState state)
{
    return state == project::ClusterState::approved ? QStringLiteral("✓") : state == project::ClusterState::flagged ? QStringLiteral("⚑") : QString();
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
    const QFontMetrics boldMetrics(bold);
    const QString change = model.changeText(cluster.cluster);
    const int changeWidth = change.isEmpty() ? 0 : option.fontMetrics.horizontalAdvance(change) + 10;
    if (!change.isEmpty()) {
        const QRect badge(text.right() - stateWidth - changeWidth, y + 1, changeWidth, line - 2);
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setPen(Qt::NoPen);
        painter->setBrush(ink.accentFill);
        painter->drawRoundedRect(badge, 4, 4);
        painter->setRenderHint(QPainter::Antialiasing, false);
        painter->setFont(option.font);
        painter->setPen(option.palette.color(QPalette::Text));
        painter->drawText(badge, Qt::AlignCenter, change);
        painter->setFont(bold);
    }
    const QRect nameLine(text.left(), y, text.width() - stateWidth - changeWidth, line);
    const QString name = index.data().toString();    // without room for "no name yet" the number says enough
    painter->drawText(nameLine, Qt::AlignVCenter, boldMetrics.horizontalAdvance(name) <= nameLine.width() ? name
        : cluster.name.isEmpty() ? clusterNumber(cluster.cluster) : boldMetrics.elidedText(name, Qt::ElideRight, nameLine.width()));
    if (const QString sign = stateSign(cluster.state); !sign.isEmpty()) {
        painter->setPen(cluster.state == project::ClusterState::approved ? ink.good : ink.warning);
        painter->drawText(QRect(text.right() - stateWidth, y, stateWidth, line), Qt::AlignRight | Qt::AlignVCenter, sign);
    }
    painter->setFont(option.font);
    painter->setPen(ink.quiet);
    painter->drawText(QRect(text.left(), y + line, text.width(), line), Qt::AlignVCenter,
        cluster.photos == 0 ? tr("no photos now")
            : cluster.checked == 0 ? tr("%Ln photo(s)", nullptr, static_cast<int>(cluster.photos))
                                   : tr("%Ln photo(s), %1 checked", nullptr, static_cast<int>(cluster.photos)).arg(QLocale().toString(static_cast<qlonglong>(cluster.checked))));
    if (cluster.checked > 0) {
        QRect bar(text.left(), y + 2 * line, text.width(), line);
        if (cluster.checks.all >= review::Checks::enough) {
            const QString number = QLocale().toString(100 * review::trust(cluster.checks.right, cluster.checks.all), 'f', 0);
            const QString trust = tr("trust %1").arg(number);
            const QString told = option.fontMetrics.horizontalAdvance(trust) < bar.width() / 2 ? trust : number;
            painter->drawText(bar, Qt::AlignRight | Qt::AlignVCenter, told);
            bar.setRight(bar.right() - option.fontMetrics.horizontalAdvance(told));
        }
        paintChecked(*painter, bar, cluster, ink, option.palette);
    } else if (cluster.photos > 0) {
        const QString number = QLocale().toString(100 * cluster.meanConfidence, 'f', 0);
        paintSureness(*painter, QRect(text.left(), y + 2 * line, text.width(), line), cluster.meanConfidence, {tr("%1 guess").arg(number), number}, ink);
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
