// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cuda_bf16.h>

#include <cstdint>

// What the kernels share on the device side.
namespace plumage::cuda {

using bf16 = __nv_bfloat16;

// 8 neighbouring channels as floats; 16 bytes a thread in bfloat16.
__device__ inline void load8(const bf16* from, float (&v)[8])
{
    const uint4 words = *reinterpret_cast<const uint4*>(from);
    const std::uint32_t w[4] = {words.x, words.y, words.z, words.w};
#pragma unroll
    for (int i = 0; i < 4; ++i) {
        v[2 * i] = __uint_as_float(w[i] << 16);
        v[2 * i + 1] = __uint_as_float(w[i] & 0xffff0000u);
    }
}
__device__ inline void load8(const float* from, float (&v)[8])
{
    const float4 a = *reinterpret_cast<const float4*>(from), b = *reinterpret_cast<const float4*>(from + 4);
    v[0] = a.x, v[1] = a.y, v[2] = a.z, v[3] = a.w, v[4] = b.x, v[5] = b.y, v[6] = b.z, v[7] = b.w;
}
__device__ inline std::uint32_t pack2(float low, float high)
{
    const __nv_bfloat162 both = __floats2bfloat162_rn(low, high);
    return *reinterpret_cast<const std::uint32_t*>(&both);
}
__device__ inline void store8(bf16* to, const float (&v)[8])
{
    *reinterpret_cast<uint4*>(to) = make_uint4(pack2(v[0], v[1]), pack2(v[2], v[3]), pack2(v[4], v[5]), pack2(v[6], v[7]));
}
__device__ inline void store8(float* to, const float (&v)[8])
{
    *reinterpret_cast<float4*>(to) = make_float4(v[0], v[1], v[2], v[3]);
    *reinterpret_cast<float4*>(to + 4) = make_float4(v[4], v[5], v[6], v[7]);
}
__device__ inline float sigmoid(float x) { return 1.0f / (1.0f + __expf(-x)); }

} // namespace plumage::cuda
