// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/runrecorder.h"

#include "core/base/npy.h"
#include "core/run/retention.h"

namespace plumage::run {

namespace {

// Goes on from the newest saved layout, so that points do not jump.
SnapshotMap mapOf(const RunFolder& run)
{
    SnapshotMap map(run.manifest().options.seed);
    const std::vector<StepFolder> snapshots = listSteps(run.snapshots());
    if (snapshots.empty())
        return map;
    try {
        map.startFrom(NpyMap(snapshots.back().path / "layout.npy").floats());
    } catch (const Error&) {
        // one that cannot be read is laid out anew
    }
    return map;
}

} // namespace

void RunRecorder::start(std::int64_t step)
{
    m_metrics.emplace(m_run.metrics(), step);
    for (const StepFolder& snapshot : listSteps(m_run.snapshots()))
        if (snapshot.step > step || step == 0)    // they show a training that did not go on
            removeStep(snapshot.path);
    const auto written = [this](std::int64_t newStep, const std::filesystem::path& folder) {
        const std::lock_guard lock(m_mutex);
        m_listener.snapshotWritten(newStep, folder);
    };
    const auto failed = [this](ErrorCode code, const std::string& detail) { message(code, detail); };
    m_snapshots.emplace(m_run, mapOf(m_run), SnapshotThread::Events{written, failed});
}

void RunRecorder::preparing(std::string_view phase, std::int64_t done, std::int64_t total)
{
    const std::lock_guard lock(m_mutex);
    m_listener.preparing(phase, done, total);
}

void RunRecorder::started(const TrainOptions& options, std::string_view device, std::int64_t step)
{
    const std::lock_guard lock(m_mutex);
    m_listener.started(options, device, step);
}

void RunRecorder::stepFinished(const train::StepReport& report)
{
    try {
        m_metrics->append(report);
        m_metricsProblem = ErrorCode::none;
    } catch (const Error& error) {
        if (m_metricsProblem != error.code())
            message(error.code(), error.detail());
        m_metricsProblem = error.code();
    }
    const std::lock_guard lock(m_mutex);
    m_listener.metrics(report);
}

void RunRecorder::snapshotReady(train::SnapshotTensors snapshot)
{
    m_snapshots->put(std::move(snapshot));
}

void RunRecorder::checkpointWritten(std::int64_t step, const std::filesystem::path& folder)
{
    tidyCheckpoints(m_run.checkpoints());
    const std::lock_guard lock(m_mutex);
    m_listener.checkpointWritten(step, folder);
}

void RunRecorder::message(ErrorCode code, const std::string& detail)
{
    const std::lock_guard lock(m_mutex);
    m_listener.note(code, detail);
}

void RunRecorder::paused(bool isPaused)
{
    const std::lock_guard lock(m_mutex);
    m_listener.paused(isPaused);
}

const SnapshotThread& RunRecorder::finish()
{
    m_snapshots->finish();
    return *m_snapshots;
}

} // namespace plumage::run
