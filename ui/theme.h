// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGui/QColor>
#include <QtGui/QPalette>

class QCPAxisRect;
class QCustomPlot;

// Colours of the window. Whether it is dark or light is a property of the palette alone, so that everything follows QEvent::PaletteChange.
namespace plumage::ui {

enum class Theme { system, dark, light };

// Fusion and one of our palettes; `system` takes the one that fits the platform's palette. Call before the first widget is made, or any time later.
void applyTheme(Theme theme);

bool isDark(const QPalette& palette);

// Inks that QPalette has no role for. Contrast on Window and Base: text 4.5:1, marks 3:1.
struct Inks {
    QColor generated;    // violet, kept for what the network drew
    QColor panel;        // bars, docks and cards, between Window and Base
    QColor line;         // separators and idle frames
    QColor quiet;        // secondary text
    QColor good, warning, bad;    // always with a word or a form beside them
    QColor accent, accentFill;    // chosen things: edge and ground
};
Inks inks(const QPalette& palette);

// Axes, ticks, grid and legend of a plot in the colours of `palette`; QCustomPlot does not look at it itself.
void paintPlotLike(QCustomPlot& plot, const QPalette& palette);

} // namespace plumage::ui
