// SPDX-License-Identifier: GPL-3.0-or-later
// METHOD.md section 4: every fast form equals the plain form, output and every gradient, to 1e-12 (float64) and 1e-5 (float32) of the largest value.
#include "core/model/layers.h"
#include "core/model/lossterms.h"
#include "core/model/narrowconv.h"
#include "core/model/narrowkernels.h"
#include "core/model/publishedform.h"
#include "core/model/winograd.h"
#include "tests/torch/golden.h"

#include <QTest>

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Functions.h>
#include <torch/utils.h>

#include <cmath>
#include <functional>

using namespace plumage;
using namespace plumage::model;
using golden::Precision;

Q_DECLARE_METATYPE(Precision)

namespace {

using Tensors = std::vector<torch::Tensor>;

NetworkOptions smallOptions()
{
    NetworkOptions options;
    options.imageSize = 32;
    options.ngf = 16;
    options.ndf = 4;
    options.tail = 4;
    options.trunkRes = options.objectRes = 1;
    return options;
}

double limit(Precision precision) { return precision == Precision::f64 ? 1e-12 : 1e-5; }

// layers: how many lie on the way; rounding adds up over a whole network
QString farthest(const char* what, const torch::Tensor& a, const torch::Tensor& b, Precision precision, double layers = 1)
{
    if (a.sizes() != b.sizes())
        return QStringLiteral("%1: shapes; ").arg(QLatin1String(what));
    const double scale = std::max(a.abs().max().item<double>(), 1e-30), off = (a - b).abs().max().item<double>() / scale;
    return off <= layers * limit(precision) ? QString() : QStringLiteral("%1: %2; ").arg(QLatin1String(what)).arg(off);
}

// Runs both forms on equal leaves with equal random output gradients; compares outputs and all gradients.
QString compareForms(const Tensors& inputs, const std::function<torch::Tensor(const Tensors&)>& plain, const std::function<torch::Tensor(const Tensors&)>& fast,
    Precision precision)
{
    Tensors outputs, leaves[2];
    torch::Tensor gradient;
    for (int form = 0; form < 2; ++form) {
        for (const torch::Tensor& input : inputs)
            leaves[form].push_back(input.detach().clone().to(golden::scalarType(precision)).requires_grad_());
        outputs.push_back(form == 0 ? plain(leaves[0]) : fast(leaves[1]));
        if (!gradient.defined())
            gradient = torch::randn_like(outputs[0]);
        outputs[form].backward(gradient);
    }
    QString problems = farthest("output", outputs[0], outputs[1], precision);
    for (std::size_t i = 0; i < inputs.size(); ++i)
        problems += farthest(("gradient " + std::to_string(i)).c_str(), leaves[0][i].grad(), leaves[1][i].grad(), precision);
    return problems;
}

torch::Tensor oneHot(const torch::Tensor& codes, std::int64_t count, const torch::Tensor& like)
{
    return torch::zeros({codes.size(0), count}, like.options().requires_grad(false)).scatter_(1, codes.unsqueeze(1), 1);
}

TensorMap gradients(torch::nn::Module& network)
{
    TensorMap result;
    for (const auto& item : network.named_parameters())
        result[item.key()] = item.value().grad().clone();
    return result;
}

void clearGradients(torch::nn::Module& network)
{
    for (auto& parameter : network.parameters())
        parameter.mutable_grad().reset();
}

QString compareMaps(const TensorMap& a, const TensorMap& b, Precision precision, double floor)
{
    QString problems;
    for (const auto& [name, tensor] : a)    // a gradient that is zero in theory, before a BN, is rounding noise
        if (tensor.is_floating_point() && tensor.abs().max().item<double>() > floor)
            problems += farthest(name.c_str(), tensor, b.at(name), precision);
    return problems;
}

struct Batch {
    torch::Tensor real, augmented;
    DrawingInput drawing;
};

Batch someBatch(Precision precision, std::int64_t n, std::int64_t codes)
{
    const auto options = torch::TensorOptions(golden::scalarType(precision));
    const auto theta = torch::eye(3, options).narrow(0, 0, 2).expand({n, 2, 3}) + 0.2 * torch::randn({n, 2, 3}, options);
    return {torch::rand({n, 3, 32, 32}, options) * 2 - 1, torch::rand({n, 3, 32, 32}, options) * 2 - 1,
        {torch::randn({n, 64}, options), torch::randn({n, 8}, options), torch::randperm(codes, torch::kLong).narrow(0, 0, n), theta}};
}

struct Networks {
    Generator g{smallOptions(), 32};
    Discriminator d{smallOptions(), 32};
    explicit Networks(Precision precision)
    {
        g->initialise(12, at::make_generator<at::CPUGeneratorImpl>(5));
        d->initialise(12, at::make_generator<at::CPUGeneratorImpl>(6));
        golden::convert(*g, precision);
        golden::convert(*d, precision);
    }
};

} // namespace

