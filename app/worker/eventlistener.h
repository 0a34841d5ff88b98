// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/protocol/events.h"
#include "core/run/runlistener.h"

#include <chrono>
#include <functional>

namespace plumage::worker {

// Turns the news of a run into events. Called from the threads of the training; `report` must be callable from any thread and must not block.
class EventListener final : public run::RunListener
{
public:
    using Report = std::function<void(protocol::Event)>;
    using Started = std::function<void(const TrainOptions& options, const QString& device, std::int64_t step)>;
    EventListener(int run, Report report, Started started);

    void preparing(std::string_view phase, std::int64_t done, std::int64_t total) override;    // at most 10 a second, and the last of each phase
    void started(const TrainOptions& options, std::string_view device, std::int64_t step) override;
    void metrics(const train::StepReport& report) override;
    void snapshotWritten(std::int64_t step, const std::filesystem::path& folder) override;     // its prototypes.png goes out as a preview, too
    void checkpointWritten(std::int64_t step, const std::filesystem::path& folder) override;
    void paused(bool isPaused) override;
    void note(ErrorCode code, const std::string& detail) override;

private:
    int m_run;
    Report m_report;
    Started m_started;
    QString m_device;
    std::int64_t m_step = 0;
    std::chrono::steady_clock::time_point m_lastProgress;
};

} // namespace plumage::worker
