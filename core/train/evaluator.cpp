// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/evaluator.h"

#include "core/base/random.h"
#include "core/model/losses.h"
#include "core/train/augment.h"
#include "core/train/device.h"
#include "core/train/photoorder.h"

#include <ATen/Functions.h>

#include <algorithm>
#include <cmath>

namespace plumage::train {

namespace {

constexpr std::int64_t statisticsPhotos = 2048, lookBatch = 128, prototypeDrawings = 4, prototypeTiles = 7;
constexpr std::size_t meansPhotos = 2048, meansPhotosPerCode = 32, readBatch = 8192;
constexpr int meansRounds = 10;    // METHOD.md section 7, read_out

template<class T>
std::vector<T> toVector(const at::Tensor& tensor)
{
    const at::Tensor host = tensor.contiguous().cpu();    // rearranged where it lies
    return {host.const_data_ptr<T>(), host.const_data_ptr<T>() + host.numel()};
}

// Noise for one drawing per code, codes in turn; no T_theta
model::DrawingInput drawingInput(const NetworkOptions& network, std::int64_t count, at::Generator& random, at::Device device)
{
    const at::TensorOptions floats = at::TensorOptions(at::kFloat).device(device);
    return {at::randn({count, network.zDim}, random, floats), at::randn({count, network.czDim}, random, floats), {}, {}};
}

at::Tensor toBytes(const at::Tensor& values, double low)    // [low,1] -> [0,255] u8
{
    return ((values - low) * (255.0 / (1.0 - low))).round_().clamp_(0, 255).to(at::kByte);
}

Random randomOf(const TrainOptions& options, std::int64_t step)
{
    return Random(Random(options.seed, static_cast<std::uint64_t>(Stream::snapshot)).next(), static_cast<std::uint64_t>(step));
}

// Spherical k-means: every direction [K,E] becomes that of the mean of the rows [n,E] nearest to it, so many times over; without rows it stays, and where `free` [K,1] bool is false.
// All of length 1.
at::Tensor sphericalMeans(at::Tensor directions, const at::Tensor& rows, const at::Tensor& free, int rounds)
{
    for (int i = 0; i < rounds; ++i) {
        const at::Tensor sums = at::zeros_like(directions).index_add_(0, at::matmul(rows, directions.t()).argmax(1), rows);
        const at::Tensor length = sums.norm(2, -1, true);
        directions = at::where(free.logical_and(length > 0), sums / length.clamp_min(1e-12), directions);
    }
    return directions;
}

} // namespace

Evaluator::Evaluator(const TrainOptions& options, const PhotoStore& photos) : m_options(options), m_photos(photos)
{
    const auto count = static_cast<std::size_t>(photos.photos());
    m_embedding.assign(count * static_cast<std::size_t>(options.network.embeddingWidth()), 0.0f);
    m_confidence.assign(count * topCodes, 0.0f);
    m_codes.assign(count * topCodes, noCode);
    m_isKnown.assign(count, 0);
}

void Evaluator::prepareDiscriminator(Networks& networks, std::int64_t step) const
{
    const at::NoGradGuard noGradient;
    if (m_options.schedule.preciseBn) {
        std::vector<std::int64_t> rows = m_photos.usable();
        randomOf(m_options, step).shuffle(rows);
        rows.resize(std::min<std::size_t>(rows.size(), statisticsPhotos));
        const model::PreciseStatistics collecting(*networks.discriminator);
        const at::Tensor all = indexTensor(rows, at::kCPU);
        const auto count = static_cast<std::int64_t>(rows.size()), size = std::min<std::int64_t>(m_options.schedule.batchSize, count);
        for (std::int64_t i = 0; i + size <= count; i += size)
            networks.discriminator->forward(evaluationViews(m_photos.rows(all.narrow(0, i, size)), m_options.views, m_options.network.imageSize), false);
    }
    networks.discriminator->train();
}

void Evaluator::prepareGenerator(Networks& networks, std::int64_t step, std::int64_t drawings) const
{
    const at::NoGradGuard noGradient;
    const std::int64_t batch = m_options.schedule.batchSize;
    Random random = randomOf(m_options, step);
    if (!m_options.schedule.emaG) {
        networks.copyToAveraged();
        return;
    }
    at::Generator noise = makeGenerator(m_options.seed, Stream::snapshot, m_photos.device(), static_cast<std::uint64_t>(step));
    const auto active = networks.activeCodes();
    const model::PreciseStatistics collecting(*networks.averaged);
    for (std::int64_t i = 0; i < drawings; i += batch) {
        model::DrawingInput input = drawingInput(m_options.network, batch, noise, m_photos.device());
        input.codes = indexTensor(drawCodes(active, batch, random), m_photos.device());
        networks.averaged->forward(input);
    }
}

void Evaluator::evaluationMode(Networks& networks) const
{
    model::evaluateWith(*networks.discriminator, m_options.schedule.preciseBn ? model::BnBuffers::precise : model::BnBuffers::running);
    networks.discriminator->eval();
    model::evaluateWith(*networks.averaged, m_options.schedule.emaG ? model::BnBuffers::precise : model::BnBuffers::running);
    networks.averaged->eval();
}

SnapshotTensors Evaluator::look(Networks& networks, std::int64_t step, std::int64_t rows, const std::vector<std::int64_t>& also, const Held& held)
{
    const at::NoGradGuard noGradient;
    SnapshotTensors snapshot;
    snapshot.step = step;
    snapshot.photos = m_photos.photos();
    snapshot.embeddingWidth = m_options.network.embeddingWidth();
    snapshot.kMax = static_cast<int>(networks.kMax());
    snapshot.imageSize = m_options.network.imageSize;
    const at::Tensor active = networks.discriminator->active;
    snapshot.active = toVector<std::uint8_t>(active.to(at::kByte));
    for (const std::int64_t code : networks.activeCodes())
        snapshot.activeCodes.push_back(static_cast<std::uint16_t>(code));

    evaluationMode(networks);
    embedPhotos(networks, snapshot, std::clamp<std::int64_t>(rows, 1, snapshot.photos), also, held);
    drawPrototypes(networks, snapshot);
    drawPool(networks, snapshot);
    networks.discriminator->train();
    count(snapshot);
    return snapshot;
}

at::Tensor Evaluator::embedded(Networks& networks, std::span<const std::int64_t> rows) const    // [n,E] of length 1
{
    std::vector<at::Tensor> parts;
    for (std::size_t i = 0; i < rows.size(); i += lookBatch) {
        const auto batch = rows.subspan(i, std::min<std::size_t>(lookBatch, rows.size() - i));
        const at::Tensor views = evaluationViews(m_photos.rows(indexTensor({batch.begin(), batch.end()}, at::kCPU)), m_options.views, m_options.network.imageSize);
        parts.push_back(model::unitRows(networks.discriminator->forward(views, false).embedding));
    }
    return at::cat(parts);
}

void Evaluator::keep(const at::Tensor& unit, std::span<const std::int64_t> rows)
{
    const auto width = static_cast<std::size_t>(unit.size(1));
    const auto values = toVector<float>(unit);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto row = static_cast<std::size_t>(rows[i]);
        std::copy_n(values.begin() + static_cast<std::ptrdiff_t>(i * width), width, m_embedding.begin() + static_cast<std::ptrdiff_t>(row * width));
        m_isKnown[row] = 1;
    }
}