class TestModelAlgebra : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data();
    void init() { torch::manual_seed(11); }
    void codePlanesEqualConvolvedOneHot();
    void gatherEqualsOneHotTimesLinear();
    void oneProductEqualsOneDotProductPerCodeAndView();
    void foldedUpsamplingEqualsNearest();
    void tileConvolutionsEqualPlainOnes();
    void narrowConvolutionsEqualPlainOnes_data();
    void narrowConvolutionsEqualPlainOnes();
    void oneGridSampleEqualsTwo();
    void compositionEqualsItsFormula();
    void fusedNormalisationEqualsSeparateOperations_data();
    void fusedNormalisationEqualsSeparateOperations();
    void viewsTogetherEqualViewsApart();
    void frozenDiscriminatorChangesNoGradientOfG();
    void drawingWithoutGraphChangesNoGradientOfD();
    void thePublishedFormGivesTheSameNumbers();
};

void TestModelAlgebra::initTestCase_data()
{
    QTest::addColumn<Precision>("precision");
    QTest::newRow("float64") << Precision::f64;
    QTest::newRow("float32") << Precision::f32;
}

void TestModelAlgebra::codePlanesEqualConvolvedOneHot()
{
    QFETCH_GLOBAL(Precision, precision);
    const auto codes = torch::randint(7, {6}, torch::kLong);
    for (const std::int64_t side : {2, 5, 32}) {
        const auto plain = [&](const Tensors& in) {    // feature, weight of the feature, table
            const auto planes = oneHot(codes, 7, in[0]).unsqueeze(2).unsqueeze(3).expand({6, 7, side, side});
            return conv3(at::cat({in[0], planes}, 1), at::cat({in[1], in[2].view({7, 8, 3, 3}).transpose(0, 1)}, 1));
        };
        const auto fast = [&](const Tensors& in) {
            return addCodePlanes(conv3(in[0], in[1]), in[2].index_select(0, codes).view({6, 8, 3, 3}));
        };
        QCOMPARE(compareForms({torch::randn({6, 4, side, side}), torch::randn({8, 4, 3, 3}), torch::randn({7, 72})}, plain, fast, precision), QString());
    }
}

void TestModelAlgebra::gatherEqualsOneHotTimesLinear()
{
    QFETCH_GLOBAL(Precision, precision);
    const auto codes = torch::tensor({3, 1, 3, 0, 3}, torch::kLong);
    QCOMPARE(compareForms({torch::randn({6, 32}), torch::randn({32})},
                 [&](const Tensors& in) { return at::linear(oneHot(codes, 6, in[0]), in[0].t(), in[1]); },
                 [&](const Tensors& in) { return in[0].index_select(0, codes) + in[1]; }, precision), QString());
    QCOMPARE(compareForms({torch::randn({6, 32}), torch::randn({32})},
                 [&](const Tensors& in) { return at::linear(torch::eye(6, in[0].options().requires_grad(false)), in[0].t(), in[1]); },
                 [&](const Tensors& in) { return in[0] + in[1]; }, precision), QString());
}

void TestModelAlgebra::oneProductEqualsOneDotProductPerCodeAndView()
{
    QFETCH_GLOBAL(Precision, precision);
    const auto active = torch::tensor({1, 1, 0, 1, 1}, torch::kBool);
    const auto plain = [&](const Tensors& in) {
        Tensors views;
        for (const torch::Tensor& h : in[0].chunk(3)) {
            Tensors columns;
            for (std::int64_t k = 0; k < 5; ++k)
                columns.push_back(at::cosine_similarity(h, in[1][k].unsqueeze(0), 1, 1e-12) / 0.1);
            views.push_back(at::stack(columns, 1));
        }
        return at::cat(views).masked_fill(active.logical_not(), -1e4);
    };
    QCOMPARE(compareForms({torch::randn({12, 16}), torch::randn({5, 16})}, plain,
                 [&](const Tensors& in) { return codeLogits(in[0], in[1], active, 0.1); }, precision), QString());
}

