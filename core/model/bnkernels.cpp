// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/bnkernels.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <type_traits>

// The inner loops are compiled for three generations of processors; the right one is chosen when the program starts.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define PLUMAGE_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define PLUMAGE_CLONES
#endif
#define PLUMAGE_INLINE inline __attribute__((always_inline))

namespace plumage::model {
namespace {

// exp(-x) + 1, inverted. The exponential: 2^k times a polynomial on [-ln 2 / 2, ln 2 / 2], relative error below 2e-7.
PLUMAGE_INLINE float sigmoid(float x)
{
    constexpr float magic = 12582912.0f;    // 1.5 · 2^23: adding it rounds to an integer in the low bits
    float u = x > 87.0f ? -87.0f : -x;    // comparisons, not fmin: they let not-a-number through and become vector instructions
    u = u > 87.0f ? 87.0f : u;
    const float t = u * 1.44269504088896341f + magic;
    const float k = t - magic;
    const float r = (u - k * 0.693359375f) + k * 2.12194440e-4f;
    float p = 1.3981999507e-3f + r * 1.9875691500e-4f;
    p = 8.3334519073e-3f + r * p;
    p = 4.1665795894e-2f + r * p;
    p = 1.6666665459e-1f + r * p;
    p = 5.0000001201e-1f + r * p;
    p = 1.0f + r + r * r * p;
    const float power = std::bit_cast<float>((std::bit_cast<std::int32_t>(t) - 0x4B400000 + 127) << 23);
    return 1.0f / (1.0f + p * power);
}
PLUMAGE_INLINE double sigmoid(double x) { return 1.0 / (1.0 + std::exp(-x)); }

// One channel of one part: `images` planes of `pixels` values, `stride` apart.
struct Planes {
    std::int64_t images, stride, pixels;
};

template<class T>
struct Channel {    // what normalises it: (x - mean) · inverseStd · weight + bias
    T mean, inverseStd, weight, bias;
};

// Single precision is enough for sums of this many values; further ones are added in double.
constexpr std::int64_t block = 1024;

// Sum of (x - shift)^power, power 1 or 2
template<int power, class T>
PLUMAGE_INLINE double powerSum(const T* x, Planes p, T shift)
{
    double total = 0;
    for (std::int64_t n = 0; n < p.images; ++n) {
        for (std::int64_t begin = 0; begin < p.pixels; begin += block) {
            const T* row = x + n * p.stride + begin;
            const std::int64_t count = std::min(block, p.pixels - begin);
            T sum = 0;
#pragma omp simd reduction(+ : sum)
            for (std::int64_t i = 0; i < count; ++i) {
                const T value = row[i] - shift;
                sum += power == 2 ? value * value : value;
            }
            total += sum;
        }
    }
    return total;
}

// y = BN(x), LReLU of it (slope < 1), or BN(x) + residual
template<class T>
PLUMAGE_INLINE void plainForwardBody(const T* x, const T* residual, T* y, Planes p, Channel<T> c, T slope)
{
    const T scale = c.inverseStd * c.weight;
    for (std::int64_t n = 0; n < p.images; ++n) {
        const T* row = x + n * p.stride;
        T* out = y + n * p.stride;
        if (residual) {
            const T* add = residual + n * p.stride;
            for (std::int64_t i = 0; i < p.pixels; ++i)
                out[i] = (row[i] - c.mean) * scale + c.bias + add[i];
        } else {
            for (std::int64_t i = 0; i < p.pixels; ++i) {
                const T value = (row[i] - c.mean) * scale + c.bias;
                out[i] = value > 0 ? value : value * slope;
            }
        }
    }
}

template<class T>
PLUMAGE_INLINE void gluForwardBody(const T* first, const T* second, T* y, Planes p, std::int64_t outStride, Channel<T> a, Channel<T> s)
{
    const T scaleA = a.inverseStd * a.weight, scaleS = s.inverseStd * s.weight;
    for (std::int64_t n = 0; n < p.images; ++n) {
        const T* rowA = first + n * p.stride;
        const T* rowS = second + n * p.stride;
        T* out = y + n * outStride;
        for (std::int64_t i = 0; i < p.pixels; ++i)
            out[i] = ((rowA[i] - a.mean) * scaleA + a.bias) * sigmoid((rowS[i] - s.mean) * scaleS + s.bias);
    }
}

// sums[0] = sum g, sums[1] = sum g·x̂, g = gradient before the activation
template<class T>
PLUMAGE_INLINE void plainSumsBody(const T* x, const T* gradY, Planes p, Channel<T> c, T slope, double* sums)
{
    double total = 0, totalX = 0;
    for (std::int64_t n = 0; n < p.images; ++n) {
        const T* row = x + n * p.stride;
        const T* in = gradY + n * p.stride;
        T sum = 0, sumX = 0;
#pragma omp simd reduction(+ : sum, sumX)
        for (std::int64_t i = 0; i < p.pixels; ++i) {
            const T hat = (row[i] - c.mean) * c.inverseStd;
            const T g = hat * c.weight + c.bias > 0 ? in[i] : in[i] * slope;
            sum += g;
            sumX += g * hat;
        }
        total += sum;
        totalX += sumX;
    }
    sums[0] = total;
    sums[1] = totalX;
}

// gradX = weight · inverseStd · (g - meanG - x̂ · meanGX)
template<class T>
PLUMAGE_INLINE void plainBackwardBody(const T* x, const T* gradY, T* gradX, Planes p, Channel<T> c, T slope, T meanG, T meanGX)
{
    const T scale = c.weight * c.inverseStd;
    for (std::int64_t n = 0; n < p.images; ++n) {
        const T* row = x + n * p.stride;
        const T* in = gradY + n * p.stride;
        T* out = gradX + n * p.stride;
        for (std::int64_t i = 0; i < p.pixels; ++i) {
            const T hat = (row[i] - c.mean) * c.inverseStd;
            const T g = hat * c.weight + c.bias > 0 ? in[i] : in[i] * slope;
            out[i] = scale * (g - meanG - hat * meanGX);
        }
    }
}

template<class T>
struct GluGradient {
    T hatA, hatS, a, s;    // normalised values and gradients of the two halves
};
template<class T>
PLUMAGE_INLINE GluGradient<T> gluGradient(T xa, T xs, T gradY, Channel<T> a, Channel<T> s)
{
    const T hatA = (xa - a.mean) * a.inverseStd, hatS = (xs - s.mean) * s.inverseStd;
    const T gate = sigmoid(hatS * s.weight + s.bias);
    return {hatA, hatS, gradY * gate, gradY * (hatA * a.weight + a.bias) * gate * (1 - gate)};
}

// sums: g, g·x̂ of the first half, then of the second
template<class T>
PLUMAGE_INLINE void gluSumsBody(const T* first, const T* second, const T* gradY, Planes p, std::int64_t outStride, Channel<T> a, Channel<T> s,
    double* sums)
{
    sums[0] = sums[1] = sums[2] = sums[3] = 0;
    for (std::int64_t n = 0; n < p.images; ++n) {
        const T* rowA = first + n * p.stride;
        const T* rowS = second + n * p.stride;
        const T* in = gradY + n * outStride;
        T sumA = 0, sumAX = 0, sumS = 0, sumSX = 0;
#pragma omp simd reduction(+ : sumA, sumAX, sumS, sumSX)
        for (std::int64_t i = 0; i < p.pixels; ++i) {
            const GluGradient<T> g = gluGradient(rowA[i], rowS[i], in[i], a, s);
            sumA += g.a;
            sumAX += g.a * g.hatA;
            sumS += g.s;
            sumSX += g.s * g.hatS;
        }
        sums[0] += sumA;
        sums[1] += sumAX;
        sums[2] += sumS;
        sums[3] += sumSX;
    }
}

// means: as sums of gluSumsBody, divided by the number of values
template<class T>
PLUMAGE_INLINE void gluBackwardBody(const T* first, const T* second, const T* gradY, T* gradFirst, T* gradSecond, Planes p, std::int64_t outStride,
    Channel<T> a, Channel<T> s, const T* means)
{
    const T scaleA = a.weight * a.inverseStd, scaleS = s.weight * s.inverseStd;
    const T m0 = means[0], m1 = means[1], m2 = means[2], m3 = means[3];
    for (std::int64_t n = 0; n < p.images; ++n) {
        const T* rowA = first + n * p.stride;
        const T* rowS = second + n * p.stride;
        const T* in = gradY + n * outStride;
        T* outA = gradFirst + n * p.stride;
        T* outS = gradSecond + n * p.stride;
#pragma omp simd
        for (std::int64_t i = 0; i < p.pixels; ++i) {
            const GluGradient<T> g = gluGradient(rowA[i], rowS[i], in[i], a, s);
            outA[i] = scaleA * (g.a - m0 - g.hatA * m1);
            outS[i] = scaleS * (g.s - m2 - g.hatS * m3);
        }
    }
}

// Overloads per type, since only plain functions can be compiled for several processors.
#define PLUMAGE_KERNELS(T) \
    PLUMAGE_CLONES double sum(const T* x, Planes p) { return powerSum<1>(x, p, T{0}); } \
    PLUMAGE_CLONES double squares(const T* x, Planes p, T mean) { return powerSum<2>(x, p, mean); } \
    PLUMAGE_CLONES void plainForward(const T* x, const T* residual, T* y, Planes p, Channel<T> c, T slope) \
    { plainForwardBody(x, residual, y, p, c, slope); } \
    PLUMAGE_CLONES void gluForward(const T* x1, const T* x2, T* y, Planes p, std::int64_t outStride, Channel<T> a, Channel<T> s) \
    { gluForwardBody(x1, x2, y, p, outStride, a, s); } \
    PLUMAGE_CLONES void plainSums(const T* x, const T* g, Planes p, Channel<T> c, T slope, double* sums) { plainSumsBody(x, g, p, c, slope, sums); } \
    PLUMAGE_CLONES void plainBackward(const T* x, const T* g, T* out, Planes p, Channel<T> c, T slope, T meanG, T meanGX) \
    { plainBackwardBody(x, g, out, p, c, slope, meanG, meanGX); } \
    PLUMAGE_CLONES void gluSums(const T* x1, const T* x2, const T* g, Planes p, std::int64_t outStride, Channel<T> a, Channel<T> s, double* sums) \
    { gluSumsBody(x1, x2, g, p, outStride, a, s, sums); } \
    PLUMAGE_CLONES void gluBackward(const T* x1, const T* x2, const T* g, T* out1, T* out2, Planes p, std::int64_t outStride, Channel<T> a, \
        Channel<T> s, const T* means) \
    { gluBackwardBody(x1, x2, g, out1, out2, p, outStride, a, s, means); }
PLUMAGE_KERNELS(float)
PLUMAGE_KERNELS(double)

// Statistics of channel c in part v; moves the buffers.
template<class T>
Channel<T> measure(const BnForward<T>& f, std::int64_t v, std::int64_t c, Planes p)
{
    const T* x = f.x + (v * f.images * f.channels + c) * f.pixels;
    const double count = static_cast<double>(f.images * f.pixels);
    const double total = sum(x, p);
    const T mean = static_cast<T>(total / count);
    const double squared = squares(x, p, mean);
    const T inverseStd = static_cast<T>(1 / std::sqrt(squared / count + f.epsilon));
    f.mean[v * f.channels + c] = mean;
    f.inverseStd[v * f.channels + c] = inverseStd;
    const double m = f.momentum[v];
    f.movingMean[c] = static_cast<T>((1 - m) * f.movingMean[c] + m * total / count);
    f.movingVar[c] = static_cast<T>((1 - m) * f.movingVar[c] + m * squared / (count - 1));
    return {mean, inverseStd, f.weight[c], f.bias[c]};
}

template<class T>
void forwardChannel(const BnForward<T>& f, std::int64_t c)
{
    const bool glu = f.activation == Activation::glu;
    const std::int64_t out = glu ? f.channels / 2 : f.channels;
    const Planes p{f.images, f.channels * f.pixels, f.pixels};
    for (std::int64_t v = 0; v < f.parts; ++v) {
        const std::int64_t in = (v * f.images * f.channels + c) * f.pixels, to = (v * f.images * out + c) * f.pixels;
        const Channel<T> first = measure(f, v, c, p);
        if (glu) {
            const Channel<T> second = measure(f, v, c + out, p);
            gluForward(f.x + in, f.x + in + out * f.pixels, f.y + to, p, out * f.pixels, first, second);
        } else {
            const T slope = f.activation == Activation::leaky ? static_cast<T>(f.slope) : T{1};
            plainForward(f.x + in, f.residual ? f.residual + to : nullptr, f.y + to, p, first, slope);
        }
    }
}

template<class T>
void backwardChannel(const BnBackward<T>& b, std::int64_t c)
{
    const bool glu = b.activation == Activation::glu;
    const std::int64_t out = glu ? b.channels / 2 : b.channels;
    const Planes p{b.images, b.channels * b.pixels, b.pixels};
    const double count = static_cast<double>(b.images * b.pixels);
    const auto channel = [&](std::int64_t v, std::int64_t k) {
        return Channel<T>{b.mean[v * b.channels + k], b.inverseStd[v * b.channels + k], b.weight[k], b.bias[k]};
    };
    double gradient[4] = {};
    for (std::int64_t v = 0; v < b.parts; ++v) {
        const std::int64_t in = (v * b.images * b.channels + c) * b.pixels, to = (v * b.images * out + c) * b.pixels;
        const std::int64_t half = in + out * b.pixels;
        double sums[4] = {};
        T means[4] = {};
        const T slope = b.activation == Activation::leaky ? static_cast<T>(b.slope) : T{1};
        if (glu)
            gluSums(b.x + in, b.x + half, b.gradY + to, p, out * b.pixels, channel(v, c), channel(v, c + out), sums);
        else
            plainSums(b.x + in, b.gradY + to, p, channel(v, c), slope, sums);
        for (int i = 0; i < 4; ++i) {
            means[i] = static_cast<T>(sums[i] / count);
            gradient[i] += sums[i];
        }
        if (glu)
            gluBackward(b.x + in, b.x + half, b.gradY + to, b.gradX + in, b.gradX + half, p, out * b.pixels, channel(v, c), channel(v, c + out), means);
        else
            plainBackward(b.x + in, b.gradY + to, b.gradX + in, p, channel(v, c), slope, means[0], means[1]);
    }
    for (int half = 0; half < (glu ? 2 : 1); ++half) {
        b.gradBias[c + half * out] = static_cast<T>(gradient[2 * half]);
        b.gradWeight[c + half * out] = static_cast<T>(gradient[2 * half + 1]);
    }
}

} // namespace

template<class T>
void bnForward(const BnForward<T>& f)
{
    const std::int64_t tasks = f.activation == Activation::glu ? f.channels / 2 : f.channels;
    at::parallel_for(0, tasks, 1, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t c = begin; c < end; ++c)
            forwardChannel(f, c);
    });
}

template<class T>
void bnBackward(const BnBackward<T>& b)
{
    const std::int64_t tasks = b.activation == Activation::glu ? b.channels / 2 : b.channels;
    at::parallel_for(0, tasks, 1, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t c = begin; c < end; ++c)
            backwardChannel(b, c);
    });
}

template void bnForward<float>(const BnForward<float>&);
template void bnForward<double>(const BnForward<double>&);
template void bnBackward<float>(const BnBackward<float>&);
template void bnBackward<double>(const BnBackward<double>&);

} // namespace plumage::model
