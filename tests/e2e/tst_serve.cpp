// SPDX-License-Identifier: GPL-3.0-or-later
// The real worker behind the real client, with a project of 40 drawn photos and a very small network.
#include "core/base/constraints.h"
#include "core/project/projectfolder.h"
#include "core/project/snapshotfile.h"
#include "core/protocol/workerclient.h"
#include "core/scan/scan.h"

#include <QtCore/QDir>
#include <QtCore/QElapsedTimer>
#include <QtCore/QFile>
#include <QtCore/QProcess>
#include <QtCore/QTemporaryDir>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

#include <array>
#include <csignal>

using namespace plumage;
using namespace plumage::protocol;
using State = WorkerClient::State;

namespace {

constexpr int patience = 120'000;    // ms; a busy machine with two cores
const QString program = QStringLiteral(PLUMAGE_BIN_DIR "/plumage-worker");

} // namespace

#define TRY(condition) QTRY_VERIFY_WITH_TIMEOUT(condition, patience)

class TestServe : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void windowsComeAndGoWhileItTrains();
    void pausesAndShowsWhatItIsAsked();
    void decisionsEnterTheLosses();
    void aSecondWindowObserves();
    void killedItGoesOnFromTheCheckpoint();
    void terminatedItLeavesACheckpoint();
    void closeEndsIt();
    void whatCannotBeDoneIsRefused();
    void aDamagedRunFails();
    void demoPhotosAreDrawnForTheWindow();
    void onlyOneWorkerServesAProject();
    void withoutAnythingToDoItEnds();

private:
    int newRun() const;
    QString runFolder(int run) const { return m_dir->filePath(QStringLiteral("p.plumage/runs/%1").arg(run, 4, 10, QLatin1Char('0'))); }
    WorkerClient* makeClient();
    WorkerClient* trainingClient(int run, bool resume = false);
    void stop(WorkerClient& client);
    ErrorCode codeOf(WorkerClient& client, Request request);
    bool isAlive(qint64 pid) const;

    QTemporaryDir m_photos;
    std::unique_ptr<QTemporaryDir> m_dir;
    std::vector<std::unique_ptr<WorkerClient>> m_clients;
    std::vector<qint64> m_pids;
};

void TestServe::initTestCase()
{
    QProcess demo;
    demo.start(program, {QStringLiteral("demo-photos"), QStringLiteral("--out"), m_photos.filePath(QStringLiteral("birds")), QStringLiteral("--species"),
                            QStringLiteral("2"), QStringLiteral("--each"), QStringLiteral("20"), QStringLiteral("--size"), QStringLiteral("48")});
    QVERIFY(demo.waitForFinished(patience) && demo.exitCode() == 0);
}

void TestServe::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
    project::ProjectFolder::create(m_dir->filePath(QStringLiteral("p.plumage")).toStdString());
}

void TestServe::cleanup()
{
    m_clients.clear();
    for (const qint64 pid : m_pids)
        ::kill(static_cast<pid_t>(pid), SIGKILL);
    m_pids.clear();
}

int TestServe::newRun() const
{
    const std::array roots{std::filesystem::path(m_photos.filePath(QStringLiteral("birds")).toStdString())};
    const PhotoList photos = scan::toPhotoList(scan::scanFolders(roots), roots);
    RunManifest manifest;
    manifest.created = "2026-01-01T00:00:00Z";
    manifest.device = "cpu";
    manifest.options = presetOptions("demo");
    manifest.options.network.ngf = 16;
    manifest.options.network.ndf = 4;
    manifest.options.network.tail = 2;
    manifest.options.schedule.batchSize = 8;
    manifest.options.schedule.kinds = 2;
    manifest.options.schedule.threads = 1;
    manifest.options.schedule.metricsEvery = 2;
    manifest.options.schedule.snapshotSeconds = 1;
    const auto project = project::ProjectFolder::open(m_dir->filePath(QStringLiteral("p.plumage")).toStdString());
    return project.newRun(manifest, photos).run.value;
}

WorkerClient* TestServe::makeClient()
{
    WorkerClient::Settings settings{.project = m_dir->filePath(QStringLiteral("p.plumage")), .socket = m_dir->filePath(QStringLiteral("s")), .program = program};
    m_clients.push_back(std::make_unique<WorkerClient>(settings));
    WorkerClient* client = m_clients.back().get();
    connect(client, &WorkerClient::stateChanged, this, [this, client](State state) {
        if (state == State::Ready)
            m_pids.push_back(client->worker().pid);
    });
    client->open();
    return client;
}

