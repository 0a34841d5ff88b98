// SPDX-License-Identifier: GPL-3.0-or-later
// What the scripted worker makes up must look like the real thing to those who read it.
#include "core/base/atomicpath.h"
#include "core/base/json.h"
#include "core/base/npy.h"
#include "tests/fakes/fakesnapshot.h"

#include <QtCore/QProcess>
#include <QtCore/QTemporaryDir>
#include <QtGui/QImage>
#include <QtTest/QTest>

using namespace plumage;

class TestFakeWorker : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void snapshotsHaveEveryFileInItsShape();
    void checkpointsAreFoundAgain();
    void itEndsWithItsProject();
    void itEndsWithItsOwner();

private:
    static void start(QProcess& worker, const QString& project, qint64 owner);
};

// As a test leaves it behind: serving, with nobody connected.
void TestFakeWorker::start(QProcess& worker, const QString& project, qint64 owner)
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("PLUMAGE_FAKE_OWNER"), QString::number(owner));
    worker.setProcessEnvironment(environment);
    worker.start(QStringLiteral(PLUMAGE_FAKE_WORKER), {QStringLiteral("serve"), QStringLiteral("--project"), project, QStringLiteral("--socket"), project + QStringLiteral("/s")});
    QTRY_VERIFY(QFile::exists(project + QStringLiteral("/s")));
}

void TestFakeWorker::snapshotsHaveEveryFileInItsShape()
{
    QTemporaryDir dir;
    const fakes::FakeRun run{dir.path().toStdString(), 25, 3, 32};
    const auto folder = fakes::writeFakeSnapshot(run, 120, 4.5);
    QCOMPARE(folder.filename(), std::filesystem::path("000120"));
    using Shape = std::vector<std::size_t>;
    QCOMPARE(NpyMap(folder / "embedding.npy").shape(), (Shape{25, 16}));
    QCOMPARE(NpyMap(folder / "codes.npy").shape(), (Shape{25, 5}));
    QCOMPARE(NpyMap(folder / "confidence.npy").shape(), (Shape{25, 5}));
    QCOMPARE(NpyMap(folder / "layout.npy").shape(), (Shape{25, 2}));
    QCOMPARE(NpyMap(folder / "neighbours.npy").shape(), (Shape{25, 15}));
    const Json json = Json::parse(readFile(folder / "snapshot.json"));
    const auto kMax = static_cast<std::size_t>(json["k_max"].toInt());
    QCOMPARE(NpyMap(folder / "centroids.npy").shape(), (Shape{kMax, 16}));
    QCOMPARE(NpyMap(folder / "layout_codes.npy").shape(), (Shape{kMax, 2}));
    QCOMPARE(NpyMap(folder / "layout_drawings.npy").shape(), (Shape{static_cast<std::size_t>(json["drawings"].toInt()), 2}));
    QCOMPARE(json["counts"].toArray().size(), kMax);
    std::int64_t photos = 0;
    for (const Json& count : json["counts"].toArray())
        photos += count.toInt();
    QCOMPARE(photos, 25);
    const QImage prototypes(QString::fromStdString((folder / "prototypes.png").string()));
    QCOMPARE(prototypes.size(), QSize(7 * 32, 3 * 32));
}

void TestFakeWorker::checkpointsAreFoundAgain()
{
    QTemporaryDir dir;
    const fakes::FakeRun run{dir.path().toStdString()};
    QCOMPARE(fakes::newestFakeCheckpoint(run), 0);
    fakes::writeFakeCheckpoint(run, 40);
    fakes::writeFakeCheckpoint(run, 200);
    QCOMPARE(fakes::newestFakeCheckpoint(run), 200);
}

void TestFakeWorker::itEndsWithItsProject()
{
    QTemporaryDir dir;
    QProcess worker;
    start(worker, dir.path(), QCoreApplication::applicationPid());
    QVERIFY(!worker.waitForFinished(1200));
    QVERIFY(dir.remove());
    QVERIFY(worker.waitForFinished(10'000));
    QCOMPARE(worker.exitCode(), 0);
    QVERIFY(!QFile::exists(dir.path()));
}

void TestFakeWorker::itEndsWithItsOwner()
{
    QTemporaryDir dir;
    QProcess owner, worker;
    owner.start(QStringLiteral("sleep"), {QStringLiteral("60")});
    QVERIFY(owner.waitForStarted());
    start(worker, dir.path(), owner.processId());
    QVERIFY(!worker.waitForFinished(1200));
    owner.kill();
    QVERIFY(owner.waitForFinished());
    QVERIFY(worker.waitForFinished(10'000));
}

QTEST_GUILESS_MAIN(TestFakeWorker)
#include "tst_fakeworker.moc"
