// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/photoorder.h"

#include "core/base/error.h"
#include "core/train/device.h"

#include <ATen/Functions.h>

#include <algorithm>

namespace plumage::train {

PhotoOrder::PhotoOrder(std::vector<std::int64_t> usable, Random random)
    : m_permutation(std::move(usable)), m_place(static_cast<std::int64_t>(m_permutation.size())), m_random(random)
{
}

std::vector<std::int64_t> PhotoOrder::next(std::int64_t count)
{
    const auto photos = static_cast<std::int64_t>(m_permutation.size());
    std::vector<std::int64_t> batch;
    batch.reserve(static_cast<std::size_t>(count));
    if (photos < count) {
        ++m_epoch;
        for (std::int64_t i = 0; i < count; ++i)
            batch.push_back(m_permutation[m_random.below(static_cast<std::uint64_t>(photos))]);
        return batch;
    }
    if (m_place + count > photos) {
        m_random.shuffle(m_permutation);
        m_place = 0;
        ++m_epoch;
    }
    batch.assign(m_permutation.begin() + m_place, m_permutation.begin() + m_place + count);
    m_place += count;
    return batch;
}

std::int64_t PhotoOrder::epochsDone(std::int64_t count) const
{
    const auto photos = static_cast<std::int64_t>(m_permutation.size());
    const bool inside = photos >= count && m_place + count <= photos;
    return inside ? m_epoch - 1 : m_epoch;
}

void PhotoOrder::setState(State state)
{
    auto ours = m_permutation, theirs = state.permutation;
    std::ranges::sort(ours);
    std::ranges::sort(theirs);
    if (ours != theirs || state.place < 0 || state.place > static_cast<std::int64_t>(ours.size()))
        throw Error(ErrorCode::checkpointMismatch, "photos");
    m_permutation = std::move(state.permutation);
    m_place = state.place;
    m_epoch = state.epoch;
    m_random.setState(state.random);
}

std::vector<std::int64_t> drawCodes(std::span<const std::int64_t> active, std::int64_t count, Random& random)
{
    std::vector<std::int64_t> drawn, rest(active.begin(), active.end());
    drawn.reserve(static_cast<std::size_t>(count));
    for (std::size_t i = 0; drawn.size() < static_cast<std::size_t>(count); i = (i + 1) % rest.size()) {
        std::swap(rest[i], rest[i + random.below(rest.size() - i)]);    // Fisher-Yates, no further than needed
        drawn.push_back(rest[i]);
    }
    return drawn;
}

at::Tensor indexTensor(const std::vector<std::int64_t>& values, at::Device device)
{
    return uploaded(at::tensor(values, at::kLong), device);
}

} // namespace plumage::train