// A client whose worker has trained some steps of the run.
WorkerClient* TestServe::trainingClient(int run, bool resume)
{
    WorkerClient* client = makeClient();
    QSignalSpy metrics(client, &WorkerClient::metricsArrived);
    client->send(StartRequest{.run = run, .resume = resume});
    [&] { TRY(metrics.count() >= 2); }();
    return client;
}

void TestServe::stop(WorkerClient& client)
{
    client.send(StopRequest{});
    TRY(client.workerState().state == WorkerState::finished);
}

ErrorCode TestServe::codeOf(WorkerClient& client, Request request)
{
    std::optional<ErrorCode> code;
    client.send(std::move(request), this, [&](const WorkerClient::Answer& answer) {
        code = std::holds_alternative<Error>(answer) ? std::get<Error>(answer).code() : ErrorCode::none;
    });
    [&] { TRY(code); }();
    return code.value_or(ErrorCode::internal);
}

bool TestServe::isAlive(qint64 pid) const
{
    QFile status(QStringLiteral("/proc/%1/stat").arg(pid));    // a zombie that nobody collects counts as gone
    return status.open(QIODevice::ReadOnly) && !status.readAll().contains(") Z ");
}

void TestServe::windowsComeAndGoWhileItTrains()
{
    const int run = newRun();
    WorkerClient* first = trainingClient(run);
    const qint64 pid = first->worker().pid, step = first->workerState().step;
    QVERIFY(first->workerState().state == WorkerState::training);
    QCOMPARE(first->workerState().device, QStringLiteral("cpu"));
    m_clients.clear();    // the window is gone
    WorkerClient* second = makeClient();
    QSignalSpy metrics(second, &WorkerClient::metricsArrived), snapshots(second, &WorkerClient::snapshotWritten),
        previews(second, &WorkerClient::previewArrived);
    TRY(metrics.count() >= 3 && snapshots.count() >= 1);
    QCOMPARE(second->worker().pid, pid);
    QVERIFY(second->isCommander());
    const auto news = metrics.last().at(0).value<MetricsEvent>();
    QVERIFY(news.step > step && news.imagesPerSecond > 0 && news.terms.contains(QStringLiteral("d.total")));
    const QString folder = snapshots.at(0).at(0).value<SnapshotEvent>().folder;
    QVERIFY(QFile::exists(folder + QStringLiteral("/snapshot.json")));
    QVERIFY(previews.count() >= 1 && previews.at(0).at(0).value<PreviewEvent>().codes == (QList<qint64>{0, 1}));
    stop(*second);
    QCOMPARE(second->workerState().detail, QStringLiteral("asked"));
    QCOMPARE(codeOf(*second, StartRequest{.run = run}), ErrorCode::none);    // has a checkpoint, so it must say resume
    TRY(second->workerState().state == WorkerState::failed);
    QCOMPARE(second->workerState().code, ErrorCode::folderNotEmpty);
}

void TestServe::pausesAndShowsWhatItIsAsked()
{
    WorkerClient* client = trainingClient(newRun());
    QCOMPARE(codeOf(*client, PauseRequest{}), ErrorCode::none);
    TRY(client->workerState().state == WorkerState::paused);
    QSignalSpy snapshots(client, &WorkerClient::snapshotWritten), metrics(client, &WorkerClient::metricsArrived);
    QCOMPARE(codeOf(*client, SnapshotRequest{}), ErrorCode::none);
    TRY(snapshots.count() >= 1);
    RunOptions options;
    client->send(OptionsRequest{}, this, [&](const auto& answer) { options = fromCbor<RunOptions>(std::get<QCborMap>(answer)); });
    WorkerInfo info;
    client->send(InfoRequest{}, this, [&](const auto& answer) { info = fromCbor<WorkerInfo>(std::get<QCborMap>(answer)); });
    TRY(!info.libtorch.isEmpty());
    QCOMPARE(options.values.value(QStringLiteral("network.ngf")), QStringLiteral("16"));
    const qint64 steps = metrics.isEmpty() ? 0 : metrics.last().at(0).value<MetricsEvent>().step;
    QCOMPARE(codeOf(*client, ResumeRequest{}), ErrorCode::none);
    TRY(!metrics.isEmpty() && metrics.last().at(0).template value<MetricsEvent>().step > steps);
    QVERIFY(client->workerState().state == WorkerState::training);
    stop(*client);
}

