// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cuda/device.cuh"
#include "core/cuda/kernels.h"

#include <cstddef>

namespace plumage::cuda {
namespace {

constexpr int threads = 256, channels = 16;

unsigned blocksFor(std::int64_t count) { return static_cast<unsigned>((count + threads - 1) / threads); }

__global__ void __launch_bounds__(threads) foldKernel(Weight3 weight, bf16* folded, int in, int out)
{
    const int index = blockIdx.x * threads + threadIdx.x;
    if (index >= in * out)
        return;
    const int o = index % out, i = index / out;
    float flipped[5][5] = {};    // with a border of zeros
#pragma unroll
    for (int tap = 0; tap < 9; ++tap)
        flipped[3 - tap / 3][3 - tap % 3] = weight.data[o * weight.out + i * weight.in + tap * weight.tap];
    bf16* to = folded + static_cast<std::int64_t>(i) * 16 * out + o;
#pragma unroll
    for (int u = 0; u < 4; ++u)
#pragma unroll
        for (int v = 0; v < 4; ++v)
            to[(u * 4 + v) * out] = __float2bfloat16(flipped[u][v] + flipped[u][v + 1] + flipped[u + 1][v] + flipped[u + 1][v + 1]);
}

constexpr int foldTile = 32;    // input and output channels of a block: reads follow the one, writes the other, by way of shared memory

__global__ void __launch_bounds__(threads) foldGradientKernel(const bf16* folded, Weight3 weight, int in, int out)
{
    __shared__ float taps[foldTile][9][foldTile + 1];    // [out][tap][in]
    const int firstIn = blockIdx.x * foldTile, firstOut = blockIdx.y * foldTile;
    for (int k = threadIdx.x; k < foldTile * foldTile; k += threads) {
        const int o = k % foldTile, i = k / foldTile;
        if (firstIn + i >= in || firstOut + o >= out)
            continue;
        const bf16* from = folded + static_cast<std::int64_t>(firstIn + i) * 16 * out + firstOut + o;
        float g[4][4];
#pragma unroll
        for (int uv = 0; uv < 16; ++uv)
            g[uv / 4][uv % 4] = __bfloat162float(from[uv * out]);
#pragma unroll
        for (int tap = 0; tap < 9; ++tap) {
            const int u = 2 - tap / 3, v = 2 - tap % 3;
            taps[o][tap][i] = g[u][v] + g[u][v + 1] + g[u + 1][v] + g[u + 1][v + 1];
        }
    }
    __syncthreads();
    for (int k = threadIdx.x; k < foldTile * 9 * foldTile; k += threads) {
        const int i = k % foldTile, tap = k / foldTile % 9, o = k / (9 * foldTile);
        if (firstIn + i < in && firstOut + o < out)
            weight.data[(firstOut + o) * weight.out + (firstIn + i) * weight.in + tap * weight.tap] = taps[o][tap][i];
    }
}

__global__ void __launch_bounds__(threads) toBlocksKernel(const float* picture, bf16* blocks, std::int64_t total, int side)
{
    const std::int64_t index = static_cast<std::int64_t>(blockIdx.x) * threads + threadIdx.x;
    if (index >= total)
        return;
    const int across = side / 2 + 1, j = static_cast<int>(index % across), i = static_cast<int>(index / across % across);
    const float* from = picture + index / (across * across) * 3 * side * side;
    float v[16] = {};
#pragma unroll
    for (int k = 0; k < 12; ++k) {
        const int row = 2 * i - 1 + k / 6, column = 2 * j - 1 + k / 3 % 2;
        if (row >= 0 && row < side && column >= 0 && column < side)
            v[k] = from[(k % 3 * side + row) * side + column];
    }
    const float low[8] = {v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7]}, high[8] = {v[8], v[9], v[10], v[11]};
    store8(blocks + index * channels, low);
    store8(blocks + index * channels + 8, high);
}

__global__ void __launch_bounds__(threads) fromBlocksKernel(const bf16* blocks, float* picture, std::int64_t total, int side)
{
    const std::int64_t index = static_cast<std::int64_t>(blockIdx.x) * threads + threadIdx.x;
    if (index >= total)
        return;
    const int across = side / 2 + 1, column = static_cast<int>(index % side), row = static_cast<int>(index / side % side);
    const std::int64_t image = index / (side * side);
    const bf16* from = blocks + ((image * across + (row + 1) / 2) * across + (column + 1) / 2) * channels + ((row + 1) % 2 * 2 + (column + 1) % 2) * 3;
    for (int colour = 0; colour < 3; ++colour)
        picture[((image * 3 + colour) * side + row) * side + column] = __bfloat162float(from[colour]);
}

__device__ inline float tangent(float x) { return 2 * sigmoid(2 * x) - 1; }

// Tanh of the three colours that an object's last convolution gives a pixel
__device__ inline void loadObject(const void* object, std::int64_t pixel, float (&colours)[3])
{
    const uint2 words = *reinterpret_cast<const uint2*>(static_cast<const bf16*>(object) + pixel * channels);
    colours[0] = tangent(__uint_as_float(words.x << 16));
    colours[1] = tangent(__uint_as_float(words.x & 0xffff0000u));
    colours[2] = tangent(__uint_as_float(words.y << 16));
}

__device__ inline float loadMask(const void* mask, std::int64_t pixel) { return sigmoid(__bfloat162float(static_cast<const bf16*>(mask)[pixel * channels])); }

// Background, moved mask and moved object at one pixel, and how the mask and object there came from four others.
struct Sample {
    float background[3], mask, object[3];
    float weight[4];
    int place[4];    // pixel of the picture, or -1

