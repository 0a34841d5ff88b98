// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/narrowconv.h"

#include "core/model/narrowkernels.h"

#include <ATen/Functions.h>
#include <torch/csrc/autograd/custom_function.h>

namespace plumage::model {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::Function;
using torch::autograd::variable_list;

constexpr std::int64_t mostPairs = 1024;    // of channels; libraries are as fast above
constexpr std::int64_t widthUnit = 32;

NarrowConv callOf(const torch::Tensor& x, const torch::Tensor& weight, bool doubles)
{
    const std::int64_t scale = doubles ? 2 : 1;
    return {x.size(0), x.size(1), weight.size(0), scale * x.size(2), scale * x.size(3), doubles};
}

struct NarrowConv3 : Function<NarrowConv3> {
    static torch::Tensor forward(AutogradContext* context, const torch::Tensor& x, const torch::Tensor& weight, bool doubles)
    {
        context->save_for_backward({x, weight});
        context->saved_data["doubles"] = doubles;
        const NarrowConv call = callOf(x, weight, doubles);
        auto y = at::empty({call.images, call.out, call.height, call.width}, x.options());
        narrowForward(call, x.const_data_ptr<float>(), weight.const_data_ptr<float>(), y.data_ptr<float>());
        return y;
    }

    static variable_list backward(AutogradContext* context, variable_list gradients)
    {
        const auto saved = context->get_saved_variables();
        const torch::Tensor &x = saved[0], &weight = saved[1], gradY = gradients[0].contiguous();
        const NarrowConv call = callOf(x, weight, context->saved_data["doubles"].toBool());
        torch::Tensor gradX, gradWeight;
        if (context->needs_input_grad(0)) {
            gradX = at::empty_like(x);
            narrowInputGradient(call, gradY.const_data_ptr<float>(), weight.const_data_ptr<float>(), gradX.data_ptr<float>());
        }
        if (context->needs_input_grad(1)) {
            gradWeight = at::empty_like(weight);
            narrowWeightGradient(call, x.const_data_ptr<float>(), gradY.const_data_ptr<float>(), gradWeight.data_ptr<float>());
        }
        return {gradX, gradWeight, torch::Tensor()};
    }
};

} // namespace

bool convolvesNarrow(const torch::Tensor& x, const torch::Tensor& weight, bool doubles)
{
    return hasNarrowKernels() && x.is_cpu() && x.scalar_type() == torch::kFloat && weight.scalar_type() == torch::kFloat && x.dim() == 4 && x.is_contiguous() && weight.is_contiguous()
        && weight.size(0) * weight.size(1) <= mostPairs && x.size(3) * (doubles ? 2 : 1) % widthUnit == 0;
}

torch::Tensor narrowConv3(const torch::Tensor& x, const torch::Tensor& weight, bool doubles)
{
    return NarrowConv3::apply(x, weight, doubles);
}

} // namespace plumage::model