void TestModelAlgebra::foldedUpsamplingEqualsNearest()
{
    QFETCH_GLOBAL(Precision, precision);
    QCOMPARE(compareForms({torch::randn({3, 5, 6, 6}), torch::randn({8, 5, 3, 3})},
                 [](const Tensors& in) { return upConv3(in[0], in[1], false); }, [](const Tensors& in) { return upConv3(in[0], in[1], true); }, precision),
        QString());
}

void TestModelAlgebra::tileConvolutionsEqualPlainOnes()
{
    QFETCH_GLOBAL(Precision, precision);
    QCOMPARE(compareForms({torch::randn({9, 64, 4, 4}), torch::randn({48, 64, 3, 3}) / 24},
                 [](const Tensors& in) { return conv3(in[0], in[1]); }, [](const Tensors& in) { return tileConv3(in[0], in[1]); }, precision), QString());
    QCOMPARE(compareForms({torch::randn({9, 32, 8, 8}), torch::randn({48, 32, 4, 4}) / 24},
                 [](const Tensors& in) { return at::conv2d(in[0], in[1], {}, 2, 1); }, [](const Tensors& in) { return tileConv4Stride2(in[0], in[1]); },
                 precision), QString());
}

void TestModelAlgebra::narrowConvolutionsEqualPlainOnes_data()
{
    QTest::addColumn<QList<int>>("sizes");    // pictures, channels in, channels out, height and width of the output
    QTest::addColumn<bool>("doubles");
    QTest::newRow("a gated layer") << QList{3, 8, 16, 32, 32} << false;
    QTest::newRow("a residual block's second") << QList{3, 8, 8, 64, 64} << false;
    QTest::newRow("to colours") << QList{2, 8, 3, 32, 32} << false;
    QTest::newRow("to a mask") << QList{1, 8, 1, 64, 64} << false;
    QTest::newRow("from colours, flat") << QList{2, 3, 5, 1, 96} << false;
    QTest::newRow("odd channels, wide") << QList{2, 13, 23, 7, 128} << false;
    QTest::newRow("fewer pictures than threads") << QList{1, 16, 16, 33, 32} << false;
    QTest::newRow("after enlarging") << QList{3, 16, 16, 32, 32} << true;
    QTest::newRow("after enlarging, few") << QList{2, 5, 2, 2, 64} << true;
}

void TestModelAlgebra::narrowConvolutionsEqualPlainOnes()
{
    QFETCH_GLOBAL(Precision, precision);
    QFETCH(QList<int>, sizes);
    QFETCH(bool, doubles);
    const int part = doubles ? 2 : 1;
    const auto x = torch::randn({sizes[0], sizes[1], sizes[3] / part, sizes[4] / part}), weight = torch::randn({sizes[2], sizes[1], 3, 3}) / std::sqrt(9.0 * sizes[1]);
    if (!hasNarrowKernels())
        QSKIP("this processor has none");
    QVERIFY(convolvesNarrow(x, weight, doubles));
    const auto form = [doubles](bool kernels) {
        return [doubles, kernels](const Tensors& in) { return doubles ? upConv3(in[0], in[1], false, kernels) : conv3(in[0], in[1], kernels); };
    };
    QCOMPARE(compareForms({x, weight}, form(false), form(true), precision), QString());
    const torch::Tensor lying = x.transpose(2, 3).contiguous().transpose(2, 3);    // not contiguous: LibTorch's operation
    QVERIFY(at::allclose(form(true)({lying, weight}), form(false)({x, weight}), 1e-4, 1e-5));
}

void TestModelAlgebra::oneGridSampleEqualsTwo()
{
    QFETCH_GLOBAL(Precision, precision);
    const auto theta = someBatch(precision, 6, 12).drawing.theta;
    const auto plain = [&](const Tensors& in) {
        Tensors moved;
        for (const torch::Tensor& image : in)
            moved.push_back(at::grid_sampler(image, at::affine_grid_generator(*theta, image.sizes(), true), 0, 0, true));
        return at::cat(moved, 1);
    };
    const auto fast = [&](const Tensors& in) {
        const GeneratorOutput out = compose(torch::zeros_like(in[1]), in[0], in[1], theta);
        return at::cat({out.movedMask, out.movedObject}, 1);
    };
    QCOMPARE(compareForms({torch::rand({6, 1, 16, 16}), torch::randn({6, 3, 16, 16})}, plain, fast, precision), QString());
}

