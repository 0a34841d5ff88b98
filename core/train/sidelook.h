// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/train/networks.h"
#include "core/train/snapshottensors.h"

#include <c10/core/Stream.h>

#include <chrono>
#include <functional>
#include <future>
#include <optional>

namespace plumage::train {

// A look at copies of the networks in a thread of its own, on a device on a stream of its own, so that training goes on meanwhile. One at a time; every call belongs to the
// training thread.
class SideLook {
public:
    SideLook(const TrainOptions& options, at::Device device) : m_options(options), m_device(device) { }    // options must outlive it
    // Waits for a look that is underway, as its end does.
    ~SideLook() = default;

    // `look` gets the copies, with the weights and buffers of now. Returns false where the device refuses (little room) or no thread can be made: then nothing began, and nothing ever will.
    bool begin(const Networks& networks, std::function<SnapshotTensors(Networks&)> look);
    bool isUnderWay() const { return m_found.valid(); }
    bool isReady() const { return isUnderWay() && m_found.wait_for(std::chrono::seconds(0)) == std::future_status::ready; }
    // Waits for what is underway. Nothing where the device refused; throws whatever else ended the look.
    std::optional<SnapshotTensors> take();

private:
    void refuse();

    const TrainOptions& m_options;
    at::Device m_device;
    bool m_isRefused = false;
    std::optional<Networks> m_copies;
    std::optional<c10::Stream> m_stream;        // one for all looks: memory that a stream gave back is not another's
    std::future<SnapshotTensors> m_found;       // last: waits in its destructor
};

} // namespace plumage::train
