// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/trainstate.h"

#include "core/base/error.h"
#include "core/train/augment.h"

#include <ATen/Functions.h>

#include <algorithm>

namespace plumage::train {

namespace {

std::uint64_t streamSeed(const TrainOptions& options, Stream stream)
{
    return Random(options.seed, static_cast<std::uint64_t>(stream)).next();
}

const at::Tensor& tensorOf(const Checkpoint& checkpoint, const char* name)
{
    const auto part = checkpoint.parts.find("trainer");
    if (part == checkpoint.parts.end() || !part->second.contains(name))
        throw Error(ErrorCode::checkpointDamaged, std::string("trainer ") + name);
    return part->second.at(name);
}

} // namespace

TrainState::TrainState(const TrainOptions& options, const PhotoPackReader& pack, at::Device device)
    : photos(pack, device), networks(options, options.codes(), device)
    , order(photos.usable(), Random(streamSeed(options, Stream::order)))
    , m_options(options), m_listHash(pack.listHash()), m_device(device)
    , m_noise(makeGenerator(options.seed, Stream::noise, device)), m_views(makeGenerator(options.seed, Stream::views, device))
    , m_codes(streamSeed(options, Stream::codes)), m_guard(device)
{
    // with K <= N one batch shows every code often enough (METHOD.md section 7)
    m_queue.length = options.codes() > options.schedule.batchSize ? static_cast<std::size_t>(options.losses.marginalQueue) : 0;
    networks.initialise(options, options.codes());
    m_active = networks.activeCodes();
    m_guard.keep(networks);
}

model::DrawingInput TrainState::drawInput()
{
    const std::int64_t count = m_options.schedule.batchSize;
    const at::TensorOptions floats = at::TensorOptions(at::kFloat).device(m_device);
    model::DrawingInput input;
    input.z = at::randn({count, m_options.network.zDim}, m_noise, floats);
    input.cz = at::randn({count, m_options.network.czDim}, m_noise, floats);
    input.codes = indexTensor(drawCodes(m_active, count, m_codes), m_device);
    if (const at::Tensor theta = drawTheta(count, m_options.views, m_noise); theta.defined())
        input.theta = theta;
    return input;
}

void TrainState::iterate()
{
    const double rate = learningRate();
    const at::Tensor rows = indexTensor(order.next(m_options.schedule.batchSize), at::kCPU);
    const TrainViews views = trainViews(photos.rows(rows), m_options.views, m_options.network.imageSize, m_views);

    networks.adamDiscriminator.clearGradients();
    const model::LossTerms d = model::discriminatorLoss(
        networks.generator, networks.discriminator, views.real, views.augmented, drawInput(), m_options.losses, &m_queue);
    d.total.backward();
    m_guard.watch(networks.adamDiscriminator.gradientNorms());
    networks.adamDiscriminator.step(rate);

    networks.adamGenerator.clearGradients();
    const model::LossTerms g = model::generatorLoss(networks.generator, networks.discriminator, drawInput(), m_options.losses);
    g.total.backward();
    m_guard.watch(networks.adamGenerator.gradientNorms());
    networks.adamGenerator.step(rate);

    if (m_options.schedule.emaG)
        networks.average(m_options.schedule.emaDecay, step);
    m_terms.clear();
    for (const model::LossTerms* terms : {&d, &g})
        for (const model::LossTerm& term : terms->terms)
            m_terms.push_back(term.value);
    m_terms.push_back(g.maskMean);
    m_guard.watch(d.total + g.total);
    ++step;
}

std::array<float, termCount> TrainState::terms() const
{
    std::array<float, termCount> values{};
    const at::Tensor host = at::stack(m_terms).to(at::kFloat).cpu();
    std::copy_n(host.const_data_ptr<float>(), std::min<std::size_t>(m_terms.size(), codesInUse), values.begin());
    return values;
}

bool TrainState::guard()
{
    if (step % guardEvery != 0)
        return false;
    if (recover())
        return true;
    if (step % copyEvery == 0)
        m_guard.keep(networks);
    return false;
}

bool TrainState::recover()
{
    if (!m_guard.isDirty())
        return false;
    m_guard.goBack(networks, step);
    m_queue.logMeans.clear();    // they may hold what went wrong
    return true;
}

Checkpoint TrainState::save() const
{
    const PhotoOrder::State place = order.state();
    Checkpoint checkpoint{networks.parts(), Json::object()};
    model::TensorMap& tensors = checkpoint.parts["trainer"];
    tensors["permutation"] = indexTensor(place.permutation, at::kCPU);
    tensors["random_noise"] = m_noise.get_state();
    tensors["random_views"] = m_views.get_state();
    if (!m_queue.logMeans.empty())
        tensors["marginal_queue"] = at::stack(m_queue.logMeans);
    const NanGuard::State guard = m_guard.state();
    Json strikes = Json::Array{}, active = Json::Array{};
    for (const std::int64_t strike : guard.strikes)
        strikes.push(strike);
    for (const std::int64_t code : m_active)
        active.push(code);
    Json& state = checkpoint.state;
    state.set("step", step);
    state.set("epoch", place.epoch);
    state.set("order_place", place.place);
    state.set("order_random", place.random);
    state.set("codes_random", m_codes.state());
    state.set("halved_until", guard.halvedUntil);
    state.set("strikes", strikes);
    state.set("active_codes", active);
    state.set("photos", photos.photos());
    state.set("photo_list_hash", m_listHash);
    return checkpoint;
}

void TrainState::load(const Checkpoint& checkpoint)
{
    const Json& state = checkpoint.state;
    if (state["photo_list_hash"].toString() != m_listHash)
        throw Error(ErrorCode::checkpointMismatch, "photos");
    networks.setParts(checkpoint.parts);
    m_active = networks.activeCodes();
    const at::Tensor& permutation = tensorOf(checkpoint, "permutation");
    order.setState({{permutation.const_data_ptr<std::int64_t>(), permutation.const_data_ptr<std::int64_t>() + permutation.numel()},
        state["order_place"].toInt(), state["epoch"].toInt(), state["order_random"].toUint()});
    m_noise.set_state(tensorOf(checkpoint, "random_noise"));
    m_views.set_state(tensorOf(checkpoint, "random_views"));
    m_codes.setState(state["codes_random"].toUint());
    m_queue.logMeans.clear();
    if (checkpoint.parts.at("trainer").contains("marginal_queue"))
        for (const at::Tensor& row : tensorOf(checkpoint, "marginal_queue").to(m_device).unbind(0))
            m_queue.logMeans.push_back(row.clone());
    NanGuard::State guard{state["halved_until"].toInt(), {}};
    for (const Json& strike : state["strikes"].toArray())
        guard.strikes.push_back(strike.toInt());
    m_guard = NanGuard(m_device);
    m_guard.setState(std::move(guard));
    m_guard.keep(networks);
    step = state["step"].toInt();
}

} // namespace plumage::train