at::Tensor Evaluator::kept(std::span<const std::int64_t> rows) const
{
    const std::int64_t width = m_options.network.embeddingWidth();
    const at::Tensor values = at::empty({static_cast<std::int64_t>(rows.size()), width}, at::kFloat);
    float* to = values.data_ptr<float>();
    for (const std::int64_t row : rows)
        to = std::copy_n(m_embedding.begin() + row * width, width, to);
    return values.to(m_photos.device());
}

void Evaluator::readCodes(Networks& networks, const at::Tensor& directions, std::span<const std::int64_t> rows)
{
    const model::Discriminator& d = networks.discriminator;
    const auto top = std::min<std::size_t>(topCodes, networks.activeCodes().size());
    for (std::size_t begin = 0; begin < rows.size(); begin += readBatch) {
        const auto batch = rows.subspan(begin, std::min(readBatch, rows.size() - begin));
        const at::Tensor logits = model::codeLogits(kept(batch), directions, d->active, d->temperature);
        const auto [confidence, codes] = logits.softmax(1).topk(static_cast<std::int64_t>(top), 1);
        const auto sure = toVector<float>(confidence);
        const auto best = toVector<std::int64_t>(codes);
        for (std::size_t i = 0; i < batch.size(); ++i)
            for (std::size_t k = 0; k < top; ++k) {
                m_codes[static_cast<std::size_t>(batch[i]) * topCodes + k] = static_cast<std::uint16_t>(best[i * top + k]);
                m_confidence[static_cast<std::size_t>(batch[i]) * topCodes + k] = sure[i * top + k];
            }
    }
}

