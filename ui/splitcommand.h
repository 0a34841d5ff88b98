// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"

#include <QtCore/QObject>

#include <cstdint>
#include <vector>

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
    void pickLike(ClusterId from);    // by examples: what is more like the picked than like the rest is picked, too

private:
    void propose(ClusterId from);
    std::vector<std::uint32_t> uncheckedRows(ClusterId from) const;

    MainWindow& m_window;
};

} // namespace plumage::ui
