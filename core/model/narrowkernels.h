// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

// 3x3 convolutions with padding 1 between few channels, for the CPU. At the generator's full size they are a third of a training step, and libraries that block channels
// by 16 leave half of the processor idle there: here vectors run along the rows of a picture, so it does not matter how few the channels are.
namespace plumage::model {

// Contiguous: x [N,in,H,W], with `doubles` [N,in,H/2,W/2], enlarged by nearest x2 on the way; y [N,out,H,W], weight [out,in,3,3]. W a multiple of 32.
struct NarrowConv {
    std::int64_t images, in, out, height, width;
    bool doubles = false;
};

bool hasNarrowKernels();    // made for this processor (x86-64 with AVX2 and FMA, or AVX-512)

void narrowForward(const NarrowConv& conv, const float* x, const float* weight, float* y);
void narrowInputGradient(const NarrowConv& conv, const float* gradY, const float* weight, float* gradX);
void narrowWeightGradient(const NarrowConv& conv, const float* x, const float* gradY, float* gradWeight);

} // namespace plumage::model
