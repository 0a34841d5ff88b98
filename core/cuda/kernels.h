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
inline constexpr int maxParts = 8, mostChannels = 2048;

// x is parts · rows pixels of `channels` numbers; channels must be a multiple of 8 (glu: of 16), at most mostChannels.
struct NormShape {
    std::int64_t parts, rows;
    int channels;
};
struct Momenta { float of[maxParts]; };

// Partial sums of x - pivot and of its square: sums [parts][normBlocks][2][channels]. normFinish joins them.
int normBlocks(const NormShape& shape);
void normSums(const void* x, Type type, const NormShape& shape, const float* pivot, float* sums, cudaStream_t stream);
// mean, inverseStd [parts][channels]; the moving buffers (movingMean is the pivot) go once per part, in order, towards mean and unbiased variance.
// pivoted: false if the pivot was 0. batches: counts the parts; nullptr: not counted.
void normFinish(const float* sums, int blocks, bool pivoted, const NormShape& shape, float* mean, float* inverseStd, float* movingMean, float* movingVar, std::int64_t* batches,
    const Momenta& momenta, float epsilon, cudaStream_t stream);

struct NormApply {
    const void* x;
    const void* residual;    // as y, added at last; nullptr: none
    void* y;                 // channels numbers a pixel, with glu half of them
    const float *weight, *bias, *mean, *inverseStd;
    Activation activation;
};
void normApply(const NormApply& call, Type type, const NormShape& shape, cudaStream_t stream);

// Gradients: first normGradientSums (sums of dz and dz · x, laid out as above), then normGradientFinish, then normGradientApply.
struct NormGradient {
    const void *x, *gradY;
    void* gradX;
    const float *weight, *bias, *mean, *inverseStd;
    float* shares;           // [parts][2][channels], written by the second: mean of dz and of dz · normalised x over the part
    Activation activation;
};
void normGradientSums(const NormGradient& call, Type type, const NormShape& shape, float* sums, cudaStream_t stream);
void normGradientFinish(const float* sums, int blocks, const NormShape& shape, const float* mean, const float* inverseStd, float* shares, float* gradWeight, float* gradBias, cudaStream_t stream);
void normGradientApply(const NormGradient& call, Type type, const NormShape& shape, cudaStream_t stream);

// 3x3 convolutions with few channels in bfloat16 on tensor cores, zero padding 1, for the full-size layers of the generator, whose time in general libraries is several
// times that of their memory traffic. height and width are the output's; multiples of 8 and of 32.
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
    const float* planes;     // [images][9][out], added by border case (row class · 3 + column class), with sums; nullptr: none
    const void* picture;     // as y, added, without sums; nullptr: none
    float* sums;             // [1][convBlocks][2][out] as normSums of y with pivot 0; nullptr: none. convBlocks looks at these three: any address will do for it
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

// Nearest x2 and a 3x3 convolution are one transposed 4x4 convolution with stride 2 (METHOD.md section 4): its kernel [in][4][4][out] in bfloat16, and the way back of gradients.
void foldUpsample(const Weight3& weight, void* folded, std::int64_t in, std::int64_t out, cudaStream_t stream);
void foldUpsampleGradient(const void* gradFolded, const Weight3& gradWeight, std::int64_t in, std::int64_t out, cudaStream_t stream);

// A picture [images][3][side][side] in float as blocks of 2x2 pixels in bfloat16, shifted by one so that a 4x4 convolution with stride 2 and padding 1 becomes a 2x2 one:
// blocks [images][side/2 + 1][side/2 + 1][16]; channel (row in the block · 2 + column) · 3 + colour, four of zeros.
void toBlocks(const float* picture, void* blocks, std::int64_t images, int side, cudaStream_t stream);
void fromBlocks(const void* blocks, float* picture, std::int64_t images, int side, cudaStream_t stream);

// The composition of METHOD.md section 2 from the last convolutions' outputs [images][side][side][16] in bfloat16, of which the first channels count: background 3, mask 1,
// object 3. Tanh and sigmoid, sampling at theta [images][2][3] (bilinear, zeros outside, corners aligned), pasting. Results in float, plane by plane.
struct Compose {
    const void *background, *mask, *object;
    const float* theta;
    float *drawing, *movedMask, *masked;    // [images][3], [1], [3][side][side]; masked = drawing · movedMask
    std::int64_t images;
    int side;
};
void compose(const Compose& call, cudaStream_t stream);
struct ComposeGradient {
    const void *background, *mask, *object;
    const float* theta;
    const float *drawing, *movedMask, *masked;                 // gradients of the three results
    void *gradBackground, *gradMask, *gradObject;              // written, as the inputs; channels that do not count are 0
    float* scratch;                                            // [images][side][side][4]
    std::int64_t images;
    int side;
};
void composeGradient(const ComposeGradient& call, cudaStream_t stream);

} // namespace plumage::cuda
