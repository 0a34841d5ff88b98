// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/train/networks.h"

#include <cstdint>
#include <deque>
#include <vector>

namespace plumage::train {

inline constexpr std::int64_t guardEvery = 50, copyEvery = 500;                  // iterations, METHOD.md section 11
inline constexpr std::int64_t halvedFor = 500, strikeWindow = 5000, strikesAllowed = 3;

// Watches for numbers that are not finite and goes back to a good copy of the networks in memory. The look at the flag is the only wait
// for the device.
class NanGuard {
public:
    explicit NanGuard(at::Device device);

    void watch(const at::Tensor& values);    // any shape; remembered on the device
    bool isDirty() const;                    // waits for the device

    void keep(const Networks& networks);     // a good copy; the newest two are kept
    // Takes the newest copy back (one that was tried before and failed is dropped if there is an older one), cleans the flag and halves the
    // learning rate for a while. Throws Error diverged at the third time within 5,000 iterations.
    void goBack(Networks& networks, std::int64_t step);
    double learningRateFactor(std::int64_t step) const { return step < m_halvedUntil ? 0.5 : 1.0; }

    struct State {
        std::int64_t halvedUntil = 0;
        std::vector<std::int64_t> strikes;    // steps
    };
    State state() const { return {m_halvedUntil, m_strikes}; }
    void setState(State state);

private:
    at::Tensor m_flag;    // [] f32: 0, or not a number
    std::deque<Parts> m_copies;
    bool m_newestTried = false;
    std::int64_t m_halvedUntil = 0;
    std::vector<std::int64_t> m_strikes;
};

} // namespace plumage::train
