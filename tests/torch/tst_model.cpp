// SPDX-License-Identifier: GPL-3.0-or-later
// Sizes, initialisation, evaluation buffers and the corners of the losses (METHOD.md sections 2, 7 and 8).
#include "core/model/lossterms.h"
#include "core/model/referencenames.h"

#include "core/base/error.h"

#include <QTest>

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Functions.h>
#include <torch/utils.h>

#include <cmath>

using namespace plumage;
using namespace plumage::model;

namespace {

NetworkOptions sized(int size, int ngf, int ndf, int tail, int trunkRes, int objectRes)
{
    NetworkOptions options;
    options.imageSize = size;
    options.ngf = ngf;
    options.ndf = ndf;
    options.tail = tail;
    options.trunkRes = trunkRes;
    options.objectRes = objectRes;
    return options;
}

std::int64_t parameterCount(const torch::nn::Module& network)
{
    std::int64_t count = 0;
    for (const auto& parameter : network.parameters())
        count += parameter.numel();
    return count;
}

at::Generator seeded(std::uint64_t seed) { return at::make_generator<at::CPUGeneratorImpl>(seed); }

DrawingInput someDrawing(std::int64_t n, std::int64_t codes)
{
    return {torch::randn({n, 64}), torch::randn({n, 8}), torch::arange(n, torch::kLong).remainder(codes), {}};
}

double farFromIdentity(const torch::Tensor& gram)
{
    return (gram - torch::eye(gram.size(0))).abs().max().item<double>();
}

bool sameState(const TensorMap& a, const TensorMap& b)
{
    for (const auto& [name, tensor] : a)
        if (!tensor.equal(b.at(name)))
            return false;
    return a.size() == b.size();
}

TensorMap copyOf(const torch::nn::Module& network)
{
    TensorMap copy = networkState(network);
    for (auto& [name, tensor] : copy)
        tensor = tensor.clone();
    return copy;
}

const NetworkOptions tiny = sized(32, 16, 4, 4, 1, 1);

} // namespace

class TestModel : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { torch::manual_seed(3); }
    void everySizeHasTheCountsOfTheMethod_data();
    void everySizeHasTheCountsOfTheMethod();
    void smallWidthsDrawAndSee_data();
    void smallWidthsDrawAndSee();
    void weightsStartOrthogonal();
    void equalSeedsGiveEqualNetworks();
    void spareCodesTakeNoPart();
    void clampStopsTheOverflowOfTheCodeNoise();
    void preciseStatisticsLeaveTheRunningOnesAlone();
    void preciseStatisticsAreTheAverageOfTheBatches();
    void evaluationBuffersDoNotDependOnDrawings();
    void lossesStayFiniteAtLowTemperature();
    void marginalQueueAveragesBatches();
    void referenceNamesRoundTrip();
    void stateOfAnotherSizeIsRefused();
};

void TestModel::everySizeHasTheCountsOfTheMethod_data()
{
    QTest::addColumn<NetworkOptions>("options");
    QTest::addColumn<int>("codes");
    QTest::addColumn<int>("generator");
    QTest::addColumn<int>("discriminator");
    QTest::newRow("32 px") << sized(32, 512, 64, 16, 3, 2) << 400 << 8'373'904 << 10'312'961;
    QTest::newRow("64 px") << sized(64, 512, 64, 16, 3, 2) << 400 << 8'632'464 << 11'886'337;
    QTest::newRow("128 px, the reference") << sized(128, 512, 64, 16, 3, 2) << 400 << 8'641'808 << 16'081'665;
    QTest::newRow("256 px") << sized(256, 512, 64, 16, 3, 2) << 400 << 8'651'152 << 20'276'993;
    QTest::newRow("golden") << sized(128, 64, 8, 2, 3, 2) << 12 << 375'150 << 250'721;
    QTest::newRow("demo") << sized(32, 64, 32, 16, 1, 1) << 10 << 416'176 << 2'533'505;
}

void TestModel::everySizeHasTheCountsOfTheMethod()
{
    QFETCH(NetworkOptions, options);
    QFETCH(int, codes);
    QTEST(static_cast<int>(parameterCount(*Generator(options, codes))), "generator");
    QTEST(static_cast<int>(parameterCount(*Discriminator(options, codes))), "discriminator");
}

void TestModel::smallWidthsDrawAndSee_data()
{
    QTest::addColumn<int>("size");
    for (const int size : {32, 64, 128, 256})
        QTest::addRow("%d px", size) << size;
}

