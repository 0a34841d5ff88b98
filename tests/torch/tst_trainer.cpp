// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/checkpoint.h"
#include "core/train/device.h"
#include "core/train/evaluate.h"
#include "core/train/photocost.h"
#include "core/train/photoorder.h"
#include "core/train/sidelook.h"
#include "core/train/trainer.h"
#include "tests/torch/trainfixture.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>
#include <c10/util/Exception.h>

#include <cmath>
#include <fstream>
#include <numeric>
#include <thread>

using namespace plumage;
using namespace plumage::train;

// A project of 24 photos and training of a few iterations.
class TestTrainer final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void resumeContinuesToTheLastBit_data();
    void resumeContinuesToTheLastBit();
    void snapshotMomentsChangeNoTraining();
    void looksBesideFindWhatLooksBetweenStepsFind();
    void refusedLooksBesideEndForGood();
    void photosMayComeWhileTrainingGoesOn();
    void whatEndsDecodingEndsTraining();
    void equalSeedsTrainEqually();
    void trainingLearnsTheCodes();
    void snapshotHoldsWhatItPromises();
    void lastSnapshotAndCheckpointAreOfTheLastStep();
    void newPhotosGetTheSameAnswerFromTheCheckpoint();
    void codesAreReadOffAtTheMeansOfTheirPhotos();
    void codesMoveToTheirPhotos();
    void snapshotsTakeATenthOfTheTime();
    void manyPhotosAreRenewedInTurn();
    void limitsEndTheTraining();
    void photosCostMemoryByTheirNumber();
    void batchMayBeLargerThanTheDataSet();
    void badRequestsNameWhatIsWrong();
    void pauseStandsStillAndStopsWithACheckpoint();
    void pausedTrainingTakesSnapshots();
    void fullDiskIsToldAndTrainingGoesOn();

private:
    struct Outcome {
        TrainResult result;
        RecordingObserver observer;
    };
    Outcome train(const TrainOptions& options, const std::string& folder, const std::filesystem::path& from = {});
    std::filesystem::path path(const std::string& name) const { return m_folder.filePath(QString::fromStdString(name)).toStdString(); }

    QTemporaryDir m_folder;
    std::unique_ptr<PhotoPackReader> m_pack;
};

namespace {

// The terms of each step as bits; codes_in_use is of the snapshots.
std::map<std::int64_t, std::array<float, termCount>> termsOf(const RecordingObserver& observer)
{
    std::map<std::int64_t, std::array<float, termCount>> terms;
    for (const StepReport& report : observer.reports) {
        terms[report.step] = report.terms;
        terms[report.step][codesInUse] = 0;
    }
    return terms;
}

} // namespace

void TestTrainer::initTestCase()
{
    writeFixturePack(path("photos.pack"), 24, 4);
    m_pack = std::make_unique<PhotoPackReader>(path("photos.pack"));
}

TestTrainer::Outcome TestTrainer::train(const TrainOptions& options, const std::string& folder, const std::filesystem::path& from)
{
    Outcome outcome;
    Trainer trainer(options, "cpu", *m_pack, folder.empty() ? std::filesystem::path() : path(folder), outcome.observer);
    if (!from.empty())
        trainer.resume(from);
    TrainControl control;
    outcome.result = trainer.run({}, control);
    return outcome;
}

void TestTrainer::resumeContinuesToTheLastBit_data()
{
    QTest::addColumn<int>("codes");
    QTest::addColumn<int>("threads");
    QTest::addColumn<int>("recentre");
    QTest::newRow("fewer codes than a batch") << 4 << 1 << 0;
    QTest::newRow("more codes than a batch, so with a queue of marginals") << 12 << 2 << 0;
    QTest::newRow("codes are moved to their photos") << 4 << 1 << 4;
}

