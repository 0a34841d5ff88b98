// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/generatedpicture.h"

#include "ui/theme.h"

#include <QtGui/QPainter>

namespace plumage::ui {

GeneratedPicture::GeneratedPicture(QWidget* parent) : QWidget(parent)
{
    setToolTip(explanation());
    setAccessibleName(tr("Generated picture"));
    setAccessibleDescription(explanation());
}

void GeneratedPicture::setPicture(const QImage& picture)
{
    m_picture = picture;
    update();
}

QString GeneratedPicture::explanation()
{
    return tr("Drawn by the network. It shows what the model expects, not what exists.");
}

void GeneratedPicture::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    paint(painter, rect(), m_picture, palette());
}

void GeneratedPicture::paint(QPainter& painter, const QRect& box, const QImage& picture, const QPalette& palette, bool dimmed)
{
    const QColor violet = inks(palette).generated;
    const QRect inside = box.adjusted(3, 3, -3, -3);
    painter.save();
    painter.fillRect(inside, palette.color(QPalette::AlternateBase));
    if (!picture.isNull()) {
        painter.setRenderHint(QPainter::SmoothPixmapTransform);
        painter.setOpacity(dimmed ? 0.5 : 1);
        painter.drawImage(inside, picture);
        painter.setOpacity(1);
    }
    QPen pen(violet, 2, Qt::CustomDashLine);
    pen.setDashPattern({2.5, 1.5});
    pen.setCapStyle(Qt::FlatCap);
    painter.setPen(pen);
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(QRectF(box).adjusted(1, 1, -1, -1));

    const bool withWord = box.width() >= 96;
    const QString mark = withWord ? QStringLiteral("◇ ") + tr("generated") : QStringLiteral("◇");
    QFont font = painter.font();
    font.setPixelSize(withWord ? 11 : 9);
    painter.setFont(font);
    const QSize size = painter.fontMetrics().size(Qt::TextSingleLine, mark) + QSize(4, 0);
    const QRect corner(inside.topLeft(), size);
    painter.fillRect(corner, QColor(0, 0, 0, 170));
    painter.setPen(QColor(0xC9B5FF));
    painter.drawText(corner, Qt::AlignCenter, mark);
    painter.restore();
}

} // namespace plumage::ui
