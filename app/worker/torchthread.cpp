// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/worker/torchthread.h"

#include <sys/resource.h>
#include <utility>

namespace plumage::worker {

TorchThread::TorchThread() : m_thread([this](const std::stop_token& end) { work(end); }) { }

TorchThread::~TorchThread()
{
    m_thread.request_stop();
    m_thread.join();
}

void TorchThread::post(Job job)
{
    {
        const std::lock_guard lock(m_mutex);
        m_jobs.push_back(std::move(job));
    }
    m_changed.notify_one();
}

void TorchThread::work(const std::stop_token& end)
{
    for (;;) {
        std::unique_lock lock(m_mutex);
        if (!m_changed.wait(lock, end, [this] { return !m_jobs.empty(); }) || end.stop_requested())
            return;
        const Job job = std::move(m_jobs.front());
        m_jobs.pop_front();
        lock.unlock();
        job();
    }
}

void giveWay()
{
    ::setpriority(PRIO_PROCESS, 0, 10);    // 0: on Linux the calling thread only
}

} // namespace plumage::worker
