// SPDX-License-Identifier: GPL-3.0-or-later
// The networks, losses and their gradients against the numbers of the reference implementation, in float64 and float32.
#include "core/model/lossterms.h"
#include "core/model/referencenames.h"
#include "core/train/adam.h"
#include "tests/torch/golden.h"

#include <QTest>

#include <ATen/Functions.h>

using namespace plumage;
using namespace plumage::model;
using golden::Precision;

namespace {

constexpr std::int64_t codes = 12, tableRows = 96;    // K, and more rows than codes
const LossOptions referenceLosses{};                  // the default weights are the reference's; the queue is left out by passing none

NetworkOptions goldenOptions()
{
    NetworkOptions options;
    options.imageSize = 128;
    options.ngf = 64;
    options.ndf = 8;
    options.tail = 2;
    return options;
}

struct Networks {
    Generator g{goldenOptions(), tableRows};
    Discriminator d{goldenOptions(), tableRows};
    explicit Networks(Precision precision)
    {
        golden::convert(*g, precision);
        golden::convert(*d, precision);
        loadReference(g, golden::File("generator.weights").part("", precision));
        loadReference(d, golden::File("discriminator.weights").part("", precision));
    }
};

struct Inputs {
    golden::File file{"inputs"};
    Precision precision;
    torch::Tensor images(const std::string& name) const    // converted in float32, as the reference does
    {
        return ((file.tensors().at(name).to(torch::kFloat) / 255 - 0.5) / 0.5).to(golden::scalarType(precision));
    }
    torch::Tensor real(int iteration) const { return images("iter" + std::to_string(iteration % 2) + ".real_u8"); }
    torch::Tensor augmented(int iteration) const { return images("iter" + std::to_string(iteration % 2) + ".aug_u8"); }
    DrawingInput drawing(int iteration, const std::string& step) const
    {
        const std::string prefix = "iter" + std::to_string(iteration) + "." + step + ".";
        return {file.at(prefix + "z", precision), file.at(prefix + "cz", precision), file.at(prefix + "c_index", precision),
            file.at(prefix + "theta", precision)};
    }
};

train::Adam adamOf(torch::nn::Module& network)
{
    std::vector<std::pair<std::string, torch::Tensor>> parameters;
    for (const auto& item : network.named_parameters())
        parameters.emplace_back(item.key(), item.value());
    return train::Adam(std::move(parameters));
}

// Names of golden.json for our terms.
const std::map<std::string_view, std::string> termNames{{"d.real_adv", "real_adv"}, {"d.fake_adv", "fake_adv"}, {"d.info", "info_x5"},
    {"d.info_masked", "info_aug"}, {"d.contrastive", "contrastive"}, {"d.entropy_each", "entropy_reg_1"}, {"d.entropy_all", "entropy_reg_2"},
    {"d.total", "total"}, {"g.adv", "adv"}, {"g.info", "info_x5"}, {"g.info_masked", "info_aug"}, {"g.mask_area_low", "mask_area_low"},
    {"g.mask_area_high", "mask_area_high"}, {"g.mask_binary_entropy", "mask_binary_entropy"}, {"g.total", "total"}};

QString compareTerms(const std::string& caseName, const LossTerms& terms, Precision precision)
{
    QString problems;
    for (const LossTerm& term : terms.terms)
        if (term.name == "d.label")    // the reference knows no labels
            problems += term.value.item<double>() == 0 ? QString() : QStringLiteral("d.label is not 0");
        else
            problems += golden::lossDifference(caseName, termNames.at(term.name), term.value.item<double>(), precision);
    if (terms.maskMean.defined() && golden::description()["losses"][caseName].find("mask_mean"))
        problems += golden::lossDifference(caseName, "mask_mean", terms.maskMean.item<double>(), precision);
    return problems;
}

// Every tensor of `file` under `prefix`, found in `got` by the rest of its name.
QString compareAll(const golden::File& file, const std::string& prefix, const TensorMap& got, Precision precision)
{
    QString problems;
    int compared = 0;
    for (const auto& [name, tensor] : file.tensors()) {
        if (!name.starts_with(prefix))
            continue;
        const auto mine = got.find(name.substr(prefix.size()));
        problems += mine == got.end() ? QString::fromStdString(name + " is missing; ") : file.difference(name, mine->second, precision);
        ++compared;
    }
    return compared > 0 ? problems : QStringLiteral("nothing to compare");
}

// Gradients under the reference's names: the network's state with every parameter replaced by its gradient.
template<class Network>
TensorMap referenceGradients(Network& network, Network& like)
{
    torch::NoGradGuard noGrad;
    auto target = networkState(*like);
    for (const auto& item : network->named_parameters())
        target.at(item.key()).copy_(item.value().grad().defined() ? item.value().grad() : torch::zeros_like(item.value()));
    return toReference(like, codes);
}

// Brings D and G to the state between the two steps of iteration 0. In float64 by doing the D step; in float32, where Adam's first step
// is partly noise, from the stored numbers.
void takeFirstDiscriminatorStep(Networks& networks, const Inputs& inputs)
{
    auto& [g, d] = networks;
    discriminatorLoss(g, d, inputs.real(0), inputs.augmented(0), inputs.drawing(0, "D"), referenceLosses).total.backward();
    if (inputs.precision == Precision::f64) {
        adamOf(*d).step(2e-4);
    } else {
        const golden::File after("step.after");
        TensorMap state = after.part("D.", inputs.precision);
        for (const auto& [name, tensor] : after.part("D_after_Dstep.", inputs.precision))
            state[name] = tensor;
        loadReference(d, state);
    }
}

torch::Tensor sampled(const torch::Tensor& images, const torch::Tensor& index)
{
    return images.index_select(-2, index).index_select(-1, index);
}

} // namespace

