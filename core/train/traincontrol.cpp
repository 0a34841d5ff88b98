// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/traincontrol.h"

#include <utility>

namespace plumage::train {

void TrainControl::pause()
{
    const std::lock_guard lock(m_mutex);
    m_paused = true;
}

void TrainControl::resume()
{
    const std::lock_guard lock(m_mutex);
    m_paused = false;
    m_changed.notify_all();
}

void TrainControl::stop()
{
    const std::lock_guard lock(m_mutex);
    m_stopping = true;
    m_changed.notify_all();
}

void TrainControl::snapshotNow()
{
    const std::lock_guard lock(m_mutex);
    m_snapshot = true;
    m_changed.notify_all();
}

void TrainControl::setConstraints(Constraints constraints)
{
    const std::lock_guard lock(m_mutex);
    m_constraints = std::move(constraints);
    m_changed.notify_all();
}

bool TrainControl::isPaused() const
{
    const std::lock_guard lock(m_mutex);
    return m_paused;
}

bool TrainControl::isStopping() const
{
    const std::lock_guard lock(m_mutex);
    return m_stopping;
}

bool TrainControl::takeSnapshotRequest()
{
    const std::lock_guard lock(m_mutex);
    return std::exchange(m_snapshot, false);
}

std::optional<Constraints> TrainControl::takeConstraints()
{
    const std::lock_guard lock(m_mutex);
    return std::exchange(m_constraints, std::nullopt);
}

void TrainControl::waitWhilePaused(std::stop_token stop)
{
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, stop, [this] { return !m_paused || m_stopping || m_snapshot || m_constraints; });
}

} // namespace plumage::train
