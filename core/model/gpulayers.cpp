// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/gpulayers.h"

#include "core/model/accelerator.h"
#include "core/model/layers.h"

#include <ATen/Functions.h>
#include <torch/csrc/autograd/custom_function.h>

#include <array>
#include <utility>

namespace plumage::model {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::Function;
using torch::autograd::variable_list;

constexpr auto channelsLast = at::MemoryFormat::ChannelsLast;
constexpr std::int64_t narrowest = 16;    // output channels of the convolution kernel

torch::Tensor inBfloat16(const torch::Tensor& x) { return x.to(x.options().dtype(at::kBFloat16), false, false, channelsLast); }

// A convolution as LibTorch knows it. Nearest x2 before a 3x3 kernel is a transposed 4x4 one.
struct Plain {
    std::array<std::int64_t, 2> stride, padding, dilation{1, 1}, more{0, 0};
    bool transposed;
    explicit Plain(const ConvKind& kind)
        : stride{kind.up ? 2 : kind.stride, kind.up ? 2 : kind.stride}, padding{kind.padding, kind.padding}, transposed(kind.up) { }
};

// The weight as LibTorch's convolution takes it
torch::Tensor lowWeight(const torch::Tensor& weight, const ConvKind& kind) { return kind.up ? accelerator()->foldUpsample(weight) : inBfloat16(weight); }

torch::Tensor convolution(const torch::Tensor& x, const torch::Tensor& low, const ConvKind& kind)
{
    const Plain plain(kind);
    return at::convolution(x, low, {}, plain.stride, plain.padding, plain.dilation, plain.transposed, plain.more, 1).contiguous(channelsLast);
}

// Gradients of x and of the weight, each undefined if it is not wanted. `low`: the weight as convolution() had it; undefined where the accelerator convolved. `more` is
// added to the gradient of x (without `up` only).
std::pair<torch::Tensor, torch::Tensor> convolutionGradients(const torch::Tensor& gradY, const torch::Tensor& x, const torch::Tensor& weight, const torch::Tensor& low,
    const ConvKind& kind, bool wantX, bool wantWeight, const std::optional<torch::Tensor>& more = {})
{
    torch::Tensor gradX, gradWeight;
    if (low.defined()) {
        const Plain plain(kind);
        std::tie(gradX, gradWeight, std::ignore) = at::convolution_backward(
            gradY, x, low, std::nullopt, plain.stride, plain.padding, plain.dilation, plain.transposed, plain.more, 1, {wantX, wantWeight, false});
        if (wantWeight)
            gradWeight = kind.up ? accelerator()->foldUpsampleGradient(gradWeight, weight) : gradWeight.to(at::kFloat);
        if (wantX && more)
            gradX += *more;
        return {gradX, gradWeight};
    }
    if (wantX)
        gradX = accelerator()->convolutionInputGradient(gradY, weight, more);
    if (wantX && kind.up)
        gradX = at::upsample_nearest2d_backward(gradX, {gradY.size(2), gradY.size(3)}, x.sizes());
    if (wantWeight)
        gradWeight = accelerator()->convolutionWeightGradient(x, gradY, weight, kind.up);
    return {gradX, gradWeight};
}

// Sums of g [N,C,S,S] by border case: [N,9,C] float
torch::Tensor borderSums(const torch::Tensor& g)
{
    const auto rows = g.permute({0, 2, 3, 1});    // [N,S,S,C]
    const std::int64_t last = g.size(2) - 1;
    const auto three = [last](const torch::Tensor& t, std::int64_t dim) {
        const auto first = t.select(dim, 0).to(at::kFloat), end = t.select(dim, last).to(at::kFloat);
        return at::stack({first, t.sum(dim, false, at::kFloat) - first - end, end}, dim);
    };
    return three(three(rows, 2), 1).flatten(1, 2);
}

torch::Tensor addPlanes(const torch::Tensor& y, const torch::Tensor& planes)
{
    const std::int64_t side = y.size(2);
    const auto border = at::ones({side}, y.options().dtype(at::kLong));
    border.narrow(0, 0, 1).fill_(0);
    border.narrow(0, side - 1, 1).fill_(2);
    const auto cases = planes.view({y.size(0), 3, 3, y.size(1)}).index_select(1, border).index_select(2, border);    // [N,S,S,C]
    return y + cases.permute({0, 3, 1, 2});
}

// Convolution, normalisation and activation, and what the way back needs: x, weight, norm weight, norm bias, low weight, convolved, mean, inverse deviation
constexpr std::size_t passTensors = 8;
struct Pass {
    torch::Tensor y;
    variable_list saved;
};
Pass pass(const torch::Tensor& x, const torch::Tensor& weight, const ConvKind& kind, const Accelerator::Norm& norm, const std::optional<torch::Tensor>& residual,
    const std::optional<torch::Tensor>& planes)
{
    Accelerator& device = *accelerator();
    torch::Tensor y, sums, low;
    if (kind.stride == 1 && kind.padding == 1 && device.convolves(x, weight, kind.up)) {
        const auto convolved = device.convolve(x, weight, kind.up, planes, norm.momenta.size() == 1);
        y = convolved.y;
        sums = convolved.sums;
    } else {
        low = lowWeight(weight, kind);
        y = convolution(x, low, kind);
        if (planes)    // few pictures come this way: sizes that the kernel does not take
            y = inBfloat16(addPlanes(y, *planes));
    }
    const auto done = device.normalise(y, residual, norm, sums);
    return {done.y, {x, weight, norm.weight, norm.bias, low, y, done.mean, done.inverseStd}};
}

struct PassGradient { torch::Tensor x, weight, normWeight, normBias, convolved; };
PassGradient passGradient(const torch::Tensor* saved, const torch::Tensor& gradY, const ConvKind& kind, Activation activation, bool wantX, bool wantWeight,
    const std::optional<torch::Tensor>& more = {})
{
    const Accelerator::Norm norm{saved[2], saved[3], {}, {}, {}, {}, activation, 0};
    const auto gradient = accelerator()->normGradient(saved[5], gradY, norm, saved[6], saved[7]);
    const auto [x, weight] = convolutionGradients(gradient.x, saved[0], saved[1], saved[4], kind, wantX, wantWeight, more);
    return {x, weight, gradient.weight, gradient.bias, gradient.x};
}

struct ConvNorm : Function<ConvNorm> {
    static torch::Tensor forward(AutogradContext* context, const torch::Tensor& x, const torch::Tensor& weight, const torch::Tensor&, const torch::Tensor&,
        const std::optional<torch::Tensor>& planes, const ConvKind* kind, const Accelerator::Norm* norm)
    {
        Pass done = pass(x, weight, *kind, *norm, {}, planes);
        context->save_for_backward(std::move(done.saved));
        auto& data = context->saved_data;
        data["stride"] = kind->stride;
        data["padding"] = kind->padding;
        data["up"] = kind->up;
        data["activation"] = static_cast<std::int64_t>(norm->activation);
        data["planes"] = planes.has_value();
        return done.y;
    }