class TestModelGolden : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data();
    void namesAndShapesAreTheReferences();
    void generatorDrawsWhatTheReferenceDraws_data();
    void generatorDrawsWhatTheReferenceDraws();
    void discriminatorSeesWhatTheReferenceSees();
    void discriminatorEvaluatesWithRunningBuffers();
    void lossesAloneAndTheirGradients();
    void singleOperations();
    void blocks();
    void adam();
    void gradientsOfTheFirstSteps();
    void stateAfterTheFirstIteration();
    void lossesOfThreeIterations();
};

Q_DECLARE_METATYPE(Precision)

void TestModelGolden::initTestCase_data()
{
    QTest::addColumn<Precision>("precision");
    QTest::newRow("float64") << Precision::f64;
    QTest::newRow("float32") << Precision::f32;
}

void TestModelGolden::namesAndShapesAreTheReferences()
{
    NetworkOptions options;
    options.ngf = 512;
    options.ndf = 64;
    Generator g(options, 400);
    Discriminator d(options, 400);
    const Json structure = golden::structure();
    const auto compare = [](const Json& part, const torch::nn::Module& network, const TensorMap& state) {
        const auto count = [](const auto& tensors) {
            std::int64_t sum = 0;
            for (const auto& tensor : tensors)
                sum += tensor.numel();
            return sum;
        };
        QCOMPARE(count(network.parameters()), part["parameter_count"].toInt());
        std::size_t named = 0;
        for (const char* kind : {"parameters", "buffers"}) {
            for (const Json& entry : part[kind].toArray()) {
                const std::string& name = entry.toArray()[0].toString();
                std::vector<std::int64_t> shape;
                for (const Json& side : entry.toArray()[1].toArray())
                    shape.push_back(side.toInt());
                QVERIFY2(state.contains(name), name.c_str());
                QVERIFY2(state.at(name).sizes().vec() == shape, name.c_str());
                ++named;
            }
        }
        QCOMPARE(state.size(), named);
    };
    compare(structure["generator"], *g, toReference(g, 400));
    compare(structure["discriminator"], *d, toReference(d, 400));
}

void TestModelGolden::generatorDrawsWhatTheReferenceDraws_data()
{
    QTest::addColumn<bool>("training");
    QTest::addColumn<bool>("moved");
    QTest::newRow("train, in place") << true << false;
    QTest::newRow("train, moved") << true << true;
    QTest::newRow("evaluation, in place") << false << false;
    QTest::newRow("evaluation, moved") << false << true;
}

