// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// qcustomplot.h is written with Qt's keywords, which this program switches off: they are lent to it here. Include this, never the header itself.
#include <QtCore/QObject>

#define signals Q_SIGNALS
#define slots Q_SLOTS
#define foreach(variable, container) for (variable : container)
#include <qcustomplot.h>
#undef signals
#undef slots
#undef foreach

namespace plumage::ui {

// Queued, so that many news make one picture. A plot that was never laid out has nothing to paint on; it paints when it is shown.
inline void replotSoon(QCustomPlot& plot)
{
    if (!plot.viewport().isEmpty())
        plot.replot(QCustomPlot::rpQueuedReplot);
}

} // namespace plumage::ui