    template<class Call>
    __device__ Sample(const Call& call, std::int64_t image, int row, int column)
    {
        const int side = call.side;
        const float* t = call.theta + image * 6;
        const float x = 2.0f * column / (side - 1) - 1, y = 2.0f * row / (side - 1) - 1, half = 0.5f * (side - 1);
        const float sourceX = (t[0] * x + t[1] * y + t[2] + 1) * half, sourceY = (t[3] * x + t[4] * y + t[5] + 1) * half;
        const float left = floorf(sourceX), top = floorf(sourceY), dx = sourceX - left, dy = sourceY - top;
        const bf16* pixel = static_cast<const bf16*>(call.background) + ((image * side + row) * side + column) * channels;
        for (int c = 0; c < 3; ++c)
            background[c] = tangent(__bfloat162float(pixel[c]));
        mask = object[0] = object[1] = object[2] = 0;
#pragma unroll
        for (int k = 0; k < 4; ++k) {
            const float column2 = left + k % 2, row2 = top + k / 2;
            const bool there = column2 >= 0 && column2 < side && row2 >= 0 && row2 < side;    // false for not-a-number
            weight[k] = (k % 2 ? dx : 1 - dx) * (k / 2 ? dy : 1 - dy);
            place[k] = there ? static_cast<int>(row2) * side + static_cast<int>(column2) : -1;
            if (!there)
                continue;
            const std::int64_t from = image * side * side + place[k];
            mask += weight[k] * loadMask(call.mask, from);
            float colours[3];
            loadObject(call.object, from, colours);
            for (int c = 0; c < 3; ++c)
                object[c] += weight[k] * colours[c];
        }
    }
};

__global__ void __launch_bounds__(threads) composeKernel(Compose call, std::int64_t total)
{
    const std::int64_t index = static_cast<std::int64_t>(blockIdx.x) * threads + threadIdx.x;
    if (index >= total)
        return;
    const int side = call.side, plane = side * side, at = static_cast<int>(index % plane);
    const std::int64_t image = index / plane;
    const Sample s(call, image, at / side, at % side);
    call.movedMask[index] = s.mask;
    for (int c = 0; c < 3; ++c) {
        const float y = s.background[c] + s.mask * (s.object[c] - s.background[c]);
        call.drawing[(image * 3 + c) * plane + at] = y;
        call.masked[(image * 3 + c) * plane + at] = y * s.mask;
    }
}

__device__ inline void add4(float* to, float a, float b, float c, float d)
{
#if __CUDA_ARCH__ >= 900
    atomicAdd(reinterpret_cast<float4*>(to), make_float4(a, b, c, d));
#else
    atomicAdd(to, a);
    atomicAdd(to + 1, b);
    atomicAdd(to + 2, c);
    atomicAdd(to + 3, d);
#endif
}

__device__ inline void storePixel(void* to, std::int64_t pixel, float a, float b, float c)
{
    const float first[8] = {a, b, c}, rest[8] = {};
    store8(static_cast<bf16*>(to) + pixel * channels, first);
    store8(static_cast<bf16*>(to) + pixel * channels + 8, rest);
}

__global__ void __launch_bounds__(threads) pastedGradientKernel(ComposeGradient call, std::int64_t total)
{
    const std::int64_t index = static_cast<std::int64_t>(blockIdx.x) * threads + threadIdx.x;
    if (index >= total)
        return;
    const int side = call.side, plane = side * side, at = static_cast<int>(index % plane);
    const std::int64_t image = index / plane;
    const Sample s(call, image, at / side, at % side);
    float gradMask = call.movedMask[index], gradObject[3], gradBackground[3];
    for (int c = 0; c < 3; ++c) {
        const std::int64_t place = (image * 3 + c) * plane + at;
        const float y = s.background[c] + s.mask * (s.object[c] - s.background[c]), masked = call.masked[place];
        const float grad = call.drawing[place] + masked * s.mask;
        gradMask += masked * y + grad * (s.object[c] - s.background[c]);
        gradObject[c] = grad * s.mask;
        gradBackground[c] = grad * (1 - s.mask) * (1 - s.background[c] * s.background[c]);
    }
    storePixel(call.gradBackground, index, gradBackground[0], gradBackground[1], gradBackground[2]);
#pragma unroll
    for (int k = 0; k < 4; ++k)
        if (s.place[k] >= 0)
            add4(call.scratch + (image * plane + s.place[k]) * 4, gradMask * s.weight[k], gradObject[0] * s.weight[k], gradObject[1] * s.weight[k], gradObject[2] * s.weight[k]);
}

__global__ void __launch_bounds__(threads) objectGradientKernel(ComposeGradient call, std::int64_t total)
{
    const std::int64_t index = static_cast<std::int64_t>(blockIdx.x) * threads + threadIdx.x;
    if (index >= total)
        return;
    const float4 grad = *reinterpret_cast<const float4*>(call.scratch + index * 4);
    const float mask = loadMask(call.mask, index);
    float o[3];
    loadObject(call.object, index, o);
    storePixel(call.gradMask, index, grad.x * mask * (1 - mask), 0, 0);
    storePixel(call.gradObject, index, grad.y * (1 - o[0] * o[0]), grad.z * (1 - o[1] * o[1]), grad.w * (1 - o[2] * o[2]));
}

dim3 foldBlocks(std::int64_t in, std::int64_t out)
{
    return {static_cast<unsigned>((in + foldTile - 1) / foldTile), static_cast<unsigned>((out + foldTile - 1) / foldTile)};
}

} // namespace