std::vector<std::int64_t> Evaluator::sample(std::vector<std::int64_t> rows, std::int64_t step) const
{
    const std::size_t most = std::max<std::size_t>(meansPhotos, meansPhotosPerCode * static_cast<std::size_t>(m_options.codes()));
    if (rows.size() <= most)
        return rows;
    randomOf(m_options, ~step).shuffle(rows);
    rows.resize(most);
    return rows;
}

at::Tensor Evaluator::directions(Networks& networks) const    // of the centroids
{
    const model::Discriminator& d = networks.discriminator;
    return model::unitRows(d->centroids()) * d->active.unsqueeze(1);
}

at::Tensor Evaluator::meansOf(Networks& networks, const at::Tensor& unit, const Held& held) const
{
    const at::Tensor all = directions(networks), active = indexTensor(networks.activeCodes(), m_photos.device());
    const at::Tensor free = at::ones({networks.kMax(), 1}, active.options().dtype(at::kBool)).index_fill_(0, indexTensor(held, m_photos.device()), 0);
    return all.index_copy_(0, active, sphericalMeans(all.index_select(0, active), unit, free.index_select(0, active), meansRounds));
}

at::Tensor Evaluator::readOut(Networks& networks, std::int64_t step, const Held& held) const
{
    return m_options.schedule.readOut == ReadOut::kmeans ? means(networks, step, held) : directions(networks).detach();
}

at::Tensor Evaluator::means(Networks& networks, std::int64_t step, const Held& held) const
{
    const at::NoGradGuard noGradient;
    evaluationMode(networks);
    const at::Tensor all = meansOf(networks, embedded(networks, sample(m_photos.usable(), step)), held);
    networks.discriminator->train();
    return all;
}

void Evaluator::embedPhotos(Networks& networks, SnapshotTensors& snapshot, std::int64_t rows, const std::vector<std::int64_t>& also, const Held& held)
{
    const auto& usable = m_photos.usable();
    const auto size = std::min(static_cast<std::size_t>(rows), usable.size());
    std::size_t next = std::ranges::lower_bound(usable, m_nextRow) - usable.begin();
    std::vector<std::int64_t> renewed;
    renewed.reserve(size + also.size());
    for (std::size_t i = 0; i < size; ++i, ++next) {
        next = next == usable.size() ? 0 : next;
        renewed.push_back(usable[next]);
    }
    m_nextRow = next == usable.size() ? 0 : usable[next];
    snapshot.renewedPhotos = static_cast<std::int64_t>(size);
    if (size < usable.size())
        renewed.insert(renewed.end(), also.begin(), also.end());
    for (std::size_t i = 0; i < renewed.size(); i += readBatch) {
        const auto some = std::span(renewed).subspan(i, std::min(readBatch, renewed.size() - i));
        keep(embedded(networks, some), some);
    }
    std::vector<std::int64_t> known;
    for (const std::int64_t row : usable)
        if (m_isKnown[static_cast<std::size_t>(row)])
            known.push_back(row);
    at::Tensor at = m_given.defined() ? m_given.to(m_photos.device()) : directions(networks);
    if (!m_given.defined() && m_options.schedule.readOut == ReadOut::kmeans)
        at = meansOf(networks, kept(sample(std::move(known), snapshot.step)), held);
    readCodes(networks, at, renewed);
    snapshot.centroids = toVector<float>(at);
    snapshot.embedding = m_embedding;
    snapshot.codes = m_codes;
    snapshot.confidence = m_confidence;
}