void TestModel::smallWidthsDrawAndSee()
{
    QFETCH(int, size);
    const NetworkOptions options = sized(size, 16, 4, 2, 1, 1);
    Generator g(options, 32);
    Discriminator d(options, 32);
    g->initialise(5, seeded(1));
    d->initialise(5, seeded(2));
    DrawingInput input = someDrawing(4, 5);
    input.theta = torch::eye(3).narrow(0, 0, 2).expand({4, 2, 3}) * 1.2;
    const LossTerms terms = generatorLoss(g, d, input, LossOptions());
    terms.total.backward();
    const GeneratorOutput out = g->forward(input);
    QCOMPARE(out.drawing.sizes().vec(), (std::vector<std::int64_t>{4, 3, size, size}));
    QVERIFY(out.mask.min().item<double>() >= 0 && out.mask.max().item<double>() <= 1);
    QVERIFY(out.drawing.abs().max().item<double>() <= 1);
    QCOMPARE(out.movedMask.index({0, 0, 0, 0}).item<float>(), 0.0f);    // a smaller object leaves the corner
    QCOMPARE(d->forward(out.drawing).embedding.size(1), 32);
    for (const auto& item : g->named_parameters())
        QVERIFY2(item.value().grad().isfinite().all().item<bool>(), item.key().c_str());
}

void TestModel::weightsStartOrthogonal()
{
    const NetworkOptions options = sized(32, 64, 8, 16, 1, 1);
    Generator g(options, 96);
    Discriminator d(options, 96);
    g->initialise(12, seeded(1));
    d->initialise(12, seeded(2));
    for (const auto* network : {static_cast<torch::nn::Module*>(g.get()), static_cast<torch::nn::Module*>(d.get())}) {
        for (const auto& item : network->named_parameters()) {
            if (item.value().dim() != 4 || item.key() == "fg_gen.to_img.0.0.weight")
                continue;
            const auto matrix = item.value().flatten(1);
            const auto rows = matrix.size(0) <= matrix.size(1) ? matrix : matrix.t();
            QVERIFY2(farFromIdentity(at::matmul(rows, rows.t())) < 1e-5, item.key().c_str());
        }
    }
    // the object's first convolution: feature and code parts together
    const auto feature = g->named_parameters()["fg_gen.to_img.0.0.weight"].flatten(1);
    const auto codes = g->objectCodes.narrow(0, 0, 12).view({12, 32, 9}).transpose(0, 1).flatten(1);
    const auto whole = at::cat({feature, codes}, 1);
    QVERIFY(farFromIdentity(at::matmul(whole, whole.t())) < 1e-5);
    // 64 numbers a centroid, 12 codes: orthonormal; the shared bias starts at 0
    const auto used = d->centroids().narrow(0, 0, 12);
    QVERIFY(farFromIdentity(at::matmul(used, used.t())) < 1e-5);
    for (const auto& table : {g->codeTable, g->objectCodes, d->centroidTable})
        QCOMPARE(table.narrow(0, 12, 84).abs().max().item<float>(), 0.0f);
    QCOMPARE(d->active.sum().item<std::int64_t>(), 12);
    for (const char* bias : {"info_head.3.bias", "rf_head.0.bias"}) {
        const double largest = d->named_parameters()[bias].abs().max().item<double>();
        QVERIFY(largest > 0 && largest <= 1 / std::sqrt(16.0 * 64));
    }
}

void TestModel::equalSeedsGiveEqualNetworks()
{
    Generator a(tiny, 32), b(tiny, 32);
    a->initialise(5, seeded(1));
    b->initialise(5, seeded(1));
    QVERIFY(sameState(networkState(*a), networkState(*b)));
    b->initialise(5, seeded(2));
    QVERIFY(!sameState(networkState(*a), networkState(*b)));
}

void TestModel::spareCodesTakeNoPart()
{
    Generator g(tiny, 32);
    Discriminator d(tiny, 32);
    g->initialise(5, seeded(1));
    d->initialise(5, seeded(2));
    const auto images = torch::rand({8, 3, 32, 32}) * 2 - 1;
    const auto p = d->logits(d->forward(images).embedding).softmax(1);
    QCOMPARE(p.narrow(1, 5, 27).max().item<float>(), 0.0f);
    discriminatorLoss(g, d, images, images.flip(3), someDrawing(8, 5), LossOptions()).total.backward();
    QCOMPARE(d->centroidTable.grad().narrow(0, 5, 27).abs().max().item<float>(), 0.0f);
    QVERIFY(d->centroidTable.grad().narrow(0, 0, 5).abs().max().item<float>() > 0);
    generatorLoss(g, d, someDrawing(8, 5), LossOptions()).total.backward();
    for (const auto& table : {g->codeTable, g->objectCodes}) {
        QCOMPARE(table.grad().narrow(0, 5, 27).abs().max().item<float>(), 0.0f);
        QVERIFY(table.grad().narrow(0, 0, 5).abs().max().item<float>() > 0);
    }
}

