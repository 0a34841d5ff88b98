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

template<class T>
std::vector<T> toVector(const at::Tensor& tensor)
{
    const at::Tensor host = tensor.cpu().contiguous();
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

} // namespace

Evaluator::Evaluator(const TrainOptions& options, const PhotoStore& photos) : m_options(options), m_photos(photos)
{
    const auto count = static_cast<std::size_t>(photos.photos());
    m_embedding.assign(count * static_cast<std::size_t>(options.network.embeddingWidth()), 0.0f);
    m_confidence.assign(count * topCodes, 0.0f);
    m_codes.assign(count * topCodes, noCode);
}

void Evaluator::prepare(Networks& networks, std::int64_t step, std::int64_t drawings)
{
    const at::NoGradGuard noGradient;
    const std::int64_t batch = m_options.schedule.batchSize;
    Random random(Random(m_options.seed, static_cast<std::uint64_t>(Stream::snapshot)).next(), static_cast<std::uint64_t>(step));
    if (m_options.schedule.preciseBn) {
        std::vector<std::int64_t> rows = m_photos.usable();
        random.shuffle(rows);
        rows.resize(std::min<std::size_t>(rows.size(), statisticsPhotos));
        const model::PreciseStatistics collecting(*networks.discriminator);
        const at::Tensor all = indexTensor(rows, at::kCPU);
        const auto count = static_cast<std::int64_t>(rows.size()), size = std::min(batch, count);
        for (std::int64_t i = 0; i + size <= count; i += size)
            networks.discriminator->forward(evaluationViews(m_photos.rows(all.narrow(0, i, size)), m_options.views, m_options.network.imageSize), false);
    }
    networks.discriminator->train();
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

SnapshotTensors Evaluator::look(Networks& networks, std::int64_t step, std::int64_t rows, const std::vector<std::int64_t>& also)
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
    snapshot.centroids = toVector<float>(model::unitRows(networks.discriminator->centroids()) * active.unsqueeze(1));

    model::evaluateWith(*networks.discriminator, m_options.schedule.preciseBn ? model::BnBuffers::precise : model::BnBuffers::running);
    networks.discriminator->eval();
    model::evaluateWith(*networks.averaged, m_options.schedule.emaG ? model::BnBuffers::precise : model::BnBuffers::running);
    networks.averaged->eval();
    embedPhotos(networks, snapshot, std::clamp<std::int64_t>(rows, 1, snapshot.photos), also);
    drawPrototypes(networks, snapshot);
    drawPool(networks, snapshot);
    networks.discriminator->train();
    count(snapshot);
    return snapshot;
}

void Evaluator::embedRows(Networks& networks, const SnapshotTensors& snapshot, std::span<const std::int64_t> batch)
{
    const auto width = static_cast<std::size_t>(snapshot.embeddingWidth);
    const auto top = std::min<std::size_t>(topCodes, snapshot.activeCodes.size());
    const at::Tensor rows = indexTensor({batch.begin(), batch.end()}, at::kCPU);
    const at::Tensor h = networks.discriminator->forward(evaluationViews(m_photos.rows(rows), m_options.views, snapshot.imageSize), false).embedding;
    const auto [confidence, codes] = networks.discriminator->logits(h).softmax(1).topk(static_cast<std::int64_t>(top), 1);
    const auto unit = toVector<float>(model::unitRows(h)), sure = toVector<float>(confidence);
    const auto best = toVector<std::int64_t>(codes);
    for (std::size_t i = 0; i < batch.size(); ++i) {
        const auto row = static_cast<std::size_t>(batch[i]);
        std::copy_n(unit.begin() + static_cast<std::ptrdiff_t>(i * width), width, m_embedding.begin() + static_cast<std::ptrdiff_t>(row * width));
        for (std::size_t k = 0; k < top; ++k) {
            m_codes[row * topCodes + k] = static_cast<std::uint16_t>(best[i * top + k]);
            m_confidence[row * topCodes + k] = sure[i * top + k];
        }
    }
}

void Evaluator::embedPhotos(Networks& networks, SnapshotTensors& snapshot, std::int64_t rows, const std::vector<std::int64_t>& also)
{
    const auto& usable = m_photos.usable();
    std::size_t next = std::ranges::lower_bound(usable, m_nextRow) - usable.begin();
    rows = std::min<std::int64_t>(rows, static_cast<std::int64_t>(usable.size()));
    for (std::int64_t done = 0; done < rows;) {
        next = next == usable.size() ? 0 : next;
        const std::size_t size = std::min({static_cast<std::size_t>(lookBatch), usable.size() - next, static_cast<std::size_t>(rows - done)});
        embedRows(networks, snapshot, std::span(usable).subspan(next, size));
        next += size;
        done += static_cast<std::int64_t>(size);
    }
    m_nextRow = next == usable.size() ? 0 : usable[next];
    if (!also.empty() && rows < static_cast<std::int64_t>(usable.size()))
        embedRows(networks, snapshot, also);
    snapshot.embedding = m_embedding;
    snapshot.codes = m_codes;
    snapshot.confidence = m_confidence;
    snapshot.renewedPhotos = rows;
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
