// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/packfilling.h"

#include "core/base/error.h"

namespace plumage {

PackFilling::PackFilling(std::vector<std::int64_t> order) : m_order(std::move(order)), m_states(m_order.size(), waiting) { }

std::optional<std::size_t> PackFilling::next()
{
    const std::lock_guard lock(m_mutex);
    std::optional<std::size_t> row;
    while (!row && !m_wanted.empty()) {
        if (m_states[m_wanted.front()] == waiting)
            row = m_wanted.front();
        m_wanted.pop_front();
    }
    for (; !row && m_place < m_order.size(); ++m_place)
        if (const auto next = static_cast<std::size_t>(m_order[m_place]); m_states[next] == waiting)
            row = next;
    if (row)
        m_states[*row] = begun;
    return row;
}

void PackFilling::set(std::size_t row, PackFlag flag)
{
    {
        const std::lock_guard lock(m_mutex);
        m_states[row] = static_cast<State>(flag);
        ++m_there;
    }
    m_changed.notify_all();
}

void PackFilling::end(std::exception_ptr failure)
{
    {
        const std::lock_guard lock(m_mutex);
        m_ended = true;
        m_failure = std::move(failure);
    }
    m_changed.notify_all();
}

void PackFilling::want(std::size_t row)
{
    const std::lock_guard lock(m_mutex);
    if (m_states[row] == waiting)
        m_wanted.push_back(row);
}

PackFlag PackFilling::wait(std::size_t row)
{
    want(row);
    std::unique_lock lock(m_mutex);
    const auto isThere = [&] { return m_states[row] == holdsPhoto || m_states[row] == unreadable; };
    m_changed.wait(lock, [&] { return isThere() || m_ended; });
    if (!isThere())
        m_failure ? std::rethrow_exception(m_failure) : throw Error(ErrorCode::internal, "photo pack row");
    return static_cast<PackFlag>(m_states[row]);
}

void PackFilling::waitFor(std::size_t rows, std::stop_token stop)
{
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, stop, [&] { return m_there >= rows || m_ended; });
    if (m_there < rows && m_failure)
        std::rethrow_exception(m_failure);
}

std::vector<std::int64_t> PackFilling::photos() const
{
    const std::lock_guard lock(m_mutex);
    std::vector<std::int64_t> rows;
    rows.reserve(m_there);
    for (std::size_t row = 0; row < m_states.size(); ++row)
        if (m_states[row] == holdsPhoto)
            rows.push_back(static_cast<std::int64_t>(row));
    return rows;
}

bool PackFilling::isComplete() const
{
    const std::lock_guard lock(m_mutex);
    return m_there == m_states.size();
}

} // namespace plumage
