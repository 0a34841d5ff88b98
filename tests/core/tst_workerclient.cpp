// SPDX-License-Identifier: GPL-3.0-or-later
// The window's end of the wire against the scripted worker of tests/fakes, a real process that is started, crashes, stalls and talks rubbish.
#include "core/protocol/workerclient.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QTemporaryDir>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

#include <csignal>

using namespace plumage;
using namespace plumage::protocol;
using State = WorkerClient::State;

class TestWorkerClient : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { qputenv("PLUMAGE_FAKE_OWNER", QByteArray::number(QCoreApplication::applicationPid())); }    // workers end with this program
    void init();
    void cleanup();
    void startsAWorkerIfNobodyListens();
    void attachesToAWorkerThatRuns();
    void requestsWaitForTheWorker();
    void anObserverMayInherit();
    void eventsArriveTyped();
    void errorsArriveAsErrors();
    void anotherVersionIsAReadableError();
    void rubbishInsteadOfHelloIsGivenUp();
    void rubbishLaterIsLostAndReconnected();
    void aCrashRestartsTheWorker();
    void theRestartBudgetEnds();
    void oldRestartsAreForgiven();
    void aSilentWorkerIsLost();
    void requestsOnTheWayAreAnsweredWhenTheWorkerDies();
    void aDeadContextIsNotCalled();
    void aMissingProgramIsNamed();
    void withoutAProgramNothingIsStarted();
    void backOffDoubles();
    void closingLeavesTheWorkerAlone();
    void aWorkerThatWasAskedToCloseIsNotStartedAgain();

private:
    void script(const char* text);
    WorkerClient* makeClient(WorkerClient::Settings settings = {});
    bool isAlive(qint64 pid) const { return ::kill(static_cast<pid_t>(pid), 0) == 0; }

    std::unique_ptr<QTemporaryDir> m_dir;
    std::vector<std::unique_ptr<WorkerClient>> m_clients;
    std::vector<qint64> m_pids;
};

void TestWorkerClient::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
}

void TestWorkerClient::cleanup()
{
    m_clients.clear();
    for (const qint64 pid : m_pids)
        ::kill(static_cast<pid_t>(pid), SIGKILL);
    m_pids.clear();
}