void TestModelAlgebra::compositionEqualsItsFormula()
{
    QFETCH_GLOBAL(Precision, precision);
    QCOMPARE(compareForms({torch::randn({6, 3, 16, 16}), torch::rand({6, 1, 16, 16}), torch::randn({6, 3, 16, 16})},
                 [](const Tensors& in) { return in[0] * (1 - in[1]) + in[2] * in[1]; },
                 [](const Tensors& in) { return compose(in[0], in[1], in[2], {}).drawing; }, precision), QString());
}

void TestModelAlgebra::fusedNormalisationEqualsSeparateOperations_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<int>("parts");
    QTest::newRow("gated") << 0 << 1;
    QTest::newRow("leaky") << 1 << 1;
    QTest::newRow("leaky, three parts") << 1 << 3;
    QTest::newRow("with residual") << 2 << 1;
}

void TestModelAlgebra::fusedNormalisationEqualsSeparateOperations()
{
    QFETCH_GLOBAL(Precision, precision);
    QFETCH(int, kind);
    QFETCH(int, parts);
    Tensors buffers;
    const auto plain = [&](const Tensors& in) {
        auto mean = torch::zeros({8}, in[1].options().requires_grad(false)), var = torch::ones_like(mean);
        Tensors done;
        for (const torch::Tensor& part : in[0].chunk(parts))
            done.push_back(at::batch_norm(part, in[1], in[2], mean, var, true, bnMomentum, bnEpsilon, false));
        buffers = {mean, var};
        const auto y = at::cat(done);
        return kind == 0 ? at::glu(y, 1) : kind == 1 ? at::leaky_relu(y, leakySlope) : y + in[3];
    };
    BatchNorm norm(8);
    golden::convert(*norm, precision);
    const auto fast = [&](const Tensors& in) {
        norm->weight = in[1];
        norm->bias = in[2];
        return kind == 0 ? norm->glu(in[0]) : kind == 1 ? norm->leaky(in[0], parts) : norm->plus(in[0], in[3]);
    };
    Tensors inputs{3 * torch::randn({6, 8, 7, 9}) + 2, torch::randn({8}), torch::randn({8})};
    if (kind == 2)
        inputs.push_back(torch::randn({6, 8, 7, 9}));
    QString problems = compareForms(inputs, plain, fast, precision);
    problems += farthest("running mean", buffers[0], norm->runningMean, precision) + farthest("running variance", buffers[1], norm->runningVar, precision);
    QCOMPARE(problems, QString());
    QCOMPARE(norm->numBatchesTracked.item<std::int64_t>(), parts);
}

void TestModelAlgebra::viewsTogetherEqualViewsApart()
{
    QFETCH_GLOBAL(Precision, precision);
    Networks together(precision), apart(precision);
    const Batch batch = someBatch(precision, 8, 12);
    const Tensors views{batch.real, batch.augmented, batch.real.flip(3) * 0.5};
    const DiscriminatorOutput one = together.d->forwardViews(views, 2);
    Tensors h, r;
    for (const torch::Tensor& view : views) {
        const DiscriminatorOutput out = apart.d->forward(view);
        h.push_back(out.embedding);
        r.push_back(out.score);
    }
    r.pop_back();
    QString problems = farthest("h", one.embedding, at::cat(h), precision) + farthest("r", one.score, at::cat(r), precision);
    const auto gradientH = torch::randn_like(one.embedding), gradientR = torch::randn_like(one.score);
    ((one.embedding * gradientH).sum() + (one.score * gradientR).sum()).backward();
    ((at::cat(h) * gradientH).sum() + (at::cat(r) * gradientR).sum()).backward();
    for (auto* d : {&together.d, &apart.d})    // the loss above does not use them
        (*d)->centroidTable.mutable_grad() = (*d)->centroidBias.mutable_grad() = torch::zeros({1});
    problems += compareMaps(gradients(*apart.d), gradients(*together.d), precision, 1e-3);
    for (const auto& item : apart.d->named_buffers())
        if (item.value().is_floating_point())
            problems += farthest(item.key().c_str(), item.value(), together.d->named_buffers()[item.key()], precision);
    QCOMPARE(problems, QString());
}

