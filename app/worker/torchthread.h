// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

namespace plumage::worker {

// The one thread of `serve` that does torch work (OpenMP pools belong to the calling thread). Jobs run one after the other, in order; they catch what
// they throw. The end of this object drops those that wait and waits for the running one: stop it before.
class TorchThread {
public:
    using Job = std::function<void()>;
    TorchThread();
    ~TorchThread();
    void post(Job job);    // returns at once

private:
    void work(const std::stop_token& end);
    std::mutex m_mutex;    // guards m_jobs
    std::condition_variable_any m_changed;
    std::deque<Job> m_jobs;
    std::jthread m_thread;
};

// The calling thread, and those it starts from now on, give way to everything else (nice 10).
void giveWay();

} // namespace plumage::worker