void TestModelGolden::generatorDrawsWhatTheReferenceDraws()
{
    QFETCH_GLOBAL(Precision, precision);
    QFETCH(bool, training);
    QFETCH(bool, moved);
    const golden::File file("generator.forward");
    Networks networks(precision);
    Generator& g = networks.g;
    if (!training) {
        loadReference(g, golden::File("step.after").part("G.", precision));
        g->eval();
    }
    torch::NoGradGuard noGrad;
    DrawingInput input = Inputs{.precision = precision}.drawing(0, "D");
    if (!moved)
        input.theta.reset();
    const GeneratorOutput out = g->forward(input);
    const std::string prefix = std::string(training ? "train." : "eval.") + (moved ? "grid." : "nogrid.");
    const torch::Tensor index = file.at("sample_index", precision);
    QString problems;
    const auto check = [&](const std::string& name, const torch::Tensor& image) {
        problems += file.difference(prefix + name + ".sub", sampled(image, index), precision);
        problems += file.difference(prefix + name + ".mean", image.mean({2, 3}), precision);
        if (file.has(prefix + name + ".sqmean"))
            problems += file.difference(prefix + name + ".sqmean", image.square().mean({2, 3}), precision);
        if (file.has(prefix + name + ".full0"))
            problems += file.difference(prefix + name + ".full0", image[0], precision);
    };
    check("fg_mask", out.movedMask);
    check("fg_img", out.movedObject);
    check("final_img", out.drawing);
    if (!moved) {
        check("bg_img", out.background);
        if (training)
            g = Networks(precision).g;    // the forward before moved the buffers, which train mode does not read
        const torch::Tensor noise = g->codeNoise(input.cz, input.codes);
        problems += file.difference(prefix + "cz_prime", noise, precision);
        problems += file.difference(prefix + "fg_feature_F.sub", sampled(g->feature(input.z, noise), index), precision);
    }
    QCOMPARE(problems, QString());
}

void TestModelGolden::discriminatorSeesWhatTheReferenceSees()
{
    QFETCH_GLOBAL(Precision, precision);
    const golden::File file("discriminator.forward");
    const Inputs inputs{.precision = precision};
    Networks networks(precision);
    auto& [g, d] = networks;
    QString problems;
    const auto run = [&](const std::string& step, const std::vector<torch::Tensor>& views, const std::vector<std::string>& names, std::int64_t scored) {
        torch::NoGradGuard noGrad;
        const DiscriminatorOutput out = d->forwardViews(views, scored);
        problems += file.difference(step + "class_emb", d->centroids().narrow(0, 0, codes), precision);
        for (std::size_t i = 0; i < names.size(); ++i) {
            const torch::Tensor h = out.embedding.narrow(0, static_cast<std::int64_t>(i) * 8, 8), logits = d->logits(h);
            problems += file.difference(step + "h_" + names[i], h, precision);
            if (static_cast<std::int64_t>(i) < scored)
                problems += file.difference(step + "rf_" + names[i], out.score.narrow(0, static_cast<std::int64_t>(i) * 8, 8), precision);
            if (!file.has(step + "logits_" + names[i]))
                continue;
            problems += file.difference(step + "logits_" + names[i], logits.narrow(1, 0, codes), precision);
            problems += file.difference(step + "softmax_" + names[i], logits.softmax(1).narrow(1, 0, codes), precision);
        }
    };
    const GeneratorOutput drawn = g->forward(inputs.drawing(0, "D"));
    const torch::Tensor masked = drawn.movedMask * drawn.drawing;
    problems += file.difference("Dstep.masked_fake_img.mean", masked.mean({2, 3}), precision);
    run("Dstep.", {inputs.real(0), drawn.drawing, masked, inputs.augmented(0)}, {"real", "fake", "masked", "aug"}, 2);
    Networks between(precision);
    takeFirstDiscriminatorStep(between, inputs);
    std::swap(networks, between);
    const GeneratorOutput second = g->forward(inputs.drawing(0, "G"));
    run("Gstep.", {second.drawing, second.movedMask * second.drawing}, {"fake", "masked"}, 1);
    QCOMPARE(problems, QString());
}

void TestModelGolden::discriminatorEvaluatesWithRunningBuffers()
{
    QFETCH_GLOBAL(Precision, precision);
    const golden::File file("discriminator.forward");
    Networks networks(precision);
    Discriminator& d = networks.d;
    loadReference(d, golden::File("step.after").part("D.", precision));
    d->eval();
    torch::NoGradGuard noGrad;
    const DiscriminatorOutput out = d->forward(Inputs{.precision = precision}.real(0));
    const torch::Tensor logits = d->logits(out.embedding);
    QString problems = file.difference("eval.h_real", out.embedding, precision);
    problems += file.difference("eval.rf_real", out.score, precision);
    problems += file.difference("eval.logits_real", logits.narrow(1, 0, codes), precision);
    problems += file.difference("eval.predicted_cluster", logits.argmax(1), precision);
    QCOMPARE(problems, QString());
}

