// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/run/runfolder.h"
#include "core/run/snapshotmap.h"
#include "core/run/truth.h"

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

namespace plumage::run {

// Turns the tensors of snapshots into folders with map and scores, in a thread of its own at low priority, so that training goes on meanwhile.
// Only the newest waiting one is kept; after each the thread rests nine times as long as it computed (10 % of the time at most).
class SnapshotThread {
public:
    struct Events {    // called from this thread; none may throw
        std::function<void(std::int64_t step, const std::filesystem::path& folder)> written;
        std::function<void(ErrorCode code, const std::string& detail)> failed;    // the snapshot is left out, the thread goes on
    };
    SnapshotThread(const RunFolder& run, SnapshotMap map, Events events);
    ~SnapshotThread();    // without finish(): a waiting snapshot is dropped

    // Any thread; returns at once. Takes the place of one that still waits.
    void put(train::SnapshotTensors snapshot);
    // Blocks until the newest one is written. Afterwards put() must not be called.
    void finish();

    // Of the last snapshot, also if it could not be written; after finish().
    const std::optional<metrics::Scores>& scores() const { return m_scores; }
    int codesInUse() const { return m_codesInUse; }

private:
    void loop();
    void process(const train::SnapshotTensors& snapshot);

    std::filesystem::path m_snapshots, m_checkpoints;
    std::optional<Truth> m_truth;
    std::uint64_t m_seed;
    SnapshotMap m_map;
    Events m_events;
    std::optional<metrics::Scores> m_scores;    // the thread's, until it has ended
    int m_codesInUse = 0;

    std::mutex m_mutex;    // guards the three below
    std::condition_variable m_changed;
    std::unique_ptr<train::SnapshotTensors> m_waiting;
    bool m_finishing = false, m_dropping = false;
    std::thread m_thread;    // last: starts when all is there
};

} // namespace plumage::run
