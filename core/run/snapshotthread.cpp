// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/snapshotthread.h"

#include "core/base/threadniceness.h"
#include "core/run/retention.h"
#include "core/run/snapshotfiles.h"

#include <chrono>
#include <ctime>
#include <exception>

namespace plumage::run {
namespace {

constexpr int lowPriority = 10;      // nice, as training: further back (19, measured) training loses more, in more and shorter interruptions
constexpr double restFactor = 9;     // of the time that a snapshot took

double ownCpuSeconds()    // of the calling thread: waiting for busy cores costs training nothing
{
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

} // namespace

SnapshotThread::SnapshotThread(const RunFolder& run, SnapshotMap map, Events events)
    : m_snapshots(run.snapshots()), m_checkpoints(run.checkpoints()), m_seed(run.manifest().options.seed), m_map(std::move(map)),
      m_events(std::move(events))
{
    if (run.manifest().truth == "folders")
        m_truth = folderTruth(run.photos());
    m_thread = std::thread([this] { loop(); });
}

SnapshotThread::~SnapshotThread()
{
    {
        const std::lock_guard lock(m_mutex);
        m_finishing = m_dropping = true;
    }
    m_changed.notify_all();
    if (m_thread.joinable())
        m_thread.join();
}

void SnapshotThread::put(train::SnapshotTensors snapshot)
{
    auto waiting = std::make_unique<train::SnapshotTensors>(std::move(snapshot));
    {
        const std::lock_guard lock(m_mutex);
        m_waiting = std::move(waiting);
    }
    m_changed.notify_all();
}

void SnapshotThread::finish()
{
    {
        const std::lock_guard lock(m_mutex);
        m_finishing = true;
    }
    m_changed.notify_all();
    if (m_thread.joinable())
        m_thread.join();
}

void SnapshotThread::loop()
{
    setThreadNiceness(lowPriority);
    std::unique_lock lock(m_mutex);
    for (;;) {
        m_changed.wait(lock, [this] { return m_waiting || m_finishing; });
        if (!m_waiting || m_dropping)
            return;
        const std::unique_ptr<train::SnapshotTensors> snapshot = std::move(m_waiting);
        lock.unlock();
        const double start = ownCpuSeconds();
        process(*snapshot);
        const std::chrono::duration<double> rest(restFactor * (ownCpuSeconds() - start));
        lock.lock();
        m_changed.wait_for(lock, rest, [this] { return m_finishing; });
    }
}

void SnapshotThread::process(const train::SnapshotTensors& snapshot)
{
    try {
        m_codesInUse = snapshot.codesInUse;
        m_scores = m_truth ? scoreSnapshot(snapshot, *m_truth, m_seed) : std::nullopt;
        const MapPositions map = m_map.update(snapshot);
        const std::filesystem::path folder = writeSnapshot(m_snapshots, snapshot, map, m_scores);
        tidySnapshots(m_snapshots, m_checkpoints);
        m_events.written(snapshot.step, folder);
    } catch (const Error& error) {
        m_events.failed(error.code(), error.detail());
    } catch (const std::bad_alloc&) {
        m_events.failed(ErrorCode::outOfMemory, "snapshot");
    } catch (const std::exception& error) {
        m_events.failed(ErrorCode::internal, error.what());
    }
}

} // namespace plumage::run