void TestModel::clampStopsTheOverflowOfTheCodeNoise()
{
    Generator free(tiny, 32), clamped(tiny, 32, 4);
    const DrawingInput input = someDrawing(8, 5);
    for (auto* g : {&free, &clamped})
        (*g)->initialise(5, seeded(1));
    torch::NoGradGuard noGrad;
    const auto before = free->codeNoise(input.cz, input.codes);
    QVERIFY(before.equal(clamped->codeNoise(input.cz, input.codes)));    // inactive at the start
    for (auto* g : {&free, &clamped})
        (*g)->named_parameters()["fg_gen.emb_c.1.bias"].fill_(1000);
    QVERIFY(!free->codeNoise(input.cz, input.codes).isfinite().all().item<bool>());
    const auto noise = clamped->codeNoise(input.cz, input.codes);
    QVERIFY(noise.isfinite().all().item<bool>());
    QVERIFY(((noise - 1000).abs() <= std::exp(4.0) * input.cz.abs() + 50).all().item<bool>());
}

void TestModel::preciseStatisticsLeaveTheRunningOnesAlone()
{
    Discriminator d(tiny, 32);
    d->initialise(5, seeded(2));
    d->forward(torch::rand({8, 3, 32, 32}));
    const auto running = [&] {
        TensorMap state = copyOf(*d);
        std::erase_if(state, [](const auto& item) { return item.first.ends_with("precise_mean") || item.first.ends_with("precise_var"); });
        return state;
    };
    const TensorMap before = running();
    {
        torch::NoGradGuard noGrad;
        const PreciseStatistics collecting(*d);
        QVERIFY(d->is_training());
        d->forward(torch::rand({8, 3, 32, 32}));
    }
    QVERIFY(d->is_training());    // as it came in
    QVERIFY(sameState(before, running()));
    d->forward(torch::rand({8, 3, 32, 32}));
    QVERIFY(!sameState(before, running()));
}

void TestModel::preciseStatisticsAreTheAverageOfTheBatches()
{
    BatchNorm norm(3);
    std::vector<torch::Tensor> means, variances;
    {
        torch::NoGradGuard noGrad;
        const PreciseStatistics collecting(*norm);
        for (int i = 0; i < 4; ++i) {
            const auto x = torch::randn({5, 3, 6, 6}) * (i + 1) + i;
            means.push_back(x.mean({0, 2, 3}));
            variances.push_back(x.transpose(0, 1).flatten(1).var(1, true));
            norm->leaky(x);
        }
    }
    QVERIFY(at::allclose(norm->preciseMean, at::stack(means).mean(0)));
    QVERIFY(at::allclose(norm->preciseVar, at::stack(variances).mean(0)));
    norm->eval();
    const auto x = torch::randn({5, 3, 6, 6});
    const auto side = [](const torch::Tensor& t) { return t.view({1, 3, 1, 1}); };
    const auto expected = at::leaky_relu((x - side(norm->preciseMean)) / (side(norm->preciseVar) + 1e-5).sqrt(), 0.2);
    QVERIFY(at::allclose(norm->leaky(x), expected, 1e-4, 1e-5));
    evaluateWith(*norm, BnBuffers::running);    // never moved: mean 0, variance 1
    QVERIFY(at::allclose(norm->leaky(x), at::leaky_relu(x, 0.2), 1e-4, 1e-4));
}

void TestModel::evaluationBuffersDoNotDependOnDrawings()
{
    const auto photos = torch::rand({16, 3, 32, 32}) * 2 - 1;
    std::vector<torch::Tensor> embeddings;
    torch::NoGradGuard noGrad;
    for (const double shade : {-1.0, 1.0}) {
        Discriminator d(tiny, 32);
        d->initialise(5, seeded(2));
        for (int i = 0; i < 3; ++i)
            d->forward(torch::rand({8, 3, 32, 32}) * 0.1 + shade);    // drawings of two kinds
        {
            const PreciseStatistics collecting(*d);
            for (const torch::Tensor& batch : photos.chunk(2))
                d->forward(batch);
        }
        d->eval();
        embeddings.push_back(d->forward(photos).embedding);
        evaluateWith(*d, BnBuffers::running);
        embeddings.push_back(d->forward(photos).embedding);
    }
    QVERIFY(embeddings[0].equal(embeddings[2]));
    QVERIFY(!at::allclose(embeddings[1], embeddings[3], 1e-2, 1e-3));
}

