// SPDX-License-Identifier: GPL-3.0-or-later
// What persons decided, in the losses: METHOD.md section 10.
#include "core/train/corrections.h"
#include "core/train/evaluator.h"
#include "core/train/trainstate.h"
#include "tests/torch/trainfixture.h"

#include <torch/autograd.h>
#include <torch/types.h>

#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <numeric>
#include <set>

using namespace plumage;
using namespace plumage::train;

class TestCorrections final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void disagreementIsTheProbabilityElsewhere();
    void supConWithoutLabelsIsNtXent();
    void supConIsItsFormula();
    void labelledSlotsAreNoPartOfTheEntropies();
    void slotsTakeNewAndOldDecisions();
    void targetsSayWhichCodesAreAllowed();
    void heldOutLabelsNeverTrain();
    void fewLabelsAllTrain();
    void putAwayPhotosAreNotDrawn();
    void labelsOfPhotosThatTurnOutUnreadableTrainNothing();
    void codesOfClustersWithLabelsStayWhereTheyAre();
    void fewLabelsSortTheRest();
    void rejectedPhotosLeave();
    void aClusterWithoutCodeTakesOneBeforeTheFirstStep();
    void aNewClusterGetsASlotAtItsPhotos();
    void goingBackKeepsTheNewSlot();
    void theTrainerTellsWhatBecameOfLabels();
    void decisionsDuringALookAreShownSoon_data();
    void decisionsDuringALookAreShownSoon();
    void goingOnFromACheckpointIsExact();

private:
    std::vector<std::int64_t> bestCodes(TrainState& state) const;
    static Constraints fourClusters(int labelsEach);

    QTemporaryDir m_folder;
    TrainOptions m_options = fixtureOptions();
    std::unique_ptr<PhotoPackReader> m_pack;
    Team m_team;    // alone
};

namespace {

constexpr int photoCount = 48, kindCount = 4;

std::unordered_map<PhotoId, std::int64_t> rowsOf(int photos)
{
    std::unordered_map<PhotoId, std::int64_t> rows;
    for (int i = 0; i < photos; ++i)
        rows.emplace(PhotoId{i + 1}, i);
    return rows;
}

} // namespace

void TestCorrections::initTestCase()
{
    at::set_num_threads(1);
    const std::filesystem::path file = m_folder.filePath(QStringLiteral("photos.pack")).toStdString();
    writeFixturePack(file, photoCount, kindCount);
    m_pack = std::make_unique<PhotoPackReader>(file);
}

// Photo p is of kind (p - 1) % 4; kind k is cluster 11 + k and has code (k + 2) % 4, which no training would find by itself but one time in 24.
Constraints TestCorrections::fourClusters(int labelsEach)
{
    Constraints constraints;
    for (int i = 0; i < labelsEach * kindCount; ++i)
        constraints.labels.push_back({PhotoId{i + 1}, ClusterId{11 + i % kindCount}});
    for (int kind = 0; kind < kindCount; ++kind)
        constraints.codes.push_back({CodeIndex{static_cast<std::uint16_t>((kind + 2) % kindCount)}, ClusterId{11 + kind}});
    return constraints;
}

std::vector<std::int64_t> TestCorrections::bestCodes(TrainState& state) const
{
    const at::NoGradGuard noGradient;
    Evaluator evaluator(m_options, state.photos);
    evaluator.prepareDiscriminator(state.networks, state.step);
    evaluator.prepareGenerator(state.networks, state.step, 16);
    const SnapshotTensors snapshot = evaluator.look(state.networks, state.step, photoCount);
    std::vector<std::int64_t> codes;
    for (std::size_t row = 0; row < photoCount; ++row)
        codes.push_back(snapshot.codes[row * topCodes]);
    return codes;
}

