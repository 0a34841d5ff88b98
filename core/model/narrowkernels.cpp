// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/narrowkernels.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <new>
#include <vector>

#define PLUMAGE_INLINE inline __attribute__((always_inline))

namespace plumage::model {
namespace {

constexpr std::int64_t margin = 16;         // floats before and after a padded row, so that its first one lies on a line of the cache
constexpr std::int64_t pixelBlock = 768;    // of a picture, in whole rows, whose share of a weight's gradient is summed in registers

template<int lanes>
struct Lanes {
    using Aligned [[gnu::vector_size(lanes * sizeof(float))]] = float;
    using Vector [[gnu::vector_size(lanes * sizeof(float)), gnu::aligned(sizeof(float))]] = float;    // wherever it lies
};

// Floats, all 0, that begin on a line of the cache.
class Scratch {
public:
    explicit Scratch(std::int64_t count) : m_values(new (std::align_val_t{64}) float[static_cast<std::size_t>(count)]()) { }
    ~Scratch() { ::operator delete[](m_values, std::align_val_t{64}); }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    float* data() const { return m_values; }

private:
    float* m_values;
};

// A picture [C,H,W] with a border of zeros: rows -1 to H, columns -1 to W.
struct Padded {
    std::int64_t channels, height, width;
    std::int64_t row() const { return width + 2 * margin; }
    std::int64_t plane() const { return (height + 2) * row(); }
    std::int64_t size() const { return channels * plane(); }
    // a Scratch stays zero outside of the picture
    void fill(float* to, const float* picture, bool doubles) const
    {
        for (std::int64_t c = 0; c < channels; ++c)
            for (std::int64_t r = 0; r < height; ++r) {
                float* line = to + c * plane() + (r + 1) * row() + margin;
                if (!doubles) {
                    std::copy_n(picture + (c * height + r) * width, width, line);
                } else if (r % 2 == 1) {
                    std::copy_n(line - row(), width, line);
                } else {
                    const float* half = picture + (c * height + r) / 2 * (width / 2);
                    for (std::int64_t i = 0; i < width / 2; ++i)
                        line[2 * i] = line[2 * i + 1] = half[i];
                }
            }
    }
};

// [C,H,W] -> [C,H/2,W/2], sums of 2x2
void sumOfFour(const Padded& p, const float* picture, float* half)
{
    for (std::int64_t r = 0; r < p.channels * p.height; r += 2, picture += 2 * p.width, half += p.width / 2)
        for (std::int64_t i = 0; i < p.width / 2; ++i)
            half[i] = (picture[2 * i] + picture[2 * i + 1]) + (picture[p.width + 2 * i] + picture[p.width + 2 * i + 1]);
}

// `outs` outputs of `wide` vectors. x: row above, in the padded picture; weights [in][3][3][outs].
template<int lanes, int outs, int wide>
PLUMAGE_INLINE void forwardTile(const float* x, const Padded& p, const float* weights, float* y, std::int64_t outPlane)
{
    using Vector = typename Lanes<lanes>::Vector;
    typename Lanes<lanes>::Aligned sums[outs][wide] = {};
    for (std::int64_t i = 0; i < p.channels; ++i)
        for (int ky = 0; ky < 3; ++ky)
#pragma GCC unroll 3
            for (int kx = 0; kx < 3; ++kx, weights += outs)
#pragma GCC unroll 8
                for (int o = 0; o < outs; ++o)
#pragma GCC unroll 4
                    for (int v = 0; v < wide; ++v)
                        sums[o][v] += *reinterpret_cast<const Vector*>(x + i * p.plane() + ky * p.row() + kx - 1 + v * lanes) * weights[o];
#pragma GCC unroll 8
    for (int o = 0; o < outs; ++o)
#pragma GCC unroll 4
        for (int v = 0; v < wide; ++v)
            *reinterpret_cast<Vector*>(y + o * outPlane + v * lanes) = sums[o][v];
}

template<int lanes, int outs>
PLUMAGE_INLINE void forwardRow(const float* x, const Padded& p, const float* weights, float* y)
{
    std::int64_t c = 0;
    if constexpr (outs < 3 || (outs == 3 && lanes == 16))    // two alone are too few sums to keep the processor busy
        for (; c + 4 * lanes <= p.width; c += 4 * lanes)
            forwardTile<lanes, outs, 4>(x + c, p, weights, y + c, p.height * p.width);
    for (; c < p.width; c += 2 * lanes)
        forwardTile<lanes, outs, 2>(x + c, p, weights, y + c, p.height * p.width);
}

// Calls block<outs>(first) for blocks of `most` outputs, then of 4 and what remains.
template<int most, class Kernel>
PLUMAGE_INLINE void forBlocks(std::int64_t outs, const Kernel& kernel)
{
    std::int64_t first = 0;
    for (; outs - first >= most; first += most)
        kernel.template block<most>(first);
    if constexpr (most > 4)
        if (outs - first >= 4) {
            kernel.template block<4>(first);
            first += 4;
        }
    if (outs - first == 3)
        kernel.template block<3>(first);
    else if (outs - first == 2)
        kernel.template block<2>(first);
    else if (outs - first == 1)
        kernel.template block<1>(first);
}

// One row of all outputs. weights [block][in][3][3][outs]
template<int lanes>
struct ForwardRow {
    const float* x;
    const Padded& p;
    const float* weights;
    float* y;
    template<int outs>
    PLUMAGE_INLINE void block(std::int64_t first) const
    {
        forwardRow<lanes, outs>(x, p, weights + first * p.channels * 9, y + first * p.height * p.width);
    }
};

template<int lanes, int most>
PLUMAGE_INLINE void forwardPicture(const float* x, const Padded& p, std::int64_t outs, const float* weights, float* y)
{
    for (std::int64_t r = 0; r < p.height; ++r)
        forBlocks<most>(outs, ForwardRow<lanes>{x + r * p.row() + margin, p, weights, y + r * p.width});
}

// One block of rows added to sums [outs][3] of one input channel and one row of the kernel. x: padded, first row; gradY [outs,rows,W], planes gradPlane apart.
template<int lanes, int outs>
PLUMAGE_INLINE void weightTile(const float* x, const Padded& p, const float* gradY, std::int64_t gradPlane, std::int64_t rows, float* sums)
{
    using Vector = typename Lanes<lanes>::Vector;
    using Aligned = typename Lanes<lanes>::Aligned;
    Aligned s[outs][3];
#pragma GCC unroll 8
    for (int o = 0; o < outs; ++o)
#pragma GCC unroll 3
        for (int k = 0; k < 3; ++k)
            s[o][k] = *reinterpret_cast<const Vector*>(sums + (o * 3 + k) * lanes);
    for (std::int64_t r = 0; r < rows; ++r)
        for (std::int64_t c = 0; c < p.width; c += lanes) {
            const float* at = x + r * p.row() + c;
            const Aligned x0 = *reinterpret_cast<const Vector*>(at - 1), x1 = *reinterpret_cast<const Vector*>(at), x2 = *reinterpret_cast<const Vector*>(at + 1);
#pragma GCC unroll 8
            for (int o = 0; o < outs; ++o) {
                const Aligned g = *reinterpret_cast<const Vector*>(gradY + o * gradPlane + r * p.width + c);
                s[o][0] += g * x0;
                s[o][1] += g * x1;
                s[o][2] += g * x2;
            }
        }
#pragma GCC unroll 8
    for (int o = 0; o < outs; ++o)
#pragma GCC unroll 3
        for (int k = 0; k < 3; ++k)
            *reinterpret_cast<Vector*>(sums + (o * 3 + k) * lanes) = s[o][k];
}

// Some rows of all outputs. sums [block][in][3][outs][3][lanes]
template<int lanes>
struct WeightRows {
    const float* x;
    const Padded& p;
    const float* gradY;
    std::int64_t rows;
    float* sums;
    template<int outs>
    PLUMAGE_INLINE void block(std::int64_t first) const
    {
        const std::int64_t plane = p.height * p.width;
        float* to = sums + first * p.channels * 9 * lanes;
        for (std::int64_t i = 0; i < p.channels; ++i)
            for (int ky = 0; ky < 3; ++ky, to += outs * 3 * lanes)
                weightTile<lanes, outs>(x + i * p.plane() + ky * p.row(), p, gradY + first * plane, plane, rows, to);
    }
};

template<int lanes, int most>
PLUMAGE_INLINE void weightPicture(const float* x, const Padded& p, std::int64_t outs, const float* gradY, float* sums)
{
    const std::int64_t rowBlock = std::max<std::int64_t>(1, pixelBlock / p.width);
    for (std::int64_t r = 0; r < p.height; r += rowBlock)
        forBlocks<most>(outs, WeightRows<lanes>{x + r * p.row() + margin, p, gradY + r * p.width, std::min(rowBlock, p.height - r), sums});
}

// What one generation of processors does. most: outputs at once, so that their sums and what they are made of fit in its registers.
struct Generation {
    int lanes, most;
    void (*forward)(const float* x, const Padded& p, std::int64_t outs, const float* weights, float* y);
    void (*weights)(const float* x, const Padded& p, std::int64_t outs, const float* gradY, float* sums);
};

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define PLUMAGE_GENERATION(name, machine, lanes, most) \
    __attribute__((target(machine))) void name##Forward(const float* x, const Padded& p, std::int64_t outs, const float* weights, float* y) \
    { \
        forwardPicture<lanes, most>(x, p, outs, weights, y); \
    } \
    __attribute__((target(machine))) void name##Weights(const float* x, const Padded& p, std::int64_t outs, const float* gradY, float* sums) \
    { \
        weightPicture<lanes, most>(x, p, outs, gradY, sums); \
    } \
    constexpr Generation name{lanes, most, name##Forward, name##Weights};
PLUMAGE_GENERATION(wide, "arch=x86-64-v4,prefer-vector-width=512", 16, 8)
PLUMAGE_GENERATION(narrow, "arch=x86-64-v3", 8, 4)

const Generation* generation()
{
    static const Generation* const found = __builtin_cpu_supports("x86-64-v4") ? &wide : __builtin_cpu_supports("x86-64-v3") ? &narrow : nullptr;
    return found;
}
#else
const Generation* generation() { return nullptr; }
#endif

// The blocks of forBlocks(), for those who lay out weights and sums.
template<class Visit>
void forEachBlock(std::int64_t outs, std::int64_t most, Visit visit)
{
    std::int64_t first = 0;
    const auto take = [&](std::int64_t count) {
        visit(first, count);
        first += count;
    };
    while (outs - first >= most)
        take(most);
    if (outs - first >= 4)
        take(4);
    if (outs > first)
        take(outs - first);
}

// Calls work(begin, end, scratch for one padded picture) for parts of the pictures.
template<class Work>
void forPictures(std::int64_t images, const Padded& p, Work work)
{
    at::parallel_for(0, images, 1, [&](std::int64_t begin, std::int64_t end) {
        const Scratch padded(p.size());
        work(begin, end, padded.data());
    });
}

} // namespace

bool hasNarrowKernels() { return generation() != nullptr; }

void narrowForward(const NarrowConv& conv, const float* x, const float* weight, float* y)
{
    const Generation& made = *generation();
    std::vector<float> blocks;
    forEachBlock(conv.out, made.most, [&](std::int64_t first, std::int64_t count) {
        for (std::int64_t tap = 0; tap < conv.in * 9; ++tap)
            for (std::int64_t o = first; o < first + count; ++o)
                blocks.push_back(weight[o * conv.in * 9 + tap]);
    });
    const Padded p{conv.in, conv.height, conv.width};
    const std::int64_t plane = conv.height * conv.width, xPlane = conv.doubles ? plane / 4 : plane;
    forPictures(conv.images, p, [&](std::int64_t begin, std::int64_t end, float* padded) {
        for (std::int64_t n = begin; n < end; ++n) {
            p.fill(padded, x + n * conv.in * xPlane, conv.doubles);
            made.forward(padded, p, conv.out, blocks.data(), y + n * conv.out * plane);
        }
    });
}

// A convolution the other way round, with the kernel turned.
void narrowInputGradient(const NarrowConv& conv, const float* gradY, const float* weight, float* gradX)
{
    const Generation& made = *generation();
    std::vector<float> blocks;
    forEachBlock(conv.in, made.most, [&](std::int64_t first, std::int64_t count) {
        for (std::int64_t o = 0; o < conv.out; ++o)
            for (std::int64_t tap = 0; tap < 9; ++tap)
                for (std::int64_t i = first; i < first + count; ++i)
                    blocks.push_back(weight[(o * conv.in + i) * 9 + 8 - tap]);
    });
    const Padded p{conv.out, conv.height, conv.width}, input{conv.in, conv.height, conv.width};
    const std::int64_t plane = conv.height * conv.width, xPlane = conv.doubles ? plane / 4 : plane;
    forPictures(conv.images, p, [&](std::int64_t begin, std::int64_t end, float* padded) {
        const Scratch whole(conv.doubles ? conv.in * plane : 0);
        for (std::int64_t n = begin; n < end; ++n) {
            float* to = gradX + n * conv.in * xPlane;
            p.fill(padded, gradY + n * conv.out * plane, false);
            made.forward(padded, p, conv.in, blocks.data(), conv.doubles ? whole.data() : to);
            if (conv.doubles)
                sumOfFour(input, whole.data(), to);
        }
    });
}

void narrowWeightGradient(const NarrowConv& conv, const float* x, const float* gradY, float* gradWeight)
{
    // The more channels are computed at once, the better: where outputs are few, x and the gradient change their parts, and the kernel is turned.
    const Generation& made = *generation();
    const bool turned = conv.out < conv.in && !conv.doubles;
    const std::int64_t padded = turned ? conv.out : conv.in, plain = turned ? conv.in : conv.out, plane = conv.height * conv.width, xPlane = conv.doubles ? plane / 4 : plane;
    const Padded p{padded, conv.height, conv.width};
    const float *first = turned ? gradY : x, *second = turned ? x : gradY;
    const std::int64_t parts = std::min<std::int64_t>(conv.images, at::get_num_threads()), sums = conv.out * conv.in * 9 * made.lanes;
    const Scratch all(parts * sums);    // a part of the pictures each, added in order
    forPictures(parts, p, [&](std::int64_t begin, std::int64_t end, float* picture) {
        for (std::int64_t part = begin; part < end; ++part)
            for (std::int64_t n = part * conv.images / parts; n < (part + 1) * conv.images / parts; ++n) {
                p.fill(picture, first + n * padded * (turned ? plane : xPlane), conv.doubles);
                made.weights(picture, p, plain, second + n * plain * plane, all.data() + part * sums);
            }
    });
    const float* at = all.data();
    forEachBlock(plain, made.most, [&](std::int64_t begin, std::int64_t count) {
        for (std::int64_t row = 0; row < padded * 3; ++row)
            for (std::int64_t c = begin; c < begin + count; ++c)
                for (int kx = 0; kx < 3; ++kx, at += made.lanes) {
                    double sum = 0;
                    for (std::int64_t part = 0; part < parts; ++part)
                        for (int lane = 0; lane < made.lanes; ++lane)
                            sum += static_cast<double>(at[part * sums + lane]);
                    const std::int64_t other = row / 3, tap = row % 3 * 3 + kx;
                    gradWeight[turned ? (other * conv.in + c) * 9 + 8 - tap : (c * conv.in + other) * 9 + tap] = static_cast<float>(sum);
                }
    });
}

} // namespace plumage::model
