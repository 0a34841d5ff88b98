// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/gpulayers.h"

#include "core/model/accelerator.h"

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

torch::Tensor twice(const torch::Tensor& x) { return at::upsample_nearest2d(x, at::IntArrayRef{2 * x.size(2), 2 * x.size(3)}); }

torch::Tensor inBfloat16(const torch::Tensor& x) { return x.to(x.options().dtype(at::kBFloat16), false, false, channelsLast); }

// By LibTorch
torch::Tensor convolution(const torch::Tensor& x, const torch::Tensor& weight, const ConvKind& kind)
{
    const std::array stride{kind.stride, kind.stride}, padding{kind.padding, kind.padding}, one{std::int64_t(1), std::int64_t(1)}, zero{std::int64_t(0), std::int64_t(0)};
    return at::convolution(kind.up ? twice(x) : x, weight, {}, stride, padding, one, kind.transposed, zero, 1).contiguous(channelsLast);
}

// Gradients of x and of the weight, each undefined if it is not wanted. `low`: the weight as convolution() had it; undefined where the accelerator convolved.
std::pair<torch::Tensor, torch::Tensor> convolutionGradients(const torch::Tensor& gradY, const torch::Tensor& x, const torch::Tensor& weight, const torch::Tensor& low,
    const ConvKind& kind, bool wantX, bool wantWeight)
{
    torch::Tensor gradX, gradWeight;
    if (low.defined()) {
        const std::array stride{kind.stride, kind.stride}, padding{kind.padding, kind.padding}, one{std::int64_t(1), std::int64_t(1)}, zero{std::int64_t(0), std::int64_t(0)};
        std::tie(gradX, gradWeight, std::ignore)
            = at::convolution_backward(gradY, kind.up ? twice(x) : x, low, std::nullopt, stride, padding, one, kind.transposed, zero, 1, {wantX, wantWeight, false});
        if (wantWeight)
            gradWeight = gradWeight.to(at::kFloat);
    } else {
        if (wantX)
            gradX = accelerator()->convolutionInputGradient(gradY, weight);
        if (wantWeight)
            gradWeight = accelerator()->convolutionWeightGradient(x, gradY, weight, kind.up);
    }
    if (wantX && kind.up)
        gradX = at::upsample_nearest2d_backward(gradX, {gradY.size(2), gradY.size(3)}, x.sizes());
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

struct ConvNorm : Function<ConvNorm> {
    static torch::Tensor forward(AutogradContext* context, const torch::Tensor& x, const torch::Tensor& weight, const torch::Tensor& normWeight, const torch::Tensor& normBias,
        const std::optional<torch::Tensor>& residual, const std::optional<torch::Tensor>& planes, const ConvKind* kind, const Accelerator::Norm* norm)
    {
        Accelerator& device = *accelerator();
        torch::Tensor y, sums, low;
        const bool whole = norm->momenta.size() == 1;
        if (kind->stride == 1 && kind->padding == 1 && !kind->transposed && device.convolves(x, weight, kind->up)) {
            auto convolved = device.convolve(x, weight, kind->up, planes, whole ? norm->movingMean : torch::Tensor());
            y = convolved.y;
            sums = convolved.sums;
        } else {
            low = inBfloat16(weight);
            y = convolution(x, low, *kind);
            if (planes)    // few pictures come this way: sizes that the kernel does not take
                y = addPlanes(y, *planes);
        }
        const auto done = device.normalise(y, residual, *norm, sums);
        context->save_for_backward({x, weight, normWeight, normBias, low, y, done.mean, done.inverseStd});
        auto& data = context->saved_data;
        data["stride"] = kind->stride;
        data["padding"] = kind->padding;
        data["up"] = kind->up;
        data["transposed"] = kind->transposed;
        data["activation"] = static_cast<std::int64_t>(norm->activation);
        data["residual"] = residual.has_value();
        data["planes"] = planes.has_value();
        return done.y;
    }

    static variable_list backward(AutogradContext* context, variable_list gradients)
    {
        const auto saved = context->get_saved_variables();
        const torch::Tensor &x = saved[0], &weight = saved[1], &low = saved[4], &y = saved[5];
        auto& data = context->saved_data;
        const ConvKind kind{data["stride"].toInt(), data["padding"].toInt(), data["up"].toBool(), data["transposed"].toBool()};
        Accelerator::Norm norm{saved[2], saved[3], {}, {}, {}, static_cast<Activation>(data["activation"].toInt()), 0};
        const auto gradY = inBfloat16(gradients[0]);
        const auto normGradient = accelerator()->normGradient(y, gradY, norm, saved[6], saved[7]);
        const auto [gradX, gradWeight] = convolutionGradients(normGradient.x, x, weight, low, kind, context->needs_input_grad(0), context->needs_input_grad(1));
        return {gradX, gradWeight, normGradient.weight, normGradient.bias, data["residual"].toBool() ? gradY : torch::Tensor(),
            data["planes"].toBool() ? borderSums(normGradient.x) : torch::Tensor(), torch::Tensor(), torch::Tensor()};
    }

    static torch::Tensor addPlanes(const torch::Tensor& y, const torch::Tensor& planes)
    {
        const std::int64_t side = y.size(2);
        const auto border = at::ones({side}, y.options().dtype(at::kLong));
        border.narrow(0, 0, 1).fill_(0);
        border.narrow(0, side - 1, 1).fill_(2);
        const auto cases = planes.view({y.size(0), 3, 3, y.size(1)}).index_select(1, border).index_select(2, border);    // [N,S,S,C]
        return (y + cases.permute({0, 3, 1, 2})).to(at::kBFloat16).contiguous(channelsLast);
    }
};

// conv3 alone in bfloat16
struct Conv : Function<Conv> {
    static torch::Tensor forward(AutogradContext* context, const torch::Tensor& x, const torch::Tensor& weight)
    {
        context->save_for_backward({x, weight});
        return accelerator()->convolve(x, weight, false, {}, {}).y;
    }
    static variable_list backward(AutogradContext* context, variable_list gradients)
    {
        const auto saved = context->get_saved_variables();
        const auto [gradX, gradWeight]
            = convolutionGradients(inBfloat16(gradients[0]), saved[0], saved[1], {}, {}, context->needs_input_grad(0), context->needs_input_grad(1));
        return {gradX, gradWeight};
    }
};

} // namespace