void TestTrainer::resumeContinuesToTheLastBit()
{
    QFETCH(int, codes);
    QFETCH(int, threads);
    QFETCH(int, recentre);
    TrainOptions options = fixtureOptions(codes);
    options.schedule.threads = threads;
    options.schedule.recentre = recentre;
    options.schedule.maxSteps = 12;
    const std::string name = QTest::currentDataTag();
    const Outcome whole = train(options, name + "whole");

    Outcome first;
    {
        TrainOptions often = options;
        often.schedule.maxSteps = 7;
        often.schedule.snapshotSeconds = 1;
        Trainer trainer(often, "cpu", *m_pack, path(name + "parts"), first.observer);
        double now = 0;
        trainer.setClock([&now] { return now += 0.5; });    // snapshots at other moments than in the whole run
        TrainControl control;
        trainer.run({}, control);
    }
    QVERIFY(first.observer.snapshots.size() >= 2);
    const Outcome second = train(options, name + "parts", *newestCheckpoint(path(name + "parts")));

    auto parts = termsOf(first.observer);
    parts.merge(termsOf(second.observer));
    const auto expected = termsOf(whole.observer);
    QCOMPARE(parts.size(), std::size_t{12});
    for (const auto& [step, terms] : expected)
        QVERIFY2(parts[step] == terms, qPrintable(QStringLiteral("step %1").arg(step)));
    const Checkpoint a = readCheckpoint(whole.observer.checkpoints.back()), b = readCheckpoint(second.observer.checkpoints.back());
    for (const char* part : {"generator", "generator_averaged", "discriminator", "adam_generator", "adam_discriminator", "trainer"})
        for (const auto& [tensor, values] : a.parts.at(part))
            QVERIFY2(at::equal(values, b.parts.at(part).at(tensor)), tensor.c_str());
    QCOMPARE(whole.observer.snapshots.back().embedding, second.observer.snapshots.back().embedding);
    QCOMPARE(whole.observer.snapshots.back().prototypes, second.observer.snapshots.back().prototypes);
}

void TestTrainer::snapshotMomentsChangeNoTraining()
{
    TrainOptions options = fixtureOptions();
    options.schedule.maxSteps = 12;
    const auto withClock = [&](double tick) {
        RecordingObserver observer;
        Trainer trainer(options, "cpu", *m_pack, {}, observer);
        double now = 0;
        trainer.setClock([&now, tick] { return now += tick; });
        TrainControl control;
        trainer.run({}, control);
        return observer;
    };
    const RecordingObserver rare = withClock(1e-6), often = withClock(500);
    QCOMPARE(rare.snapshots.size(), std::size_t{1});
    QVERIFY(often.snapshots.size() > rare.snapshots.size());
    QVERIFY(termsOf(rare) == termsOf(often));
}

void TestTrainer::looksBesideFindWhatLooksBetweenStepsFind()
{
    TrainOptions options = fixtureOptions();
    options.schedule.maxSteps = 8;
    const auto looking = [&](bool beside, std::int64_t& heardAt) {
        RecordingObserver observer;
        Trainer trainer(options, "cpu", *m_pack, {}, observer);
        trainer.setLooksBeside(beside);
        TrainControl control;
        observer.onStep = [&](const StepReport& report) {
            if (report.step == 3)
                control.snapshotNow();
        };
        observer.onSnapshot = [&](const SnapshotTensors& snapshot) { heardAt = snapshot.step == 3 ? observer.reports.back().step : heardAt; };
        trainer.run({}, control);
        return observer;
    };
    std::int64_t heardBetween = 0, heardBeside = 0;
    const RecordingObserver between = looking(false, heardBetween), beside = looking(true, heardBeside);
    QCOMPARE(heardBetween, 3);
    QVERIFY(heardBeside > 3);
    QVERIFY(termsOf(between) == termsOf(beside));
    QCOMPARE(beside.snapshots.size(), between.snapshots.size());
    for (std::size_t i = 0; i < between.snapshots.size(); ++i) {
        const SnapshotTensors &a = between.snapshots[i], &b = beside.snapshots[i];
        QCOMPARE(b.step, a.step);
        QCOMPARE(b.embedding, a.embedding);
        QCOMPARE(b.codes, a.codes);
        QCOMPARE(b.centroids, a.centroids);
        QCOMPARE(b.prototypes, a.prototypes);
        QCOMPARE(b.drawingEmbedding, a.drawingEmbedding);
    }
}