    static variable_list backward(AutogradContext* context, variable_list gradients)
    {
        const auto saved = context->get_saved_variables();
        auto& data = context->saved_data;
        const ConvKind kind{data["stride"].toInt(), data["padding"].toInt(), data["up"].toBool()};
        const auto gradient = passGradient(saved.data(), inBfloat16(gradients[0]), kind, static_cast<Activation>(data["activation"].toInt()), context->needs_input_grad(0),
            context->needs_input_grad(1));
        return {gradient.x, gradient.weight, gradient.normWeight, gradient.normBias, data["planes"].toBool() ? borderSums(gradient.convolved) : torch::Tensor(),
            torch::Tensor(), torch::Tensor()};
    }
};

// u + BN(conv3(GLU(BN(conv3(u))))): one operation, so that both ways back to u are joined on the way
struct Residual : Function<Residual> {
    static torch::Tensor forward(AutogradContext* context, const torch::Tensor& u, const torch::Tensor& wide, const torch::Tensor&, const torch::Tensor&,
        const torch::Tensor& narrow, const torch::Tensor&, const torch::Tensor&, const Accelerator::Norm* wideNorm, const Accelerator::Norm* narrowNorm)
    {
        Pass first = pass(u, wide, {}, *wideNorm, {}, {}), second = pass(first.y, narrow, {}, *narrowNorm, u, {});
        first.saved.insert(first.saved.end(), second.saved.begin(), second.saved.end());
        context->save_for_backward(std::move(first.saved));
        return second.y;
    }

