// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/generator.h"

#include "core/model/gpulayers.h"
#include "core/model/lowprecision.h"

#include <ATen/Functions.h>
#include <torch/utils.h>

namespace plumage::model {

GeneratorImpl::GeneratorImpl(const NetworkOptions& options, std::int64_t kMax, double czClamp) : m_czClamp(czClamp)
{
    const auto channels = generatorChannels(options);
    const std::int64_t t = options.tail, levels = options.levels();
    const auto child = [](const std::string& path, std::int64_t i) { return path + "." + std::to_string(i); };
    const auto trunk = [&](const std::string& path, std::int64_t extra, std::vector<GatedConv>& ups, std::vector<ResidualBlock>& blocks) {
        for (std::int64_t i = 0; i < levels; ++i)
            ups.emplace_back(*this, child(path, i), channels[i] + (i == 0 ? extra : 0), channels[i + 1], true);
        for (std::int64_t i = 0; i < options.trunkRes; ++i)
            blocks.emplace_back(*this, child(child(path, levels), i), t);
    };
    m_backgroundSeed = Seed(*this, "bg_gen.fc", options);
    trunk("bg_gen.layers", 0, m_backgroundUp, m_backgroundRes);
    m_backgroundOut = addParameter(*this, child("bg_gen.layers", levels + 1) + ".weight", {3, t, 3, 3});

    m_foregroundSeed = Seed(*this, "fg_gen.fc", options);
    codeTable = addParameter(*this, "fg_gen.emb_c.0.weight", {kMax, 4 * options.czDim});
    codeBias = addParameter(*this, "fg_gen.emb_c.0.bias", {4 * options.czDim});
    m_codeNorm = addBatchNorm(*this, "fg_gen.emb_c.1", 4 * options.czDim);
    trunk("fg_gen.base", options.czDim, m_foregroundUp, m_foregroundRes);
    m_maskConv = GatedConv(*this, "fg_gen.to_mask.0", t, t, false);
    m_maskOut = addParameter(*this, "fg_gen.to_mask.1.weight", {1, t, 3, 3});
    m_objectFirst = addParameter(*this, "fg_gen.to_img.0.0.weight", {2 * t, t, 3, 3});
    objectCodes = addParameter(*this, "fg_gen.to_img.0.0.codes", {kMax, 2 * t * 9});
    m_objectFirstNorm = addBatchNorm(*this, "fg_gen.to_img.0.1", 2 * t);
    for (std::int64_t i = 0; i < options.objectRes; ++i)
        m_objectRes.emplace_back(*this, child("fg_gen.to_img.1", i), t);
    m_objectConv = GatedConv(*this, "fg_gen.to_img.2", t, t, false);
    m_objectOut = addParameter(*this, "fg_gen.to_img.3.weight", {3, t, 3, 3});
}

void GeneratorImpl::initialise(std::int64_t activeCodes, at::Generator random)
{
    initialiseParameters(*this, random);
    torch::NoGradGuard noGrad;
    codeTable.zero_();
    codeTable.narrow(0, 0, activeCodes).copy_(orthogonal(codeTable.size(1), activeCodes, random).t());
    // one orthogonal matrix over feature and code channels together, then split
    const std::int64_t t = m_objectFirst.size(1);
    const auto whole = orthogonal(2 * t, (t + activeCodes) * 9, random).reshape({2 * t, t + activeCodes, 3, 3});
    m_objectFirst.copy_(whole.narrow(1, 0, t));
    objectCodes.zero_();
    objectCodes.narrow(0, 0, activeCodes).copy_(whole.narrow(1, t, activeCodes).transpose(0, 1).reshape({activeCodes, -1}));
}

torch::Tensor GeneratorImpl::codeNoise(const torch::Tensor& cz, const torch::Tensor& codes)
{
    const auto gated = m_codeNorm->glu(codeTable.index_select(0, codes) + codeBias);
    auto logScale = gated.narrow(1, cz.size(1), cz.size(1));
    if (m_czClamp > 0)
        logScale = logScale.clamp_max(m_czClamp);
    return gated.narrow(1, 0, cz.size(1)) + logScale.exp() * cz;
}

torch::Tensor GeneratorImpl::backgroundBranch(const torch::Tensor& z)
{
    auto x = enter(m_backgroundSeed(z, isLow(z)));
    for (GatedConv& up : m_backgroundUp)
        x = up(x, foldUpsample);
    for (ResidualBlock& block : m_backgroundRes)
        x = block(x);
    return x;
}

torch::Tensor GeneratorImpl::background(const torch::Tensor& z) { return leave(backgroundBranch(z), m_backgroundOut).tanh(); }

// In bfloat16 with own kernels
bool GeneratorImpl::isLow(const torch::Tensor& x) const { return bfloat16 && is_training() && hasAccelerator(x); }

// From here on in bfloat16, where that is what this network does on a device with own kernels.
torch::Tensor GeneratorImpl::enter(const torch::Tensor& x) const
{
    return isLow(x) ? lowered(x) : x;
}

// The last convolution of a branch; its result is exact.
torch::Tensor GeneratorImpl::leave(const torch::Tensor& x, const torch::Tensor& weight) const
{
    return isLowered(x) ? lastConv3(x, weight) : fullPrecision(conv3(x, weight, m_objectFirstNorm->fastKernels));
}

torch::Tensor GeneratorImpl::feature(const torch::Tensor& z, const torch::Tensor& noise)
{
    const auto tiled = noise.unsqueeze(2).unsqueeze(3).expand({noise.size(0), noise.size(1), 4, 4});
    auto x = enter(at::cat({m_foregroundSeed(z, isLow(z)), tiled}, 1));
    for (GatedConv& up : m_foregroundUp)
        x = up(x, foldUpsample);
    for (ResidualBlock& block : m_foregroundRes)
        x = block(x);
    return x;
}

torch::Tensor GeneratorImpl::mask(const torch::Tensor& feature)
{
    return leave(m_maskConv(feature), m_maskOut).sigmoid();
}

torch::Tensor GeneratorImpl::objectBranch(const torch::Tensor& feature, const torch::Tensor& codes)
{
    const auto taps = objectCodes.index_select(0, codes).view({codes.size(0), m_objectFirst.size(0), 3, 3});
    torch::Tensor x;
    if (isLowered(feature))
        x = convNorm(feature, m_objectFirst, {}, *m_objectFirstNorm, Activation::glu, {.planes = borderCases(taps).flatten(2).transpose(1, 2).contiguous()});
    else
        x = m_objectFirstNorm->glu(addCodePlanes(conv3(feature, m_objectFirst, m_objectFirstNorm->fastKernels), taps));
    for (ResidualBlock& block : m_objectRes)
        x = block(x);
    return m_objectConv(x);
}

torch::Tensor GeneratorImpl::object(const torch::Tensor& feature, const torch::Tensor& codes) { return leave(objectBranch(feature, codes), m_objectOut).tanh(); }

GeneratorOutput GeneratorImpl::forward(const DrawingInput& input)
{
    torch::Tensor b, m, o;
    {
        const LowPrecision fast(input.z.device(), bfloat16 && is_training() && !hasAccelerator(input.z));
        const auto behind = backgroundBranch(input.z), f = feature(input.z, codeNoise(input.cz, input.codes));
        const auto cut = m_maskConv(f), before = objectBranch(f, input.codes);
        if (input.theta && pastes(f)) {
            const auto pasted = paste({behind, cut, before}, {m_backgroundOut, m_maskOut, m_objectOut}, *input.theta);
            return {{}, {}, {}, pasted.movedMask, {}, pasted.drawing, pasted.masked};
        }
        b = leave(behind, m_backgroundOut).tanh();
        m = leave(cut, m_maskOut).sigmoid();
        o = leave(before, m_objectOut).tanh();
    }
    return compose(b, m, o, input.theta);
}

GeneratorOutput compose(const torch::Tensor& background, const torch::Tensor& mask, const torch::Tensor& object, const std::optional<torch::Tensor>& theta)
{
    GeneratorOutput out{background, mask, object, mask, object, {}, {}};
    if (theta) {
        const auto both = at::cat({mask, object}, 1);
        const auto grid = at::affine_grid_generator(*theta, both.sizes(), true);
        const auto moved = at::grid_sampler(both, grid, 0 /* bilinear */, 0 /* zeros outside */, true);
        out.movedMask = moved.narrow(1, 0, 1);
        out.movedObject = moved.narrow(1, 1, 3);
    }
    out.drawing = at::lerp(background, out.movedObject, out.movedMask.expand_as(background));
    return out;
}

} // namespace plumage::model