void TestServe::decisionsEnterTheLosses()
{
    const int run = newRun();
    Constraints constraints;
    for (int photo = 1; photo <= 12; ++photo)
        constraints.labels.push_back({PhotoId{photo}, ClusterId{7}});
    const auto request = [&] { return ConstraintsRequest{.run = run, .bytes = QByteArray::fromStdString(toBytes(constraints))}; };
    WorkerClient* client = makeClient();
    QSignalSpy metrics(client, &WorkerClient::metricsArrived), snapshots(client, &WorkerClient::snapshotWritten);
    QCOMPARE(codeOf(*client, request()), ErrorCode::none);    // before the run: it waits for it
    QCOMPARE(codeOf(*client, ConstraintsRequest{.run = run, .bytes = "rubbish"}), ErrorCode::messageInvalid);
    client->send(StartRequest{.run = run, .resume = false});
    const auto labelLoss = [&] { return metrics.isEmpty() ? 0 : metrics.last().at(0).value<MetricsEvent>().terms.value(QStringLiteral("d.label")); };
    TRY(labelLoss() > 0);
    const auto given = [&] {
        return snapshots.isEmpty() ? std::vector<Constraints::Code>()
                                   : project::SnapshotFile(QFile::encodeName(snapshots.last().at(0).value<SnapshotEvent>().folder).toStdString()).codeClusters();
    };
    TRY(given() == (std::vector<Constraints::Code>{{CodeIndex{0}, ClusterId{7}}}));
    QElapsedTimer since;
    since.start();
    constraints.labels.push_back({PhotoId{20}, ClusterId{8}});    // the second of two codes is not named: still a slot of its own, for it may be somebody's pile
    QCOMPARE(codeOf(*client, request()), ErrorCode::none);
    TRY(given().size() == 2 && given().back() == (Constraints::Code{CodeIndex{2}, ClusterId{8}}));
    qInfo("on the map after %lld ms", static_cast<long long>(since.restart()));
    QCOMPARE(codeOf(*client, ConstraintsRequest{.run = run, .bytes = QByteArray::fromStdString(toBytes({}))}), ErrorCode::none);    // all undone
    TRY(labelLoss() == 0);
    qInfo("in the losses, as metrics tell, after %lld ms", static_cast<long long>(since.elapsed()));
    stop(*client);
}

void TestServe::aSecondWindowObserves()
{
    WorkerClient* commander = trainingClient(newRun());
    WorkerClient* observer = makeClient();
    QSignalSpy metrics(observer, &WorkerClient::metricsArrived);
    TRY(observer->state() == State::Ready && metrics.count() >= 1);
    QVERIFY(!observer->isCommander());
    QCOMPARE(codeOf(*observer, StopRequest{}), ErrorCode::notCommanding);
    commander->close();
    TRY(observer->isCommander());
    stop(*observer);
}

void TestServe::killedItGoesOnFromTheCheckpoint()
{
    const int run = newRun();
    WorkerClient* client = trainingClient(run);
    stop(*client);
    const qint64 stopped = client->workerState().step;
    QVERIFY(QDir(runFolder(run) + QStringLiteral("/checkpoints")).entryList(QDir::Dirs | QDir::NoDotAndDotDot).size() == 1);
    QSignalSpy metrics(client, &WorkerClient::metricsArrived), started(client, &WorkerClient::workerStarted);
    client->send(StartRequest{.run = run, .resume = true});
    TRY(metrics.count() >= 2);
    QVERIFY(metrics.at(0).at(0).value<MetricsEvent>().step > stopped);
    const qint64 pid = client->worker().pid;
    ::kill(static_cast<pid_t>(pid), SIGKILL);
    TRY(started.count() == 1 && client->state() == State::Ready);    // it runs again, and does nothing unasked
    QVERIFY(client->worker().pid != pid);
    QCOMPARE(client->workerState().state, WorkerState::idle);
    metrics.clear();
    client->send(StartRequest{.run = run, .resume = true});
    TRY(metrics.count() >= 1);
    QVERIFY(metrics.at(0).at(0).value<MetricsEvent>().step > stopped);
    stop(*client);
    QVERIFY(client->workerState().step > stopped);
}

void TestServe::terminatedItLeavesACheckpoint()
{
    const int run = newRun();
    WorkerClient* client = trainingClient(run);
    QSignalSpy checkpoints(client, &WorkerClient::checkpointWritten);
    const qint64 pid = client->worker().pid;
    ::kill(static_cast<pid_t>(pid), SIGTERM);
    TRY(checkpoints.count() == 1);
    client->close();
    TRY(!isAlive(pid));
    QCOMPARE(QDir(runFolder(run) + QStringLiteral("/checkpoints")).entryList(QDir::Dirs | QDir::NoDotAndDotDot).size(), 1);
}

