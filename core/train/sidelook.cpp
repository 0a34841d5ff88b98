// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/sidelook.h"

#include "core/train/device.h"

#include <ATen/Parallel.h>
#include <c10/core/Event.h>
#include <c10/core/StreamGuard.h>
#include <c10/core/impl/VirtualGuardImpl.h>
#include <c10/util/Exception.h>

#include <system_error>
#include <utility>

namespace plumage::train {

namespace {

constexpr std::int64_t roomForLooks = std::int64_t{2} << 30;    // bytes; what a look uses stays reserved for the next one, and training must not run short of it

} // namespace

bool SideLook::begin(const Networks& networks, std::function<SnapshotTensors(Networks&)> look)
{
    if (m_isRefused)
        return false;
    try {
        if (!m_copies) {
            if (!m_device.is_cpu() && freeDeviceMemory(m_device) < roomForLooks) {
                m_isRefused = true;
                return false;
            }
            m_copies.emplace(m_options, m_options.codes(), m_device);
        }
        m_copies->copyWeights(networks);
        if (!m_device.is_cpu()) {
            const c10::impl::VirtualGuardImpl streams(m_device.type());
            if (!m_stream)
                m_stream = streams.getStreamFromGlobalPool(m_device);
            c10::Event copied(m_device.type());
            copied.record(streams.getStream(m_device));
            copied.block(*m_stream);
        }
        m_found = std::async(std::launch::async, [this, look = std::move(look), threads = at::get_num_threads()] {
            setUpHost(threads);
            std::optional<c10::StreamGuard> onStream;
            if (m_stream)
                onStream.emplace(*m_stream);
            return look(*m_copies);
        });
        return true;
    } catch (const c10::Error&) {
        refuse();
    } catch (const std::system_error&) {    // no thread
        refuse();
    }
    return false;
}

void SideLook::refuse()
{
    m_isRefused = true;
    try {
        if (m_stream)
            m_stream->synchronize();    // what still runs there may write to the copies
    } catch (const c10::Error&) {       // the same trouble again; training will meet it
    }
    m_copies.reset();
}

std::optional<SnapshotTensors> SideLook::take()
{
    try {
        return m_found.get();
    } catch (const c10::Error&) {
        refuse();
        return std::nullopt;
    }
}

} // namespace plumage::train