void TestTrainer::refusedLooksBesideEndForGood()
{
    const TrainOptions options = fixtureOptions();
    Networks networks(options, options.codes(), at::kCPU);
    networks.initialise(options, options.codes());
    SideLook side(options, at::kCPU);
    QVERIFY(side.begin(networks, [](Networks&) -> SnapshotTensors { throw Error(ErrorCode::fileMissing, "photos.pack"); }));
    QVERIFY_THROWS_EXCEPTION(Error, side.take());
    QVERIFY(side.begin(networks, [&](Networks& copies) {
        SnapshotTensors found;
        found.step = at::equal(copies.discriminator->centroids(), networks.discriminator->centroids()) ? 1 : 0;
        return found;
    }));
    QCOMPARE(side.take().value().step, 1);
    QVERIFY(side.begin(networks, [](Networks&) -> SnapshotTensors { TORCH_CHECK(false, "no room for it"); }));
    QVERIFY(!side.take());
    QVERIFY(!side.begin(networks, [](Networks&) { return SnapshotTensors(); }));
    QVERIFY(!side.isUnderWay());
}

namespace {

// A pack that holds a part of another one's photos, in the order in which training needs them.
struct GrowingPack {
    GrowingPack(const PhotoPackReader& from, const std::filesystem::path& file, const TrainOptions& options)
        : whole(from), writer(file, from.side(), from.list()), order(PhotoOrder::firstEpoch(static_cast<std::int64_t>(from.photos()), orderRandom(options)))
        , filling(std::make_shared<PackFilling>(order)), pack(writer.temporary(), filling)
    {
    }
    void grow(int photos)
    {
        const std::size_t bytes = whole.images().size() / whole.photos();
        for (std::optional<std::size_t> row; photos > 0 && (row = filling->next()); --photos) {
            writer.write(*row, whole.images().subspan(*row * bytes, bytes), whole.aspects()[*row]);
            filling->set(*row, packPhoto);
        }
    }
    const PhotoPackReader& whole;
    PhotoPackWriter writer;
    std::vector<std::int64_t> order;
    std::shared_ptr<PackFilling> filling;
    PhotoPackReader pack;
};

} // namespace

void TestTrainer::photosMayComeWhileTrainingGoesOn()
{
    TrainOptions options = fixtureOptions();
    options.schedule.maxSteps = 6;
    const Outcome whole = train(options, {});

    GrowingPack growing(*m_pack, path("growing.pack"), options);
    growing.grow(8);    // a batch
    RecordingObserver observer;
    observer.onStep = [&](const StepReport&) { growing.grow(8); };
    TrainControl control;
    control.snapshotNow();
    Trainer trainer(options, "cpu", growing.pack, {}, observer);
    trainer.run({}, control);
    QCOMPARE(termsOf(observer), termsOf(whole.observer));
    const auto known = [](const SnapshotTensors& snapshot) {
        std::int64_t photos = 0;
        for (std::size_t row = 0; row < static_cast<std::size_t>(snapshot.photos); ++row)
            photos += snapshot.codes[row * topCodes] != noCode;
        return photos;
    };
    QCOMPARE(observer.snapshots.size(), std::size_t{2});
    QCOMPARE(known(observer.snapshots[0]), 8);
    QCOMPARE(known(observer.snapshots[1]), 24);
    QCOMPARE(observer.snapshots[1].embedding, whole.observer.snapshots.back().embedding);
}

