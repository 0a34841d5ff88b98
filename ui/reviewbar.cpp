// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/reviewbar.h"

#include "ui/theme.h"

#include <QtGui/QPainter>

#include <algorithm>

namespace plumage::ui {

ReviewBar::ReviewBar(QWidget* parent) : QWidget(parent)
{
    setFixedHeight(22);
    setAccessibleName(tr("Pages of this question"));
}

void ReviewBar::show(const std::vector<review::Grow::Page>& pages, std::size_t current)
{
    m_pages = pages;
    m_current = current;
    setToolTip(tr("Page %1 of %2. Bright: you said yes. Dark: follows from a later yes. Hatched: still open.").arg(current + 1).arg(pages.size()));
    update();
}

void ReviewBar::paintEvent(QPaintEvent*)
{
    using Page = review::Grow::Page;
    QPainter painter(this);
    const Inks ink = inks(palette());
    const double step = std::min(26.0, (width() - 2.0) / static_cast<double>(std::max<std::size_t>(1, m_pages.size())));
    for (std::size_t page = 0; page < m_pages.size(); ++page) {
        const QRectF box(1 + step * static_cast<double>(page), 4, std::max(1.0, step - 2), 13);
        const Page state = m_pages[page];
        painter.setPen(QPen(ink.line, 1));
        painter.setBrush(state == Page::seenYes ? QBrush(ink.good) : state == Page::followingYes ? QBrush(ink.good.darker(180)) : state == Page::open ? QBrush(ink.quiet, Qt::BDiagPattern) : QBrush(Qt::NoBrush));
        painter.drawRect(box);
        if (page == m_current) {
            painter.setPen(QPen(ink.accent, 2));
            painter.setBrush(Qt::NoBrush);
            painter.drawRect(box.adjusted(-1, -2, 1, 2));
        }
    }
}

} // namespace plumage::ui
