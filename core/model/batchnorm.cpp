// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/batchnorm.h"

#include "core/model/bnkernels.h"
#include "core/model/lowprecision.h"

#include <ATen/Functions.h>
#include <torch/csrc/autograd/custom_function.h>

#include <vector>

namespace plumage::model {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::Function;
using torch::autograd::variable_list;

struct Moving {
    torch::Tensor mean, var;
    std::vector<double> momentum;    // one per part
};

template<class Call>
void withType(const torch::Tensor& x, Call call)
{
    if (x.scalar_type() == torch::kFloat)
        call(float{});
    else
        call(double{});
}

// The kernels of bnkernels.h as an operation with gradient. x and the residual contiguous; train mode only.
struct FusedBatchNorm : Function<FusedBatchNorm> {
    static torch::Tensor forward(AutogradContext* context, const torch::Tensor& x, const torch::Tensor& weight, const torch::Tensor& bias,
        const std::optional<torch::Tensor>& residual, std::int64_t activation, const Moving* moving)
    {
        const auto kind = static_cast<Activation>(activation);
        const auto parts = static_cast<std::int64_t>(moving->momentum.size());
        const std::int64_t images = x.size(0) / parts, channels = x.size(1), pixels = x.size(2) * x.size(3);
        auto y = torch::empty({x.size(0), kind == Activation::glu ? channels / 2 : channels, x.size(2), x.size(3)}, x.options());
        auto mean = torch::empty({parts, channels}, x.options()), inverseStd = torch::empty_like(mean);
        withType(x, [&](auto zero) {
            using T = decltype(zero);
            bnForward(BnForward<T>{x.const_data_ptr<T>(), residual ? residual->const_data_ptr<T>() : nullptr, y.data_ptr<T>(),
                weight.const_data_ptr<T>(), bias.const_data_ptr<T>(), mean.data_ptr<T>(), inverseStd.data_ptr<T>(), moving->mean.data_ptr<T>(),
                moving->var.data_ptr<T>(), moving->momentum.data(), parts, images, channels, pixels, kind, bnEpsilon, leakySlope});
        });
        context->save_for_backward({x, weight, bias, mean, inverseStd});
        context->saved_data["activation"] = activation;
        context->saved_data["residual"] = residual.has_value();
        return y;
    }

    static variable_list backward(AutogradContext* context, variable_list gradients)
    {
        const auto saved = context->get_saved_variables();
        const torch::Tensor &x = saved[0], &weight = saved[1], &bias = saved[2], &mean = saved[3], &inverseStd = saved[4];
        const auto kind = static_cast<Activation>(context->saved_data["activation"].toInt());
        const auto gradY = gradients[0].contiguous();
        auto gradX = torch::empty_like(x), gradWeight = torch::empty_like(weight), gradBias = torch::empty_like(bias);
        withType(x, [&](auto zero) {
            using T = decltype(zero);
            bnBackward(BnBackward<T>{x.const_data_ptr<T>(), gradY.const_data_ptr<T>(), gradX.data_ptr<T>(), weight.const_data_ptr<T>(),
                bias.const_data_ptr<T>(), mean.const_data_ptr<T>(), inverseStd.const_data_ptr<T>(), gradWeight.data_ptr<T>(), gradBias.data_ptr<T>(),
                mean.size(0), x.size(0) / mean.size(0), x.size(1), x.size(2) * x.size(3), kind, leakySlope});
        });
        const bool residual = context->saved_data["residual"].toBool();
        return {gradX, gradWeight, gradBias, residual ? gradients[0] : torch::Tensor(), torch::Tensor(), torch::Tensor()};
    }
};

bool hasKernel(const torch::Tensor& x)
{
    return x.is_cpu() && x.dim() == 4 && x.is_contiguous() && (x.scalar_type() == torch::kFloat || x.scalar_type() == torch::kDouble);
}

} // namespace

BatchNormImpl::BatchNormImpl(std::int64_t channels)
{
    weight = register_parameter("weight", torch::ones({channels}));
    bias = register_parameter("bias", torch::zeros({channels}));
    runningMean = register_buffer("running_mean", torch::zeros({channels}));
    runningVar = register_buffer("running_var", torch::ones({channels}));
    numBatchesTracked = register_buffer("num_batches_tracked", torch::zeros({}, torch::kLong));
    preciseMean = register_buffer("precise_mean", torch::zeros({channels}));
    preciseVar = register_buffer("precise_var", torch::ones({channels}));
}