    static variable_list backward(AutogradContext* context, variable_list gradients)
    {
        const auto saved = context->get_saved_variables();
        const auto gradY = inBfloat16(gradients[0]);
        const auto second = passGradient(saved.data() + passTensors, gradY, {}, Activation::none, true, context->needs_input_grad(4));
        const auto first = passGradient(saved.data(), second.x, {}, Activation::glu, context->needs_input_grad(0), context->needs_input_grad(1), gradY);
        return {first.x, first.weight, first.normWeight, first.normBias, second.weight, second.normWeight, second.normBias, torch::Tensor(), torch::Tensor()};
    }
};

// conv3 alone in bfloat16
struct Conv : Function<Conv> {
    static torch::Tensor forward(AutogradContext* context, const torch::Tensor& x, const torch::Tensor& weight)
    {
        context->save_for_backward({x, weight});
        return accelerator()->convolve(x, weight, false, {}, false).y;
    }
    static variable_list backward(AutogradContext* context, variable_list gradients)
    {
        const auto saved = context->get_saved_variables();
        const auto [gradX, gradWeight]
            = convolutionGradients(inBfloat16(gradients[0]), saved[0], saved[1], {}, {}, context->needs_input_grad(0), context->needs_input_grad(1));
        return {gradX, gradWeight};
    }
};

// Branches before tanh and sigmoid -> drawing, moved mask, masked drawing
struct Paste : Function<Paste> {
    static variable_list forward(AutogradContext* context, const torch::Tensor& background, const torch::Tensor& mask, const torch::Tensor& object, const torch::Tensor& theta)
    {
        context->save_for_backward({background, mask, object, theta});
        const auto pasted = accelerator()->paste({background, mask, object}, theta);
        return {pasted.drawing, pasted.movedMask, pasted.masked};
    }
    static variable_list backward(AutogradContext* context, variable_list gradients)
    {
        const auto saved = context->get_saved_variables();
        const auto from = accelerator()->pasteGradient({saved[0], saved[1], saved[2]}, saved[3], {gradients[0], gradients[1], gradients[2]});
        return {from.background, from.mask, from.object, torch::Tensor()};
    }
};

struct Blocks : Function<Blocks> {
    static torch::Tensor forward(AutogradContext* context, at::TensorList views)
    {
        context->saved_data["views"] = static_cast<std::int64_t>(views.size());
        return accelerator()->toBlocks(views);
    }
    static variable_list backward(AutogradContext* context, variable_list gradients)
    {
        const auto blocks = gradients[0].contiguous(channelsLast);
        const std::int64_t views = context->saved_data["views"].toInt(), images = blocks.size(0) / views;
        variable_list out(static_cast<std::size_t>(views));
        for (std::int64_t v = 0; v < views; ++v)
            if (context->needs_input_grad(static_cast<std::size_t>(v)))
                out[static_cast<std::size_t>(v)] = accelerator()->fromBlocks(blocks.narrow(0, v * images, images));
        return out;
    }
};

// With zeros up to the channels that the kernel computes
torch::Tensor widened(const torch::Tensor& weight) { return at::constant_pad_nd(weight, {0, 0, 0, 0, 0, 0, 0, narrowest - weight.size(0)}); }

// For numbers of channels that the accelerator's normalisation does not take: LibTorch's operations, lowered again
torch::Tensor plainConvNorm(const torch::Tensor& x, const torch::Tensor& weight, const ConvKind& kind, BatchNormImpl& norm, Activation activation, const ConvExtra& extra)
{
    const auto low = inBfloat16(weight);
    auto y = (kind.up ? upConv3(x, low, false) : at::conv2d(x, low, {}, kind.stride, kind.padding)).to(at::kFloat);
    if (extra.planes)
        y = addPlanes(y, *extra.planes);
    return lowered(activation == Activation::glu ? norm.glu(y) : norm.leaky(y, extra.parts));
}

} // namespace

