// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/trainstate.h"
#include "tests/torch/trainfixture.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using namespace plumage;
using namespace plumage::train;

class TestTrainState final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void termsComeInTheOrderOfTheirNames();
    void poisonedWeightsGoBackToAGoodCopy();
    void threeTimesEndsTheTraining();
    void strikesAreForgottenAfterAWhile();
    void secondFailureGoesBackFurther();
    void averagedGeneratorFollows();
    void adamMatchesTheFormula();
    void inactiveRowsStayZero();
    void seedsDecideTheWeights();
    void aTeamSharesBatchesAndGradients();
    void onlyTheFirstOfATeamWrites();

private:
    void poison(TrainState& state) const;
    bool isFinite(const TrainState& state) const;

    QTemporaryDir m_folder;
    TrainOptions m_options = fixtureOptions();
    std::unique_ptr<PhotoPackReader> m_pack;
    Team m_team;    // alone
};

void TestTrainState::initTestCase()
{
    at::set_num_threads(1);
    const std::filesystem::path file = m_folder.filePath(QStringLiteral("photos.pack")).toStdString();
    writeFixturePack(file, 24, 4);
    m_pack = std::make_unique<PhotoPackReader>(file);
}

void TestTrainState::poison(TrainState& state) const
{
    const at::NoGradGuard noGradient;
    state.networks.discriminator->parameters()[0].view(-1)[0].fill_(std::nanf(""));
}

bool TestTrainState::isFinite(const TrainState& state) const
{
    for (const auto& [part, tensors] : state.networks.parts())
        for (const auto& [name, tensor] : tensors)
            if (!tensor.isfinite().all().item<bool>())
                return false;
    return true;
}

void TestTrainState::termsComeInTheOrderOfTheirNames()
{
    TrainState state(m_options, *m_pack, at::kCPU, m_team);
    model::DrawingInput input{at::randn({8, 64}), at::randn({8, 8}), at::arange(8).remainder(4), {}};
    const auto real = at::rand({8, 3, 32, 32}) * 2 - 1;
    const auto d = model::discriminatorLoss(state.networks.generator, state.networks.discriminator, real, real, input, m_options.losses);
    const auto g = model::generatorLoss(state.networks.generator, state.networks.discriminator, input, m_options.losses);
    std::size_t i = 0;
    for (const auto* terms : {&d, &g})
        for (const auto& term : terms->terms)
            QCOMPARE(term.name, termNames[i++]);
    QCOMPARE(i, std::size_t{maskMean});
}

void TestTrainState::poisonedWeightsGoBackToAGoodCopy()
{
    TrainState state(m_options, *m_pack, at::kCPU, m_team);
    const double rate = state.learningRate();
    state.iterate();
    const Parts before = state.networks.parts();
    poison(state);
    for (int i = 1; i < guardEvery; ++i) {
        state.iterate();
        if (i < guardEvery - 1)
            QVERIFY(!state.guard());
    }
    QVERIFY(!isFinite(state));
    QVERIFY(state.isDirty());
    QVERIFY(state.guard());
    QVERIFY(isFinite(state));
    QVERIFY(!state.isDirty());
    QCOMPARE(state.step, guardEvery);
    QCOMPARE(state.learningRate(), rate / 2);
    for (int i = 0; i < 20; ++i)
        state.iterate();
    QVERIFY(isFinite(state));
    state.step = guardEvery + halvedFor;
    QCOMPARE(state.learningRate(), rate);
}

void TestTrainState::threeTimesEndsTheTraining()
{
    TrainState state(m_options, *m_pack, at::kCPU, m_team);
    for (int strike = 1; strike <= 3; ++strike) {
        poison(state);
        state.iterate();
        if (strike < 3) {
            QVERIFY(state.recover());
            continue;
        }
        try {
            state.recover();
            QFAIL("the third time must throw");
        } catch (const Error& error) {
            QCOMPARE(error.code(), ErrorCode::diverged);
        }
    }
}

void TestTrainState::strikesAreForgottenAfterAWhile()
{
    Networks networks(m_options, 4, at::kCPU);
    networks.initialise(m_options, 4);
    NanGuard guard(at::kCPU);
    guard.keep(networks);
    for (int i = 0; i < 6; ++i)
        guard.goBack(networks, i * (strikeWindow / 2 + 1));    // never three within the window
    QVERIFY_THROWS_EXCEPTION(Error, guard.goBack(networks, 5 * (strikeWindow / 2 + 1) + 1); guard.goBack(networks, 5 * (strikeWindow / 2 + 1) + 2));
}

void TestTrainState::secondFailureGoesBackFurther()
{
    Networks networks(m_options, 4, at::kCPU);
    networks.initialise(m_options, 4);
    const at::NoGradGuard noGradient;
    at::Tensor weight = networks.generator->parameters()[0];
    NanGuard guard(at::kCPU);
    for (const double value : {1.0, 2.0, 3.0}) {    // two copies are kept: 2 and 3
        weight.fill_(value);
        guard.keep(networks);
    }
    weight.fill_(std::nan(""));
    guard.watch(weight);
    QVERIFY(guard.isDirty());
    guard.goBack(networks, 100);
    QVERIFY(!guard.isDirty());
    QCOMPARE(weight.view(-1)[0].item<double>(), 3.0);
    guard.goBack(networks, 200);
    QCOMPARE(weight.view(-1)[0].item<double>(), 2.0);
    guard.watch(at::full({3}, 1e38f));
    QVERIFY(!guard.isDirty());
    guard.watch(at::full({1}, INFINITY));
    QVERIFY(guard.isDirty());
}