void TestCorrections::disagreementIsTheProbabilityElsewhere()
{
    const auto logits = (torch::randn({6, 5}, torch::kDouble) * 2).requires_grad_();
    const auto allowed = torch::tensor({1, 0, 0, 0, 0, 1, 1, 0, 0, 0, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0}).view({6, 5}).to(torch::kBool);
    const auto found = model::disagreement(logits, allowed);
    const auto rows = allowed.any(1).nonzero().flatten();
    const auto plain = -(logits.softmax(1) * allowed).index_select(0, rows).sum(1).log();
    QVERIFY(at::allclose(found.index_select(0, rows), plain, 1e-12, 1e-12));
    QCOMPARE(found[3].item<double>(), 0.0);                   // nothing allowed: nothing known
    QVERIFY(std::abs(found[2].item<double>()) < 1e-12);       // everything allowed: nothing asked
    const auto gradient = torch::autograd::grad({found.sum()}, {logits})[0];
    const auto expected = torch::autograd::grad({plain.sum()}, {logits})[0];
    QVERIFY(at::allclose(gradient, expected, 1e-10, 1e-12));
}

void TestCorrections::supConWithoutLabelsIsNtXent()
{
    const auto h = torch::randn({16, 12}, torch::kDouble);
    const auto plain = model::contrastive(h, 0.1), grouped = model::contrastive(h, torch::arange(8), 0.1);
    QVERIFY(std::abs(plain.item<double>() - grouped.item<double>()) < 1e-12);
}

void TestCorrections::supConIsItsFormula()
{
    const auto h = torch::randn({8, 6}, torch::kDouble);
    const std::vector<std::int64_t> groups{7, 3, 7, 9};
    const auto v = model::unitRows(h);
    double sum = 0;
    for (int i = 0; i < 8; ++i) {
        double all = 0, logs = 0;
        int partners = 0;
        for (int j = 0; j < 8; ++j)
            if (j != i)
                all += std::exp((v[i] * v[j]).sum().item<double>() / 0.1);
        for (int j = 0; j < 8; ++j)
            if (j != i && groups[static_cast<std::size_t>(i % 4)] == groups[static_cast<std::size_t>(j % 4)]) {
                logs += std::log(std::exp((v[i] * v[j]).sum().item<double>() / 0.1) / all);
                ++partners;
            }
        sum -= logs / partners;
    }
    QVERIFY(std::abs(model::contrastive(h, at::tensor(groups), 0.1).item<double>() - sum / 8) < 1e-12);
}

void TestCorrections::labelledSlotsAreNoPartOfTheEntropies()
{
    const auto h = torch::randn({32, 16}), r = torch::randn({16, 1}), centroids = torch::randn({6, 16});
    const model::CodeTargets targets{centroids, torch::ones(6, torch::kBool), torch::arange(8).remainder(6), 0.1};
    const model::LabelTargets labels{torch::eye(6, torch::kBool).narrow(0, 0, 2), torch::ones({2}), torch::arange(8)};
    const auto terms = model::discriminatorTerms({h, r}, targets, m_options.losses, {.labels = &labels});
    const auto logits = model::codeLogits(h.narrow(0, 0, 6), centroids, targets.active, 0.1);
    std::map<std::string_view, double> values;
    for (const auto& term : terms.terms)
        values[term.name] = term.value.item<double>();
    QVERIFY(std::abs(values["d.entropy_each"] - m_options.losses.wEntropy * model::entropyEach(logits).item<double>()) < 1e-5);
    QVERIFY(std::abs(values["d.entropy_all"] - m_options.losses.wMarginal * model::entropyAll(logits).item<double>()) < 1e-5);
    double label = 0;    // slots 6 and 7 of x, of x+
    for (const int first : {6, 30})
        label += model::disagreement(model::codeLogits(h.narrow(0, first, 2), centroids, targets.active, 0.1), labels.allowed).mean().item<double>() / 2;
    QVERIFY(std::abs(values["d.label"] - m_options.losses.wLabel * label) < 1e-4);
}

