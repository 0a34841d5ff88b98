// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/trainstate.h"

#include "core/base/error.h"
#include "core/train/augment.h"
#include "core/train/device.h"
#include "core/train/lowprecisiontrial.h"

#include <ATen/Functions.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <optional>

namespace plumage::train {

namespace {

constexpr int awayTries = 16;               // for a photo that was not put away
constexpr std::size_t meanPhotos = 64;      // of a cluster, to aim a new code

const at::Tensor& tensorOf(const Checkpoint& checkpoint, const char* name)
{
    const auto part = checkpoint.parts.find("trainer");
    if (part == checkpoint.parts.end() || !part->second.contains(name))
        throw Error(ErrorCode::checkpointDamaged, std::string("trainer ") + name);
    return part->second.at(name);
}

} // namespace

TrainState::TrainState(const TrainOptions& options, const PhotoPackReader& pack, at::Device device, Team& team)
    : photos(pack, device), networks(options, options.codes(), device)
    , order(everyRow(photos.photos()), orderRandom(options))
    , corrections(options), m_options(options), m_pack(pack), m_team(team), m_listHash(pack.listHash()), m_device(device)
    , m_noise(makeGenerator(options.seed, Stream::noise, device, static_cast<std::uint64_t>(team.rank()))), m_views(makeGenerator(options.seed, Stream::views, device, static_cast<std::uint64_t>(team.rank())))
    , m_codes(Random(options.seed, static_cast<std::uint64_t>(Stream::codes)).next()), m_guard(device), m_iteration(networks, options.losses, &m_queue, team.size() == 1)
{
    m_iteration.withGradients = [this](Adam& optimiser) {
        std::vector<at::Tensor> gradients = optimiser.gradients();
        m_team.average(gradients);
        m_guard.watch(optimiser.gradientNorms());
    };
    m_iteration.watch = [this](const at::Tensor& values) { m_guard.watch(values); };
    // with K <= N one batch shows every code often enough (METHOD.md section 7)
    m_queue.length = options.codes() > options.schedule.batchSize ? static_cast<std::size_t>(options.losses.marginalQueue) : 0;
    networks.initialise(options, options.codes());
    m_active = networks.activeCodes();
    m_guard.keep(networks);
    setLowPrecision(useLowPrecision(options, device));
}

void TrainState::setLowPrecision(bool on)
{
    networks.generator->bfloat16 = networks.discriminator->bfloat16 = on;
}

model::DrawingInput TrainState::drawInput()
{
    const std::int64_t count = m_options.schedule.batchSize;
    const at::TensorOptions floats = at::TensorOptions(at::kFloat).device(m_device);
    model::DrawingInput input;
    input.z = at::randn({count, m_options.network.zDim}, m_noise, floats);
    input.cz = at::randn({count, m_options.network.czDim}, m_noise, floats);
    input.codes = indexTensor(ownPart(drawCodes(m_active, count * m_team.size(), m_codes)), m_device);
    if (const at::Tensor theta = drawTheta(count, m_options.views, m_noise); theta.defined())
        input.theta = theta;
    return input;
}

std::vector<std::int64_t> TrainState::ownPart(std::vector<std::int64_t> all) const
{
    const std::size_t each = all.size() / static_cast<std::size_t>(m_team.size()), from = each * static_cast<std::size_t>(m_team.rank());
    if (m_team.size() > 1)
        all = {all.begin() + static_cast<std::ptrdiff_t>(from), all.begin() + static_cast<std::ptrdiff_t>(from + each)};
    return all;
}

TrainState::Batch TrainState::nextBatch()
{
    std::vector<std::int64_t> batch = ownPart(order.next(m_options.schedule.batchSize * m_team.size(), isReadable()));
    Random random(m_options.seed + static_cast<std::uint64_t>(m_team.rank()), static_cast<std::uint64_t>(step));
    for (std::int64_t& row : batch)
        for (int tries = 0; corrections.isAway(row) && tries < awayTries; ++tries)
            if (const auto other = static_cast<std::int64_t>(random.below(m_pack.photos())); photos.isReadable(other))
                row = other;
    std::vector<std::int64_t> decided = corrections.draw(step);
    std::erase_if(decided, std::not_fn(isReadable()));
    const std::size_t labelled = std::min(decided.size(), batch.size() / 2);
    std::copy_n(decided.begin(), labelled, batch.end() - static_cast<std::ptrdiff_t>(labelled));
    return {std::move(batch), labelled};
}

void TrainState::iterate()
{
    const double rate = learningRate();
    const Batch batch = nextBatch();
    const at::Tensor rows = indexTensor(batch.rows, at::kCPU);
    std::optional<model::LabelTargets> labels;
    if (batch.labelled > 0)
        labels = corrections.targets(batch.rows, batch.labelled, networks.discriminator->active);
    const TrainViews views = trainViews(photos.rows(rows), m_options.views, m_options.network.imageSize, m_views);

    m_iteration.take({views, drawInput(), drawInput(), std::move(labels)});
    m_iteration.stepDiscriminator(rate);
    m_iteration.stepGenerator(rate);
    if (m_options.schedule.emaG)
        networks.average(m_options.schedule.emaDecay, step);
    ++step;
}

std::array<float, termCount> TrainState::terms() const
{
    std::array<float, termCount> values{};
    if (const std::vector<at::Tensor> terms = m_iteration.terms(); !terms.empty()) {
        const at::Tensor host = at::stack(terms).to(at::kFloat).cpu();
        std::copy_n(host.const_data_ptr<float>(), std::min<std::size_t>(terms.size(), codesInUse), values.begin());
    }
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
    m_active = networks.activeCodes();
    m_queue.logMeans.clear();    // they may hold what went wrong
    return true;
}

void TrainState::setConstraints(const Constraints& constraints)
{
    if (m_rowOf.empty()) {
        const PhotoList list = m_pack.list();
        for (std::size_t row = 0; row < list.rows.size(); ++row)
            if (m_pack.flags()[row] == packPhoto)    // or not decoded yet
                m_rowOf.emplace(list.rows[row].photo, static_cast<std::int64_t>(row));
    }
    corrections.set(constraints, m_rowOf, step);
    if (step > 0)
        return;
    for (const auto& [cluster, rows] : corrections.withoutCode(m_active)) {
        const auto code = std::ranges::find_if(m_active, [&](std::int64_t active) { return !corrections.isTaken(active); });
        if (code == m_active.end())
            return;
        corrections.give(*code, cluster);
    }
}

at::Tensor TrainState::meanDirection(const std::vector<std::int64_t>& rows, std::int64_t& bestCode)
{
    const at::NoGradGuard noGradient;
    std::vector<std::int64_t> some = rows;
    Random(m_options.seed, static_cast<std::uint64_t>(step)).shuffle(some);
    some.resize(std::min(some.size(), meanPhotos));
    std::erase_if(some, std::not_fn(isReadable()));
    if (some.empty())
        return {};
    model::Discriminator& d = networks.discriminator;
    model::evaluateWith(*d, m_options.schedule.preciseBn ? model::BnBuffers::precise : model::BnBuffers::running);
    d->eval();
    const at::Tensor h = d->forward(evaluationViews(photos.rows(indexTensor(some, at::kCPU)), m_options.views, m_options.network.imageSize), false).embedding;
    bestCode = d->logits(h).mean(0).argmax().item<std::int64_t>();
    d->train();
    return model::unitRows(model::unitRows(h).mean(0));
}

void TrainState::openCodes()
{
    at::Generator random = makeGenerator(m_options.seed, Stream::snapshot, m_device, static_cast<std::uint64_t>(step));
    for (const auto& [cluster, rows] : corrections.withoutCode(m_active)) {
        std::int64_t free = 0;
        while (free < networks.kMax() && (std::ranges::binary_search(m_active, free) || corrections.isTaken(free)))
            ++free;
        if (free == networks.kMax())
            break;
        std::int64_t from = 0;
        const at::Tensor direction = meanDirection(rows, from);
        if (!direction.defined())
            continue;
        networks.openCode(free, from, direction, random);
        corrections.give(free, cluster);
        m_active = networks.activeCodes();
    }
    m_guard.keep(networks);    // going back must not lose the new codes
}

void TrainState::aimCodes(const at::Tensor& directions)
{
    const std::vector<std::int64_t> labelled = labelledCodes();
    for (const std::int64_t code : m_active)
        if (!std::ranges::binary_search(labelled, code))
            networks.aimCode(code, code, directions[code]);
}

std::vector<std::int64_t> TrainState::labelledCodes() const
{
    std::vector<std::int64_t> codes;
    std::ranges::copy_if(m_active, std::back_inserter(codes), [this](std::int64_t code) { return corrections.isLabelled(code); });
    return codes;
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
    state.set("low_precision", networks.generator->bfloat16);
    state.set("halved_until", guard.halvedUntil);
    state.set("strikes", strikes);
    state.set("active_codes", active);
    state.set("code_clusters", toJson(corrections.given()));
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
        state["order_place"].toInt(), state["epoch"].toInt(), state["order_random"].toUint()}, isReadable());
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
    if (const Json* low = state.find("low_precision"))    // as it began, whatever a trial would say today; older checkpoints are exact
        setLowPrecision(low->toBool());
    else
        setLowPrecision(false);
    const Json* given = state.find("code_clusters");    // older checkpoints have none
    corrections.setGiven(given ? codesFromJson(*given) : std::vector<Constraints::Code>());
    m_guard = NanGuard(m_device);
    m_iteration.forget();
    m_guard.setState(std::move(guard));
    m_guard.keep(networks);
    step = state["step"].toInt();
}

} // namespace plumage::train
