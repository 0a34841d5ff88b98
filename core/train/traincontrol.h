// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/constraints.h"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <stop_token>

namespace plumage::train {

// What other threads ask of a running training. Every function may be called from any thread and returns at once; the training
// thread looks between two iterations. Stopping for good is the std::stop_token's part; stop() here is the same for those without one.
class TrainControl {
public:
    void pause();
    void resume();
    void stop();           // ends run() with a checkpoint; also while paused
    void snapshotNow();    // a snapshot before the next iteration, also while paused

    void setConstraints(Constraints constraints);    // what persons decided, in place of all earlier; taken before the next iteration, also while paused

    bool isPaused() const;
    bool isStopping() const;

    // For the training thread.
    bool takeSnapshotRequest();    // true once per snapshotNow()
    std::optional<Constraints> takeConstraints();    // the newest that was not taken yet
    // Blocks while paused; returns when training may go on, when it shall stop, when a snapshot is wanted or constraints have come.
    void waitWhilePaused(std::stop_token stop);

private:
    mutable std::mutex m_mutex;    // guards all below
    std::condition_variable_any m_changed;
    bool m_paused = false, m_stopping = false, m_snapshot = false;
    std::optional<Constraints> m_constraints;
};

} // namespace plumage::train