void TestCorrections::slotsTakeNewAndOldDecisions()
{
    TrainOptions options = m_options;
    options.schedule.batchSize = 32;    // four slots
    Corrections corrections(options);
    QVERIFY(corrections.draw(5).empty());
    Constraints constraints;
    for (int i = 1; i <= 16; ++i)
        constraints.labels.push_back({PhotoId{i}, ClusterId{1 + i % 4}});
    corrections.set(constraints, rowsOf(photoCount), 100);    // what was there at the start is not new
    QVERIFY(corrections.newestRows(100).empty());
    std::set<std::int64_t> drawn;
    for (int step = 100; step < 140; ++step)
        for (const std::int64_t row : corrections.draw(step))
            drawn.insert(row);
    QCOMPARE(drawn.size(), std::size_t{16});    // replay for ever

    constraints.labels.push_back({PhotoId{40}, ClusterId{2}});
    corrections.set(constraints, rowsOf(photoCount), 200);
    QCOMPARE(corrections.newestRows(200), std::vector<std::int64_t>{39});
    const auto slots = corrections.draw(200);
    QCOMPARE(slots.size(), std::size_t{4});
    QCOMPARE(std::ranges::count(slots.begin(), slots.begin() + 2, 39), 2);
    QVERIFY(corrections.newestRows(700).empty());    // not new any more
    constraints.labels.pop_back();                   // undone
    corrections.set(constraints, rowsOf(photoCount), 201);
    QVERIFY(corrections.newestRows(201).empty());
    for (int step = 201; step < 240; ++step)
        for (const std::int64_t row : corrections.draw(step))
            QVERIFY(row != 39);
}

void TestCorrections::targetsSayWhichCodesAreAllowed()
{
    Corrections corrections(m_options);
    Constraints constraints;
    constraints.labels = {{PhotoId{1}, ClusterId{5}}, {PhotoId{2}, ClusterId{6}}, {PhotoId{4}, ClusterId{5}}};
    constraints.rejections = {{PhotoId{3}, ClusterId{5}}};
    constraints.codes = {{CodeIndex{0}, ClusterId{5}}, {CodeIndex{2}, ClusterId{5}}, {CodeIndex{3}, ClusterId{9}}, {CodeIndex{4}, ClusterId{5}}};
    corrections.set(constraints, rowsOf(photoCount), 0);
    const std::vector<std::int64_t> batch{9, 3, 0, 1, 2};    // an ordinary photo, an ordinary slot with a labelled photo, then three labelled slots
    const auto active = torch::tensor({1, 1, 1, 1, 0}).to(torch::kBool);
    const auto targets = corrections.targets(batch, 3, active);
    QVERIFY(at::equal(targets.allowed, torch::tensor({1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0}).view({3, 5}).to(torch::kBool)));
    QVERIFY(at::equal(targets.weight, torch::tensor({1.0f, 0.0f, 0.5f})));    // a cluster without a code: only the contrast knows of it
    QCOMPARE(targets.groups[1].item<std::int64_t>(), targets.groups[2].item<std::int64_t>());
    QCOMPARE(std::get<0>(at::_unique(targets.groups)).size(0), std::int64_t{4});
}

void TestCorrections::heldOutLabelsNeverTrain()
{
    Corrections corrections(m_options);
    corrections.set(fourClusters(12), rowsOf(photoCount), 0);
    const auto held = static_cast<std::int64_t>(corrections.heldOut().size());
    QVERIFY(held > 0 && held < photoCount / 2);
    QCOMPARE(corrections.labelsTrained() + held, std::int64_t{photoCount});
    std::set<std::int64_t> kept;
    for (const auto& label : corrections.heldOut())
        kept.insert(label.row);
    for (int step = 0; step < 500; ++step)
        for (const std::int64_t row : corrections.draw(step))
            QVERIFY(!kept.contains(row));
    const std::vector<std::int64_t> batch(kept.begin(), kept.end());
    QVERIFY(corrections.targets(batch, 0, torch::ones(4, torch::kBool)).groups.lt(0).all().item<bool>());    // no group by label either
}

