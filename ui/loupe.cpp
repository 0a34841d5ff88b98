// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/loupe.h"

#include "ui/clustermark.h"
#include "ui/job.h"
#include "ui/paths.h"
#include "ui/selection.h"
#include "ui/theme.h"
#include "ui/thumbnailcache.h"

#include <QtCore/QFileInfo>
#include <QtCore/QLocale>
#include <QtGui/QImageReader>
#include <QtGui/QKeyEvent>
#include <QtGui/QPainter>

namespace plumage::ui {
namespace {

constexpr int captionHeight = 30;    // pixels

QImage decode(const QString& file, const std::optional<Box>& box, QSize room)
{
    QImageReader reader(file);
    reader.setAutoTransform(true);
    const QSize full = reader.size();
    if (!box && full.isValid() && (full.width() > 2 * room.width() || full.height() > 2 * room.height()))
        reader.setScaledSize(full.scaled(2 * room, Qt::KeepAspectRatio).expandedTo({1, 1}));
    QImage image = reader.read();
    if (box && !image.isNull())
        image = image.copy(QRectF(box->x * image.width(), box->y * image.height(), box->width * image.width(), box->height * image.height()).toAlignedRect());
    return image;
}

} // namespace

Loupe::Loupe(Selection& selection, ThumbnailCache& thumbnails, QWidget* parent) : QWidget(parent), m_selection(selection), m_thumbnails(thumbnails)
{
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("The photo, large"));
    connect(&m_thumbnails, &ThumbnailCache::thumbnailsArrived, this, qOverload<>(&QWidget::update));
}

void Loupe::setSnapshot(SnapshotPointer snapshot)
{
    m_snapshot = std::move(snapshot);
    update();
}

void Loupe::showPhoto(PhotoId photo)
{
    if (m_photo == photo && !m_image.isNull())
        return;
    m_photo = photo;
    m_image = {};
    m_unreadable = false;
    load();
    update();
}

void Loupe::load()
{
    const auto row = m_photo && m_snapshot ? m_snapshot->photos->row(*m_photo) : std::nullopt;
    if (!row)
        return;
    const quint64 generation = ++m_generation;
    const QSize room = size() * devicePixelRatioF();
    startJob<QImage>(this, [file = fromPath(m_snapshot->photos->list().file(*row)), box = m_snapshot->photos->list().rows[*row].box, room] { return decode(file, box, room); },
        [this, generation](const JobResult<QImage>& result) {
            if (generation != m_generation)
                return;
            const QImage* image = std::get_if<QImage>(&result);
            m_unreadable = !image || image->isNull();
            m_image = m_unreadable ? QImage() : *image;
            update();
        });
}

void Loupe::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const Inks ink = inks(palette());
    painter.fillRect(rect(), palette().color(QPalette::Base));
    const auto row = m_photo && m_snapshot ? m_snapshot->photos->row(*m_photo) : std::nullopt;
    if (!row)
        return;
    const QRect room = rect().adjusted(8, 8, -8, -captionHeight);
    const QImage image = m_image.isNull() ? m_thumbnails.find(*m_photo) : m_image;
    if (!image.isNull()) {
        painter.setRenderHint(QPainter::SmoothPixmapTransform);
        const QSize shown = image.size().scaled(room.size(), Qt::KeepAspectRatio);
        painter.drawImage(QRect(room.center() - QPoint(shown.width() / 2, shown.height() / 2), shown), image);
    } else if (m_unreadable) {
        painter.setPen(ink.bad);
        painter.drawText(room, Qt::AlignCenter, tr("This photo cannot be read"));
    }
    const auto cluster = m_snapshot->photos->cluster(*row);
    const int flags = m_snapshot->photos->flags()[*row];
    QStringList words{QFileInfo(QString::fromStdString(m_snapshot->photos->list().rows[*row].path)).fileName()};
    words += cluster ? m_snapshot->nameOf(*cluster) : tr("in no cluster");
    words += flags & project::PhotoTable::Away ? tr("put away") : flags & project::PhotoTable::Checked ? tr("checked")
        : tr("machine, %1 % sure").arg(QLocale().toString(100 * static_cast<double>(m_snapshot->photos->confidence()[*row]), 'f', 0));
    const QRect caption = rect().adjusted(34, height() - captionHeight, -8, 0);
    if (cluster)
        paintMark(painter, QRectF(12, height() - captionHeight / 2.0 - 7, 14, 14), *cluster, palette());
    painter.setPen(palette().color(QPalette::Text));
    painter.drawText(caption, Qt::AlignVCenter, painter.fontMetrics().elidedText(words.join(QStringLiteral("  ·  ")), Qt::ElideMiddle, caption.width()));
}

void Loupe::keyPressEvent(QKeyEvent* event)
{
    switch (event->key()) {
    case Qt::Key_Left:
    case Qt::Key_Up: Q_EMIT stepWanted(-1); break;
    case Qt::Key_Right:
    case Qt::Key_Down: Q_EMIT stepWanted(1); break;
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Escape: Q_EMIT closeWanted(); break;
    default: QWidget::keyPressEvent(event);
    }
}

void Loupe::mouseDoubleClickEvent(QMouseEvent*)
{
    Q_EMIT closeWanted();
}

void Loupe::resizeEvent(QResizeEvent*)
{
    if (isVisible())
        load();
}

} // namespace plumage::ui
