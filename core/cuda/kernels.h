// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cuda_runtime_api.h>

#include <cstdint>

// The kernels, by plain pointers, so that nvcc reads no header of LibTorch. Pictures lie as rows of pixels with the channels of a pixel side by side (NHWC).
// Everything is asynchronous on `stream`; the caller checks cudaGetLastError().
namespace plumage::cuda {

enum class Type { float32, bfloat16 };
enum class Activation { none, leaky, glu };    // after the normalisation; glu: first half · sigmoid(second half)

inline constexpr float leakySlope = 0.2f;
inline constexpr int maxParts = 8;

// x is parts · rows pixels of `channels` numbers; channels must be a multiple of 8 (glu: of 16), at most 2048.
struct NormShape {
    std::int64_t parts, rows;
    int channels;
};
struct Momenta { float of[maxParts]; };

// Partial sums of x - pivot and of its square: sums [parts][normBlocks][2][channels]. normFinish joins them.
int normBlocks(const NormShape& shape);
void normSums(const void* x, Type type, const NormShape& shape, const float* pivot, float* sums, cudaStream_t stream);
// mean, inverseStd [parts][channels]; the moving buffers (movingMean is the pivot) go once per part, in order, towards mean and unbiased variance.
void normFinish(const float* sums, int blocks, const NormShape& shape, float* mean, float* inverseStd, float* movingMean, float* movingVar, const Momenta& momenta,
    float epsilon, cudaStream_t stream);

struct NormApply {
    const void* x;
    const void* residual;    // as y, added at last; nullptr: none
    void* y;                 // channels numbers a pixel, with glu half of them
    const float *weight, *bias, *mean, *inverseStd;
    Activation activation;
};
void normApply(const NormApply& call, Type type, const NormShape& shape, cudaStream_t stream);

// Gradients: first normGradientSums (sums as above), then normGradientFinish, then normGradientApply.
struct NormGradient {
    const void *x, *gradY;
    void* gradX;
    const float *weight, *bias, *mean, *inverseStd;
    float* shares;           // [parts][2][channels], written by the second: mean of dz and of dz · normalised x over the part
    Activation activation;
};
void normGradientSums(const NormGradient& call, Type type, const NormShape& shape, float* sums, cudaStream_t stream);
void normGradientFinish(const float* sums, int blocks, const NormShape& shape, float* shares, float* gradWeight, float* gradBias, cudaStream_t stream);
void normGradientApply(const NormGradient& call, Type type, const NormShape& shape, cudaStream_t stream);

// 3x3 convolutions with few channels in bfloat16 on tensor cores, zero padding 1, for the full-size layers of the generator, whose time in general libraries is several
// times that of their memory traffic. height and width are the output's; both multiples of 32 (width) and 16 (height).
struct Weight3 {             // float32 [out][in][3][3] with any strides; a 3x3 tap counts as one index
    float* data;
    std::int64_t out, in, tap;    // strides
};
struct Conv3 {
    const void* x;           // [images][height][width][in], or half the size with `up` (nearest x2 before the convolution)
    void* y;                 // [images][height][width][out]
    Weight3 weight;
    std::int64_t images;
    int height, width, in, out;    // in, out: 16 or 32
    bool up;
    bool flipped;            // the input's gradient: x holds gradients of y, `weight` is the forward one; in and out are those of this call
    const float* planes;     // [images][9][out], added by border case (row class · 3 + column class); nullptr: none
    float* sums;             // [convBlocks][2][out] as normSums of y; nullptr: none
    const float* pivot;
};
bool convFits(std::int64_t in, std::int64_t out, std::int64_t height, std::int64_t width);
int convBlocks(const Conv3& call);
void conv3(const Conv3& call, cudaStream_t stream);

struct Conv3Gradient {       // of the weight: in 16, out 16 or 32
    const void *x, *gradY;
    Weight3 gradWeight;      // written
    float* partials;         // [weightBlocks][9][out][in]
    std::int64_t images;
    int height, width, in, out;
    bool up;
};
int weightBlocks(const Conv3Gradient& call);
void conv3WeightGradient(const Conv3Gradient& call, cudaStream_t stream);

} // namespace plumage::cuda