void TestCorrections::fewLabelsAllTrain()
{
    Corrections corrections(m_options);
    corrections.set(fourClusters(5), rowsOf(photoCount), 0);
    QCOMPARE(corrections.labelsTrained(), std::int64_t{20});
    QVERIFY(corrections.heldOut().empty());
}

void TestCorrections::putAwayPhotosAreNotDrawn()
{
    TrainState state(m_options, *m_pack, at::kCPU, m_team);
    Constraints constraints = fourClusters(3);
    for (int i = 20; i <= 40; ++i)
        constraints.away.push_back(PhotoId{i});
    state.setConstraints(constraints);
    for (int i = 0; i < 60; ++i)
        for (const std::int64_t row : state.nextBatch().rows)
            QVERIFY(!state.corrections.isAway(row));
}

void TestCorrections::labelsOfPhotosThatTurnOutUnreadableTrainNothing()
{
    const QTemporaryDir folder;
    const PhotoPackWriter writer(folder.filePath(QStringLiteral("a.pack")).toStdString(), m_pack->side(), m_pack->list());
    std::vector<std::int64_t> order(photoCount);
    std::iota(order.begin(), order.end(), 0);
    const auto filling = std::make_shared<PackFilling>(order);
    const PhotoPackReader pack(writer.temporary(), filling);
    TrainState state(m_options, pack, at::kCPU, m_team);
    state.setConstraints(fourClusters(3));    // nothing is decoded yet
    for (std::size_t row = 0; row < photoCount; ++row)
        filling->set(row, row == 1 || row == 20 ? packUnreadable : packPhoto);
    bool labelled = false;
    for (int i = 0; i < 60; ++i) {
        const TrainState::Batch batch = state.nextBatch();
        labelled |= batch.labelled > 0;
        for (const std::int64_t row : batch.rows)
            QVERIFY(row != 1 && row != 20);
        state.step++;
    }
    QVERIFY(labelled);
}

void TestCorrections::codesOfClustersWithLabelsStayWhereTheyAre()
{
    TrainState state(m_options, *m_pack, at::kCPU, m_team);
    Constraints constraints = fourClusters(3);    // and its code
    std::erase_if(constraints.labels, [&](const Constraints::Pair& label) { return label.cluster != constraints.codes[2].cluster; });
    state.setConstraints(constraints);
    const std::int64_t labelled = constraints.codes[2].code.value;
    const at::Tensor before = state.networks.discriminator->centroids().detach().clone(), directions = -before / before.norm(2, 1, true).clamp_min(1e-12);
    state.aimCodes(directions);
    const at::Tensor after = state.networks.discriminator->centroids().detach();
    for (const std::int64_t code : state.networks.activeCodes())
        QVERIFY(at::allclose(after[code], code == labelled ? before[code] : -before[code], 1e-5, 1e-6));

    m_options.schedule.readOut = ReadOut::kmeans;
    Evaluator evaluator(m_options, state.photos);
    evaluator.prepareDiscriminator(state.networks, 0);
    const at::Tensor means = evaluator.readOut(state.networks, 0, state.labelledCodes());
    int moved = 0;
    for (const std::int64_t code : state.networks.activeCodes()) {
        const bool stays = at::allclose(means[code], after[code] / after[code].norm(), 1e-5, 1e-6);
        QVERIFY(stays || code != labelled);
        moved += !stays;
    }
    QVERIFY(moved > 0);
}

void TestCorrections::fewLabelsSortTheRest()
{
    TrainOptions options = m_options;
    options.schedule.batchSize = 16;
    const auto right = [&](bool withLabels) {
        TrainState state(options, *m_pack, at::kCPU, m_team);
        if (withLabels)
            state.setConstraints(fourClusters(3));
        for (int i = 0; i < 150; ++i)
            state.iterate();
        const auto codes = bestCodes(state);
        int count = 0;
        for (std::size_t row = 12; row < photoCount; ++row)    // the first twelve carry the labels
            count += codes[row] == static_cast<std::int64_t>((row % kindCount + 2) % kindCount);
        return count;
    };
    const int with = right(true), without = right(false);
    qInfo("of 36 photos without a label %d go to the codes of their kind, %d where nothing was decided", with, without);
    QVERIFY(with >= 30);
    QVERIFY(without < 30);
}