void foldUpsample(const Weight3& weight, void* folded, std::int64_t in, std::int64_t out, cudaStream_t stream)
{
    foldKernel<<<blocksFor(in * out), threads, 0, stream>>>(weight, static_cast<bf16*>(folded), static_cast<int>(in), static_cast<int>(out));
}

void foldUpsampleGradient(const void* gradFolded, const Weight3& gradWeight, std::int64_t in, std::int64_t out, cudaStream_t stream)
{
    foldGradientKernel<<<foldBlocks(in, out), threads, 0, stream>>>(static_cast<const bf16*>(gradFolded), gradWeight, static_cast<int>(in), static_cast<int>(out));
}

void toBlocks(const float* picture, void* blocks, std::int64_t images, int side, cudaStream_t stream)
{
    const std::int64_t total = images * (side / 2 + 1) * (side / 2 + 1);
    toBlocksKernel<<<blocksFor(total), threads, 0, stream>>>(picture, static_cast<bf16*>(blocks), total, side);
}

void fromBlocks(const void* blocks, float* picture, std::int64_t images, int side, cudaStream_t stream)
{
    const std::int64_t total = images * side * side;
    fromBlocksKernel<<<blocksFor(total), threads, 0, stream>>>(static_cast<const bf16*>(blocks), picture, total, side);
}

void compose(const Compose& call, cudaStream_t stream)
{
    const std::int64_t total = call.images * call.side * call.side;
    composeKernel<<<blocksFor(total), threads, 0, stream>>>(call, total);
}

void composeGradient(const ComposeGradient& call, cudaStream_t stream)
{
    const std::int64_t total = call.images * call.side * call.side;
    cudaMemsetAsync(call.scratch, 0, static_cast<std::size_t>(total) * 4 * sizeof(float), stream);
    pastedGradientKernel<<<blocksFor(total), threads, 0, stream>>>(call, total);
    objectGradientKernel<<<blocksFor(total), threads, 0, stream>>>(call, total);
}

} // namespace plumage::cuda
