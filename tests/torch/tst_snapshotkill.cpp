// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/atomicpath.h"
#include "core/base/csv.h"
#include "core/base/random.h"
#include "core/project/metricslog.h"
#include "core/project/snapshotfile.h"
#include "core/run/metricswriter.h"
#include "core/run/retention.h"
#include "core/run/snapshotfiles.h"
#include "madeupsnapshot.h"

#include <QCoreApplication>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

using namespace plumage;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t photos = 3000;

// The child: writes rows and snapshots as fast as it can until it is killed; goes on from the newest step like a resumed worker.
[[noreturn]] void writeForEver(const fs::path& path)
{
    const run::RunFolder folder = run::RunFolder::open(path);
    const auto before = run::listSteps(folder.snapshots());
    std::int64_t step = before.empty() ? 0 : before.back().step;
    AtomicFolder::removeLeftovers(folder.snapshots());
    run::MetricsWriter metrics(folder.metrics(), step);
    run::MapPositions map;
    map.photos.assign(2 * photos, 0.0f);
    map.codes.assign(12, 0.0f);
    map.drawings.assign(8, 0.0f);
    map.neighbours.assign(photos * run::savedNeighbours, 0);
    const train::SnapshotTensors tensors = test::madeUpSnapshot(1, photos, 5);
    for (;;) {
        train::StepReport report;
        report.step = ++step;
        metrics.append(report);
        train::SnapshotTensors snapshot = tensors;
        snapshot.step = step;
        run::writeSnapshot(folder.snapshots(), snapshot, map, {});
        run::tidySnapshots(folder.snapshots(), folder.checkpoints());
        if (step % 20 == 0)    // deleting can be interrupted too
            for (const auto& old : run::listSteps(folder.snapshots()))
                if (old.step + 5 < step)
                    run::removeStep(old.path);
    }
}

} // namespace

// kill -9 at any moment leaves a run whose snapshots are complete or absent and whose rows are whole.
class TestSnapshotKill : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void everyKillLeavesAReadableRun();
};

void TestSnapshotKill::everyKillLeavesAReadableRun()
{
    const QTemporaryDir folder;
    const fs::path path = fs::path(folder.path().toStdString()) / "run";
    const run::RunFolder run = test::madeUpRun(path, photos);
    Random random(1);
    std::int64_t newest = 0;
    int leftovers = 0;
    for (int round = 0; round < 20; ++round) {
        QProcess child;
        child.start(QCoreApplication::applicationFilePath(), {QStringLiteral("--write"), QString::fromStdString(path.string())});
        QVERIFY(child.waitForStarted());
        QTRY_VERIFY_WITH_TIMEOUT(!run::listSteps(run.snapshots()).empty() && run::listSteps(run.snapshots()).back().step > newest, 60'000);
        child.waitForFinished(static_cast<int>(random.below(30)));    // anywhere in the next snapshots
        child.kill();
        QVERIFY(child.waitForFinished());
        QCOMPARE(child.exitStatus(), QProcess::CrashExit);

        const auto steps = run::listSteps(run.snapshots());
        for (const run::StepFolder& step : steps) {
            QCOMPARE(project::SnapshotFile(step.path).step(), step.step);    // throws if anything is missing
            QVERIFY(fs::exists(step.path / "prototypes.png"));
        }
        QVERIFY(fs::exists(steps.back().path / "embedding.npy"));
        newest = steps.back().step;
        for (const auto& entry : fs::directory_iterator(run.snapshots()))
            leftovers += AtomicFolder::isTemporaryName(entry.path().filename().string());
        const project::MetricsLog log = project::readMetrics(run.metrics());
        QVERIFY(!log.isEmpty() && log.steps.back() >= static_cast<double>(newest));
        for (std::size_t i = 0; i < log.steps.size(); ++i)
            QCOMPARE(log.steps[i], static_cast<double>(i + 1));    // no gap, no row twice
    }
    QVERIFY2(leftovers > 0, "no kill fell into a snapshot: the test proves nothing");
}

int main(int argc, char** argv)
{
    QCoreApplication app(argc, argv);
    if (app.arguments().size() == 3 && app.arguments().at(1) == QStringLiteral("--write"))
        writeForEver(app.arguments().at(2).toStdString());
    TestSnapshotKill test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_snapshotkill.moc"
