// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <torch/types.h>

namespace plumage::model {

// The discriminator's last convolutions, whose whole output is one 4x4 tile, with fewer products (Toom-Cook, Winograd; Lavin and Gray, CVPR 2016):
// 36 instead of 144 for the 3x3 kernel, 100 instead of 256 for the 4x4 kernel with stride 2, everything as matrix products.
// Equal to the plain form to 3e-6 of the largest value in float32. For the CPU; these layers are half of a training step there.

torch::Tensor tileConv3(const torch::Tensor& x, const torch::Tensor& weight);        // x [N,C,4,4], weight [K,C,3,3], padding 1 -> [N,K,4,4]
torch::Tensor tileConv4Stride2(const torch::Tensor& x, const torch::Tensor& weight); // x [N,C,8,8], weight [K,C,4,4], padding 1 -> [N,K,4,4]

} // namespace plumage::model
