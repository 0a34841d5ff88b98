// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stop_token>
#include <thread>

namespace plumage::terminal {

// SIGINT, SIGTERM and SIGHUP ask for a stop; a second one ends the process at once. Make it first of all in main(): the threads that start later
// inherit the blocked signals, and only the thread in here takes them.
class StopSignals {
public:
    StopSignals();
    std::stop_token token() const { return m_stop.get_token(); }

private:
    std::stop_source m_stop;
    std::jthread m_thread;
};

} // namespace plumage::terminal
