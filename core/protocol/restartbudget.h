// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QtGlobal>

#include <deque>

namespace plumage::protocol {

// At most `limit` starts within `windowMs`; older ones are forgiven. The clock is the caller's.
class RestartBudget {
public:
    explicit RestartBudget(int limit = 3, qint64 windowMs = 120'000) : m_limit(limit), m_windowMs(windowMs) { }
    bool spend(qint64 nowMs)    // false: used up
    {
        while (!m_starts.empty() && nowMs - m_starts.front() >= m_windowMs)
            m_starts.pop_front();
        if (used() >= m_limit)
            return false;
        m_starts.push_back(nowMs);
        return true;
    }
    int used() const { return static_cast<int>(m_starts.size()); }
    void forgive() { m_starts.clear(); }    // the person asks again

private:
    int m_limit;
    qint64 m_windowMs;
    std::deque<qint64> m_starts;
};

} // namespace plumage::protocol
