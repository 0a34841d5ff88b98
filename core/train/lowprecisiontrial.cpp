// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/lowprecisiontrial.h"

#include "core/model/generator.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Functions.h>

#include <algorithm>
#include <chrono>

namespace plumage::train {

namespace {

constexpr int rounds = 3;
constexpr std::int64_t images = 4;
constexpr double worthwhile = 0.95;    // of the time in float; less is noise

double secondsOf(model::Generator& g, const model::DrawingInput& input, bool low)
{
    g->bfloat16 = low;
    const auto begin = std::chrono::steady_clock::now();
    g->forward(input).drawing.sum().backward();
    for (at::Tensor& parameter : g->parameters())
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
    {
        const at::NoGradGuard noGradient;
        at::Generator random = at::make_generator<at::CPUGeneratorImpl>(1);
        for (at::Tensor& parameter : g->parameters())
            parameter.normal_(0, 0.05, random);
    }
    const at::TensorOptions floats(at::kFloat);
    at::Generator noise = at::make_generator<at::CPUGeneratorImpl>(2);
    const model::DrawingInput input{at::randn({images, options.network.zDim}, noise, floats), at::randn({images, options.network.czDim}, noise, floats),
        at::arange(images).remainder(codes), {}};
    double best[2] = {1e9, 1e9};
    for (int i = 0; i <= rounds; ++i)
        for (const bool low : {false, true})
            if (const double seconds = secondsOf(g, input, low); i > 0)    // the first one warms up
                best[low] = std::min(best[low], seconds);
    return best[1] < worthwhile * best[0];
}

} // namespace plumage::train