double BatchNormImpl::nextMomentum()
{
    if (preciseBatches >= 0)
        return 1.0 / static_cast<double>(++preciseBatches);
    numBatchesTracked.add_(1);
    return bnMomentum;
}

torch::Tensor BatchNormImpl::normalise(const torch::Tensor& x)
{
    if (is_training())
        return torch::batch_norm(x, weight, bias, movingMean(), movingVar(), true, nextMomentum(), bnEpsilon, true);
    const bool precise = evaluateWith == BnBuffers::precise;
    return torch::batch_norm(x, weight, bias, precise ? preciseMean : runningMean, precise ? preciseVar : runningVar, false, 0, bnEpsilon, true);
}

Accelerator::Norm BatchNormImpl::onDevice(Activation activation, std::int64_t parts)
{
    Accelerator::Norm norm{weight, bias, movingMean(), movingVar(), {}, {}, activation, bnEpsilon};
    for (std::int64_t v = 0; v < parts; ++v)
        norm.momenta.push_back(preciseBatches >= 0 ? nextMomentum() : bnMomentum);
    if (preciseBatches < 0)
        norm.batches = numBatchesTracked;
    return norm;
}

torch::Tensor BatchNormImpl::fused(const torch::Tensor& x, const std::optional<torch::Tensor>& residual, int activation, std::int64_t parts)
{
    Moving moving{movingMean(), movingVar(), {}};
    for (std::int64_t v = 0; v < parts; ++v)
        moving.momentum.push_back(nextMomentum());
    return FusedBatchNorm::apply(x, weight, bias, residual, static_cast<std::int64_t>(activation), &moving);
}

torch::Tensor BatchNormImpl::plus(const torch::Tensor& convolved, const torch::Tensor& residual)
{
    const torch::Tensor x = fullPrecision(convolved);
    if (is_training() && fastKernels && hasKernel(x) && hasKernel(residual))
        return fused(x, residual, static_cast<int>(Activation::none), 1);
    return normalise(x) + residual;
}

torch::Tensor BatchNormImpl::glu(const torch::Tensor& convolved)
{
    const torch::Tensor x = fullPrecision(convolved);
    if (is_training() && fastKernels && hasKernel(x))
        return fused(x, {}, static_cast<int>(Activation::glu), 1);
    return torch::glu(normalise(x), 1);
}

torch::Tensor BatchNormImpl::leaky(const torch::Tensor& convolved, std::int64_t parts)
{
    const torch::Tensor x = fullPrecision(convolved);
    if (is_training() && fastKernels && hasKernel(x))
        return fused(x, {}, static_cast<int>(Activation::leaky), parts);
    if (parts == 1 || !is_training())
        return torch::leaky_relu(normalise(x), leakySlope);
    std::vector<torch::Tensor> done;
    for (const torch::Tensor& part : x.chunk(parts))
        done.push_back(torch::leaky_relu(normalise(part), leakySlope));
    return torch::cat(done);
}

namespace {

template<class Visit>
void forEachBatchNorm(torch::nn::Module& network, Visit visit)
{
    for (const auto& module : network.modules())
        if (auto* norm = module->as<BatchNorm>())
            visit(*norm);
}

} // namespace

PreciseStatistics::PreciseStatistics(torch::nn::Module& network) : m_network(network), m_wasTraining(network.is_training())
{
    forEachBatchNorm(network, [](BatchNormImpl& norm) {
        norm.preciseBatches = 0;
        norm.evaluateWith = BnBuffers::precise;
    });
    network.train();
}

PreciseStatistics::~PreciseStatistics()
{
    forEachBatchNorm(m_network, [](BatchNormImpl& norm) { norm.preciseBatches = -1; });
    m_network.train(m_wasTraining);
}

void evaluateWith(torch::nn::Module& network, BnBuffers buffers)
{
    forEachBatchNorm(network, [&](BatchNormImpl& norm) { norm.evaluateWith = buffers; });
}

void useFastKernels(torch::nn::Module& network, bool fast)
{
    forEachBatchNorm(network, [&](BatchNormImpl& norm) { norm.fastKernels = fast; });
}

FrozenParameters::FrozenParameters(torch::nn::Module& network) : m_network(network)
{
    for (auto& parameter : network.parameters())
        parameter.set_requires_grad(false);
}

FrozenParameters::~FrozenParameters()
{
    for (auto& parameter : m_network.parameters())
        parameter.set_requires_grad(true);
}

} // namespace plumage::model