void TestWorkerClient::script(const char* text)
{
    QFile file(m_dir->filePath(QStringLiteral("fakeworker.script")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(text);
}

WorkerClient* TestWorkerClient::makeClient(WorkerClient::Settings settings)
{
    settings.project = m_dir->path();
    settings.socket = m_dir->filePath(QStringLiteral("s"));
    if (settings.program.isNull())
        settings.program = QStringLiteral(PLUMAGE_FAKE_WORKER);
    settings.firstRetryMs = 20;
    settings.lastRetryMs = 80;
    m_clients.push_back(std::make_unique<WorkerClient>(settings));
    WorkerClient* client = m_clients.back().get();
    connect(client, &WorkerClient::stateChanged, this, [this, client](State state) {
        if (state == State::Ready)
            m_pids.push_back(client->worker().pid);
    });
    return client;
}

void TestWorkerClient::startsAWorkerIfNobodyListens()
{
    WorkerClient* client = makeClient();
    QSignalSpy states(client, &WorkerClient::stateChanged), started(client, &WorkerClient::workerStarted);
    client->open();
    QTRY_COMPARE(client->state(), State::Ready);
    QCOMPARE(started.count(), 1);
    QCOMPARE(states.count(), 3);    // Connecting, Greeting, Ready
    QVERIFY(client->isCommander());
    QCOMPARE(client->worker().project, m_dir->path());
}

void TestWorkerClient::attachesToAWorkerThatRuns()
{
    WorkerClient* first = makeClient();
    first->open();
    QTRY_COMPARE(first->state(), State::Ready);
    first->send(StartRequest{.run = 1});
    QTRY_COMPARE(first->workerState().state, WorkerState::training);
    const qint64 pid = first->worker().pid;
    first->close();
    WorkerClient* second = makeClient();
    QSignalSpy started(second, &WorkerClient::workerStarted);
    second->open();
    QTRY_COMPARE(second->workerState().state, WorkerState::training);
    QCOMPARE(second->worker().pid, pid);
    QCOMPARE(second->workerState().run, 1);
    QCOMPARE(started.count(), 0);
}

void TestWorkerClient::requestsWaitForTheWorker()
{
    WorkerClient* client = makeClient();
    QStringList answers;
    client->open();
    client->send(InfoRequest{}, this, [&](const auto& answer) {
        answers += fromCbor<WorkerInfo>(std::get<QCborMap>(answer)).device;
    });
    client->send(PingRequest{}, this, [&](const auto& answer) { answers += QString::number(answer.index()); });
    QVERIFY(answers.isEmpty());
    QTRY_COMPARE(answers, (QStringList{QStringLiteral("cpu"), QStringLiteral("0")}));
}

void TestWorkerClient::anObserverMayInherit()
{
    script("on ping: done; send {\"type\": \"role\", \"role\": \"commander\"}");
    WorkerClient* client = makeClient({.role = QStringLiteral("observer")});
    QSignalSpy roles(client, &WorkerClient::roleChanged);
    client->open();
    client->send(PingRequest{});
    QTRY_COMPARE(roles.count(), 2);
    QCOMPARE(roles[0][0].toBool(), false);
    QCOMPARE(roles[1][0].toBool(), true);
    QVERIFY(client->isCommander());
}

void TestWorkerClient::eventsArriveTyped()
{
    script("set ms-per-step 1\nset steps 60\nset snapshot-every 20\nset checkpoint-every 30\nstep 15: preview 100000; send {\"type\": \"note\", \"code\": "
           "\"diskFull\", \"detail\": \"x\"}");
    WorkerClient* client = makeClient();
    QSignalSpy metrics(client, &WorkerClient::metricsArrived), snapshots(client, &WorkerClient::snapshotWritten),
        checkpoints(client, &WorkerClient::checkpointWritten), previews(client, &WorkerClient::previewArrived), notes(client, &WorkerClient::noted),
        progress(client, &WorkerClient::progressed);
    client->open();
    client->send(StartRequest{.run = 2});
    QTRY_COMPARE(client->workerState().state, WorkerState::finished);
    QCOMPARE(metrics.count(), 6);
    QCOMPARE(snapshots.count(), 3);
    QCOMPARE(checkpoints.count(), 3);
    QCOMPARE(progress.count(), 1);
    QCOMPARE(previews.at(0).at(0).value<PreviewEvent>().png.size(), 100'000);
    QCOMPARE(notes.at(0).at(0).value<NoteEvent>().code, ErrorCode::diskFull);
    const auto snapshot = snapshots.at(2).at(0).value<SnapshotEvent>();
    QCOMPARE(snapshot.folder, m_dir->filePath(QStringLiteral("runs/0002/snapshots/000060")));
    QVERIFY(QFile::exists(snapshot.folder + QStringLiteral("/snapshot.json")));
}

void TestWorkerClient::errorsArriveAsErrors()
{
    script("on stop: error diskFull /a b");
    WorkerClient* client = makeClient();
    std::optional<Error> problem;
    client->open();
    client->send(StopRequest{}, this, [&](const auto& answer) { problem = std::get<Error>(answer); });
    QTRY_VERIFY(problem);
    QCOMPARE(problem->code(), ErrorCode::diskFull);
    QCOMPARE(problem->detail(), std::string("/a b"));
}

void TestWorkerClient::anotherVersionIsAReadableError()
{
    script("set protocol 99");
    WorkerClient* client = makeClient();
    QSignalSpy gaveUp(client, &WorkerClient::gaveUp);
    std::optional<Error> problem;
    client->open();
    client->send(InfoRequest{}, this, [&](const auto& answer) { problem = std::get<Error>(answer); });
    QTRY_COMPARE(gaveUp.count(), 1);
    QCOMPARE(gaveUp[0][0].value<ErrorCode>(), ErrorCode::protocolMismatch);
    QVERIFY(gaveUp[0][1].toString().contains(QStringLiteral(PLUMAGE_VERSION)));
    QCOMPARE(client->state(), State::Disconnected);
    QVERIFY(problem);
    QVERIFY(client->worker().pid > 0);    // so that the window can stop it
    m_pids.push_back(client->worker().pid);
}

void TestWorkerClient::rubbishInsteadOfHelloIsGivenUp()
{
    script("on hello: rubbish 5000 3; done");
    WorkerClient* client = makeClient();
    QSignalSpy gaveUp(client, &WorkerClient::gaveUp);
    client->open();
    QTRY_COMPARE(gaveUp.count(), 1);
    QCOMPARE(client->state(), State::Disconnected);
}

void TestWorkerClient::rubbishLaterIsLostAndReconnected()
{
    script("on info: rubbish 5000 4");
    WorkerClient* client = makeClient();
    QSignalSpy states(client, &WorkerClient::stateChanged), started(client, &WorkerClient::workerStarted);
    std::optional<Error> problem;
    client->open();
    client->send(InfoRequest{}, this, [&](const auto& answer) { problem = std::get<Error>(answer); });
    QTRY_VERIFY(problem);
    QCOMPARE(problem->code(), ErrorCode::workerLost);
    QTRY_COMPARE(client->state(), State::Ready);
    QCOMPARE(started.count(), 1);    // the same worker
    QVERIFY(states.contains({QVariant::fromValue(State::Lost)}));
}

void TestWorkerClient::aCrashRestartsTheWorker()
{
    script("after 50: crash once");
    WorkerClient* client = makeClient();
    QSignalSpy states(client, &WorkerClient::stateChanged), started(client, &WorkerClient::workerStarted);
    client->open();
    QTRY_COMPARE(started.count(), 2);
    QTRY_COMPARE(client->state(), State::Ready);
    QVERIFY(states.contains({QVariant::fromValue(State::Lost)}));
    QCOMPARE(client->workerState().state, WorkerState::idle);
}

void TestWorkerClient::theRestartBudgetEnds()
{
    script("after 10: crash");
    WorkerClient* client = makeClient({.nowMs = [] { return qint64(1); }});
    QSignalSpy started(client, &WorkerClient::workerStarted), gaveUp(client, &WorkerClient::gaveUp);
    client->open();
    QTRY_COMPARE_WITH_TIMEOUT(gaveUp.count(), 1, 20'000);
    QCOMPARE(started.count(), 3);
    QCOMPARE(gaveUp[0][0].value<ErrorCode>(), ErrorCode::workerLost);
    QCOMPARE(client->state(), State::Disconnected);
    client->open();    // the person asks again
    QTRY_COMPARE(started.count(), 4);
}

void TestWorkerClient::oldRestartsAreForgiven()
{
    RestartBudget budget;
    QVERIFY(budget.spend(0) && budget.spend(1000) && budget.spend(60'000));
    QVERIFY(!budget.spend(119'999));
    QVERIFY(budget.spend(120'000));
    QVERIFY(!budget.spend(120'001));
    QVERIFY(budget.spend(121'000));
}

void TestWorkerClient::aSilentWorkerIsLost()
{
    script("on info: silence");
    WorkerClient* client = makeClient({.heartbeatMs = 50});
    QSignalSpy states(client, &WorkerClient::stateChanged);
    client->open();
    QTRY_COMPARE(client->state(), State::Ready);
    client->send(InfoRequest{});
    QTRY_VERIFY(states.contains({QVariant::fromValue(State::Lost)}));
}

void TestWorkerClient::requestsOnTheWayAreAnsweredWhenTheWorkerDies()
{
    script("on info: crash once");
    WorkerClient* client = makeClient();
    int lost = 0, done = 0;
    client->open();
    QTRY_COMPARE(client->state(), State::Ready);
    for (int i = 0; i < 3; ++i)
        client->send(InfoRequest{}, this, [&](const auto& answer) {
            lost += std::holds_alternative<Error>(answer) && std::get<Error>(answer).code() == ErrorCode::workerLost;
        });
    QTRY_COMPARE(lost, 3);
    client->send(InfoRequest{}, this, [&](const auto& answer) { done += std::holds_alternative<QCborMap>(answer); });
    QTRY_COMPARE(done, 1);
    QCOMPARE(lost, 3);
}

void TestWorkerClient::aDeadContextIsNotCalled()
{
    WorkerClient* client = makeClient();
    auto context = std::make_unique<QObject>();
    bool called = false, done = false;
    client->open();
    client->send(InfoRequest{}, context.get(), [&](const auto&) { called = true; });
    client->send(InfoRequest{}, this, [&](const auto&) { done = true; });
    context.reset();
    QTRY_VERIFY(done);
    QVERIFY(!called);
}

void TestWorkerClient::aMissingProgramIsNamed()
{
    WorkerClient* client = makeClient({.program = QStringLiteral("/there/is/no/plumage-worker")});
    QSignalSpy gaveUp(client, &WorkerClient::gaveUp);
    client->open();
    QTRY_COMPARE(gaveUp.count(), 1);
    QCOMPARE(gaveUp[0][0].value<ErrorCode>(), ErrorCode::workerMissing);
    QCOMPARE(gaveUp[0][1].toString(), QStringLiteral("/there/is/no/plumage-worker"));
    int failed = 0;
    client->send(InfoRequest{}, this, [&](const auto& answer) { failed += std::holds_alternative<Error>(answer); });
    QTRY_COMPARE(failed, 1);
}

void TestWorkerClient::withoutAProgramNothingIsStarted()
{
    WorkerClient* client = makeClient({.program = QStringLiteral("")});
    QSignalSpy gaveUp(client, &WorkerClient::gaveUp), started(client, &WorkerClient::workerStarted);
    client->open();
    QTRY_COMPARE(gaveUp.count(), 1);
    QCOMPARE(started.count(), 0);
}

void TestWorkerClient::backOffDoubles()
{
    script("on hello: hangup");
    WorkerClient* client = makeClient();
    QSignalSpy retries(client, &WorkerClient::retryScheduled);
    client->open();
    QTRY_COMPARE(retries.count(), 5);
    QList<int> waits;
    for (const auto& retry : retries)
        waits += retry[0].toInt();
    QCOMPARE(waits, (QList<int>{20, 40, 80, 80, 80}));
}

void TestWorkerClient::closingLeavesTheWorkerAlone()
{
    WorkerClient* client = makeClient();
    client->open();
    QTRY_COMPARE(client->state(), State::Ready);
    const qint64 pid = client->worker().pid;
    client->close();
    QCOMPARE(client->state(), State::Disconnected);
    QVERIFY(isAlive(pid));
    client->open();
    QTRY_COMPARE(client->state(), State::Ready);
    QCOMPARE(client->worker().pid, pid);
}

void TestWorkerClient::aWorkerThatWasAskedToCloseIsNotStartedAgain()
{
    WorkerClient* client = makeClient();
    QSignalSpy started(client, &WorkerClient::workerStarted), gaveUp(client, &WorkerClient::gaveUp);
    client->open();
    client->send(CloseRequest{});
    QTRY_COMPARE(client->state(), State::Ready);
    QTRY_COMPARE(client->state(), State::Disconnected);
    client->open();
    QTRY_COMPARE(client->state(), State::Ready);    // until then a second start would have shown
    QCOMPARE(started.count(), 2);
    QCOMPARE(gaveUp.count(), 0);
}

QTEST_GUILESS_MAIN(TestWorkerClient)
#include "tst_workerclient.moc"
