// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/session/codematching.h"

#include <QtCore/QObject>

#include <memory>
#include <vector>

namespace plumage::ui {

class MainWindow;

// A new run numbers its groups anew. Proposes which of them are clusters that the person knows from an earlier run, by the photos they share, and applies that only when
// asked. Offered by itself when a run has finished. GUI thread only; the comparison is a job.
class MatchCommand final : public QObject
{
    Q_OBJECT
public:
    explicit MatchCommand(MainWindow& window);
    void propose(bool asked);    // asked: says so when nothing fits

private:
    void offer(const std::vector<session::Proposal>& proposals, bool asked);

    MainWindow& m_window;
    int m_offered = 0;           // RunId that was offered by itself
};

} // namespace plumage::ui
