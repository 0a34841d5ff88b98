// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/trainoptions.h"
#include "core/model/batchnorm.h"

#include <string>
#include <vector>

namespace plumage::model {

// The ladder rule of METHOD.md section 2: channels g_0..g_L of the generator, d_1..d_L of the discriminator (here entries 0..L-1).
std::vector<std::int64_t> generatorChannels(const NetworkOptions& options);
std::vector<std::int64_t> discriminatorChannels(const NetworkOptions& options);

// Registers a zero parameter or a BatchNorm under a dotted path, making the modules between; so names can be the reference's.
torch::Tensor addParameter(torch::nn::Module& root, const std::string& path, at::IntArrayRef shape);
BatchNorm addBatchNorm(torch::nn::Module& root, const std::string& path, std::int64_t channels);

// Orthogonal [rows, cols] with gain 1, float64, from a normal matrix (QR with positive diagonal of R).
torch::Tensor orthogonal(std::int64_t rows, std::int64_t cols, at::Generator random);
// All parameters by rank and kind: rank >= 2 orthogonal, BN weight N(1, 0.02), the rest 0. Tables are overwritten by their networks.
void initialiseParameters(torch::nn::Module& network, at::Generator random);

// 3x3, zero padding 1, no bias. `kernels`: ours (narrowconv.h) where they fit, also below
torch::Tensor conv3(const torch::Tensor& x, const torch::Tensor& weight, bool kernels = false);
// Nearest x2, then conv3. `folded`: the same as one transposed 4x4 convolution with 9/4 fewer products (METHOD.md section 4).
torch::Tensor upConv3(const torch::Tensor& x, const torch::Tensor& weight, bool folded, bool kernels = false);
// x + B_c of METHOD.md section 4: what conv3 over the tiled one-hot code adds. x [N,C,S,S]; taps [N,C,3,3] = the 3x3 taps of each image's code.
torch::Tensor addCodePlanes(const torch::Tensor& x, const torch::Tensor& taps);
torch::Tensor borderCases(const torch::Tensor& taps);    // R of METHOD.md section 4: [N,C,3,3], by class of row and of column

// conv3 to twice the channels, BN, GLU; with `up` after nearest x2
struct GatedConv {
    torch::Tensor weight;    // [2o,i,3,3]
    BatchNorm norm{nullptr};
    bool up = false;
    GatedConv() = default;
    // names PATH.0.weight and PATH.1.*; with `up` PATH.1.weight and PATH.2.*
    GatedConv(torch::nn::Module& root, const std::string& path, std::int64_t in, std::int64_t out, bool up);
    torch::Tensor operator()(const torch::Tensor& x, bool foldUpsample = false);
};

// u + BN(conv3(GLU(BN(conv3(u)))))
struct ResidualBlock {
    torch::Tensor wide;      // [2i,i,3,3]
    BatchNorm wideNorm;
    torch::Tensor narrow;    // [i,i,3,3]
    BatchNorm narrowNorm;
    ResidualBlock(torch::nn::Module& root, const std::string& path, std::int64_t channels);
    torch::Tensor operator()(const torch::Tensor& u);
};

// Linear without bias, BN, GLU, as the first [N,ngf,4,4] of a branch
struct Seed {
    torch::Tensor weight;    // [32·ngf, zDim]
    BatchNorm norm{nullptr};
    Seed() = default;
    Seed(torch::nn::Module& root, const std::string& path, const NetworkOptions& options);
    torch::Tensor operator()(const torch::Tensor& z, bool low = false);    // low: the product in bfloat16
};

} // namespace plumage::model
