// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>
#include <vector>

namespace plumage::train {

// Which photos a batch holds: a new permutation per epoch, the incomplete last batch dropped; fewer photos than a batch: drawn with
// replacement, every batch an epoch.
class PhotoOrder {
public:
    PhotoOrder(std::vector<std::int64_t> usable, Random random);    // `usable`: rows that may be drawn, at least one

    std::vector<std::int64_t> next(std::int64_t count);
    std::int64_t epoch() const { return m_epoch; }    // epochs begun, 0 before the first batch

    std::int64_t epochsDone(std::int64_t count) const;    // with batches of this size

    // The complete state, for a checkpoint.
    struct State {
        std::vector<std::int64_t> permutation;    // rows, all usable ones
        std::int64_t place = 0, epoch = 0;
        std::uint64_t random = 0;
    };
    State state() const { return {m_permutation, m_place, m_epoch, m_random.state()}; }
    void setState(State state);    // throws Error checkpointMismatch if it is about other rows

private:
    std::vector<std::int64_t> m_permutation;
    std::int64_t m_place, m_epoch = 0;
    Random m_random;
};

// `count` codes: without replacement; more than there are: whole permutations one after the other, so that counts differ by at most 1.
std::vector<std::int64_t> drawCodes(std::span<const std::int64_t> active, std::int64_t count, Random& random);

at::Tensor indexTensor(const std::vector<std::int64_t>& values, at::Device device);    // [n] i64; does not wait for the device

} // namespace plumage::train
