// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme.h"

#include <QtWidgets/QApplication>
#include <QtWidgets/QStyleFactory>

#include "ui/plot.h"

namespace plumage::ui {
namespace {

QPalette makePalette(bool dark)
{
    const QColor window(dark ? 0x202225 : 0xF1F2F4), base(dark ? 0x26282B : 0xFFFFFF), text(dark ? 0xE6E8EB : 0x1D2024);
    const QColor button(dark ? 0x33363B : 0xE3E6EA), accent(dark ? 0x2F5D8A : 0x2F6FB0);
    QPalette p(button, window);
    p.setColor(QPalette::Window, window);
    p.setColor(QPalette::Base, base);
    p.setColor(QPalette::AlternateBase, dark ? QColor(0x2B2E32) : QColor(0xF6F7F9));
    p.setColor(QPalette::Button, button);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        p.setColor(role, text);
    p.setColor(QPalette::BrightText, QColor(0xFFFFFF));
    p.setColor(QPalette::PlaceholderText, dark ? QColor(0x9AA0A8) : QColor(0x666C75));
    p.setColor(QPalette::ToolTipBase, dark ? QColor(0x14161A) : QColor(0xFFFFFF));
    p.setColor(QPalette::ToolTipText, text);
    p.setColor(QPalette::Highlight, accent);
    p.setColor(QPalette::HighlightedText, QColor(0xFFFFFF));
    p.setColor(QPalette::Link, dark ? QColor(0x6CB4F0) : QColor(0x1A5FA8));
    p.setColor(QPalette::Light, dark ? QColor(0x43474D) : QColor(0xFFFFFF));
    p.setColor(QPalette::Midlight, dark ? QColor(0x3A3E44) : QColor(0xEDEFF2));
    p.setColor(QPalette::Mid, dark ? QColor(0x2C2F33) : QColor(0xC4C9D0));
    p.setColor(QPalette::Dark, dark ? QColor(0x17191B) : QColor(0xA9AFB8));
    p.setColor(QPalette::Shadow, dark ? QColor(0x0B0C0D) : QColor(0x6E747D));
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        p.setColor(QPalette::Disabled, role, dark ? QColor(0x777D86) : QColor(0x8D939B));
    p.setColor(QPalette::Disabled, QPalette::Highlight, dark ? QColor(0x3A3E44) : QColor(0xC4C9D0));
    return p;
}

} // namespace

void applyTheme(Theme theme)
{
    static const QPalette platform = QApplication::palette();    // as it was before ours
    if (!QApplication::style() || QApplication::style()->name() != QLatin1String("fusion"))
        QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    QApplication::setPalette(makePalette(theme == Theme::dark || (theme == Theme::system && isDark(platform))));
}

bool isDark(const QPalette& palette)
{
    return palette.color(QPalette::Window).lightness() < palette.color(QPalette::WindowText).lightness();
}

Inks inks(const QPalette& palette)
{
    const bool dark = isDark(palette);
    return {
        .generated = QColor(dark ? 0xB79BFF : 0x6D3FD1),
        .panel = QColor(dark ? 0x2A2D31 : 0xFAFBFC),
        .line = QColor(dark ? 0x43474D : 0xCDD2D9),
        .quiet = QColor(dark ? 0xA7ADB6 : 0x5A616B),
        .good = QColor(dark ? 0x53C08A : 0x1B7F4D),
        .warning = QColor(dark ? 0xF0B040 : 0x9A6200),
        .bad = QColor(dark ? 0xF08070 : 0xB3261E),
        .accent = QColor(dark ? 0x5AA9E8 : 0x2F6FB0),
        .accentFill = QColor(dark ? 0x2B4560 : 0xD6E6F7),
    };
}

void paintPlotLike(QCustomPlot& plot, const QPalette& palette)
{
    const Inks ink = inks(palette);
    plot.setBackground(palette.color(QPalette::Base));
    for (QCPAxisRect* rect : plot.axisRects())
        for (QCPAxis* axis : rect->axes()) {
            axis->setBasePen(QPen(ink.line));
            axis->setTickPen(QPen(ink.line));
            axis->setSubTickPen(QPen(ink.line));
            axis->setTickLabelColor(ink.quiet);
            axis->setLabelColor(ink.quiet);
            axis->grid()->setPen(QPen(QColor(ink.line.red(), ink.line.green(), ink.line.blue(), 90)));
            axis->grid()->setZeroLinePen(QPen(ink.line));
        }
    replotSoon(plot);
}

} // namespace plumage::ui
