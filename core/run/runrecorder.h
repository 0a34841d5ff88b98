// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/run/metricswriter.h"
#include "core/run/runlistener.h"
#include "core/run/snapshotthread.h"
#include "core/train/trainobserver.h"

#include <mutex>
#include <optional>
#include <string_view>

namespace plumage::run {

// The trainer's observer: writes what it hears to the run folder and passes it on. Called from the training thread; message() from any.
class RunRecorder final : public train::TrainObserver {
public:
    RunRecorder(const RunFolder& run, RunListener& listener) : m_run(run), m_listener(listener) { }    // both must outlive it
    // Before the first step, when the trainer stands. step: where training goes on; rows and snapshots after it are dropped. Throws as MetricsWriter.
    void start(std::int64_t step);
    void preparing(std::string_view phase, std::int64_t done, std::int64_t total);    // any thread; also while training goes on
    void started(const TrainOptions& options, std::string_view device, std::int64_t step);
    void stepFinished(const train::StepReport& report) override;
    void snapshotReady(train::SnapshotTensors snapshot) override;
    void checkpointWritten(std::int64_t step, const std::filesystem::path& folder) override;
    void message(ErrorCode code, const std::string& detail) override;
    void paused(bool isPaused) override;

    // Blocks until the last snapshot is written. After start().
    const SnapshotThread& finish();

private:
    const RunFolder& m_run;
    std::mutex m_mutex;    // one call of the listener at a time
    RunListener& m_listener;
    std::optional<MetricsWriter> m_metrics;
    ErrorCode m_metricsProblem = ErrorCode::none;    // told once until a row can be written again
    std::optional<SnapshotThread> m_snapshots;       // last: ends first
};

} // namespace plumage::run