void TestTrainer::whatEndsDecodingEndsTraining()
{
    const TrainOptions options = fixtureOptions();
    GrowingPack growing(*m_pack, path("broken.pack"), options);
    growing.grow(16);
    RecordingObserver observer;
    observer.onStep = [&](const StepReport&) { growing.filling->end(std::make_exception_ptr(Error(ErrorCode::diskFull, "photos.pack"))); };
    TrainControl control;
    Trainer trainer(options, "cpu", growing.pack, {}, observer);
    try {
        trainer.run({}, control);
        QFAIL("went on");
    } catch (const Error& error) {
        QCOMPARE(error.code(), ErrorCode::diskFull);
    }
    QCOMPARE(observer.reports.size(), std::size_t{2});
}

void TestTrainer::equalSeedsTrainEqually()
{
    TrainOptions options = fixtureOptions();
    options.schedule.maxSteps = 5;
    options.schedule.deterministic = true;
    const auto a = termsOf(train(options, "").observer), b = termsOf(train(options, "").observer);
    QVERIFY(a == b);
    options.seed = 2;
    QVERIFY(termsOf(train(options, "").observer) != a);
}

void TestTrainer::trainingLearnsTheCodes()
{
    TrainOptions options = fixtureOptions();
    options.schedule.maxSteps = 120;
    options.schedule.learningRate = 1e-3;
    const Outcome outcome = train(options, "");
    const auto mean = [&](Term term, std::size_t from, std::size_t to) {
        double sum = 0;
        for (std::size_t i = from; i < to; ++i)
            sum += static_cast<double>(outcome.observer.reports[i].terms[term]);
        return sum / static_cast<double>(to - from);
    };
    for (const StepReport& report : outcome.observer.reports)
        for (const float term : report.terms)
            QVERIFY(std::isfinite(term));
    // 5 log 4 = 6.9 at random; the drawings' codes become readable
    QVERIFY2(mean(gInfo, 100, 120) < 0.7 * mean(gInfo, 0, 5), qPrintable(QString::number(mean(gInfo, 100, 120))));
    QVERIFY2(mean(dInfo, 100, 120) < 0.7 * mean(dInfo, 0, 5), qPrintable(QString::number(mean(dInfo, 100, 120))));
    QVERIFY(mean(dContrastive, 100, 120) < mean(dContrastive, 0, 5));
    QVERIFY(outcome.observer.messages.empty());
}

