// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/discriminator.h"

#include "core/model/gpulayers.h"
#include "core/model/losses.h"
#include "core/model/lowprecision.h"
#include "core/model/winograd.h"

#include <ATen/Functions.h>
#include <torch/utils.h>

#include <cmath>

namespace plumage::model {

DiscriminatorImpl::DiscriminatorImpl(const NetworkOptions& options, std::int64_t kMax) : temperature(options.temperature)
{
    const std::int64_t e = options.embeddingWidth();
    std::int64_t in = 3, index = 0;
    for (const std::int64_t out : discriminatorChannels(options)) {
        m_stages.push_back(addParameter(*this, "base." + std::to_string(index) + ".weight", {out, in, 4, 4}));
        if (index > 0)
            m_stageNorms.push_back(addBatchNorm(*this, "base." + std::to_string(index + 1), out));
        index += index > 0 ? 3 : 2;    // convolution, BN (not in the first stage), LReLU
        in = out;
    }
    m_baseConv = addParameter(*this, "base." + std::to_string(index) + ".weight", {e, e, 3, 3});
    m_baseNorm = addBatchNorm(*this, "base." + std::to_string(index + 1), e);
    m_infoConv = addParameter(*this, "info_head.0.weight", {e, e, 3, 3});
    m_infoNorm = addBatchNorm(*this, "info_head.1", e);
    m_infoHead = addParameter(*this, "info_head.3.weight", {e, e, 4, 4});
    m_infoHeadBias = addParameter(*this, "info_head.3.bias", {e});
    m_scoreHead = addParameter(*this, "rf_head.0.weight", {1, e, 4, 4});
    m_scoreHeadBias = addParameter(*this, "rf_head.0.bias", {1});
    centroidTable = addParameter(*this, "centroids.weight", {kMax, e});
    centroidBias = addParameter(*this, "centroids.bias", {e});
    active = register_buffer("active", torch::zeros({kMax}, torch::kBool));
}

void DiscriminatorImpl::initialise(std::int64_t activeCodes, at::Generator random)
{
    initialiseParameters(*this, random);
    torch::NoGradGuard noGrad;
    const double bound = 1 / std::sqrt(16.0 * static_cast<double>(centroidBias.size(0)));
    m_infoHeadBias.copy_((torch::rand(m_infoHeadBias.sizes(), random) * 2 - 1) * bound);
    m_scoreHeadBias.copy_((torch::rand(m_scoreHeadBias.sizes(), random) * 2 - 1) * bound);
    centroidTable.zero_();
    centroidTable.narrow(0, 0, activeCodes).copy_(orthogonal(centroidTable.size(1), activeCodes, random).t());
    active.zero_();
    active.narrow(0, 0, activeCodes).fill_(true);
}

namespace {

// conv4x4 s2 p1 and conv3, by the form that is faster here
torch::Tensor stage(const torch::Tensor& x, const torch::Tensor& weight, bool tiles)
{
    return tiles && x.is_cpu() && x.size(2) == 8 ? tileConv4Stride2(x, weight) : at::conv2d(x, weight, {}, 2, 1);
}
torch::Tensor last(const torch::Tensor& x, const torch::Tensor& weight, bool tiles)
{
    return tiles && x.is_cpu() ? tileConv3(x, weight) : conv3(x, weight);
}

// A head's 4x4 convolution sees 4x4 pixels: a plain product.
torch::Tensor head(const torch::Tensor& x, const torch::Tensor& weight, const torch::Tensor& bias)
{
    if (!isLowered(x))
        return fullPrecision(at::addmm(bias, x.flatten(1), weight.flatten(1).t()));
    const auto rows = [](const torch::Tensor& t) { return t.permute({0, 2, 3, 1}).flatten(1).to(at::kBFloat16); };    // as they lie in memory
    return at::mm(rows(x), rows(weight).t()).to(at::kFloat) + bias;
}

} // namespace

DiscriminatorOutput DiscriminatorImpl::forwardViews(std::span<const torch::Tensor> given, std::int64_t scored)
{
    const at::TensorList images(given.data(), given.size());
    const auto views = static_cast<std::int64_t>(given.size());
    const bool low = bfloat16 && is_training(), device = low && hasAccelerator(images[0]);
    const LowPrecision fast(images[0].device(), low && !device);
    const auto norm = [views](const torch::Tensor& x, const torch::Tensor& weight, const ConvKind& kind, BatchNorm& bn) {
        return convNorm(x, weight, kind, *bn, Activation::leaky, {.parts = views});
    };
    auto x = device ? firstStage(images, m_stages[0]) : at::leaky_relu(at::conv2d(views > 1 ? at::cat(images) : images[0], m_stages[0], {}, 2, 1), leakySlope);
    for (std::size_t j = 1; j < m_stages.size(); ++j)
        x = device ? norm(x, m_stages[j], {.stride = 2}, m_stageNorms[j - 1]) : m_stageNorms[j - 1]->leaky(stage(x, m_stages[j], tileConvolutions), views);
    x = device ? norm(x, m_baseConv, {}, m_baseNorm) : m_baseNorm->leaky(last(x, m_baseConv, tileConvolutions), views);
    DiscriminatorOutput out;
    if (scored > 0)
        out.score = head(x.narrow(0, 0, x.size(0) / views * scored), m_scoreHead, m_scoreHeadBias);
    const auto info = device ? norm(x, m_infoConv, {}, m_infoNorm) : m_infoNorm->leaky(last(x, m_infoConv, tileConvolutions), views);
    out.embedding = head(info, m_infoHead, m_infoHeadBias);
    return out;
}

DiscriminatorOutput DiscriminatorImpl::forward(const torch::Tensor& images, bool wantScore)
{
    return forwardViews({&images, 1}, wantScore ? 1 : 0);
}

torch::Tensor DiscriminatorImpl::logits(const torch::Tensor& h) const
{
    return codeLogits(h, centroids(), active, temperature);
}

} // namespace plumage::model
