// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/protocol/workerserver.h"

#include "core/base/random.h"

#include <QtCore/QTemporaryDir>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

using namespace plumage;
using namespace plumage::protocol;

namespace {

// One end of a connection, by hand: writes what it is told and keeps what it hears.
class TestPeer final : public QObject
{
public:
    explicit TestPeer(const QString& socketPath, bool reads = true)
    {
        if (reads)
            connect(&socket, &QLocalSocket::readyRead, this, [this] {
                while (auto frame = m_reader.read(socket))
                    heard.push_back(*frame);
            });
        else
            socket.setReadBufferSize(1);    // the rest waits in the server
        socket.connectToServer(socketPath);
    }
    void say(const Frame& frame) { socket.write(encodeFrame(frame)); }
    void ask(const Request& request, qint64 id) { say(toFrame(request, id)); }
    void greet(const QString& role = QStringLiteral("commander")) { say(toFrame(Hello{.role = role})); }
    int count(const char* type) const
    {
        return static_cast<int>(std::ranges::count_if(heard, [&](const Frame& f) { return typeOf(f) == QLatin1String(type); }));
    }
    static QString typeOf(const Frame& frame) { return frame.header.value(QLatin1String("type")).toString(); }
    QString role() const { return heard.empty() ? QString() : heard.front().header.value(QLatin1String("role")).toString(); }
    bool isOut() const { return socket.state() == QLocalSocket::UnconnectedState; }

    QLocalSocket socket;
    std::vector<Frame> heard;

private:
    FrameReader m_reader;
};

} // namespace

class TestWorkerServer : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup();
    void helloIsAnsweredWithHelloAndState();
    void anotherVersionHearsOursAndIsCutOff();
    void theFirstCommandsTheSecondObserves();
    void anObserverDoesNotTakeTheCommand();
    void observersMayAskButNotCommand();
    void theOldestObserverInherits();
    void everyRequestHasOneAnswer();
    void requestsThatCannotBeReadAreAnswered();
    void rubbishCutsOffOnlyItsSender();
    void requestsBeforeHelloAreRefused();
    void aSilentPeerIsCutOff();
    void aSlowPeerLosesPreviewsOnly();
    void aPeerThatNeverReadsIsCutOff();
    void twoWorkersDoNotShareAProject();

private:
    void listen(WorkerServer::Settings settings = {});

    std::unique_ptr<QTemporaryDir> m_dir;
    std::unique_ptr<WorkerServer> m_server;
    QString m_socket;
};

void TestWorkerServer::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
    m_socket = m_dir->filePath(QStringLiteral("s"));
}

void TestWorkerServer::cleanup()
{
    m_server.reset();
}

void TestWorkerServer::listen(WorkerServer::Settings settings)
{
    settings.project = QStringLiteral("/p");
    settings.socket = m_socket;
    m_server = std::make_unique<WorkerServer>(settings);
    m_server->listen();
    connect(m_server.get(), &WorkerServer::requestArrived, m_server.get(), [this](qint64 ticket) { m_server->answer(ticket, Done{}); });
}

void TestWorkerServer::helloIsAnsweredWithHelloAndState()
{
    listen();
    m_server->broadcast(StateEvent{.state = WorkerState::training, .run = 3, .step = 120});
    TestPeer peer(m_socket);
    peer.greet();
    QTRY_COMPARE(peer.heard.size(), 2u);
    const auto hello = std::get<Hello>(parseWorkerFrame(peer.heard[0]));
    QCOMPARE(hello.protocol, protocolNumber);
    QCOMPARE(hello.project, QStringLiteral("/p"));
    QCOMPARE(hello.pid, QCoreApplication::applicationPid());
    QCOMPARE(std::get<StateEvent>(std::get<Event>(parseWorkerFrame(peer.heard[1]))).step, 120);
    QCOMPARE(m_server->peers(), 1);
}

void TestWorkerServer::anotherVersionHearsOursAndIsCutOff()
{
    listen();
    TestPeer peer(m_socket);
    peer.say(toFrame(Hello{.protocol = protocolNumber + 1, .build = QStringLiteral("9.9")}));
    QTRY_VERIFY(peer.isOut());
    QCOMPARE(peer.count("hello"), 1);
    QCOMPARE(std::get<Failure>(parseWorkerFrame(peer.heard.back())).code, ErrorCode::protocolMismatch);
    QCOMPARE(m_server->peers(), 0);
}