void Evaluator::drawPrototypes(Networks& networks, SnapshotTensors& snapshot) const
{
    const std::int64_t side = snapshot.imageSize, codes = static_cast<std::int64_t>(snapshot.activeCodes.size());
    at::Generator random = makeGenerator(m_options.seed, Stream::prototypes, m_photos.device());
    const model::DrawingInput noise = drawingInput(m_options.network, prototypeDrawings, random, m_photos.device());
    const std::int64_t codesAtOnce = std::max<std::int64_t>(1, lookBatch / prototypeDrawings);
    const std::vector<std::int64_t> active(snapshot.activeCodes.begin(), snapshot.activeCodes.end());
    const at::Tensor all = indexTensor(active, m_photos.device());
    std::vector<at::Tensor> rows;
    for (std::int64_t i = 0; i < codes; i += codesAtOnce) {
        const std::int64_t count = std::min(codesAtOnce, codes - i);
        const at::Tensor some = all.narrow(0, i, count).repeat_interleave(prototypeDrawings);
        const auto drawn = networks.averaged->forward({noise.z.repeat({count, 1}), noise.cz.repeat({count, 1}), some, {}});
        const auto first = [&](const at::Tensor& part) { return part.view({count, prototypeDrawings, part.size(1), side, side}).select(1, 0); };
        const at::Tensor drawings = toBytes(drawn.drawing, -1).view({count, prototypeDrawings, 3, side, side});
        const at::Tensor mask = toBytes(first(drawn.mask), 0).expand({count, 3, side, side});
        rows.push_back(at::cat({drawings, at::stack({toBytes(first(drawn.background), -1), mask, toBytes(first(drawn.object), -1)}, 1)}, 1));
    }
    // [K,7,3,S,S] -> [K, S, 7, S, 3]
    snapshot.prototypes = toVector<std::uint8_t>(at::cat(rows).view({codes, prototypeTiles, 3, side, side}).permute({0, 3, 1, 4, 2}));
}

void Evaluator::drawPool(Networks& networks, SnapshotTensors& snapshot) const
{
    const auto active = networks.activeCodes();
    const std::int64_t wanted = std::clamp<std::int64_t>(4 * static_cast<std::int64_t>(active.size()), 64, 512);
    at::Generator noise = makeGenerator(m_options.seed, Stream::snapshot, m_photos.device(), ~static_cast<std::uint64_t>(snapshot.step));
    std::vector<std::int64_t> codes;
    for (std::int64_t i = 0; i < wanted; ++i)
        codes.push_back(active[static_cast<std::size_t>(i) % active.size()]);
    const at::Tensor all = indexTensor(codes, m_photos.device());
    double recovered = 0, mask = 0;
    for (std::int64_t i = 0; i < wanted; i += lookBatch) {
        const std::int64_t count = std::min(lookBatch, wanted - i);
        model::DrawingInput input = drawingInput(m_options.network, count, noise, m_photos.device());
        input.codes = all.narrow(0, i, count);
        const auto drawn = networks.averaged->forward(input);
        const at::Tensor h = networks.discriminator->forward(drawn.drawing, false).embedding;
        recovered += (networks.discriminator->logits(h).argmax(1) == input.codes).sum().item<double>();
        mask += drawn.mask.mean().item<double>() * static_cast<double>(count);
        const auto unit = toVector<float>(model::unitRows(h));
        snapshot.drawingEmbedding.insert(snapshot.drawingEmbedding.end(), unit.begin(), unit.end());
    }
    snapshot.drawingCodes.assign(codes.begin(), codes.end());
    snapshot.codeRecovery = recovered / static_cast<double>(wanted);
    snapshot.maskMean = mask / static_cast<double>(wanted);
}

void Evaluator::count(SnapshotTensors& snapshot) const
{
    snapshot.counts.assign(static_cast<std::size_t>(snapshot.kMax), 0);
    for (const std::int64_t row : m_photos.usable())
        if (const std::uint16_t code = snapshot.codes[static_cast<std::size_t>(row) * topCodes]; code != noCode)
            ++snapshot.counts[code];
    double entropy = 0;
    for (const std::int64_t photos : snapshot.counts) {
        snapshot.codesInUse += photos >= 1;
        snapshot.codesInUseBy5 += photos >= 5;
        const double share = static_cast<double>(photos) / static_cast<double>(m_photos.usable().size());
        if (photos > 0)
            entropy -= share * std::log(share);
    }
    snapshot.effectiveCodes = std::exp(entropy);
}

} // namespace plumage::train
