// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/lowprecision.h"

#include <ATen/autocast_mode.h>

namespace plumage::model {

LowPrecision::LowPrecision(at::Device device, bool on) : m_device(device.type())
{
    if (!on)
        return;
    m_before = Before{at::autocast::is_autocast_enabled(m_device), at::autocast::is_autocast_cache_enabled(), at::autocast::get_autocast_dtype(m_device)};
    at::autocast::set_autocast_cache_enabled(false);
    at::autocast::set_autocast_dtype(m_device, at::kBFloat16);
    at::autocast::set_autocast_enabled(m_device, true);
}

LowPrecision::~LowPrecision()
{
    if (!m_before)
        return;
    at::autocast::set_autocast_enabled(m_device, m_before->enabled);
    at::autocast::set_autocast_dtype(m_device, m_before->type);
    at::autocast::set_autocast_cache_enabled(m_before->cached);
}

torch::Tensor fullPrecision(const torch::Tensor& x)
{
    return x.scalar_type() == torch::kBFloat16 ? x.to(torch::kFloat) : x;
}

} // namespace plumage::model
