// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <torch/types.h>

#include <optional>

namespace plumage::model {

// While it lives, convolutions and products of this thread run in bfloat16 (autocast without a cache, so that a no-grad region inside loses no gradients). What must
// stay exact says so with fullPrecision(). METHOD.md section 11.
class LowPrecision {
public:
    LowPrecision(at::Device device, bool on);
    ~LowPrecision();
    LowPrecision(const LowPrecision&) = delete;
    LowPrecision& operator=(const LowPrecision&) = delete;

private:
    struct Before { bool enabled, cached; at::ScalarType type; };
    at::DeviceType m_device;
    std::optional<Before> m_before;
};

// bfloat16 becomes float; anything else stays.
torch::Tensor fullPrecision(const torch::Tensor& x);

} // namespace plumage::model