bool hasAccelerator(const torch::Tensor& x) { return x.is_cuda() && accelerator(); }

bool isLowered(const torch::Tensor& x) { return x.scalar_type() == at::kBFloat16 && hasAccelerator(x); }

torch::Tensor lowered(const torch::Tensor& x) { return inBfloat16(x); }

torch::Tensor convNorm(const torch::Tensor& x, const torch::Tensor& weight, const ConvKind& kind, BatchNormImpl& norm, Activation activation, const ConvExtra& extra)
{
    const auto call = norm.onDevice(activation, extra.parts);
    return ConvNorm::apply(x, weight, norm.weight, norm.bias, extra.residual, extra.planes, &kind, &call);
}

torch::Tensor lastConv3(const torch::Tensor& x, const torch::Tensor& weight)
{
    const std::int64_t out = weight.size(0);
    const auto wide = at::constant_pad_nd(weight, {0, 0, 0, 0, 0, 0, 0, narrowest - out});
    if (!accelerator()->convolves(x, wide, false))
        return at::conv2d(x, inBfloat16(weight), {}, 1, 1).to(at::kFloat, false, false, at::MemoryFormat::Contiguous);
    return Conv::apply(x, wide).narrow(1, 0, out).to(at::kFloat, false, false, at::MemoryFormat::Contiguous);
}

} // namespace plumage::model
