// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/terminal/stopsignals.h"

#include <csignal>
#include <cstdlib>
#include <ctime>

namespace plumage::terminal {
namespace {

constexpr int exitStoppedTwice = 3;
constexpr timespec pollInterval{0, 100'000'000};    // ns; how long the end of the program may wait for this thread

} // namespace

StopSignals::StopSignals()
{
    sigset_t signals;
    sigemptyset(&signals);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP})
        sigaddset(&signals, signal);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    std::signal(SIGPIPE, SIG_IGN);    // a closed pipe or socket is an error code
    m_thread = std::jthread([stop = m_stop, signals](std::stop_token end) mutable {
        while (!end.stop_requested())
            if (sigtimedwait(&signals, nullptr, &pollInterval) > 0 && !stop.request_stop())
                std::_Exit(exitStoppedTwice);
    });
}

} // namespace plumage::terminal