void TestTrainer::snapshotHoldsWhatItPromises()
{
    writeFixturePack(path("holes.pack"), 20, 4, {2, 19});
    const PhotoPackReader pack(path("holes.pack"));
    TrainOptions options = fixtureOptions(3);
    options.schedule.maxSteps = 3;
    RecordingObserver observer;
    Trainer trainer(options, "cpu", pack, {}, observer);
    TrainControl control;
    trainer.run({}, control);
    const SnapshotTensors& s = observer.snapshots.back();
    const auto width = static_cast<std::size_t>(s.embeddingWidth);
    QCOMPARE(s.photos, 20);
    QCOMPARE(s.embeddingWidth, 32);
    QCOMPARE(s.kMax, codeTableRows(3));
    QCOMPARE(s.activeCodes, (std::vector<std::uint16_t>{0, 1, 2}));
    QCOMPARE(s.embedding.size(), 20 * width);
    QCOMPARE(s.prototypes.size(), std::size_t{3} * 32 * 7 * 32 * 3);
    QCOMPARE(s.centroids.size(), static_cast<std::size_t>(s.kMax) * width);
    QCOMPARE(s.drawingEmbedding.size(), s.drawingCodes.size() * width);
    std::int64_t counted = 0;
    for (std::size_t row = 0; row < 20; ++row) {
        const bool readable = row != 2 && row != 19;
        double length = 0, sure = 0;
        for (std::size_t e = 0; e < width; ++e)
            length += static_cast<double>(s.embedding[row * width + e]) * static_cast<double>(s.embedding[row * width + e]);
        for (std::size_t k = 0; k < topCodes; ++k)
            sure += static_cast<double>(s.confidence[row * topCodes + k]);
        QVERIFY(std::abs(length - (readable ? 1 : 0)) < 1e-4);
        QVERIFY(std::abs(sure - (readable ? 1 : 0)) < 1e-4);
        QVERIFY(readable ? s.codes[row * topCodes] < 3 : s.codes[row * topCodes] == noCode);
        QCOMPARE(s.codes[row * topCodes + 3], noCode);    // three codes only
        QVERIFY(s.confidence[row * topCodes] >= s.confidence[row * topCodes + 1]);
    }
    for (const std::int64_t count : s.counts)
        counted += count;
    QCOMPARE(counted, 18);
    QVERIFY(s.effectiveCodes >= 1 && s.effectiveCodes <= 3.001);
    QVERIFY(s.codeRecovery >= 0 && s.codeRecovery <= 1);
    // the mask tile has equal channels; the drawings differ between columns
    const auto pixel = [&](std::size_t y, std::size_t x, std::size_t c) { return s.prototypes[(y * 7 * 32 + x) * 3 + c]; };
    bool columnsDiffer = false;
    for (std::size_t y = 0; y < 32; ++y)
        for (std::size_t x = 0; x < 32; ++x) {
            QCOMPARE(pixel(y, 5 * 32 + x, 0), pixel(y, 5 * 32 + x, 2));
            columnsDiffer |= pixel(y, x, 0) != pixel(y, 32 + x, 0);
        }
    QVERIFY(columnsDiffer);
}

void TestTrainer::lastSnapshotAndCheckpointAreOfTheLastStep()
{
    TrainOptions options = fixtureOptions();
    options.schedule.maxSteps = 7;
    options.schedule.metricsEvery = 5;
    const Outcome outcome = train(options, "last");
    QCOMPARE(outcome.result.steps, 7);
    QCOMPARE(outcome.result.reason, StopReason::maxSteps);
    QCOMPARE(outcome.observer.snapshots.back().step, 7);
    QCOMPARE(outcome.observer.reports.back().step, 7);
    QCOMPARE(outcome.observer.checkpoints.back().filename().string(), std::string("000007"));
    QCOMPARE(newestCheckpoint(path("last")), std::optional(outcome.observer.checkpoints.back()));
}

void TestTrainer::newPhotosGetTheSameAnswerFromTheCheckpoint()
{
    TrainOptions options = fixtureOptions();
    options.schedule.maxSteps = 6;
    const Outcome outcome = train(options, "label");
    const SnapshotTensors labelled = evaluateCheckpoint(outcome.observer.checkpoints.back(), *m_pack, "cpu", 1);
    const SnapshotTensors& seen = outcome.observer.snapshots.back();
    QCOMPARE(labelled.step, 6);
    QCOMPARE(labelled.codes, seen.codes);
    QCOMPARE(labelled.embedding, seen.embedding);
    QCOMPARE(labelled.prototypes, seen.prototypes);

    writeFixturePack(path("few.pack"), 5, 4);    // the first of the others: too few to say where codes are
    const SnapshotTensors few = evaluateCheckpoint(outcome.observer.checkpoints.back(), PhotoPackReader(path("few.pack")), "cpu", 1);
    QCOMPARE(few.codes, std::vector<std::uint16_t>(seen.codes.begin(), seen.codes.begin() + 5 * topCodes));
}

