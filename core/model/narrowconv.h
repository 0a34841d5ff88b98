// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <torch/types.h>

namespace plumage::model {

// 3x3 convolution with padding 1, with `doubles` after nearest x2, by the kernels of narrowkernels.h; x [N,in,H,W] float, weight [out,in,3,3]. Equal to LibTorch's operations in float but for
// rounding, some 1e-6 of the largest value; stays in float under LowPrecision.
bool convolvesNarrow(const torch::Tensor& x, const torch::Tensor& weight, bool doubles);    // it can, and is faster
torch::Tensor narrowConv3(const torch::Tensor& x, const torch::Tensor& weight, bool doubles);

} // namespace plumage::model
