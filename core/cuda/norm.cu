// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cuda/device.cuh"
#include "core/cuda/kernels.h"

#include <algorithm>

namespace plumage::cuda {
namespace {

constexpr int threads = 256, maxBlocks = 528;    // of sums, all parts together: four on each of some 132 multiprocessors
constexpr int finishChannels = 8;    // of a block; their numbers fill a sector of memory

// A thread keeps its 8 channels and walks over rows, so that what belongs to a channel stays in registers.
struct Place {
    int group, lane, lanes;    // channels 8·group...; this thread's row among those of a round
    bool works;
    __device__ explicit Place(int groups) : group(threadIdx.x % groups), lane(threadIdx.x / groups), lanes(threads / groups), works(lane < lanes) { }
};

// Adds `count` values of every thread over the lanes of its group and writes them to sums[which][channel]. values[which * 8 + j] belong to channel first + j.
template<int count>
__device__ void writeSums(const float (&values)[count], const Place& place, int groups, int channels, int half, float* sums)
{
    __shared__ float all[threads][17];
#pragma unroll
    for (int from = 0; from < count; from += 16) {
        __syncthreads();
        for (int i = 0; i < 16; ++i)
            all[threadIdx.x][i] = place.works ? values[from + i] : 0.0f;
        __syncthreads();
        for (int k = threadIdx.x; k < groups * 16; k += threads) {
            const int group = k / 16, i = k % 16;
            float sum = 0;
            for (int lane = 0; lane < place.lanes; ++lane)
                sum += all[lane * groups + group][i];
            sums[(i / 8) * channels + (from / 16) * half + group * 8 + i % 8] = sum;
        }
    }
}

template<class T>
__global__ void __launch_bounds__(threads) sumsKernel(const T* x, std::int64_t rows, int channels, const float* pivot, float* sums)
{
    const int groups = channels / 8;
    const Place place(groups);
    const std::int64_t chunk = (rows + gridDim.x - 1) / gridDim.x, from = blockIdx.x * chunk, to = min(rows, from + chunk);
    x += blockIdx.y * rows * channels + place.group * 8;
    float s[16] = {}, p[8];
    load8(pivot + place.group * 8, p);
    if (place.works) {
#pragma unroll 4
        for (std::int64_t row = from + place.lane; row < to; row += place.lanes) {
            float v[8];
            load8(x + row * channels, v);
#pragma unroll
            for (int j = 0; j < 8; ++j) {
                const float d = v[j] - p[j];
                s[j] += d;
                s[8 + j] += d * d;
            }
        }
    }
    writeSums(s, place, groups, channels, 0, sums + (blockIdx.y * gridDim.x + blockIdx.x) * 2 * channels);
}

// Sums over the blocks of one part, for 8 neighbouring channels (32 bytes) by 32 rows of threads; valid where row is 0.
__device__ inline void joinSums(const float* sums, int blocks, int channels, int channel, int row, double& first, double& second)
{
    __shared__ double all[2][threads / 32][finishChannels];
    double a = 0, b = 0;
#pragma unroll 8
    for (int block = row; block < blocks; block += threads / finishChannels) {
        a += sums[(block * 2) * channels + channel];
        b += sums[(block * 2 + 1) * channels + channel];
    }
#pragma unroll
    for (int apart = finishChannels; apart < 32; apart *= 2) {
        a += __shfl_xor_sync(0xffffffffu, a, apart);
        b += __shfl_xor_sync(0xffffffffu, b, apart);
    }
    const int warp = threadIdx.x / 32, place = threadIdx.x % finishChannels;
    __syncthreads();
    if (threadIdx.x % 32 < finishChannels) {
        all[0][warp][place] = a;
        all[1][warp][place] = b;
    }
    __syncthreads();
    first = second = 0;
#pragma unroll
    for (int i = 0; i < threads / 32; ++i) {
        first += all[0][i][place];
        second += all[1][i][place];
    }
}

__global__ void __launch_bounds__(threads) finishKernel(const float* sums, int blocks, bool pivoted, int parts, std::int64_t rows, int channels, float* mean,
    float* inverseStd, float* movingMean, float* movingVar, std::int64_t* batches, Momenta momenta, float epsilon)
{
    const int channel = blockIdx.x * finishChannels + threadIdx.x % finishChannels, row = threadIdx.x / finishChannels;
    if (batches && channel == 0 && row == 0)
        *batches += parts;
    double moving = movingMean[channel], movingSquare = movingVar[channel];
    const double pivot = pivoted ? moving : 0, n = static_cast<double>(rows);
    for (int part = 0; part < parts; ++part) {
        double s1, s2;
        joinSums(sums + static_cast<std::int64_t>(part) * blocks * 2 * channels, blocks, channels, channel, row, s1, s2);
        const double shift = s1 / n, var = fmax(s2 / n - shift * shift, 0.0), m = momenta.of[part];
        if (row == 0) {
            mean[part * channels + channel] = static_cast<float>(pivot + shift);
            inverseStd[part * channels + channel] = static_cast<float>(1 / sqrt(var + epsilon));
        }
        moving += m * (pivot + shift - moving);
        movingSquare += m * (var * n / fmax(n - 1, 1.0) - movingSquare);
    }
    if (row == 0) {
        movingMean[channel] = static_cast<float>(moving);
        movingVar[channel] = static_cast<float>(movingSquare);
    }
}

// The second sums are of dz · x, about no centre
__global__ void __launch_bounds__(threads) gradientFinishKernel(const float* sums, int blocks, int parts, std::int64_t rows, int channels, const float* mean,
    const float* inverseStd, float* shares, float* gradWeight, float* gradBias)
{
    const int channel = blockIdx.x * finishChannels + threadIdx.x % finishChannels, row = threadIdx.x / finishChannels;
    double weight = 0, bias = 0;
    for (int part = 0; part < parts; ++part) {
        double s1, s2;
        joinSums(sums + static_cast<std::int64_t>(part) * blocks * 2 * channels, blocks, channels, channel, row, s1, s2);
        s2 = (s2 - s1 * mean[part * channels + channel]) * inverseStd[part * channels + channel];
        if (row == 0) {
            shares[(part * 2) * channels + channel] = static_cast<float>(s1 / static_cast<double>(rows));
            shares[(part * 2 + 1) * channels + channel] = static_cast<float>(s2 / static_cast<double>(rows));
        }
        bias += s1;
        weight += s2;
    }
    if (row == 0) {
        gradWeight[channel] = static_cast<float>(weight);
        gradBias[channel] = static_cast<float>(bias);
    }
}

// z = x · scale + shift, normalised x = x · inverseStd + offset, for 8 channels
struct Affine {
    float scale[8], shift[8];
    __device__ Affine(const float* weight, const float* bias, const float* mean, const float* inverseStd, int part, int channels, int first)
    {
        float w[8], b[8], m[8], s[8];
        load8(weight + first, w);
        load8(bias + first, b);
        load8(mean + part * channels + first, m);
        load8(inverseStd + part * channels + first, s);
#pragma unroll
        for (int j = 0; j < 8; ++j) {
            scale[j] = w[j] * s[j];
            shift[j] = b[j] - m[j] * scale[j];
        }
    }
};

template<class T, Activation activation>
__global__ void __launch_bounds__(threads) applyKernel(NormApply call, std::int64_t rows, int channels)
{
    constexpr bool glu = activation == Activation::glu;
    const int width = glu ? channels / 2 : channels, groups = width / 8, part = blockIdx.y;
    const Place place(groups);
    if (!place.works)
        return;
    const int first = place.group * 8;
    const Affine a(call.weight, call.bias, call.mean, call.inverseStd, part, channels, first);
    const Affine gate(call.weight, call.bias, call.mean, call.inverseStd, part, channels, glu ? width + first : first);
    const T* x = static_cast<const T*>(call.x) + part * rows * channels + first;
    T* y = static_cast<T*>(call.y) + part * rows * width + first;
    const T* residual = call.residual ? static_cast<const T*>(call.residual) + part * rows * width + first : nullptr;
#pragma unroll 4
    for (std::int64_t row = static_cast<std::int64_t>(blockIdx.x) * place.lanes + place.lane; row < rows; row += static_cast<std::int64_t>(gridDim.x) * place.lanes) {
        float v[8], s[8], out[8];
        load8(x + row * channels, v);
        if constexpr (glu)
            load8(x + row * channels + width, s);
        else if (residual)
            load8(residual + row * width, s);
#pragma unroll
        for (int j = 0; j < 8; ++j) {
            const float z = v[j] * a.scale[j] + a.shift[j];
            if constexpr (glu)
                out[j] = z * sigmoid(s[j] * gate.scale[j] + gate.shift[j]);
            else if constexpr (activation == Activation::leaky)
                out[j] = z > 0 ? z : leakySlope * z;
            else
                out[j] = residual ? z + s[j] : z;
        }
        store8(y + row * width, out);
    }
}

// The gradient after the normalisation, dz, of 8 channels; with glu also of the 8 that gate them.
template<Activation activation>
__device__ inline void activationGradient(const float (&v)[8], const float (&s)[8], const float (&g)[8], const Affine& a, const Affine& gate, float (&dz)[8], float (&ds)[8])
{
#pragma unroll
    for (int j = 0; j < 8; ++j) {
        if constexpr (activation == Activation::glu) {
            const float open = sigmoid(s[j] * gate.scale[j] + gate.shift[j]);
            dz[j] = g[j] * open;
            ds[j] = g[j] * (v[j] * a.scale[j] + a.shift[j]) * open * (1 - open);
        } else if constexpr (activation == Activation::leaky) {
            dz[j] = v[j] * a.scale[j] + a.shift[j] > 0 ? g[j] : leakySlope * g[j];
        } else {
            dz[j] = g[j];
        }
    }
}

// A row's 8 channels x, with glu also the 8 that gate them, and the gradients after the normalisation
template<Activation activation, class T>
__device__ inline void loadGradient(const T* x, const T* gradY, int width, const Affine& a, const Affine& gate, float (&v)[8], float (&s)[8], float (&dz)[8], float (&ds)[8])
{
    float g[8];
    load8(x, v);
    load8(gradY, g);
    if constexpr (activation == Activation::glu)
        load8(x + width, s);
    activationGradient<activation>(v, s, g, a, gate, dz, ds);
}

template<class T, Activation activation>
__global__ void __launch_bounds__(threads, activation == Activation::glu ? 2 : 3) gradientSumsKernel(NormGradient call, std::int64_t rows, int channels, float* sums)
{
    constexpr bool glu = activation == Activation::glu;
    const int width = glu ? channels / 2 : channels, groups = width / 8, part = blockIdx.y;
    const Place place(groups);
    const int first = place.group * 8, gateFirst = glu ? width + first : first;
    const std::int64_t chunk = (rows + gridDim.x - 1) / gridDim.x, from = blockIdx.x * chunk, to = min(rows, from + chunk);
    float total[glu ? 32 : 16] = {};    // dz, dz · x, and the same of the gates
    if (place.works) {
        const Affine a(call.weight, call.bias, call.mean, call.inverseStd, part, channels, first);
        const Affine gate(call.weight, call.bias, call.mean, call.inverseStd, part, channels, gateFirst);
        const T* x = static_cast<const T*>(call.x) + part * rows * channels + first;
        const T* gradY = static_cast<const T*>(call.gradY) + part * rows * width + first;
#pragma unroll 2
        for (std::int64_t row = from + place.lane; row < to; row += place.lanes) {
            float v[8], s[8], dz[8], ds[8];
            loadGradient<activation>(x + row * channels, gradY + row * width, width, a, gate, v, s, dz, ds);
#pragma unroll
            for (int j = 0; j < 8; ++j) {
                total[j] += dz[j];
                total[8 + j] += dz[j] * v[j];
                if constexpr (glu) {
                    total[16 + j] += ds[j];
                    total[24 + j] += ds[j] * s[j];
                }
            }
        }
    }
    writeSums(total, place, groups, channels, width, sums + (blockIdx.y * gridDim.x + blockIdx.x) * 2 * channels);
}

// dx = scale · (dz - mean dz - normalised x · mean(dz · normalised x)) as scale · dz + x · slope + offset; scale is that of the Affine
struct Back {
    float slope[8], offset[8];
    __device__ Back(const NormGradient& call, const Affine& a, int part, int channels, int first)
    {
        float m[8], s[8], share[8], along[8];
        load8(call.mean + part * channels + first, m);
        load8(call.inverseStd + part * channels + first, s);
        load8(call.shares + part * 2 * channels + first, share);
        load8(call.shares + (part * 2 + 1) * channels + first, along);
#pragma unroll
        for (int j = 0; j < 8; ++j) {
            slope[j] = -a.scale[j] * s[j] * along[j];
            offset[j] = -a.scale[j] * share[j] - slope[j] * m[j];
        }
    }
};

template<class T, Activation activation>
__global__ void __launch_bounds__(threads, activation == Activation::glu ? 2 : 3) gradientApplyKernel(NormGradient call, std::int64_t rows, int channels)
{
    constexpr bool glu = activation == Activation::glu;
    const int width = glu ? channels / 2 : channels, groups = width / 8, part = blockIdx.y;
    const Place place(groups);
    if (!place.works)
        return;
    const int first = place.group * 8, gateFirst = glu ? width + first : first;
    const Affine a(call.weight, call.bias, call.mean, call.inverseStd, part, channels, first);
    const Affine gate(call.weight, call.bias, call.mean, call.inverseStd, part, channels, gateFirst);
    const Back back(call, a, part, channels, first), gateBack(call, gate, part, channels, gateFirst);
    const T* x = static_cast<const T*>(call.x) + part * rows * channels + first;
    const T* gradY = static_cast<const T*>(call.gradY) + part * rows * width + first;
    T* gradX = static_cast<T*>(call.gradX) + part * rows * channels + first;
#pragma unroll 2
    for (std::int64_t row = static_cast<std::int64_t>(blockIdx.x) * place.lanes + place.lane; row < rows; row += static_cast<std::int64_t>(gridDim.x) * place.lanes) {
        float v[8], s[8], dz[8], ds[8];
        loadGradient<activation>(x + row * channels, gradY + row * width, width, a, gate, v, s, dz, ds);
#pragma unroll
        for (int j = 0; j < 8; ++j) {
            dz[j] = a.scale[j] * dz[j] + v[j] * back.slope[j] + back.offset[j];
            if constexpr (glu)
                ds[j] = gate.scale[j] * ds[j] + s[j] * gateBack.slope[j] + gateBack.offset[j];
        }
        store8(gradX + row * channels, dz);
        if constexpr (glu)
            store8(gradX + row * channels + width, ds);
    }
}

dim3 walkers(const NormShape& shape, int width)    // blocks for kernels that write every row
{
    const int lanes = threads / (width / 8);
    const std::int64_t wanted = (shape.rows + lanes * 4 - 1) / (lanes * 4);
    return {static_cast<unsigned>(std::clamp<std::int64_t>(wanted, 1, 2 * maxBlocks)), static_cast<unsigned>(shape.parts)};
}

template<class Call>
void withKinds(Type type, Activation activation, Call call)
{
    const auto withActivation = [&](auto zero) {
        switch (activation) {
        case Activation::none: return call.template operator()<decltype(zero), Activation::none>();
        case Activation::leaky: return call.template operator()<decltype(zero), Activation::leaky>();
        case Activation::glu: return call.template operator()<decltype(zero), Activation::glu>();
        }
    };
    if (type == Type::float32)
        withActivation(float{});
    else
        withActivation(bf16{});
}

dim3 finishBlocks(int channels) { return static_cast<unsigned>(channels / finishChannels); }

} // namespace

int normBlocks(const NormShape& shape)
{
    const int lanes = std::max(1, threads / (shape.channels / 8));
    return static_cast<int>(std::clamp<std::int64_t>(shape.rows / (lanes * 4), 1, std::max<std::int64_t>(1, maxBlocks / shape.parts)));
}

void normSums(const void* x, Type type, const NormShape& shape, const float* pivot, float* sums, cudaStream_t stream)
{
    const dim3 grid(static_cast<unsigned>(normBlocks(shape)), static_cast<unsigned>(shape.parts));
    if (type == Type::float32)
        sumsKernel<<<grid, threads, 0, stream>>>(static_cast<const float*>(x), shape.rows, shape.channels, pivot, sums);
    else
        sumsKernel<<<grid, threads, 0, stream>>>(static_cast<const bf16*>(x), shape.rows, shape.channels, pivot, sums);
}

void normFinish(const float* sums, int blocks, bool pivoted, const NormShape& shape, float* mean, float* inverseStd, float* movingMean, float* movingVar, std::int64_t* batches,
    const Momenta& momenta, float epsilon, cudaStream_t stream)
{
    finishKernel<<<finishBlocks(shape.channels), threads, 0, stream>>>(
        sums, blocks, pivoted, static_cast<int>(shape.parts), shape.rows, shape.channels, mean, inverseStd, movingMean, movingVar, batches, momenta, epsilon);
}

void normApply(const NormApply& call, Type type, const NormShape& shape, cudaStream_t stream)
{
    const dim3 grid = walkers(shape, call.activation == Activation::glu ? shape.channels / 2 : shape.channels);
    withKinds(type, call.activation, [&]<class T, Activation activation>() { applyKernel<T, activation><<<grid, threads, 0, stream>>>(call, shape.rows, shape.channels); });
}

void normGradientSums(const NormGradient& call, Type type, const NormShape& shape, float* sums, cudaStream_t stream)
{
    const dim3 grid(static_cast<unsigned>(normBlocks(shape)), static_cast<unsigned>(shape.parts));
    withKinds(type, call.activation, [&]<class T, Activation activation>() {
        gradientSumsKernel<T, activation><<<grid, threads, 0, stream>>>(call, shape.rows, shape.channels, sums);
    });
}

void normGradientFinish(const float* sums, int blocks, const NormShape& shape, const float* mean, const float* inverseStd, float* shares, float* gradWeight, float* gradBias, cudaStream_t stream)
{
    gradientFinishKernel<<<finishBlocks(shape.channels), threads, 0, stream>>>(
        sums, blocks, static_cast<int>(shape.parts), shape.rows, shape.channels, mean, inverseStd, shares, gradWeight, gradBias);
}

void normGradientApply(const NormGradient& call, Type type, const NormShape& shape, cudaStream_t stream)
{
    const dim3 grid = walkers(shape, call.activation == Activation::glu ? shape.channels / 2 : shape.channels);
    withKinds(type, call.activation, [&]<class T, Activation activation>() {
        gradientApplyKernel<T, activation><<<grid, threads, 0, stream>>>(call, shape.rows, shape.channels);
    });
}

} // namespace plumage::cuda