void TestCorrections::rejectedPhotosLeave()
{
    TrainOptions options = m_options;
    options.schedule.batchSize = 32;    // four slots
    TrainState state(options, *m_pack, at::kCPU, m_team);
    for (int i = 0; i < 40; ++i)
        state.iterate();
    const auto before = bestCodes(state);
    Constraints constraints;
    for (std::uint16_t code = 0; code < kindCount; ++code)
        constraints.codes.push_back({CodeIndex{code}, ClusterId{code + 1}});
    for (std::size_t row = 0; row < 6; ++row)
        constraints.rejections.push_back({PhotoId{static_cast<std::int64_t>(row) + 1}, ClusterId{before[row] + 1}});
    state.setConstraints(constraints);
    for (int i = 0; i < 200; ++i)
        state.iterate();
    const auto after = bestCodes(state);
    int left = 0;
    for (std::size_t row = 0; row < 6; ++row)
        left += after[row] != before[row];
    qInfo("%d of 6 rejected photos have another code now", left);
    QVERIFY(left >= 5);
}

void TestCorrections::aClusterWithoutCodeTakesOneBeforeTheFirstStep()
{
    TrainState state(m_options, *m_pack, at::kCPU, m_team);
    Constraints constraints = fourClusters(2);
    constraints.codes.resize(1);    // the others have none
    state.setConstraints(constraints);
    QVERIFY(!state.wantsCodes());
    QCOMPARE(state.networks.activeCodes().size(), std::size_t{kindCount});    // no more codes than planned
    QCOMPARE(state.corrections.given().size(), std::size_t{3});
    for (const Constraints::Code& code : state.corrections.given())
        QVERIFY(code.code != constraints.codes[0].code);
}

void TestCorrections::aNewClusterGetsASlotAtItsPhotos()
{
    TrainState state(m_options, *m_pack, at::kCPU, m_team);
    for (int i = 0; i < 60; ++i)
        state.iterate();
    Constraints constraints;
    for (std::uint16_t code = 0; code < kindCount; ++code)
        constraints.codes.push_back({CodeIndex{code}, ClusterId{code + 1}});
    for (int i = 0; i < 6; ++i)
        constraints.labels.push_back({PhotoId{1 + kindCount * i}, ClusterId{50}});    // six photos of the first kind
    state.setConstraints(constraints);
    QVERIFY(state.wantsCodes());
    Evaluator(m_options, state.photos).prepareDiscriminator(state.networks, state.step);
    state.openCodes();
    QVERIFY(!state.wantsCodes());
    QCOMPARE(state.corrections.given(), (std::vector<Constraints::Code>{{CodeIndex{4}, ClusterId{50}}}));
    const auto codes = bestCodes(state);
    for (std::size_t i = 0; i < 6; ++i)
        QCOMPARE(codes[i * kindCount], std::int64_t{4});    // at once, before any step
    QVERIFY(state.networks.generator->codeTable[4].abs().sum().item<double>() > 0);
    for (int i = 0; i < 30; ++i)
        state.iterate();
    QVERIFY(!state.isDirty());
    QVERIFY(at::isfinite(state.networks.discriminator->centroids()).all().item<bool>());
}

