// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/nanguard.h"

#include "core/base/error.h"

#include <ATen/Functions.h>

#include <cmath>

namespace plumage::train {

NanGuard::NanGuard(at::Device device) : m_flag(at::zeros({}, at::TensorOptions(at::kFloat).device(device))) { }

void NanGuard::watch(const at::Tensor& values)
{
    m_flag.add_(values.detach().sum() * 0);    // not finite times 0 is not a number, and stays
}

bool NanGuard::isDirty() const
{
    return std::isnan(m_flag.item<float>());
}

void NanGuard::keep(const Networks& networks)
{
    Parts copy = networks.parts();
    for (auto& [part, tensors] : copy)
        for (auto& [name, tensor] : tensors)
            tensor = tensor.detach().clone();
    m_copies.push_back(std::move(copy));
    if (m_copies.size() > 2)
        m_copies.pop_front();
    m_newestTried = false;
}

void NanGuard::goBack(Networks& networks, std::int64_t step)
{
    std::erase_if(m_strikes, [&](std::int64_t strike) { return strike <= step - strikeWindow; });
    m_strikes.push_back(step);
    if (static_cast<std::int64_t>(m_strikes.size()) >= strikesAllowed || m_copies.empty())
        throw Error(ErrorCode::diverged, std::to_string(step));
    if (m_newestTried && m_copies.size() > 1)
        m_copies.pop_back();
    networks.setParts(m_copies.back());
    m_newestTried = true;
    m_flag.zero_();
    m_halvedUntil = step + halvedFor;
}

void NanGuard::setState(State state)
{
    m_halvedUntil = state.halvedUntil;
    m_strikes = std::move(state.strikes);
}

} // namespace plumage::train
