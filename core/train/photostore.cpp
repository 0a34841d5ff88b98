// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/photostore.h"

#include "core/train/device.h"

#include <ATen/Functions.h>

namespace plumage::train {

namespace {

// The tensor reads the memory map; nothing in the store writes to it.
at::Tensor mapped(std::span<const std::uint8_t> bytes, std::int64_t photos, std::int64_t side)
{
    return at::from_blob(const_cast<std::uint8_t*>(bytes.data()), {photos, 3, side, side}, at::kByte);
}

} // namespace

PhotoStore::PhotoStore(const PhotoPackReader& pack, at::Device device) : m_pack(pack), m_device(device)
{
    const auto photos = static_cast<std::int64_t>(pack.photos());
    m_images = mapped(pack.images(), photos, pack.side());
    m_halves = mapped(pack.halves(), photos, pack.side() / 2);
    m_aspect = at::from_blob(const_cast<float*>(pack.aspects().data()), {photos}, at::kFloat);
    update();
}

void PhotoStore::update()
{
    if (m_isComplete)
        return;
    m_isComplete = m_pack.isComplete();    // first: what comes between the two is in the list
    m_usable = m_pack.readable();
    const double wanted = static_cast<double>(m_images.numel() + m_halves.numel());
    if (!m_isComplete || !m_device.is_cuda() || wanted > 0.4 * static_cast<double>(freeDeviceMemory(m_device)))
        return;
    for (at::Tensor* tensor : {&m_images, &m_halves, &m_aspect})
        *tensor = tensor->to(m_device);
}

PhotoStore::Rows PhotoStore::rows(const at::Tensor& indices) const
{
    const at::Tensor there = uploaded(indices, m_device);
    const auto gather = [&](const at::Tensor& values) {
        return values.index_select(0, values.is_cpu() ? indices : there).to(m_device).to(at::kFloat);    // bytes cross to the device, floats do not
    };
    return {gather(m_images), gather(m_halves), gather(m_aspect)};
}

} // namespace plumage::train