void TestCorrections::goingBackKeepsTheNewSlot()
{
    TrainState state(m_options, *m_pack, at::kCPU, m_team);
    state.iterate();
    Constraints constraints = fourClusters(1);
    constraints.labels.push_back({PhotoId{30}, ClusterId{60}});
    state.setConstraints(constraints);
    Evaluator(m_options, state.photos).prepareDiscriminator(state.networks, state.step);
    state.openCodes();
    {
        const at::NoGradGuard noGradient;
        state.networks.discriminator->parameters()[0].view(-1)[0].fill_(std::nanf(""));
    }
    state.iterate();
    QVERIFY(state.recover());
    QCOMPARE(state.networks.activeCodes().size(), std::size_t{kindCount + 1});
    for (int i = 0; i < 5; ++i)
        state.iterate();
    QVERIFY(!state.isDirty());
}

void TestCorrections::theTrainerTellsWhatBecameOfLabels()
{
    TrainOptions options = m_options;
    options.schedule.maxSteps = 30;
    RecordingObserver observer;
    TrainControl control;
    Trainer trainer(options, "cpu", *m_pack, {}, observer);
    observer.onStep = [&](const StepReport& report) {
        if (report.step != 10)
            return;
        Constraints constraints = fourClusters(12);
        constraints.codes.resize(3);
        control.setConstraints(constraints);
    };
    trainer.run({}, control);
    QCOMPARE(observer.reports[8].terms[dLabel], 0.0f);
    QVERIFY(observer.reports[10].terms[dLabel] > 0);    // with the very next step
    const SnapshotTensors& snapshot = observer.snapshots.back();
    QCOMPARE(snapshot.codeClusters, (std::vector<Constraints::Code>{{CodeIndex{4}, ClusterId{14}}}));
    QCOMPARE(snapshot.activeCodes.size(), std::size_t{5});
    QCOMPARE(snapshot.labelsTrained + snapshot.heldOut, std::int64_t{photoCount});
    QVERIFY(snapshot.heldOut > 0 && snapshot.heldOutRight <= snapshot.heldOut);
}

void TestCorrections::decisionsDuringALookAreShownSoon_data()
{
    QTest::addColumn<bool>("beside");
    QTest::newRow("between steps") << false;
    QTest::newRow("beside the training") << true;
}

void TestCorrections::decisionsDuringALookAreShownSoon()
{
    QFETCH(bool, beside);
    TrainOptions options = m_options;
    options.schedule.maxSteps = 60;
    options.schedule.snapshotSeconds = 600;
    RecordingObserver observer;
    TrainControl control;
    Trainer trainer(options, "cpu", *m_pack, {}, observer);
    trainer.setLooksBeside(beside);
    double now = 0;
    trainer.setClock([&now] { return now; });
    observer.onStep = [&](const StepReport& report) {
        now += report.step < 20 ? 0.05 : 1;    // the look is cheap, so that the next one may come soon
        if (report.step == 3)
            control.snapshotNow();
        if (report.step == 4)
            control.setConstraints(fourClusters(12));
    };
    trainer.run({}, control);
    QCOMPARE(observer.snapshots.size(), std::size_t{3});
    QCOMPARE(observer.snapshots[0].step, 3);
    QCOMPARE(observer.snapshots[0].labelsTrained, 0);
    QVERIFY(observer.snapshots[1].step > 20 && observer.snapshots[1].step < 40);
    QVERIFY(observer.snapshots[1].labelsTrained > 0);
}

void TestCorrections::goingOnFromACheckpointIsExact()
{
    TrainState whole(m_options, *m_pack, at::kCPU, m_team);
    Constraints constraints = fourClusters(3);
    constraints.codes.clear();
    whole.setConstraints(constraints);
    for (int i = 0; i < 6; ++i)
        whole.iterate();
    const Checkpoint checkpoint = whole.save();
    TrainState second(m_options, *m_pack, at::kCPU, m_team);
    second.load(checkpoint);
    second.setConstraints(constraints);
    QCOMPARE(second.corrections.given(), whole.corrections.given());
    for (int i = 0; i < 6; ++i) {
        whole.iterate();
        second.iterate();
        QCOMPARE(second.terms(), whole.terms());
    }
}

QTEST_GUILESS_MAIN(TestCorrections)
#include "tst_corrections.moc"
