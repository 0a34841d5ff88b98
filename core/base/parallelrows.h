// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

namespace plumage {

// Calls work(row) once for every row of 0..count-1 from `threads` threads and waits. progress(done, count) is called by one thread at a time.
// The first exception ends all threads and is thrown again here; a stop request throws Error cancelled.
inline void parallelRows(std::int64_t count, int threads, const std::function<void(std::int64_t)>& work,
    const std::function<void(std::int64_t, std::int64_t)>& progress, std::stop_token stop)
{
    std::atomic<std::int64_t> next = 0;
    std::mutex mutex;    // guards done and failure, and orders the calls of progress
    std::int64_t done = 0;
    std::exception_ptr failure;
    const auto loop = [&] {
        try {
            for (std::int64_t row; (row = next++) < count && !stop.stop_requested();) {
                work(row);
                const std::lock_guard lock(mutex);
                ++done;
                if (progress)
                    progress(done, count);
            }
        } catch (...) {
            next = count;
            const std::lock_guard lock(mutex);
            if (!failure)
                failure = std::current_exception();
        }
    };
    {
        std::vector<std::jthread> helpers;
        for (int i = 1; i < std::min<std::int64_t>(threads, count); ++i)
            helpers.emplace_back(loop);
        loop();
    }
    if (failure)
        std::rethrow_exception(failure);
    if (stop.stop_requested())
        throw Error(ErrorCode::cancelled, "");
}

} // namespace plumage
