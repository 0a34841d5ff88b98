// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/layers.h"

#include "core/model/gpulayers.h"
#include "core/model/lowprecision.h"
#include "core/model/narrowconv.h"

#include <ATen/Functions.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/utils.h>

#include <algorithm>

namespace plumage::model {

std::vector<std::int64_t> generatorChannels(const NetworkOptions& options)
{
    std::vector<std::int64_t> channels{options.ngf};
    for (int i = 1; i <= options.levels(); ++i)
        channels.push_back(i == options.levels() || i >= 4 ? options.tail : std::max(options.tail, options.ngf >> i));
    return channels;
}

std::vector<std::int64_t> discriminatorChannels(const NetworkOptions& options)
{
    std::vector<std::int64_t> channels;
    for (int j = 1; j <= options.levels(); ++j)
        channels.push_back(j == options.levels() ? options.embeddingWidth() : options.ndf * std::min(1 << (j - 1), 8));
    return channels;
}

namespace {

// The module that holds the last name of `path`, and that name.
std::pair<torch::nn::Module*, std::string> place(torch::nn::Module& root, const std::string& path)
{
    torch::nn::Module* module = &root;
    std::size_t begin = 0;
    for (std::size_t dot; (dot = path.find('.', begin)) != std::string::npos; begin = dot + 1) {
        const std::string name = path.substr(begin, dot - begin);
        const auto children = module->named_children();
        const auto* child = children.find(name);
        module = child ? child->get() : module->register_module(name, std::make_shared<torch::nn::Module>()).get();
    }
    return {module, path.substr(begin)};
}

} // namespace

torch::Tensor addParameter(torch::nn::Module& root, const std::string& path, at::IntArrayRef shape)
{
    const auto [module, name] = place(root, path);
    return module->register_parameter(name, torch::zeros(shape));
}

BatchNorm addBatchNorm(torch::nn::Module& root, const std::string& path, std::int64_t channels)
{
    const auto [module, name] = place(root, path);
    return module->register_module(name, BatchNorm(channels));
}

torch::Tensor orthogonal(std::int64_t rows, std::int64_t cols, at::Generator random)
{
    const auto normal = torch::randn({std::max(rows, cols), std::min(rows, cols)}, random, torch::kDouble);
    const auto [q, r] = at::linalg_qr(normal);
    const auto columns = q * at::sign(at::diagonal(r));
    return rows < cols ? columns.t() : columns;
}

void initialiseParameters(torch::nn::Module& network, at::Generator random)
{
    torch::NoGradGuard noGrad;
    for (const auto& module : network.modules()) {
        if (auto* norm = module->as<BatchNorm>()) {
            norm->weight.copy_(torch::randn(norm->weight.sizes(), random) * 0.02 + 1);
            norm->bias.zero_();
            norm->runningMean.zero_();
            norm->runningVar.fill_(1);
            norm->numBatchesTracked.zero_();
            continue;
        }
        for (auto& parameter : module->parameters(false)) {
            if (parameter.dim() >= 2)
                parameter.copy_(orthogonal(parameter.size(0), parameter.numel() / parameter.size(0), random).view(parameter.sizes()));
            else
                parameter.zero_();
        }
    }
}

torch::Tensor conv3(const torch::Tensor& x, const torch::Tensor& weight, bool kernels)
{
    if (kernels && convolvesNarrow(x, weight, false))
        return narrowConv3(x, weight, false);
    return at::conv2d(x, weight, {}, 1, 1);
}

torch::Tensor upConv3(const torch::Tensor& x, const torch::Tensor& weight, bool folded, bool kernels)
{
    if (kernels && convolvesNarrow(x, weight, true))
        return narrowConv3(x, weight, true);
    if (!folded)
        return conv3(at::upsample_nearest2d(x, at::IntArrayRef{2 * x.size(2), 2 * x.size(3)}), weight);
    // [2o,i,3,3] -> [i,2o,4,4]: flipped, then every 2x2 sum of the kernel padded by 1
    const auto padded = at::constant_pad_nd(weight.flip({2, 3}).transpose(0, 1), {1, 1, 1, 1});
    return at::conv_transpose2d(x, at::avg_pool2d(padded, 2, 1) * 4, {}, 2, 1);
}

namespace {

// y = x + B; the gradient of the taps' nine sums: top/middle/bottom x left/middle/right.
struct AddBorderCases : torch::autograd::Function<AddBorderCases> {
    // cases R [N,C,3,3]
    static torch::Tensor forward(torch::autograd::AutogradContext*, const torch::Tensor& x, const torch::Tensor& cases)
    {
        const std::int64_t last = x.size(2) - 1;
        auto y = x + cases.narrow(2, 1, 1).narrow(3, 1, 1);
        const auto toCentre = cases - cases.narrow(2, 1, 1).narrow(3, 1, 1);
        for (const std::int64_t i : {0, 2}) {
            y.select(2, i / 2 * last).narrow(2, 1, last - 1).add_(toCentre.select(2, i).narrow(2, 1, 1));
            y.select(3, i / 2 * last).narrow(2, 1, last - 1).add_(toCentre.select(3, i).narrow(2, 1, 1));
            for (const std::int64_t j : {0, 2})
                y.select(2, i / 2 * last).select(2, j / 2 * last).add_(toCentre.select(2, i).select(2, j));
        }
        return y;
    }
    static torch::autograd::variable_list backward(torch::autograd::AutogradContext*, torch::autograd::variable_list gradients)
    {
        const auto& g = gradients[0];
        const std::int64_t last = g.size(2) - 1;
        const auto three = [last](const torch::Tensor& t, std::int64_t dim) {    // first, sum of the middle, last along dim
            return at::stack({t.select(dim, 0), t.narrow(dim, 1, last - 1).sum(dim), t.select(dim, last)}, dim);
        };
        return {g, three(three(g, 3), 2)};
    }
};

} // namespace

torch::Tensor borderCases(const torch::Tensor& taps)
{
    // rows (columns) of taps that lie inside the picture in the first, a middle and the last row (column): not the first, all, not the last
    const auto three = [](const torch::Tensor& t, std::int64_t dim) {
        const auto all = t.sum(dim);
        return at::stack({all - t.select(dim, 0), all, all - t.select(dim, 2)}, dim);
    };
    return three(three(taps, 2), 3);
}

torch::Tensor addCodePlanes(const torch::Tensor& x, const torch::Tensor& taps)
{
    return AddBorderCases::apply(x, borderCases(taps));
}

GatedConv::GatedConv(torch::nn::Module& root, const std::string& path, std::int64_t in, std::int64_t out, bool upsample)
    : weight(addParameter(root, path + (upsample ? ".1" : ".0") + ".weight", {2 * out, in, 3, 3}))
    , norm(addBatchNorm(root, path + (upsample ? ".2" : ".1"), 2 * out))
    , up(upsample)
{
}

torch::Tensor GatedConv::operator()(const torch::Tensor& x, bool foldUpsample)
{
    if (isLowered(x))
        return convNorm(x, weight, {.up = up}, *norm, Activation::glu);
    return norm->glu(up ? upConv3(x, weight, foldUpsample, norm->fastKernels) : conv3(x, weight, norm->fastKernels));
}

ResidualBlock::ResidualBlock(torch::nn::Module& root, const std::string& path, std::int64_t channels)
    : wide(addParameter(root, path + ".block.0.weight", {2 * channels, channels, 3, 3}))
    , wideNorm(addBatchNorm(root, path + ".block.1", 2 * channels))
    , narrow(addParameter(root, path + ".block.3.weight", {channels, channels, 3, 3}))
    , narrowNorm(addBatchNorm(root, path + ".block.4", channels))
{
}

torch::Tensor ResidualBlock::operator()(const torch::Tensor& u)
{
    if (isLowered(u))
        return residual(u, wide, *wideNorm, narrow, *narrowNorm);
    return narrowNorm->plus(conv3(wideNorm->glu(conv3(u, wide, wideNorm->fastKernels)), narrow, narrowNorm->fastKernels), u);
}

Seed::Seed(torch::nn::Module& root, const std::string& path, const NetworkOptions& options)
    : weight(addParameter(root, path + ".0.weight", {32 * options.ngf, options.zDim}))
    , norm(addBatchNorm(root, path + ".1", 32 * options.ngf))
{
}

torch::Tensor Seed::operator()(const torch::Tensor& z, bool low)
{
    const auto seed = norm->glu(low ? fullPrecision(at::linear(z.to(at::kBFloat16), weight.to(at::kBFloat16))) : at::linear(z, weight));
    return seed.view({z.size(0), seed.size(1) / 16, 4, 4});
}

} // namespace plumage::model