bool hasAccelerator(const torch::Tensor& x) { return x.is_cuda() && accelerator(); }

bool isLowered(const torch::Tensor& x) { return x.scalar_type() == at::kBFloat16 && hasAccelerator(x); }

torch::Tensor lowered(const torch::Tensor& x) { return inBfloat16(x); }

torch::Tensor convNorm(const torch::Tensor& x, const torch::Tensor& weight, const ConvKind& kind, BatchNormImpl& norm, Activation activation, const ConvExtra& extra)
{
    if (!accelerator()->normalises(weight.size(0), activation, extra.parts))
        return plainConvNorm(x, weight, kind, norm, activation, extra);
    const auto call = norm.onDevice(activation, extra.parts);
    return ConvNorm::apply(x, weight, norm.weight, norm.bias, extra.planes, &kind, &call);
}

torch::Tensor residual(const torch::Tensor& u, const torch::Tensor& wide, BatchNormImpl& wideNorm, const torch::Tensor& narrow, BatchNormImpl& narrowNorm)
{
    if (!accelerator()->normalises(u.size(1), Activation::none, 1)) {
        const auto inner = convNorm(u, wide, {}, wideNorm, Activation::glu);
        return lowered(narrowNorm.plus(conv3(inner, inBfloat16(narrow)).to(at::kFloat), u.to(at::kFloat)));
    }
    const auto first = wideNorm.onDevice(Activation::glu, 1), second = narrowNorm.onDevice(Activation::none, 1);
    return Residual::apply(u, wide, wideNorm.weight, wideNorm.bias, narrow, narrowNorm.weight, narrowNorm.bias, &first, &second);
}

torch::Tensor lastConv3(const torch::Tensor& x, const torch::Tensor& weight)
{
    const auto wide = widened(weight);
    if (!accelerator()->convolves(x, wide, false))
        return conv3(x, inBfloat16(weight)).to(at::kFloat, false, false, at::MemoryFormat::Contiguous);
    return Conv::apply(x, wide).narrow(1, 0, weight.size(0)).to(at::kFloat, false, false, at::MemoryFormat::Contiguous);
}

bool pastes(const torch::Tensor& x)
{
    return isLowered(x) && accelerator()->convolves(x, at::empty({narrowest, x.size(1), 3, 3}, at::kMeta), false);
}

Accelerator::Pasted paste(const Accelerator::Branches& x, const Accelerator::Branches& weights, const torch::Tensor& theta)
{
    const auto pasted = Paste::apply(Conv::apply(x.background, widened(weights.background)), Conv::apply(x.mask, widened(weights.mask)),
        Conv::apply(x.object, widened(weights.object)), theta);
    return {pasted[0], pasted[1], pasted[2]};
}

torch::Tensor firstStage(at::TensorList views, const torch::Tensor& weight)
{
    // [out,3,4,4] by blocks: [out, row, column, colour, block row, block column]
    const std::int64_t out = weight.size(0);
    const auto byBlocks = weight.reshape({out, 3, 2, 2, 2, 2}).permute({0, 3, 5, 1, 2, 4}).reshape({out, 12, 2, 2});
    const auto low = inBfloat16(at::constant_pad_nd(byBlocks, {0, 0, 0, 0, 0, 4}));
    return at::leaky_relu(at::conv2d(Blocks::apply(views), low), leakySlope);
}

} // namespace plumage::model
