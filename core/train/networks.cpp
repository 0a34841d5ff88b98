// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/networks.h"

#include "core/base/error.h"
#include "core/base/random.h"

#include <ATen/Context.h>
#include <ATen/Functions.h>
#include <ATen/Parallel.h>

#include <algorithm>

namespace plumage::train {

namespace {

std::vector<std::pair<std::string, at::Tensor>> namedParameters(const torch::nn::Module& network)
{
    std::vector<std::pair<std::string, at::Tensor>> parameters;
    for (const auto& item : network.named_parameters())
        parameters.emplace_back(item.key(), item.value());
    return parameters;
}

template<class Network>
Network onDevice(Network network, at::Device device)
{
    network->to(device);
    if (device.is_cuda())    // as its convolutions take them; elsewhere slower
        for (at::Tensor& parameter : network->parameters())
            if (parameter.dim() == 4)
                parameter.set_data(parameter.detach().contiguous(at::MemoryFormat::ChannelsLast));
    return network;
}

} // namespace

at::Generator makeGenerator(std::uint64_t seed, Stream stream, at::Device device, std::uint64_t part)
{
    at::Generator generator = at::globalContext().defaultGenerator(device).clone();
    generator.set_current_seed(Random(Random(seed, static_cast<std::uint64_t>(stream)).next(), part).next());
    return generator;
}

Networks::Networks(const TrainOptions& options, std::int64_t codes, at::Device device)
    : generator(onDevice(model::Generator(options.network, codeTableRows(static_cast<int>(codes)), options.schedule.czClamp), device))
    , averaged(onDevice(model::Generator(options.network, codeTableRows(static_cast<int>(codes)), options.schedule.czClamp), device))
    , discriminator(onDevice(model::Discriminator(options.network, codeTableRows(static_cast<int>(codes))), device))
    , adamGenerator(namedParameters(*generator)), adamDiscriminator(namedParameters(*discriminator))
{
    for (at::Tensor& parameter : averaged->parameters())
        parameter.requires_grad_(false);
    m_live = generator->parameters();
    m_averaged = averaged->parameters();
    generator->train();
    discriminator->train();
    averaged->eval();
}

void Networks::initialise(const TrainOptions& options, std::int64_t codes)
{
    // one thread: those of MKL's QR decomposition spin, seconds long where other programs use the cores too
    const int threads = at::get_num_threads();
    at::set_num_threads(1);
    at::Generator random = makeGenerator(options.seed, Stream::weights, at::kCPU);
    generator->initialise(codes, random);
    discriminator->initialise(codes, random);
    at::set_num_threads(threads);
    copyToAveraged();
}

void Networks::average(double decay, std::int64_t iterations)
{
    const at::NoGradGuard noGradient;
    const double n = static_cast<double>(iterations), keep = std::min(decay, (1 + n) / (10 + n));
    at::_foreach_lerp_(m_averaged, m_live, 1 - keep);
}

void Networks::copyWeights(const Networks& from)
{
    model::loadNetworkState(*generator, model::networkState(*from.generator));
    model::loadNetworkState(*averaged, model::networkState(*from.averaged));
    model::loadNetworkState(*discriminator, model::networkState(*from.discriminator));
    generator->bfloat16 = from.generator->bfloat16;
    averaged->bfloat16 = from.averaged->bfloat16;
    discriminator->bfloat16 = from.discriminator->bfloat16;
}

void Networks::copyToAveraged()
{
    model::loadNetworkState(*averaged, model::networkState(*generator));
}

void Networks::openCode(std::int64_t code, std::int64_t from, const at::Tensor& direction, at::Generator& random)
{
    const at::NoGradGuard noGradient;
    constexpr double noiseShare = 0.01;    // of the row's root mean square
    for (model::Generator* network : {&generator, &averaged})
        for (at::Tensor table : {(*network)->codeTable, (*network)->objectCodes}) {
            const at::Tensor row = table[from];
            table[code].copy_(row + noiseShare * row.square().mean().sqrt() * at::randn(row.sizes(), random, row.options()));
        }
    aimCode(code, from, direction);
    discriminator->active[code].fill_(true);
    adamGenerator.copyRow(generator->codeTable, code, from);
    adamGenerator.copyRow(generator->objectCodes, code, from);
}

void Networks::aimCode(std::int64_t code, std::int64_t from, const at::Tensor& direction)
{
    const at::NoGradGuard noGradient;
    const at::Tensor length = discriminator->centroids()[from].norm();
    discriminator->centroidTable[code].copy_(length * direction - discriminator->centroidBias);
    adamDiscriminator.copyRow(discriminator->centroidTable, code, from);
}

Parts Networks::parts() const
{
    return {{"generator", model::networkState(*generator)}, {"generator_averaged", model::networkState(*averaged)},
        {"discriminator", model::networkState(*discriminator)}, {"adam_generator", adamGenerator.state()},
        {"adam_discriminator", adamDiscriminator.state()}};
}

void Networks::setParts(const Parts& parts)
{
    const auto part = [&](const char* name) -> const model::TensorMap& {
        const auto found = parts.find(name);
        if (found == parts.end())
            throw Error(ErrorCode::checkpointMismatch, name);
        return found->second;
    };
    model::loadNetworkState(*generator, part("generator"));
    model::loadNetworkState(*averaged, part("generator_averaged"));
    model::loadNetworkState(*discriminator, part("discriminator"));
    adamGenerator.setState(part("adam_generator"));
    adamDiscriminator.setState(part("adam_discriminator"));
}

std::vector<std::int64_t> Networks::activeCodes() const
{
    const at::Tensor rows = discriminator->active.nonzero().flatten().cpu();
    return {rows.const_data_ptr<std::int64_t>(), rows.const_data_ptr<std::int64_t>() + rows.numel()};
}

} // namespace plumage::train