void TestServe::closeEndsIt()
{
    WorkerClient* client = makeClient();
    TRY(client->state() == State::Ready);
    const qint64 pid = client->worker().pid;
    QCOMPARE(codeOf(*client, CloseRequest{}), ErrorCode::none);
    client->close();
    TRY(!isAlive(pid));
}

void TestServe::whatCannotBeDoneIsRefused()
{
    WorkerClient* client = makeClient();
    QCOMPARE(codeOf(*client, StartRequest{.run = 7}), ErrorCode::runMissing);
    QCOMPARE(codeOf(*client, StartRequest{.run = -1}), ErrorCode::runMissing);
    for (const Request& request : {Request(PauseRequest{}), Request(ResumeRequest{}), Request(StopRequest{}), Request(SnapshotRequest{}), Request(OptionsRequest{})})
        QCOMPARE(codeOf(*client, request), ErrorCode::notReady);
    QCOMPARE(codeOf(*client, OpenRequest{QStringLiteral("/elsewhere")}), ErrorCode::optionInvalid);
    QCOMPARE(codeOf(*client, OpenRequest{m_dir->filePath(QStringLiteral("p.plumage"))}), ErrorCode::none);
    const int run = newRun();
    QCOMPARE(codeOf(*client, StartRequest{.run = run}), ErrorCode::none);
    QCOMPARE(codeOf(*client, StartRequest{.run = run}), ErrorCode::busy);
    QCOMPARE(codeOf(*client, DemoPhotosRequest{.out = m_dir->filePath(QStringLiteral("birds"))}), ErrorCode::busy);
    stop(*client);    // also while it prepares
}

void TestServe::aDamagedRunFails()
{
    const int run = newRun();
    QFile toml(runFolder(run) + QStringLiteral("/run.toml"));
    QVERIFY(toml.open(QIODevice::WriteOnly));
    toml.write("format = [");
    toml.close();
    WorkerClient* client = makeClient();
    client->send(StartRequest{.run = run});
    TRY(client->workerState().state == WorkerState::failed);
    QCOMPARE(client->workerState().code, ErrorCode::runDamaged);
    QCOMPARE(client->workerState().run, run);
}

void TestServe::demoPhotosAreDrawnForTheWindow()
{
    WorkerClient* client = makeClient();
    QSignalSpy progress(client, &WorkerClient::progressed);
    const DemoPhotosRequest request{.out = m_dir->filePath(QStringLiteral("birds")), .species = 3, .each = 4, .size = 48};
    QCOMPARE(codeOf(*client, request), ErrorCode::none);
    QCOMPARE(QDir(request.out).entryList(QDir::Dirs | QDir::NoDotAndDotDot).size(), 3);
    const auto last = progress.last().at(0).value<ProgressEvent>();
    QCOMPARE(last.phase, QStringLiteral("demo"));
    QCOMPARE(last.done, 12);
    QCOMPARE(codeOf(*client, request), ErrorCode::folderNotEmpty);
}

void TestServe::onlyOneWorkerServesAProject()
{
    WorkerClient* client = makeClient();
    TRY(client->state() == State::Ready);
    QProcess second;
    second.start(program, {QStringLiteral("serve"), QStringLiteral("--project"), m_dir->filePath(QStringLiteral("p.plumage")), QStringLiteral("--socket"),
                              m_dir->filePath(QStringLiteral("s"))});
    QVERIFY(second.waitForFinished(patience));
    QCOMPARE(second.exitStatus(), QProcess::NormalExit);
    QCOMPARE(second.exitCode(), 1);
    QCOMPARE(second.readAllStandardError().count('\n'), 1);
    QCOMPARE(codeOf(*client, PingRequest{}), ErrorCode::none);
}

void TestServe::withoutAnythingToDoItEnds()
{
    QProcess worker;
    worker.start(program, {QStringLiteral("serve"), QStringLiteral("--project"), m_dir->filePath(QStringLiteral("p.plumage")), QStringLiteral("--idle-minutes"),
                              QStringLiteral("0.002"), QStringLiteral("--socket"), m_dir->filePath(QStringLiteral("s"))});
    QVERIFY(worker.waitForFinished(patience));
    QCOMPARE(worker.exitStatus(), QProcess::NormalExit);
    QCOMPARE(worker.exitCode(), 0);
    QVERIFY(!QFile::exists(m_dir->filePath(QStringLiteral("s"))));
    QVERIFY(QFile::exists(m_dir->filePath(QStringLiteral("p.plumage/cache/worker.log"))));
}

QTEST_GUILESS_MAIN(TestServe)
#include "tst_serve.moc"