void TestModelGolden::lossesAloneAndTheirGradients()
{
    QFETCH_GLOBAL(Precision, precision);
    const golden::File file("algebra.losses");
    const auto in = [&](const char* name) { return file.at(std::string("in.") + name, precision).clone().requires_grad_(); };
    const auto active = torch::ones({codes}, torch::kBool);
    QString problems;
    for (const std::string step : {"D", "G"}) {
        TensorMap given;
        for (const char* name : {"class_emb", "h_real", "h_aug", "h_fake", "h_masked", "rf_real", "rf_fake", "mask"})
            given[name] = in(name);
        const CodeTargets targets{given["class_emb"], active, file.at("in.c_index", precision), 0.1};
        const LossTerms terms = step == "D"
            ? discriminatorTerms({at::cat({given["h_real"], given["h_fake"], given["h_masked"], given["h_aug"]}), at::cat({given["rf_real"], given["rf_fake"]})},
                  targets, referenceLosses)
            : generatorTerms({at::cat({given["h_fake"], given["h_masked"]}), given["rf_fake"]}, given["mask"], targets, referenceLosses);
        problems += compareTerms("alone." + step, terms, precision);
        terms.total.backward();
        TensorMap gradients;
        for (const auto& [name, tensor] : given)
            if (tensor.grad().defined())
                gradients[name] = tensor.grad();
        problems += compareAll(file, "grad_" + step + ".", gradients, precision);
    }
    const auto logits = codeLogits(in("h_real"), in("class_emb"), active, 0.1);
    const auto p = logits.softmax(1);
    problems += file.difference("out.p_real", p, precision);
    problems += file.difference("out.conditional_entropy", -(p * p.log()).sum(1), precision);
    problems += file.difference("out.marginal_entropy", -entropyAll(logits).reshape({1}), precision);
    const auto v = unitRows(at::cat({in("h_real"), in("h_aug")}));
    problems += file.difference("out.nt_xent_similarity", at::matmul(v, v.t()), precision);
    QCOMPARE(problems, QString());
}

void TestModelGolden::singleOperations()
{
    QFETCH_GLOBAL(Precision, precision);
    const golden::File file("algebra.ops");
    const auto in = [&](const char* name) { return file.at(name, precision).clone().requires_grad_(); };
    QString problems;

    const auto feature = in("onehot_conv.F"), weight = in("onehot_conv.weight");
    const auto taps = weight.narrow(1, 4, codes).transpose(0, 1).reshape({codes, -1});
    const auto image = file.at("onehot_conv.c_index", precision);
    const auto out = addCodePlanes(conv3(feature, weight.narrow(1, 0, 4)), taps.index_select(0, image).view({8, 8, 3, 3}));
    out.backward(file.at("onehot_conv.grad_out", precision));
    problems += compareAll(file, "onehot_conv.", {{"F", feature}, {"weight", weight}, {"grad_out", file.at("onehot_conv.grad_out", precision)},
        {"c_index", image}, {"out", out}, {"grad_F", feature.grad()}, {"grad_weight", weight.grad()}}, precision);

    for (const bool folded : {false, true}) {
        const auto x = in("up_conv.x"), w = in("up_conv.weight");
        const auto up = upConv3(x, w, folded);
        up.backward(file.at("up_conv.grad_out", precision));
        problems += file.difference("up_conv.out", up, precision) + file.difference("up_conv.grad_x", x.grad(), precision)
            + file.difference("up_conv.grad_weight", w.grad(), precision);
    }

    const auto x = in("grid_sample.x");
    const auto zero = torch::zeros({8, 1, 16, 16}, x.options().requires_grad(false));
    const GeneratorOutput moved = compose(torch::zeros_like(x), zero, x, file.at("grid_sample.theta", precision));
    moved.movedObject.backward(file.at("grid_sample.grad_out", precision));
    problems += file.difference("grid_sample.out", moved.movedObject, precision) + file.difference("grid_sample.grad_x", x.grad(), precision);
    QCOMPARE(problems, QString());
}

void TestModelGolden::blocks()
{
    QFETCH_GLOBAL(Precision, precision);
    const golden::File file("algebra.ops");
    torch::nn::Module root;
    GatedConv up(root, "up", 6, 5, true);
    ResidualBlock res(root, "res", 6);
    golden::convert(root, precision);
    {
        torch::NoGradGuard noGrad;
        for (auto& item : root.named_parameters())
            item.value().copy_(file.at("blocks." + item.key(), precision));
    }
    const auto x = file.at("blocks.x", precision);
    QString problems = file.difference("blocks.up.out", up(x), precision) + file.difference("blocks.res.out", res(x), precision);
    for (const auto& item : root.named_buffers()) {
        std::string name = "blocks." + item.key();
        name.insert(name.find('.', 7) + 1, "after.");    // blocks.up.after.2.running_mean
        if (!item.key().ends_with("precise_mean") && !item.key().ends_with("precise_var"))
            problems += file.difference(name, item.value(), precision);
    }
    QCOMPARE(problems, QString());
}

