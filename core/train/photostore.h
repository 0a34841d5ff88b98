// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/photopack.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace plumage::train {

// The pack's photos, ready to be sampled on `device`. CPU: views of the memory map, nothing is copied. CUDA: a copy on the device if
// it takes at most 40 % of the free memory, else rows are gathered on the host and copied when asked for; so they are while the pack is still being filled.
class PhotoStore {
public:
    PhotoStore(const PhotoPackReader& pack, at::Device device);    // the pack must outlive the store
    void update();    // takes over what was decoded since; waits for nothing
    void waitForAll(std::stop_token stop) const { m_pack.waitForAll(std::move(stop)); }    // to be decoded; throws what decoding ended with

    std::int64_t photos() const { return m_aspect.size(0); }        // M, unreadable ones included
    std::int64_t side() const { return m_images.size(3); }          // Q
    at::Device device() const { return m_device; }
    const std::vector<std::int64_t>& usable() const { return m_usable; }    // rows that hold a photo, ascending; as of the last update()
    bool isComplete() const { return m_isComplete; }                        // usable() are all that there will be
    bool isReadable(std::int64_t row) const { return m_pack.isReadable(static_cast<std::size_t>(row)); }    // blocks until it is decoded

    struct Rows {
        at::Tensor images;    // [N,3,Q,Q] f32 in [0,255]
        at::Tensor halves;    // [N,3,Q/2,Q/2] f32 in [0,255]
        at::Tensor aspect;    // [N] f32, width / height of the photo
    };
    Rows rows(const at::Tensor& indices) const;    // [N] i64 on the CPU; the result lies on the device

private:
    const PhotoPackReader& m_pack;
    at::Device m_device;
    bool m_isComplete = false;
    at::Tensor m_images, m_halves;    // u8, on the device or on the host
    at::Tensor m_aspect;              // [M] f32, where the others are
    std::vector<std::int64_t> m_usable;
};

} // namespace plumage::train