void TestModel::lossesStayFiniteAtLowTemperature()
{
    const auto centroids = torch::randn({32, 16}).requires_grad_(), h = torch::randn({32, 16}).requires_grad_(), r = torch::randn({16, 1});
    const CodeTargets targets{centroids, torch::arange(32) < 20, torch::arange(8, torch::kLong), 0.005};
    MarginalQueue queue;
    queue.length = 2;
    for (int i = 0; i < 4; ++i) {
        centroids.mutable_grad().reset();
        const LossTerms terms = discriminatorTerms({h, r}, targets, LossOptions(), {.queue = &queue});
        for (const LossTerm& term : terms.terms)
            QVERIFY2(std::isfinite(term.value.item<double>()), std::string(term.name).c_str());
        terms.total.backward();
        QVERIFY(centroids.grad().isfinite().all().item<bool>() && h.grad().isfinite().all().item<bool>());
    }
}

void TestModel::marginalQueueAveragesBatches()
{
    MarginalQueue queue;
    queue.length = 2;
    std::vector<torch::Tensor> means;
    for (int i = 0; i < 4; ++i) {
        const auto logits = (torch::randn({8, 12}) * 3).requires_grad_();
        means.push_back(logits.softmax(1).mean(0).detach());
        const std::size_t first = means.size() > 3 ? means.size() - 3 : 0;
        const double batches = static_cast<double>(means.size() - first);
        const auto mean = at::stack(std::vector(means.begin() + static_cast<std::ptrdiff_t>(first), means.end())).mean(0);
        const auto loss = entropyAll(logits, &queue);
        QVERIFY(std::abs(loss.item<double>() - batches * (mean * mean.log()).sum().item<double>()) < 1e-5);
        loss.backward();
        // the factor keeps the size of the gradient: d/dp of -H at the mean, as if the batch stood alone
        const auto alone = logits.detach().clone().requires_grad_();
        (alone.softmax(1).mean(0) * (mean.log() + 1)).sum().backward();
        QVERIFY(at::allclose(logits.grad(), alone.grad(), 1e-4, 1e-6));
        QCOMPARE(queue.logMeans.size(), std::min<std::size_t>(2, means.size()));
    }
}

void TestModel::referenceNamesRoundTrip()
{
    Generator g(tiny, 32), other(tiny, 64);
    Discriminator d(tiny, 32), otherD(tiny, 64);
    g->initialise(5, seeded(1));
    d->initialise(5, seeded(2));
    const TensorMap reference = toReference(g, 5);
    QCOMPARE(reference.at("fg_gen.emb_c.0.weight").sizes().vec(), (std::vector<std::int64_t>{32, 5}));
    QCOMPARE(reference.at("fg_gen.to_img.0.0.weight").sizes().vec(), (std::vector<std::int64_t>{8, 9, 3, 3}));
    TensorMap prefixed;
    for (const auto& [name, tensor] : reference)
        prefixed["module." + name] = tensor;
    loadReference(other, prefixed);
    loadReference(otherD, toReference(d, 5));
    QVERIFY(sameState(reference, toReference(other, 5)));
    QVERIFY(sameState(toReference(d, 5), toReference(otherD, 5)));
    QCOMPARE(otherD->active.sum().item<std::int64_t>(), 5);
    torch::NoGradGuard noGrad;
    const DrawingInput input = someDrawing(8, 5);
    QVERIFY(at::allclose(g->forward(input).drawing, other->forward(input).drawing));
}

void TestModel::stateOfAnotherSizeIsRefused()
{
    Generator g(tiny, 32), wider(sized(32, 32, 4, 4, 1, 1), 32);
    TensorMap state = copyOf(*g);
    const auto code = [&](const TensorMap& given, Generator& target) {
        try {
            loadNetworkState(*target, given);
        } catch (const Error& error) {
            return error.code();
        }
        return ErrorCode::none;
    };
    QCOMPARE(code(state, g), ErrorCode::none);
    QCOMPARE(code(state, wider), ErrorCode::checkpointMismatch);
    TensorMap more = state;
    more["surplus"] = torch::zeros({1});
    QCOMPARE(code(more, g), ErrorCode::checkpointMismatch);
    state.erase(state.begin());
    QCOMPARE(code(state, g), ErrorCode::checkpointMismatch);
}

QTEST_GUILESS_MAIN(TestModel)
#include "tst_model.moc"