void TestModelGolden::adam()
{
    QFETCH_GLOBAL(Precision, precision);
    const golden::File file("algebra.ops");
    torch::Tensor parameter = file.at("adam.param", precision).clone().requires_grad_();
    train::Adam adam({{"p", parameter}});
    std::vector<torch::Tensor> after;
    for (int step = 0; step < 3; ++step) {
        adam.clearGradients();
        parameter.mutable_grad() = file.at("adam.grads", precision)[step].clone();
        adam.step(2e-4);
        after.push_back(parameter.detach().clone());
    }
    QCOMPARE(file.difference("adam.after", at::stack(after), precision), QString());
}

void TestModelGolden::gradientsOfTheFirstSteps()
{
    QFETCH_GLOBAL(Precision, precision);
    const golden::File file("step.gradients");
    const Inputs inputs{.precision = precision};
    Networks networks(precision), like(precision);
    auto& [g, d] = networks;
    takeFirstDiscriminatorStep(networks, inputs);
    QString problems = compareAll(file, "D.", referenceGradients(d, like.d), precision);
    for (const auto& parameter : g->parameters())
        QVERIFY(!parameter.grad().defined());
    const TensorMap state = toReference(d, codes);    // before the forwards of the G step move its buffers
    for (auto& parameter : d->parameters())
        parameter.mutable_grad().reset();
    generatorLoss(g, d, inputs.drawing(0, "G"), referenceLosses).total.backward();
    problems += compareAll(file, "G.", referenceGradients(g, like.g), precision);
    for (const auto& parameter : d->parameters())
        QVERIFY(!parameter.grad().defined());

    // the same once more, with the gradients of drawing and mask kept
    const torch::Tensor index = golden::File("generator.forward").at("sample_index", precision);
    loadReference(d, state);
    const GeneratorOutput drawn = g->forward(inputs.drawing(0, "G"));
    drawn.drawing.retain_grad();
    drawn.movedMask.retain_grad();
    const std::vector views{drawn.drawing, drawn.movedMask * drawn.drawing};
    const CodeTargets targets{d->centroids(), d->active, inputs.drawing(0, "G").codes, 0.1};
    generatorTerms(d->forwardViews(views, 1), drawn.movedMask, targets, referenceLosses).total.backward();
    problems += file.difference("G_step.grad_final_img.sub", sampled(drawn.drawing.grad(), index), precision);
    problems += file.difference("G_step.grad_fg_mask.sub", sampled(drawn.movedMask.grad(), index), precision);
    QCOMPARE(problems, QString());
}

void TestModelGolden::stateAfterTheFirstIteration()
{
    QFETCH_GLOBAL(Precision, precision);
    const golden::File file("step.after");
    const Inputs inputs{.precision = precision};
    Networks networks(precision);
    auto& [g, d] = networks;
    train::Adam adamG = adamOf(*g), adamD = adamOf(*d);
    discriminatorLoss(g, d, inputs.real(0), inputs.augmented(0), inputs.drawing(0, "D"), referenceLosses).total.backward();
    adamD.step(2e-4);
    QString problems = compareAll(file, "D_after_Dstep.", toReference(d, codes), precision);
    problems += compareAll(file, "G_after_Dstep.", toReference(g, codes), precision);
    generatorLoss(g, d, inputs.drawing(0, "G"), referenceLosses).total.backward();
    adamG.step(2e-4);
    problems += compareAll(file, "D.", toReference(d, codes), precision);
    problems += compareAll(file, "G.", toReference(g, codes), precision);
    QCOMPARE(problems, QString());
}

void TestModelGolden::lossesOfThreeIterations()
{
    QFETCH_GLOBAL(Precision, precision);
    const Inputs inputs{.precision = precision};
    Networks networks(precision);
    auto& [g, d] = networks;
    train::Adam adamG = adamOf(*g), adamD = adamOf(*d);
    QString problems;
    for (int i = 0; i < 3; ++i) {
        const std::string name = "iter" + std::to_string(i);
        adamD.clearGradients();
        const LossTerms step = discriminatorLoss(g, d, inputs.real(i), inputs.augmented(i), inputs.drawing(i, "D"), referenceLosses);
        problems += compareTerms(name + ".D", step, precision);
        step.total.backward();
        adamD.step(2e-4);
        adamG.clearGradients();
        const LossTerms drawing = generatorLoss(g, d, inputs.drawing(i, "G"), referenceLosses);
        problems += compareTerms(name + ".G", drawing, precision);
        drawing.total.backward();
        adamG.step(2e-4);
    }
    QCOMPARE(problems, QString());
}

QTEST_GUILESS_MAIN(TestModelGolden)
#include "tst_modelgolden.moc"