void TestTrainer::codesAreReadOffAtTheMeansOfTheirPhotos()
{
    TrainOptions options = fixtureOptions();
    options.schedule.maxSteps = 6;
    const auto nearness = [&](ReadOut readOut) {    // of photos to where their code is read off
        options.schedule.readOut = readOut;
        const Outcome outcome = train(options, {});
        const SnapshotTensors& s = outcome.observer.snapshots.back();
        const auto width = static_cast<std::size_t>(s.embeddingWidth);
        double sum = 0;
        for (std::size_t row = 0; row < static_cast<std::size_t>(s.photos); ++row) {
            double best = -1, own = -1;
            for (const std::uint16_t code : s.activeCodes) {
                const double cosine = std::inner_product(&s.embedding[row * width], &s.embedding[row * width] + width, &s.centroids[code * width], 0.0);
                best = std::max(best, cosine);
                own = code == s.codes[row * topCodes] ? cosine : own;
            }
            if (std::abs(own - best) > 1e-5)
                return -1.0;
            sum += own;
        }
        return sum / static_cast<double>(s.photos);
    };
    const double centroids = nearness(ReadOut::centroid), means = nearness(ReadOut::kmeans);
    QVERIFY2(centroids > -1 && means > centroids + 0.01, qPrintable(QStringLiteral("%1 %2").arg(centroids).arg(means)));
}

void TestTrainer::codesMoveToTheirPhotos()
{
    TrainOptions options = fixtureOptions();
    options.schedule.maxSteps = 6;
    options.schedule.readOut = ReadOut::centroid;
    const Outcome still = train(options, {});
    options.schedule.recentre = 6;
    const Outcome moved = train(options, {});
    QVERIFY(termsOf(still.observer) == termsOf(moved.observer));    // the sixth step is before the move
    options.schedule.recentre = 0;
    options.schedule.readOut = ReadOut::kmeans;
    const Outcome means = train(options, {});
    const auto &a = moved.observer.snapshots.back().centroids, &b = means.observer.snapshots.back().centroids, &c = still.observer.snapshots.back().centroids;
    float toMeans = 0, toBefore = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        toMeans = std::max(toMeans, std::abs(a[i] - b[i]));
        toBefore = std::max(toBefore, std::abs(a[i] - c[i]));
    }
    QVERIFY2(toMeans < 1e-4f && toBefore > 0.01f, qPrintable(QStringLiteral("%1 %2").arg(toMeans).arg(toBefore)));
}

void TestTrainer::snapshotsTakeATenthOfTheTime()
{
    TrainOptions options = fixtureOptions();
    options.schedule.maxSteps = 120;
    options.schedule.snapshotSeconds = 1;
    RecordingObserver observer;
    Trainer trainer(options, "cpu", *m_pack, {}, observer);
    double now = 0;
    constexpr double iteration = 1, snapshot = 2;    // seconds
    trainer.setClock([&now] { return now; });
    observer.onStep = [&now](const StepReport&) { now += iteration; };
    observer.onSnapshot = [&now](const SnapshotTensors&) { now += snapshot; };
    TrainControl control;
    const TrainResult result = trainer.run({}, control);
    const double inSnapshots = snapshot * static_cast<double>(observer.snapshots.size() - 1);    // the last one is the end's
    QVERIFY(observer.snapshots.size() > 3);
    QVERIFY(inSnapshots / result.seconds < 0.11);
    QVERIFY(inSnapshots / result.seconds > 0.07);
}

void TestTrainer::manyPhotosAreRenewedInTurn()
{
    TrainOptions options = fixtureOptions();
    options.schedule.maxSteps = 100;
    options.schedule.snapshotSeconds = 1;
    RecordingObserver observer;
    Trainer trainer(options, "cpu", *m_pack, {}, observer);
    double now = 0;
    trainer.setClock([&now] { return now; });
    observer.onStep = [&now](const StepReport&) { now += 1; };
    observer.onSnapshot = [&now](const SnapshotTensors& s) { now += 0.2 * static_cast<double>(s.renewedPhotos); };    // 4.8 s for all: too slow
    TrainControl control;
    trainer.run({}, control);
    QVERIFY(observer.snapshots.size() > 4);
    QCOMPARE(observer.snapshots[0].renewedPhotos, 24);
    QCOMPARE(observer.snapshots[1].renewedPhotos, 3);
    QCOMPARE(observer.snapshots.back().renewedPhotos, 24);
    const auto& a = observer.snapshots[0].embedding;
    const auto& b = observer.snapshots[1].embedding;
    const auto& c = observer.snapshots[2].embedding;
    const std::size_t width = 32;
    QVERIFY(!std::equal(a.begin(), a.begin() + 3 * width, b.begin()));
    QVERIFY(std::equal(a.begin() + 3 * width, a.end(), b.begin() + 3 * width));
    QVERIFY(std::equal(b.begin(), b.begin() + 3 * width, c.begin()));
    QVERIFY(!std::equal(b.begin() + 3 * width, b.begin() + 6 * width, c.begin() + 3 * width));
}