void TestWorkerServer::theFirstCommandsTheSecondObserves()
{
    listen();
    TestPeer first(m_socket), second(m_socket);
    first.greet();
    QTRY_COMPARE(first.role(), QStringLiteral("commander"));
    second.greet();
    QTRY_COMPARE(second.role(), QStringLiteral("observer"));
    QCOMPARE(m_server->peers(), 2);
}

void TestWorkerServer::anObserverDoesNotTakeTheCommand()
{
    listen();
    TestPeer observer(m_socket), commander(m_socket);
    observer.greet(QStringLiteral("observer"));
    QTRY_COMPARE(observer.role(), QStringLiteral("observer"));
    QVERIFY(!m_server->hasCommander());
    commander.greet();
    QTRY_COMPARE(commander.role(), QStringLiteral("commander"));
    commander.socket.disconnectFromServer();
    QTRY_COMPARE(m_server->peers(), 1);
    QVERIFY(!m_server->hasCommander());
    QCOMPARE(observer.count("role"), 0);
}

void TestWorkerServer::observersMayAskButNotCommand()
{
    listen();
    TestPeer peer(m_socket);
    peer.greet(QStringLiteral("observer"));
    peer.ask(InfoRequest{}, 1);
    peer.ask(StopRequest{}, 2);
    QTRY_COMPARE(peer.count("done") + peer.count("error"), 2);
    const auto refusal = std::ranges::find_if(peer.heard, [](const Frame& f) { return frameId(f) == 2; });
    QCOMPARE(std::get<Failure>(parseWorkerFrame(*refusal)).code, ErrorCode::notCommanding);
}

void TestWorkerServer::theOldestObserverInherits()
{
    listen();
    auto commander = std::make_unique<TestPeer>(m_socket);
    commander->greet();
    QTRY_COMPARE(commander->count("hello"), 1);
    TestPeer second(m_socket), third(m_socket);
    second.greet();
    QTRY_COMPARE(second.count("hello"), 1);
    third.greet();
    QTRY_COMPARE(third.count("hello"), 1);
    commander.reset();
    QTRY_COMPARE(second.count("role"), 1);
    QCOMPARE(third.count("role"), 0);
    QSignalSpy arrived(m_server.get(), &WorkerServer::requestArrived);
    second.ask(PauseRequest{}, 5);
    QTRY_COMPARE(arrived.count(), 1);
}

void TestWorkerServer::everyRequestHasOneAnswer()
{
    listen();
    TestPeer peer(m_socket);
    peer.greet();
    for (qint64 id = 1; id <= 50; ++id)
        peer.ask(id % 2 ? Request(InfoRequest{}) : Request(PingRequest{}), id);
    QTRY_COMPARE(peer.count("done"), 50);
    std::vector<qint64> ids;
    for (const Frame& frame : peer.heard)
        if (frameId(frame))
            ids.push_back(*frameId(frame));
    std::ranges::sort(ids);
    for (qint64 id = 1; id <= 50; ++id)
        QCOMPARE(ids[static_cast<std::size_t>(id - 1)], id);
}

void TestWorkerServer::requestsThatCannotBeReadAreAnswered()
{
    listen();
    TestPeer peer(m_socket);
    peer.greet();
    peer.say({QCborMap{{QStringLiteral("type"), QStringLiteral("dance")}, {QStringLiteral("id"), 1}}, {}});
    peer.say({QCborMap{{QStringLiteral("type"), QStringLiteral("start")}, {QStringLiteral("id"), 2}, {QStringLiteral("run"), QStringLiteral("x")}}, {}});
    peer.ask(InfoRequest{}, 3);
    QTRY_COMPARE(peer.count("done"), 1);
    QCOMPARE(std::get<Failure>(parseWorkerFrame(peer.heard[2])).code, ErrorCode::messageUnknown);
    QCOMPARE(std::get<Failure>(parseWorkerFrame(peer.heard[3])).code, ErrorCode::messageInvalid);
}

