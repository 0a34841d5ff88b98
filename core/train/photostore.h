// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/photopack.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace plumage::train {

// The pack's photos, ready to be sampled on `device`. CPU: views of the memory map, nothing is copied. CUDA: a copy on the device if
// it takes at most 40 % of the free memory, else rows are gathered on the host and copied when asked for.
class PhotoStore {
public:
    PhotoStore(const PhotoPackReader& pack, at::Device device);    // the pack must outlive the store

    std::int64_t photos() const { return m_aspect.size(0); }        // M, unreadable ones included
    std::int64_t side() const { return m_images.size(3); }          // Q
    at::Device device() const { return m_device; }
    const std::vector<std::int64_t>& usable() const { return m_usable; }    // rows that may be drawn for training, ascending

    struct Rows {
        at::Tensor images;    // [N,3,Q,Q] f32 in [0,255]
        at::Tensor halves;    // [N,3,Q/2,Q/2] f32 in [0,255]
        at::Tensor aspect;    // [N] f32, width / height of the photo
    };
    Rows rows(const at::Tensor& indices) const;    // [N] i64 on the CPU; the result lies on the device

private:
    at::Device m_device;
    at::Tensor m_images, m_halves;    // u8, on the device or on the host
    at::Tensor m_aspect;              // [M] f32 on the device
    std::vector<std::int64_t> m_usable;
};

} // namespace plumage::train
