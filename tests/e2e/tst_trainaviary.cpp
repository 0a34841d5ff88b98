// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/photopack.h"
#include "core/data/demophotos.h"
#include "core/data/packbuilder.h"
#include "core/metrics/scores.h"
#include "core/train/trainer.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <map>

using namespace plumage;

namespace {

class Listener final : public train::TrainObserver {
public:
    void stepFinished(const train::StepReport& report) override { reports.push_back(report); }
    void snapshotReady(train::SnapshotTensors snapshot) override { last = std::move(snapshot); }
    void checkpointWritten(std::int64_t, const std::filesystem::path&) override { }
    void message(ErrorCode code, const std::string& detail) override { qWarning("%s: %s", std::string(errorName(code)).c_str(), detail.c_str()); }
    void paused(bool) override { }

    std::vector<train::StepReport> reports;
    train::SnapshotTensors last;
};

} // namespace

// From drawn photos to clusters: the whole way through decode, pack, views, networks and evaluation.
class TestTrainAviary final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sevenHundredIterationsBeatChanceClearly();
};

void TestTrainAviary::sevenHundredIterationsBeatChanceClearly()
{
    const QTemporaryDir folder;
    const std::filesystem::path root = folder.filePath(QStringLiteral("aviary")).toStdString(), packFile = folder.filePath(QStringLiteral("photos.pack")).toStdString();
    data::drawDemoPhotos({}, root);
    PhotoList list;
    list.roots = {root.string()};
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root))
        if (entry.is_regular_file())
            list.rows.push_back({PhotoId{}, 0, std::filesystem::relative(entry.path(), root).string(), {}, ""});
    std::ranges::sort(list.rows, {}, &PhotoRow::path);
    for (std::size_t i = 0; i < list.rows.size(); ++i)
        list.rows[i].photo = PhotoId{static_cast<std::int64_t>(i) + 1};
    QCOMPARE(list.rows.size(), std::size_t{1000});

    TrainOptions options = presetOptions("demo");
    options.schedule.kinds = 10;
    options.schedule.maxSteps = 700;
    data::buildPhotoPack(list, packSideFor(options.network.imageSize), packFile, {}, {}, 2);
    const PhotoPackReader pack(packFile);
    Listener listener;
    train::Trainer trainer(options, "cpu", pack, {}, listener);
    train::TrainControl control;
    const train::TrainResult result = trainer.run({}, control);
    QCOMPARE(result.steps, 700);
    for (const train::StepReport& report : listener.reports)
        for (const float term : report.terms)
            QVERIFY(std::isfinite(term));

    std::map<std::string, std::int32_t> classes;
    std::vector<std::int32_t> truth, predicted;
    for (std::size_t row = 0; row < list.rows.size(); ++row) {
        truth.push_back(classes.try_emplace(list.folder(row), static_cast<std::int32_t>(classes.size())).first->second);
        predicted.push_back(listener.last.codes[row * train::topCodes]);
    }
    const metrics::Scores scores = metrics::scoreAll(truth, predicted, 10, 10, options.seed);
    qInfo("%.0f img/s, AMI %.3f, ACC %.3f (chance %.3f), codes in use %d, mask %.2f, recovery %.2f", result.imagesPerSecond, scores.ami, scores.acc,
        scores.accChance, listener.last.codesInUse, listener.last.maskMean, listener.last.codeRecovery);
    QVERIFY2(scores.ami >= 0.3, qPrintable(QString::number(scores.ami)));
    QVERIFY(scores.acc > scores.accChance + 0.1);
}

QTEST_GUILESS_MAIN(TestTrainAviary)
#include "tst_trainaviary.moc"