void TestTrainState::averagedGeneratorFollows()
{
    Networks networks(m_options, 4, at::kCPU);
    networks.initialise(m_options, 4);
    {
        const at::NoGradGuard noGradient;
        networks.averaged->parameters()[0].fill_(0);
        networks.generator->parameters()[0].fill_(1);
    }
    const at::Tensor weight = networks.averaged->parameters()[0].view(-1)[0];
    networks.average(0.999, 0);    // keeps 1/10
    QVERIFY(std::abs(weight.item<double>() - 0.9) < 1e-6);
    networks.average(0.999, 1'000'000);
    QVERIFY(std::abs(weight.item<double>() - (0.9 * 0.999 + 0.001)) < 1e-6);
}

void TestTrainState::adamMatchesTheFormula()
{
    at::Tensor parameter = at::tensor({1.0f, -2.0f, 0.5f}).requires_grad_(true);
    Adam adam({{"w", parameter}});
    double first[3] = {}, second[3] = {}, expected[3] = {1, -2, 0.5};
    const double lr = 1e-3;
    for (int step = 1; step <= 5; ++step) {
        const float g[3] = {0.1f * static_cast<float>(step), -1.0f, 0.0f};
        parameter.mutable_grad() = at::tensor({g[0], g[1], g[2]});
        adam.step(lr);
        for (int i = 0; i < 3; ++i) {
            first[i] = 0.5 * first[i] + 0.5 * static_cast<double>(g[i]);
            second[i] = 0.999 * second[i] + 0.001 * static_cast<double>(g[i]) * static_cast<double>(g[i]);
            expected[i] -= lr * first[i] / (1 - std::pow(0.5, step)) / (std::sqrt(second[i] / (1 - std::pow(0.999, step))) + 1e-8);
        }
    }
    for (int i = 0; i < 3; ++i)
        QVERIFY(std::abs(parameter[i].item<double>() - expected[i]) < 1e-6);
    adam.clearGradients();
    QVERIFY(!parameter.grad().defined());
}

void TestTrainState::inactiveRowsStayZero()
{
    TrainState state(m_options, *m_pack, at::kCPU, m_team);
    for (int i = 0; i < 4; ++i)
        state.iterate();
    const std::int64_t spare = state.networks.kMax() - 4;
    QVERIFY(spare > 0);
    QCOMPARE(state.networks.discriminator->centroidTable.narrow(0, 4, spare).abs().max().item<float>(), 0.0f);
    QCOMPARE(state.networks.generator->codeTable.narrow(0, 4, spare).abs().max().item<float>(), 0.0f);
    QCOMPARE(state.networks.generator->objectCodes.narrow(0, 4, spare).abs().max().item<float>(), 0.0f);
}

void TestTrainState::seedsDecideTheWeights()
{
    const TrainState a(m_options, *m_pack, at::kCPU, m_team), b(m_options, *m_pack, at::kCPU, m_team);
    TrainOptions other = m_options;
    other.seed = 99;
    const TrainState c(other, *m_pack, at::kCPU, m_team);
    const auto first = [](const TrainState& state) { return state.networks.generator->parameters()[0]; };
    QVERIFY(at::equal(first(a), first(b)));
    QVERIFY(!at::equal(first(a), first(c)));
}

namespace {

// Rank r of n that writes down what it was asked; the others exist in pretence only.
class PretendedTeam final : public Team {
public:
    PretendedTeam(int rank, int size) : m_rank(rank), m_size(size) { }
    int rank() const override { return m_rank; }
    int size() const override { return m_size; }
    void average(std::vector<at::Tensor>& gradients) override
    {
        calls.push_back(gradients.size());
        for (at::Tensor& gradient : gradients)
            gradient.zero_();    // as if the others had pulled the other way
    }
    std::vector<std::size_t> calls;

private:
    int m_rank, m_size;
};

} // namespace

void TestTrainState::aTeamSharesBatchesAndGradients()
{
    TrainOptions twice = m_options;
    twice.schedule.batchSize *= 2;
    TrainState whole(twice, *m_pack, at::kCPU, m_team);
    PretendedTeam first(0, 2), second(1, 2);
    TrainState left(m_options, *m_pack, at::kCPU, first), right(m_options, *m_pack, at::kCPU, second);
    for (int i = 0; i < 5; ++i) {    // together they see what one alone would
        std::vector<std::int64_t> both = left.nextBatch().rows;
        const std::vector<std::int64_t> others = right.nextBatch().rows;
        both.insert(both.end(), others.begin(), others.end());
        QCOMPARE(both, whole.nextBatch().rows);
    }
    const at::Tensor before = left.networks.discriminator->parameters()[0].detach().clone();
    left.iterate();
    QCOMPARE(first.calls, (std::vector<std::size_t>{left.networks.discriminator->parameters().size(), left.networks.generator->parameters().size()}));
    QVERIFY(at::equal(before, left.networks.discriminator->parameters()[0]));    // the averaged gradients are what counts: 0 moves nothing
}

void TestTrainState::onlyTheFirstOfATeamWrites()
{
    TrainOptions options = m_options;
    options.schedule.maxSteps = 3;
    for (const int rank : {0, 1}) {
        PretendedTeam team(rank, 2);
        RecordingObserver observer;
        const std::filesystem::path folder = m_folder.filePath(QStringLiteral("team%1").arg(rank)).toStdString();
        Trainer trainer(options, "cpu", *m_pack, folder, observer, team);
        TrainControl control;
        QCOMPARE(trainer.run({}, control).steps, std::int64_t{3});
        QCOMPARE(observer.snapshots.size(), std::size_t(rank == 0));
        QCOMPARE(observer.checkpoints.size(), std::size_t(rank == 0));
    }
}

QTEST_GUILESS_MAIN(TestTrainState)
#include "tst_trainstate.moc"
