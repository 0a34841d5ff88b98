// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"

#include <QtCore/QObject>

namespace plumage::ui {

class MainWindow;

// Splitting a cluster: the picked photos leave it together. With none picked the half that looks least like the rest is picked first, to be looked at and mended; the
// same key then parts it. GUI thread only; the comparison is a job.
class SplitCommand final : public QObject
{
    Q_OBJECT
public:
    explicit SplitCommand(MainWindow& window);
    void split(ClusterId from);

private:
    void propose(ClusterId from);

    MainWindow& m_window;
};

} // namespace plumage::ui