void TestTrainer::photosCostMemoryByTheirNumber()
{
    QTemporaryDir folder;
    const TrainOptions options = presetOptions("demo");
    const train::PhotoCost few = train::photoCost(options, 500, folder.path().toStdString()), many = train::photoCost(options, 5000, folder.path().toStdString());
    QCOMPARE(many.storeBytes, 5000.0 * (3 * 72 * 72 + 3 * 36 * 36));
    const double perPhoto = (many.memoryBytes - few.memoryBytes) / 4500, embedding = 4.0 * options.network.embeddingWidth();
    QVERIFY2(perPhoto > embedding && perPhoto < embedding + 200, qPrintable(QString::number(perPhoto)));
    QVERIFY(few.batchMs > 0);
    QVERIFY(QDir(folder.path()).isEmpty());
    try {
        train::photoCost(options, 10, folder.filePath(QStringLiteral("missing")).toStdString());
        QFAIL("no error");
    } catch (const Error& error) {
        QVERIFY(QString::fromStdString(error.detail()).contains(QStringLiteral("missing")));
    }
}

void TestTrainer::limitsEndTheTraining()
{
    TrainOptions options = fixtureOptions();
    options.schedule.maxSteps = 0;
    options.schedule.maxEpochs = 2;
    Outcome outcome = train(options, "");
    QCOMPARE(outcome.result.reason, StopReason::maxEpochs);
    QCOMPARE(outcome.result.steps, 6);    // 24 photos, batches of 8

    options.schedule.maxEpochs = 0;
    options.schedule.maxMinutes = 0.5;
    RecordingObserver observer;
    Trainer trainer(options, "cpu", *m_pack, {}, observer);
    double now = 0;
    trainer.setClock([&now] { return now; });
    observer.onStep = [&now](const StepReport&) { now += 10; };
    TrainControl control;
    const TrainResult result = trainer.run({}, control);
    QCOMPARE(result.reason, StopReason::maxMinutes);
    QCOMPARE(result.steps, 3);
    QCOMPARE(result.seconds, 30.0);
}

void TestTrainer::batchMayBeLargerThanTheDataSet()
{
    writeFixturePack(path("few.pack"), 5, 2);
    const PhotoPackReader pack(path("few.pack"));
    TrainOptions options = fixtureOptions(2);
    options.schedule.maxSteps = 3;
    RecordingObserver observer;
    Trainer trainer(options, "cpu", pack, {}, observer);
    TrainControl control;
    QCOMPARE(trainer.run({}, control).steps, 3);
    QVERIFY(std::isfinite(observer.reports.back().terms[dTotal]));
    QCOMPARE(observer.snapshots.back().photos, 5);
}