void TestModelAlgebra::frozenDiscriminatorChangesNoGradientOfG()
{
    QFETCH_GLOBAL(Precision, precision);
    Networks networks(precision);
    auto& [g, d] = networks;
    const Batch batch = someBatch(precision, 8, 12);
    const LossOptions options;
    generatorLoss(g, d, batch.drawing, options).total.backward();
    const TensorMap frozen = gradients(*g);
    for (const auto& parameter : d->parameters())
        QVERIFY(!parameter.grad().defined() && parameter.requires_grad());
    clearGradients(*g);
    const GeneratorOutput drawn = g->forward(batch.drawing);
    const Tensors views{drawn.drawing, drawn.movedMask * drawn.drawing};
    generatorTerms(d->forwardViews(views, 1), drawn.movedMask, {d->centroids(), d->active, batch.drawing.codes, d->temperature}, options).total.backward();
    QCOMPARE(compareMaps(gradients(*g), frozen, precision, 1e-6), QString());
}

void TestModelAlgebra::drawingWithoutGraphChangesNoGradientOfD()
{
    QFETCH_GLOBAL(Precision, precision);
    Networks networks(precision);
    auto& [g, d] = networks;
    const Batch batch = someBatch(precision, 8, 12);
    const LossOptions options;
    discriminatorLoss(g, d, batch.real, batch.augmented, batch.drawing, options).total.backward();
    const TensorMap without = gradients(*d);
    clearGradients(*d);
    const GeneratorOutput drawn = g->forward(batch.drawing);
    const Tensors views{batch.real, drawn.drawing, drawn.movedMask * drawn.drawing, batch.augmented};
    discriminatorTerms(d->forwardViews(views, 2), {d->centroids(), d->active, batch.drawing.codes, d->temperature}, options).total.backward();
    QCOMPARE(compareMaps(gradients(*d), without, precision, 1e-6), QString());
    for (const auto& parameter : d->parameters())
        QVERIFY(parameter.grad().isfinite().all().item<bool>());
}

// One iteration of both formulations from equal weights and equal noise.
void TestModelAlgebra::thePublishedFormGivesTheSameNumbers()
{
    QFETCH_GLOBAL(Precision, precision);
    Networks networks(precision);
    auto& [g, d] = networks;
    const Batch batch = someBatch(precision, 8, 12);
    const LossOptions options;
    PublishedForm published(smallOptions(), g, d, 12);
    PublishedForm::Batch plain{batch.drawing.z, batch.drawing.cz, batch.drawing.codes, {}};
    const auto theta = batch.drawing.theta->to(torch::kDouble).contiguous();
    plain.theta.assign(theta.const_data_ptr<double>(), theta.const_data_ptr<double>() + theta.numel());
    const auto compare = [&](const TensorMap& ours, const TensorMap& theirs) {
        QString problems;
        for (const auto& [name, gradient] : ours) {
            const auto found = theirs.find(name);
            const bool table = name == "centroids.weight" || name == "fg_gen.emb_c.0.weight";    // kept transposed there
            if (found == theirs.end() || name == "fg_gen.to_img.0.0.weight" || gradient.abs().max().item<double>() < 1e-6)
                continue;
            problems += farthest(name.c_str(), table ? gradient.narrow(0, 0, 12).t() : gradient, found->second.grad(), precision, 10);
        }
        return problems;
    };
    const auto ourD = discriminatorLoss(g, d, batch.real, batch.augmented, batch.drawing, options).total;
    const auto theirD = published.discriminatorLoss(batch.real, batch.augmented, plain, options);
    QCOMPARE(farthest("D's loss", ourD.detach(), theirD.detach(), precision), QString());
    ourD.backward();
    theirD.backward();
    QCOMPARE(compare(gradients(*d), published.discriminator()), QString());
    clearGradients(*d);
    published.stepDiscriminator(0);
    const auto ourG = generatorLoss(g, d, batch.drawing, options).total;
    const auto theirG = published.generatorLoss(plain, options);
    QCOMPARE(farthest("G's loss", ourG.detach(), theirG.detach(), precision), QString());
    ourG.backward();
    theirG.backward();
    QCOMPARE(compare(gradients(*g), published.generator()), QString());
}

QTEST_GUILESS_MAIN(TestModelAlgebra)
#include "tst_modelalgebra.moc"
