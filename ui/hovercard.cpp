// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/hovercard.h"

#include "ui/clustermark.h"
#include "ui/thumbnailcache.h"

#include <QtCore/QFileInfo>
#include <QtCore/QLocale>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QLabel>

namespace plumage::ui {
namespace {

constexpr int picture = 128;    // pixels

} // namespace

HoverCard::HoverCard(ThumbnailCache& thumbnails, QWidget* parent)
    : QFrame(parent), m_thumbnails(thumbnails), m_picture(new QLabel), m_name(new QLabel), m_cluster(new QLabel), m_confidence(new QLabel)
{
    setObjectName(QStringLiteral("card"));
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setFocusPolicy(Qt::NoFocus);
    setAutoFillBackground(true);
    setFrameShape(QFrame::Box);
    setBackgroundRole(QPalette::ToolTipBase);
    m_picture->setFixedSize(picture, picture);
    m_picture->setAlignment(Qt::AlignCenter);
    QFont bold = font();
    bold.setBold(true);
    m_name->setFont(bold);
    auto* texts = new QVBoxLayout;
    texts->addWidget(m_name);
    texts->addWidget(m_cluster);
    texts->addWidget(m_confidence);
    texts->addStretch(1);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(8, 8, 12, 8);
    layout->addWidget(m_picture);
    layout->addLayout(texts);
    layout->setSizeConstraint(QLayout::SetFixedSize);
    hide();

    m_delay.setSingleShot(true);
    m_delay.setInterval(100);
    connect(&m_delay, &QTimer::timeout, this, [this] {
        const QSize room = parentWidget()->size(), size = sizeHint();
        QPoint at = m_beside + QPoint(18, 18);
        if (at.x() + size.width() > room.width())
            at.setX(m_beside.x() - 18 - size.width());
        if (at.y() + size.height() > room.height())
            at.setY(m_beside.y() - 18 - size.height());
        move(std::max(0, at.x()), std::max(0, at.y()));
        show();
        raise();
    });
    connect(&m_thumbnails, &ThumbnailCache::thumbnailsArrived, this, &HoverCard::fillPicture);
}

void HoverCard::showPhoto(const SnapshotView& snapshot, PhotoId photo, QPoint beside)
{
    const auto row = snapshot.photos->row(photo);
    if (!row)
        return dismiss();
    if (m_photo == photo && isVisible())
        return;
    m_photo = photo;
    m_beside = beside;
    m_name->setText(fontMetrics().elidedText(QFileInfo(QString::fromStdString(snapshot.photos->list().rows[*row].path)).fileName(), Qt::ElideMiddle, 200));
    if (const auto cluster = snapshot.photos->cluster(*row)) {
        m_cluster->setText(snapshot.nameOf(*cluster));
        m_confidence->setText(tr("%1 % sure").arg(QLocale().toString(100 * static_cast<double>(snapshot.photos->confidence()[*row]), 'f', 0)));
    }
    m_thumbnails.want(ThumbnailCache::Asker::Hover, {photo});
    fillPicture();
    m_delay.start();
}

void HoverCard::fillPicture()
{
    if (!m_photo)
        return;
    const double scale = devicePixelRatioF();
    QImage image = m_thumbnails.find(*m_photo);
    if (!image.isNull()) {
        image = image.scaled(QSize(picture, picture) * scale, Qt::KeepAspectRatio, Qt::SmoothTransformation);
        image.setDevicePixelRatio(scale);
    }
    m_picture->setPixmap(QPixmap::fromImage(image));
}

void HoverCard::dismiss()
{
    m_delay.stop();
    m_photo.reset();
    hide();
}

} // namespace plumage::ui
