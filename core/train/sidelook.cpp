// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/sidelook.h"

#include "core/train/device.h"

#include <ATen/Parallel.h>
#include <c10/core/Event.h>
#include <c10/core/StreamGuard.h>
#include <c10/core/impl/VirtualGuardImpl.h>
#include <c10/util/Exception.h>

#include <utility>

namespace plumage::train {

bool SideLook::begin(const Networks& networks, std::function<SnapshotTensors(Networks&)> look)
{
    if (m_isRefused)
        return false;
    try {
        if (!m_copies)
            m_copies.emplace(m_options, m_options.codes(), m_device);
        m_copies->copyWeights(networks);
        if (!m_device.is_cpu()) {
            const c10::impl::VirtualGuardImpl streams(m_device.type());
            if (!m_stream)
                m_stream = streams.getStreamFromGlobalPool(m_device);
            c10::Event copied(m_device.type());
            copied.record(streams.getStream(m_device));
            copied.block(*m_stream);
        }
    } catch (const c10::Error&) {
        m_isRefused = true;
        m_copies.reset();
        return false;
    }
    m_found = std::async(std::launch::async, [this, look = std::move(look), threads = at::get_num_threads()] {
        setUpHost(threads);
        std::optional<c10::StreamGuard> onStream;
        if (m_stream)
            onStream.emplace(*m_stream);
        return look(*m_copies);
    });
    return true;
}

std::optional<SnapshotTensors> SideLook::take()
{
    try {
        return m_found.get();
    } catch (const c10::Error&) {
        m_isRefused = true;
        m_copies.reset();
        return std::nullopt;
    }
}

} // namespace plumage::train