void TestTrainer::badRequestsNameWhatIsWrong()
{
    RecordingObserver observer;
    const auto codeOf = [&](const TrainOptions& options, const std::string& device) {
        try {
            Trainer trainer(options, device, *m_pack, {}, observer);
        } catch (const Error& error) {
            return error.code();
        }
        return ErrorCode::none;
    };
    TrainOptions options = fixtureOptions(25);
    QCOMPARE(codeOf(options, "cpu"), ErrorCode::tooManyCodes);
    options = fixtureOptions();
    options.schedule.learningRate = 1;
    QCOMPARE(codeOf(options, "cpu"), ErrorCode::optionOutOfRange);
    options = fixtureOptions();
    options.network.imageSize = 64;
    QCOMPARE(codeOf(options, "cpu"), ErrorCode::packMismatch);
    QCOMPARE(codeOf(fixtureOptions(), "abacus"), ErrorCode::optionInvalid);
    if (deviceInfo().cudaDevices == 0)
        QCOMPARE(codeOf(fixtureOptions(), "cuda"), ErrorCode::deviceMissing);
    writeFixturePack(path("one.pack"), 3, 2, {0, 1});
    const PhotoPackReader one(path("one.pack"));
    try {
        Trainer trainer(fixtureOptions(), "cpu", one, {}, observer);
        QFAIL("one photo is not enough");
    } catch (const Error& error) {
        QCOMPARE(error.code(), ErrorCode::tooFewPhotos);
    }
}

void TestTrainer::pauseStandsStillAndStopsWithACheckpoint()
{
    TrainOptions options = fixtureOptions();
    options.schedule.maxSteps = 0;
    RecordingObserver observer;
    Trainer trainer(options, "cpu", *m_pack, path("paused"), observer);
    TrainControl control;
    std::jthread other;
    observer.onStep = [&](const StepReport& report) {
        if (report.step == 3)
            control.pause();
        if (report.step == 5)
            control.stop();
    };
    observer.onPause = [&](bool isPaused) {
        if (isPaused)
            other = std::jthread([&control] { control.resume(); });
    };
    const TrainResult result = trainer.run({}, control);
    QCOMPARE(observer.pauses, (std::vector<bool>{true, false}));
    QCOMPARE(result.reason, StopReason::asked);
    QCOMPARE(result.steps, 5);
    QCOMPARE(observer.checkpoints.size(), std::size_t{1});

    TrainControl pausedForever;
    pausedForever.pause();
    std::stop_source stop;
    observer.onPause = [&](bool isPaused) {
        if (isPaused)
            other = std::jthread([&stop] { stop.request_stop(); });
    };
    QCOMPARE(trainer.run(stop.get_token(), pausedForever).steps, 5);
}

void TestTrainer::pausedTrainingTakesSnapshots()
{
    TrainOptions options = fixtureOptions();
    options.schedule.maxSteps = 0;
    RecordingObserver observer;
    Trainer trainer(options, "cpu", *m_pack, {}, observer);
    TrainControl control;
    observer.onStep = [&](const StepReport&) { control.pause(); };
    observer.onPause = [&](bool isPaused) {
        if (isPaused)
            control.snapshotNow();
    };
    observer.onSnapshot = [&](const SnapshotTensors&) { control.stop(); };
    trainer.run({}, control);
    QCOMPARE(observer.snapshots.front().step, 1);
    QCOMPARE(observer.pauses, (std::vector<bool>{true, false}));
}

void TestTrainer::fullDiskIsToldAndTrainingGoesOn()
{
    const auto blocked = path("blocked");
    std::ofstream(blocked) << "a file where the folder should be";
    TrainOptions options = fixtureOptions();
    options.schedule.maxSteps = 6;
    options.schedule.checkpointMinutes = 0.5;
    RecordingObserver observer;
    Trainer trainer(options, "cpu", *m_pack, blocked, observer);
    double now = 0;
    trainer.setClock([&now] { return now; });
    observer.onStep = [&now](const StepReport&) { now += 20; };
    TrainControl control;
    QVERIFY_THROWS_EXCEPTION(Error, trainer.run({}, control));    // the last one must be written
    QCOMPARE(observer.reports.back().step, 6);
    QVERIFY(!observer.messages.empty());
}

QTEST_GUILESS_MAIN(TestTrainer)
#include "tst_trainer.moc"
