// SPDX-License-Identifier: GPL-3.0-or-later
// Our CUDA kernels against LibTorch's operations in float64, whole networks in bfloat16 against float, recorded steps against computed ones. Exit code 77: no device.
#include "core/base/error.h"
#include "core/model/accelerator.h"
#include "core/model/generator.h"
#include "core/model/gpulayers.h"
#include "core/model/layers.h"
#include "core/model/lossterms.h"
#include "core/train/device.h"
#include "core/train/iteration.h"
#include "core/train/photoorder.h"

#include <ATen/Context.h>
#include <ATen/Functions.h>
#include <torch/utils.h>

#include <algorithm>
#include <cstdio>
#include <string>

using namespace plumage;
using model::Activation;

namespace {

int failures = 0;
const at::Device cuda(at::kCUDA, 0);

// |got - wanted| / |wanted|; not-a-number fails
void expectNear(const std::string& what, const at::Tensor& got, const at::Tensor& wanted, double tolerance)
{
    const at::Tensor a = got.detach().to(at::kDouble), b = wanted.detach().to(a.device(), at::kDouble);
    const double error = a.sizes() == b.sizes() ? ((a - b).norm() / (b.norm() + 1e-30)).item<double>() : NAN;
    const bool good = error <= tolerance;
    failures += !good;
    std::printf("%s %-70s %.2e (%.0e)\n", good ? "ok  " : "FAIL", what.c_str(), error, tolerance);
}

at::Tensor random(at::IntArrayRef sizes) { return at::randn(sizes, at::TensorOptions(at::kFloat).device(cuda)); }

at::Tensor lastChannels(const at::Tensor& x, at::ScalarType type) { return x.to(x.options().dtype(type), false, false, at::MemoryFormat::ChannelsLast); }

at::Tensor plainActivation(const at::Tensor& z, Activation activation)
{
    switch (activation) {
    case Activation::leaky: return at::leaky_relu(z, model::leakySlope);
    case Activation::glu: return at::glu(z, 1);
    case Activation::none: break;
    }
    return z;
}

void checkNorm(std::int64_t images, std::int64_t channels, std::int64_t side, Activation activation, std::int64_t parts, at::ScalarType type)
{
    const std::string name = "norm " + std::to_string(channels) + "x" + std::to_string(side) + " act " + std::to_string(static_cast<int>(activation)) + " parts "
        + std::to_string(parts) + (type == at::kFloat ? " float" : " bfloat16");
    const double tolerance = type == at::kFloat ? 2e-6 : 6e-3;
    const at::Tensor x = lastChannels(random({parts * images, channels, side, side}) * 2 + 3, type);
    const std::int64_t out = activation == Activation::glu ? channels / 2 : channels;
    const at::Tensor gradY = lastChannels(random({parts * images, out, side, side}), type), residual = lastChannels(random({parts * images, out, side, side}), type);
    model::Accelerator& device = *model::accelerator();
    model::BatchNorm norm(channels), plain(channels);
    norm->to(cuda);
    plain->to(cuda, at::kDouble);
    {
        const at::NoGradGuard noGradient;
        norm->weight.copy_(random({channels}) * 0.3 + 1);
        norm->bias.copy_(random({channels}));
        plain->weight.copy_(norm->weight);
        plain->bias.copy_(norm->bias);
    }
    const bool adds = activation == Activation::none;
    model::Accelerator::Norm call = norm->onDevice(activation, parts);
    const auto done = device.normalise(x, adds ? std::optional(residual) : std::nullopt, call, {});
    at::Tensor exact = x.to(at::kDouble).contiguous().requires_grad_();
    std::vector<at::Tensor> pieces;
    for (const at::Tensor& part : exact.chunk(parts))
        pieces.push_back(plainActivation(
            at::batch_norm(part, plain->weight, plain->bias, plain->runningMean, plain->runningVar, true, model::bnMomentum, model::bnEpsilon, false), activation));
    at::Tensor wanted = at::cat(pieces);
    if (adds)
        wanted = wanted + residual.to(at::kDouble);
    expectNear(name + " y", done.y, wanted, tolerance);
    expectNear(name + " moving mean", norm->runningMean, plain->runningMean, 1e-5);
    expectNear(name + " moving var", norm->runningVar, plain->runningVar, 1e-5);
    wanted.backward(gradY.to(at::kDouble));
    const auto gradient = device.normGradient(x, gradY, call, done.mean, done.inverseStd);
    expectNear(name + " gradient", gradient.x, exact.grad(), tolerance);
    expectNear(name + " gradient of weight", gradient.weight, plain->weight.grad(), 1e-4);
    expectNear(name + " gradient of bias", gradient.bias, plain->bias.grad(), 1e-4);
}

void checkConvolution(std::int64_t images, std::int64_t out, std::int64_t side, bool up, bool planes, bool lastChannelsWeight)
{
    const std::string name = "conv 16 to " + std::to_string(out) + " at " + std::to_string(side) + (up ? " up" : "") + (planes ? " planes" : "")
        + (lastChannelsWeight ? " channels_last weight" : "");
    const std::int64_t from = up ? side / 2 : side;
    const at::Tensor x = lastChannels(random({images, 16, from, from}), at::kBFloat16);
    at::Tensor weight = (random({out, 16, 3, 3}) * 0.1).to(at::kBFloat16).to(at::kFloat);    // as the kernel will see it
    if (lastChannelsWeight)
        weight = weight.contiguous(at::MemoryFormat::ChannelsLast);
    const at::Tensor taps = random({images, out, 3, 3}), gradY = lastChannels(random({images, out, side, side}), at::kBFloat16);
    model::Accelerator& device = *model::accelerator();
    if (!device.convolves(x, weight, up)) {
        std::printf("FAIL %s: refused\n", name.c_str());
        ++failures;
        return;
    }
    at::Tensor exactX = x.to(at::kDouble).contiguous().requires_grad_(), exactWeight = weight.to(at::kDouble).contiguous().requires_grad_();
    at::Tensor wanted = model::upConv3(exactX, exactWeight, false);
    if (!up)
        wanted = model::conv3(exactX, exactWeight);
    const at::Tensor convolvedOnly = wanted;
    std::optional<at::Tensor> cases;
    if (planes) {
        cases = model::borderCases(taps).flatten(2).transpose(1, 2).contiguous();
        wanted = model::addCodePlanes(wanted, taps.to(at::kDouble));
    }
    const auto done = device.convolve(x, weight, up, cases, true);
    expectNear(name + " y", done.y, wanted, 3e-3);
    expectNear(name + " sums", done.sums.to(at::kDouble).sum(1)[0][0], wanted.sum({0, 2, 3}), 1e-4);
    expectNear(name + " sums of squares", done.sums.to(at::kDouble).sum(1)[0][1], wanted.square().sum({0, 2, 3}), 1e-5);
    convolvedOnly.backward(gradY.to(at::kDouble));
    expectNear(name + " gradient of weight", device.convolutionWeightGradient(x, gradY, weight, up), exactWeight.grad(), 1e-5);
    if (!up)
        expectNear(name + " gradient of x", device.convolutionInputGradient(gradY, weight, {}), exactX.grad(), 3e-3);
    if (!up)
        expectNear(name + " gradient of x and more", device.convolutionInputGradient(gradY, weight, x), exactX.grad() + x.to(at::kDouble), 3e-3);
}

// A layer as the networks use it, with its gradients, against the same in float
void checkLayer(const std::string& name, const model::ConvKind& kind, std::int64_t in, std::int64_t out, std::int64_t side, std::int64_t kernel, Activation activation,
    std::int64_t parts, bool planes)
{
    const std::int64_t images = 4 * parts;
    model::BatchNorm norm(out), plain(out);
    norm->to(cuda);
    plain->to(cuda);
    const at::Tensor start = random({images, in, side, side}).to(at::kBFloat16).to(at::kFloat);
    const at::Tensor numbers = (random({out, in, kernel, kernel}) * 0.1).to(at::kBFloat16).to(at::kFloat);
    const at::Tensor taps = random({images, out, 3, 3});
    struct Side { at::Tensor x, weight, taps, y; } low, exact;
    for (Side* s : {&low, &exact}) {
        s->x = start.clone().requires_grad_();
        s->weight = numbers.clone().requires_grad_();
        s->taps = taps.clone().requires_grad_();
    }
    model::ConvExtra extra{.parts = parts};
    if (planes)
        extra.planes = model::borderCases(low.taps).flatten(2).transpose(1, 2).contiguous();
    low.y = model::convNorm(model::lowered(low.x), low.weight, kind, *norm, activation, extra).to(at::kFloat);
    const at::Tensor input = kind.up ? at::upsample_nearest2d(exact.x, at::IntArrayRef{2 * side, 2 * side}) : exact.x;
    at::Tensor z = at::conv2d(input, exact.weight, {}, kind.stride, kind.padding);
    if (planes)
        z = model::addCodePlanes(z, exact.taps);
    exact.y = activation == Activation::glu ? plain->glu(z) : plain->leaky(z, parts);
    const at::Tensor gradient = random(exact.y.sizes());
    low.y.backward(gradient);
    exact.y.backward(gradient);
    expectNear(name + " y", low.y, exact.y, 1e-2);
    expectNear(name + " gradient of x", low.x.grad(), exact.x.grad(), 1.5e-2);
    expectNear(name + " gradient of weight", low.weight.grad(), exact.weight.grad(), 1.5e-2);
    expectNear(name + " gradient of norm weight", norm->weight.grad(), plain->weight.grad(), 1.5e-2);
    if (planes)
        expectNear(name + " gradient of taps", low.taps.grad(), exact.taps.grad(), 1.5e-2);
}

void checkResidual(std::int64_t channels)
{
    const std::string name = "residual block of " + std::to_string(channels) + " channels";
    struct Block {
        torch::nn::Module root;
        model::ResidualBlock block;
        explicit Block(std::int64_t channels) : block(root, "block", channels) { }
    } low(channels), exact(channels);
    for (Block* b : {&low, &exact}) {
        b->root.to(cuda);
        for (std::size_t i = 0; i < b->root.parameters().size(); ++i)
            if (at::Tensor parameter = b->root.parameters()[i]; parameter.dim() == 4)
                parameter.set_data(b == &low ? (random(parameter.sizes()) * 0.1).to(at::kBFloat16).to(at::kFloat) : low.root.parameters()[i].detach().clone());
    }
    const at::Tensor start = random({8, channels, 64, 64}).to(at::kBFloat16).to(at::kFloat), gradient = random(start.sizes());
    at::Tensor lowU = start.clone().requires_grad_(), exactU = start.clone().requires_grad_();
    const at::Tensor lowY = low.block(model::lowered(lowU)).to(at::kFloat), exactY = exact.block(exactU);
    lowY.backward(gradient);
    exactY.backward(gradient);
    expectNear(name, lowY, exactY, 1e-2);
    expectNear(name + ", gradient", lowU.grad(), exactU.grad(), 1.5e-2);
    for (const auto& item : low.root.named_parameters())
        expectNear(name + ", gradient of " + item.key(), item.value().grad(), exact.root.named_parameters()[item.key()].grad(), 2e-2);
}

void checkPictures(std::int64_t side)
{
    const std::string name = std::to_string(side) + " px, ";
    model::Accelerator& device = *model::accelerator();
    const std::int64_t n = 5;
    // 4x4 convolution with stride 2 by blocks
    at::Tensor view = random({n, 3, side, side}).to(at::kBFloat16).to(at::kFloat).requires_grad_(), other = view.detach().flip(0).contiguous();
    at::Tensor weight = (random({24, 3, 4, 4}) * 0.2).to(at::kBFloat16).to(at::kFloat).requires_grad_();
    const at::Tensor views[] = {view, other};
    const at::Tensor first = model::firstStage(views, weight);
    at::Tensor exactView = view.detach().to(at::kDouble).requires_grad_(), exactWeight = weight.detach().to(at::kDouble).requires_grad_();
    const at::Tensor wanted = at::leaky_relu(at::conv2d(at::cat({exactView, other.to(at::kDouble)}), exactWeight, {}, 2, 1), model::leakySlope);
    expectNear(name + "first stage", first, wanted, 4e-3);
    const at::Tensor gradient = random(wanted.sizes());
    first.backward(gradient.to(at::kBFloat16));
    wanted.backward(gradient.to(at::kDouble));
    expectNear(name + "first stage gradient of the picture", view.grad(), exactView.grad(), 1e-2);
    expectNear(name + "first stage gradient of weight", weight.grad(), exactWeight.grad(), 1e-2);

    // Pasting
    at::Generator noise = train::makeGenerator(3, train::Stream::noise, cuda);
    const at::Tensor theta = train::drawTheta(n, ViewOptions(), noise);
    std::vector<at::Tensor> low, exact;
    for (int i = 0; i < 3; ++i) {
        low.push_back(lastChannels(random({n, 16, side, side}), at::kBFloat16));
        exact.push_back(low.back().narrow(1, 0, i == 1 ? 1 : 3).to(at::kDouble).contiguous().requires_grad_());
    }
    const auto pasted = device.paste({low[0], low[1], low[2]}, theta);
    const auto composed = model::compose(exact[0].tanh(), exact[1].sigmoid(), exact[2].tanh(), theta.to(at::kDouble));
    expectNear(name + "pasted drawing", pasted.drawing, composed.drawing, 1e-4);
    expectNear(name + "moved mask", pasted.movedMask, composed.movedMask, 1e-4);
    expectNear(name + "masked drawing", pasted.masked, composed.maskedDrawing(), 1e-4);
    const model::Accelerator::Pasted gradients{random({n, 3, side, side}), random({n, 1, side, side}), random({n, 3, side, side})};
    ((composed.drawing * gradients.drawing).sum() + (composed.movedMask * gradients.movedMask).sum() + (composed.maskedDrawing() * gradients.masked).sum()).backward();
    const auto from = device.pasteGradient({low[0], low[1], low[2]}, theta, gradients);
    const at::Tensor got[] = {from.background, from.mask, from.object};
    for (std::size_t i = 0; i < 3; ++i) {
        const std::int64_t counted = i == 1 ? 1 : 3;
        expectNear(name + "gradient of pasted " + std::to_string(i), got[i].narrow(1, 0, counted), exact[i].grad(), 4e-3);
        expectNear(name + "no gradient of other channels " + std::to_string(i), got[i].narrow(1, counted, 16 - counted), at::zeros({n, 16 - counted, side, side}, theta.options()), 0);
    }
}

TrainOptions smallOptions(int side, int codes)
{
    TrainOptions options = presetOptions("standard");
    options.network.imageSize = side;
    options.network.ngf = 64;
    options.network.ndf = 16;
    options.schedule.batchSize = 16;
    options.schedule.kinds = codes;
    options.schedule.over = 1;
    return options;
}

train::Iteration::Inputs inputs(const TrainOptions& options, std::int64_t step)
{
    at::Generator noise = train::makeGenerator(7, train::Stream::noise, cuda, static_cast<std::uint64_t>(step));
    const std::int64_t n = options.schedule.batchSize, side = options.network.imageSize;
    const at::TensorOptions floats = at::TensorOptions(at::kFloat).device(cuda);
    const auto drawing = [&] {
        model::DrawingInput input{at::randn({n, options.network.zDim}, noise, floats), at::randn({n, options.network.czDim}, noise, floats),
            (at::arange(n, at::TensorOptions(at::kLong).device(cuda)) + step).remainder(options.codes()), {}};
        input.theta = train::drawTheta(n, options.views, noise);
        return input;
    };
    return {{at::rand({n, 3, side, side}, noise, floats) * 2 - 1, at::rand({n, 3, side, side}, noise, floats) * 2 - 1}, drawing(), drawing(), {}};
}

// Losses after some iterations, and the sum of gradients that Adam keeps of the code table. The rate is so small that what differs by rounding stays small.
at::Tensor lossesAfter(const TrainOptions& options, bool low, bool records, std::int64_t steps, at::Tensor* gradients = nullptr)
{
    train::Networks networks(options, options.codes(), cuda);
    networks.initialise(options, options.codes());
    networks.generator->bfloat16 = networks.discriminator->bfloat16 = low;
    model::MarginalQueue queue;
    queue.length = 2;
    train::Iteration iteration(networks, options.losses, &queue, records);
    for (std::int64_t step = 0; step < steps; ++step) {
        iteration.take(inputs(options, step));
        iteration.stepDiscriminator(1e-7);
        iteration.stepGenerator(1e-7);
    }
    if (const std::string refusal = iteration.takeRefusal(); !refusal.empty())
        std::printf("FAIL nothing was recorded: %s\n", refusal.c_str()), ++failures;
    if (records && steps > 8 && !iteration.isRecorded())
        std::printf("FAIL nothing was recorded\n"), ++failures;
    if (gradients)
        *gradients = networks.adamGenerator.state().at("first.fg_gen.emb_c.0.weight").clone();
    return at::stack(iteration.terms()).to(at::kFloat).cpu();
}

void checkNetworks(int side)
{
    const TrainOptions options = smallOptions(side, 24);
    const std::string name = std::to_string(side) + " px, ";
    const at::Tensor exact = lossesAfter(options, false, false, 1), low = lossesAfter(options, true, false, 1);
    expectNear(name + "losses of the first iteration, bfloat16 against float", low, exact, 3e-2);
    // twice computed: some sums on a device are made in any order, and what a recording may differ by is what two computations do
    at::Tensor gradients, againGradients, recordedGradients;
    const at::Tensor computed = lossesAfter(options, false, false, 12, &gradients), again = lossesAfter(options, false, false, 12, &againGradients);
    const at::Tensor recorded = lossesAfter(options, false, true, 12, &recordedGradients);
    const auto spread = [](const at::Tensor& a, const at::Tensor& b) { return ((a - b).norm() / b.norm()).item<double>(); };
    expectNear(name + "losses after 12 iterations, recorded against computed, float", recorded, computed, std::max(1e-5, 5 * spread(again, computed)));
    expectNear(name + "gradients of the code table", recordedGradients, gradients, std::max(1e-4, 5 * spread(againGradients, gradients)));
    const at::Tensor lowComputed = lossesAfter(options, true, false, 12), lowRecorded = lossesAfter(options, true, true, 12);
    expectNear(name + "losses after 12 iterations, recorded against computed, bfloat16", lowRecorded, lowComputed, 2e-2);
}

// The first D loss and gradients in float on the device against float64 on the processor, which the golden vectors check.
void checkAgainstProcessor()
{
    const TrainOptions options = smallOptions(32, 12);
    const train::Iteration::Inputs in = inputs(options, 0);
    const auto gradients = [&](at::Device device, at::ScalarType type) {
        train::Networks networks(options, options.codes(), at::kCPU);
        networks.initialise(options, options.codes());
        networks.generator->to(device, type);
        networks.discriminator->to(device, type);
        const auto move = [&](const at::Tensor& t) { return t.to(device, type); };
        const auto drawing = [&](const model::DrawingInput& d) { return model::DrawingInput{move(d.z), move(d.cz), d.codes.to(device), move(*d.theta)}; };
        const auto d = model::discriminatorLoss(networks.generator, networks.discriminator, move(in.views.real), move(in.views.augmented), drawing(in.forD), options.losses);
        const auto g = model::generatorLoss(networks.generator, networks.discriminator, drawing(in.forG), options.losses);
        d.total.backward();
        g.total.backward();
        std::vector<at::Tensor> all{d.total.reshape({1}), g.total.reshape({1})};
        for (const auto& parameters : {networks.generator->parameters(), networks.discriminator->parameters()})
            for (const at::Tensor& parameter : parameters)
                all.push_back(parameter.grad().flatten());
        return at::cat(all).to(at::kCPU, at::kDouble);
    };
    expectNear("losses and all gradients, float on the device against float64 on the processor", gradients(cuda, at::kFloat), gradients(at::kCPU, at::kDouble), 1e-3);
}

void checkAll()
{
    for (const at::ScalarType type : {at::kFloat, at::kBFloat16}) {
        checkNorm(8, 32, 64, Activation::glu, 1, type);
        checkNorm(3, 48, 5, Activation::glu, 1, type);
        checkNorm(8, 16, 64, Activation::none, 1, type);
        checkNorm(6, 512, 4, Activation::leaky, 4, type);
        checkNorm(4, 1024, 8, Activation::glu, 1, type);
        checkNorm(64, 64, 32, Activation::leaky, 2, type);
    }
    for (const std::int64_t out : {16, 32}) {
        checkConvolution(3, out, 32, false, false, false);
        checkConvolution(2, out, 128, false, true, true);
        checkConvolution(40, out, 64, true, false, false);
        checkConvolution(24, out, 128, false, false, false);
    }
    checkLayer("wide layer", {}, 16, 32, 64, 3, Activation::glu, 1, false);
    checkLayer("object layer", {}, 16, 32, 64, 3, Activation::glu, 1, true);
    checkLayer("object layer of another size", {}, 24, 48, 64, 3, Activation::glu, 1, true);
    checkLayer("up layer", {.up = true}, 16, 32, 32, 3, Activation::glu, 1, false);
    checkLayer("up layer, many channels", {.up = true}, 72, 64, 4, 3, Activation::glu, 1, false);
    checkLayer("object layer of a size without kernels", {}, 4, 8, 32, 3, Activation::glu, 1, true);
    checkLayer("up layer of a size without kernels", {.up = true}, 20, 12, 8, 3, Activation::glu, 1, false);
    checkLayer("stage of D of a size without kernels", {.stride = 2}, 4, 12, 32, 4, Activation::leaky, 4, false);
    checkResidual(16);
    checkResidual(4);
    checkLayer("stage of D", {.stride = 2}, 16, 64, 32, 4, Activation::leaky, 4, false);
    checkPictures(32);
    checkPictures(128);
    checkAgainstProcessor();
    checkNetworks(32);
    checkNetworks(64);
}

} // namespace

int main()
{
    at::Device device(at::kCPU);
    try {
        device = train::chooseDevice("auto");
    } catch (const Error&) {
    }
    if (!device.is_cuda() || !model::accelerator()) {
        std::printf("skipped: %s\n", device.is_cuda() ? "libplumage_cuda.so is not beside this program, or the device is older than bfloat16" : "no CUDA device here");
        return 77;
    }
    at::globalContext().setAllowTF32CuDNN(false);
    model::accelerator()->useOwnStream();
    at::Generator(at::globalContext().defaultGenerator(cuda)).set_current_seed(1);
    try {
        checkAll();
    } catch (const std::exception& error) {
        std::printf("FAIL stopped: %s\n", error.what());
        ++failures;
    }
    std::printf(failures ? "%d checks failed\n" : "all checks passed\n", failures);
    return failures ? 1 : 0;
}