void TestWorkerServer::rubbishCutsOffOnlyItsSender()
{
    listen();
    TestPeer good(m_socket);
    good.greet();
    QTRY_COMPARE(good.count("hello"), 1);
    for (std::uint64_t seed = 1; seed <= 30; ++seed) {
        TestPeer bad(m_socket);
        if (seed % 2)
            bad.greet();
        Random random(seed);
        QByteArray bytes(4000, Qt::Uninitialized);
        for (char& byte : bytes)
            byte = static_cast<char>(random.next());
        bytes.replace(0, 8, QByteArray::fromHex(seed % 3 ? "0010000000000000" : "ffffffffffffffff"));    // 4096 bytes of header; too large
        bad.socket.write(bytes + bytes);
        QTRY_VERIFY2(bad.isOut(), qPrintable(QStringLiteral("seed %1").arg(seed)));
    }
    good.ask(InfoRequest{}, 1);
    QTRY_COMPARE(good.count("done"), 1);
    QCOMPARE(m_server->peers(), 1);
}

void TestWorkerServer::requestsBeforeHelloAreRefused()
{
    listen();
    QSignalSpy arrived(m_server.get(), &WorkerServer::requestArrived);
    TestPeer peer(m_socket);
    peer.ask(StopRequest{}, 1);
    QTRY_VERIFY(peer.isOut());
    QCOMPARE(peer.count("error"), 1);
    QCOMPARE(arrived.count(), 0);
}

void TestWorkerServer::aSilentPeerIsCutOff()
{
    listen({.greetingMs = 50});
    TestPeer silent(m_socket), polite(m_socket);
    polite.greet();
    QTRY_VERIFY(silent.isOut());
    QVERIFY(!polite.isOut());
}

void TestWorkerServer::aSlowPeerLosesPreviewsOnly()
{
    listen({.previewLimit = 1 << 20});
    TestPeer slow(m_socket, false), quick(m_socket);
    slow.greet();
    quick.greet();
    QTRY_COMPARE(m_server->peers(), 2);
    const QByteArray picture(200'000, 'x');
    for (int i = 1; i <= 40; ++i) {
        m_server->broadcast(PreviewEvent{.step = i, .png = picture});
        m_server->broadcast(MetricsEvent{.step = i});
        QTRY_COMPARE(quick.count("metrics"), i);    // the slow one holds nobody up
    }
    QCOMPARE(quick.count("preview"), 40);
    int previews = 0, metrics = 0;
    FrameReader reader;
    slow.socket.setReadBufferSize(0);
    QTRY_VERIFY([&] {
        while (const auto frame = reader.read(slow.socket)) {
            previews += TestPeer::typeOf(*frame) == QLatin1String("preview");
            metrics += TestPeer::typeOf(*frame) == QLatin1String("metrics");
        }
        return metrics == 40;
    }());
    QVERIFY2(previews < 15, qPrintable(QString::number(previews)));
}

void TestWorkerServer::aPeerThatNeverReadsIsCutOff()
{
    listen({.queueLimit = 1 << 20});
    TestPeer stuck(m_socket, false), quick(m_socket);
    stuck.greet();
    quick.greet();
    QTRY_COMPARE(m_server->peers(), 2);
    for (int i = 0; i < 200; ++i) {
        m_server->broadcast(NoteEvent{.detail = QString(10'000, u'x')});
        QTRY_COMPARE(quick.count("note"), i + 1);
    }
    QTRY_COMPARE(m_server->peers(), 1);
}

void TestWorkerServer::twoWorkersDoNotShareAProject()
{
    listen();
    WorkerServer second({.project = QStringLiteral("/p"), .socket = m_socket});
    try {
        second.listen();
        QFAIL("listens");
    } catch (const Error& error) {
        QCOMPARE(error.code(), ErrorCode::runInUse);
    }
    TestPeer peer(m_socket);
    peer.greet();
    QTRY_COMPARE(peer.count("hello"), 1);    // the first one still serves
    m_server.reset();
    second.listen();
}

QTEST_GUILESS_MAIN(TestWorkerServer)
#include "tst_workerserver.moc"
