// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/lowprecisiontrial.h"

#include "core/model/discriminator.h"
#include "core/model/generator.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Functions.h>

#include <algorithm>
#include <array>
#include <chrono>

namespace plumage::train {

namespace {

constexpr int rounds = 3;
constexpr std::int64_t pixels = 32 * 64 * 64;    // of a trial's pictures together: few of them would mostly measure the conversion of weights
constexpr double worthwhile = 0.97;    // of the time in float; less is noise

// As much of both networks as an iteration has: drawings, and several views of them through D.
double secondsOf(model::Generator& g, model::Discriminator& d, const model::DrawingInput& input, bool low)
{
    g->bfloat16 = d->bfloat16 = low;
    const auto begin = std::chrono::steady_clock::now();
    const at::Tensor drawing = g->forward(input).drawing;
    const std::array views{drawing, drawing, drawing, drawing};
    d->forwardViews(views, 1).embedding.sum().backward();
    for (torch::nn::Module* network : {static_cast<torch::nn::Module*>(g.get()), static_cast<torch::nn::Module*>(d.get())})
        for (at::Tensor& parameter : network->parameters())
            parameter.mutable_grad().reset();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

} // namespace

bool useLowPrecision(const TrainOptions& options, at::Device device)
{
    if (options.schedule.lowPrecision != Choice::automatic || options.schedule.deterministic)
        return options.schedule.lowPrecision == Choice::on;
    if (!device.is_cpu())
        return true;
    constexpr int codes = 2;
    model::Generator g(options.network, codeTableRows(codes));
    model::Discriminator d(options.network, codeTableRows(codes));
    {
        const at::NoGradGuard noGradient;
        at::Generator random = at::make_generator<at::CPUGeneratorImpl>(1);
        for (torch::nn::Module* network : {static_cast<torch::nn::Module*>(g.get()), static_cast<torch::nn::Module*>(d.get())})
            for (at::Tensor& parameter : network->parameters())
                parameter.normal_(0, 0.05, random);
    }
    const std::int64_t side = options.network.imageSize, images = std::clamp<std::int64_t>(pixels / (side * side), 2, options.schedule.batchSize);
    const at::TensorOptions floats(at::kFloat);
    at::Generator noise = at::make_generator<at::CPUGeneratorImpl>(2);
    const model::DrawingInput input{at::randn({images, options.network.zDim}, noise, floats), at::randn({images, options.network.czDim}, noise, floats),
        at::arange(images).remainder(codes), {}};
    double best[2] = {1e9, 1e9};
    for (int i = 0; i <= rounds; ++i)
        for (const bool low : {false, true})
            if (const double seconds = secondsOf(g, d, input, low); i > 0)    // the first one warms up
                best[low] = std::min(best[low], seconds);
    return best[1] < worthwhile * best[0];
}

} // namespace plumage::train
