// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/accelerator.h"
#include "core/model/batchnorm.h"
#include "core/model/bnkernels.h"

#include <optional>

// The networks' layers on a device with an Accelerator, while training in bfloat16: pictures are bfloat16 and channels_last, weights, statistics and everything about
// gradients of weights float. A picture that lowered() made takes this way by itself; the layers ask isLowered().
namespace plumage::model {

bool hasAccelerator(const torch::Tensor& x);      // x lies on its device
bool isLowered(const torch::Tensor& x);
torch::Tensor lowered(const torch::Tensor& x);    // [N,C,H,W] float -> bfloat16, channels_last

struct ConvKind {
    std::int64_t stride = 1, padding = 1;
    bool up = false;    // nearest x2 before
};
struct ConvExtra {
    std::optional<torch::Tensor> planes = {};      // [N,9,out], added to the convolution by border case (Accelerator::convolve)
    std::int64_t parts = 1;                   // of the batch, each with its own statistics
};
// Convolution, batch normalisation and activation (leaky or glu) as one operation with gradient; x lowered, train mode.
torch::Tensor convNorm(const torch::Tensor& x, const torch::Tensor& weight, const ConvKind& kind, BatchNormImpl& norm, Activation activation, const ConvExtra& extra = {});
// ResidualBlock of layers.h, u lowered, train mode
torch::Tensor residual(const torch::Tensor& u, const torch::Tensor& wide, BatchNormImpl& wideNorm, const torch::Tensor& narrow, BatchNormImpl& narrowNorm);
// conv3 alone, x lowered: [N,out,H,W] float, for few output channels
torch::Tensor lastConv3(const torch::Tensor& x, const torch::Tensor& weight);

// A generator's three branches before their last convolutions, pasted (generator.h, compose). Only if pastes().
bool pastes(const torch::Tensor& x);
Accelerator::Pasted paste(const Accelerator::Branches& x, const Accelerator::Branches& weights, const torch::Tensor& theta);

// The first layer of a discriminator, conv4x4 s2 p1 and LReLU, of float views one after the other: lowered
torch::Tensor firstStage(at::TensorList views, const torch::Tensor& weight);

} // namespace plumage::model
