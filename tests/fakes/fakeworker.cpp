// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/fakes/fakeworker.h"

#include "core/base/random.h"

#include <QtCore/QCborValue>
#include <QtCore/QCoreApplication>
#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QPointer>

#include <algorithm>
#include <cmath>
#include <csignal>
#include <utility>

namespace plumage::fakes {

using namespace protocol;

namespace {

QString word(const QString& action, int index)
{
    return action.section(u' ', index, index, QString::SectionSkipEmpty);
}

QByteArray randomBytes(int count, std::uint64_t seed)
{
    Random random(seed);
    QByteArray bytes(count, Qt::Uninitialized);
    for (char& byte : bytes)
        byte = static_cast<char>(random.next());
    return bytes;
}

Failure failure(const QString& action)
{
    return {errorFromName(word(action, 1).toStdString()).value_or(ErrorCode::internal), action.section(u' ', 2)};
}

} // namespace

FakeWorker::FakeWorker(QString project, FakeScript script) : m_project(std::move(project)), m_script(std::move(script))
{
    m_training.setInterval(std::max(1, m_script.numbers[QStringLiteral("ms-per-step")]));
    connect(&m_training, &QTimer::timeout, this, &FakeWorker::tick);
    connect(&m_server, &QLocalServer::newConnection, this, &FakeWorker::accept);
}

bool FakeWorker::listen(const QString& socket)
{
    QLocalServer::removeServer(socket);
    return m_server.listen(socket);
}

void FakeWorker::accept()
{
    while (QLocalSocket* socket = m_server.nextPendingConnection()) {
        m_peers.push_back(std::make_unique<Peer>(Peer{socket, {}}));
        Peer* peer = m_peers.back().get();
        connect(socket, &QLocalSocket::readyRead, this, [this, peer] { readFrames(*peer); });
        connect(
            socket, &QLocalSocket::disconnected, this,
            [this, peer] { std::erase_if(m_peers, [peer](const auto& p) { return p.get() == peer; }); }, Qt::QueuedConnection);
        readFrames(*peer);
    }
}

void FakeWorker::readFrames(Peer& peer)
{
    try {
        while (!m_silent)
            if (const auto frame = peer.reader.read(*peer.socket))
                handle(peer, *frame);
            else
                return;
    } catch (const Error&) {
        peer.socket->abort();
    }
}

void FakeWorker::handle(Peer& peer, const Frame& frame)
{
    const FromPeer message = parsePeerFrame(frame);
    const qint64 id = frameId(frame).value_or(0);
    const QString type = frame.header.value(QLatin1String("type")).toString();
    if (std::holds_alternative<Hello>(message) && !std::exchange(m_greetedOnce, true))
        for (auto it = m_script.after.cbegin(); it != m_script.after.cend(); ++it)
            QTimer::singleShot(it.key(), this, [this, actions = it.value()] { perform(actions, nullptr, 0); });
    const QStringList actions = m_script.on.value(type, {QStringLiteral("builtin")});
    if (actions.contains(QLatin1String("builtin"))) {
        if (std::holds_alternative<Hello>(message)) {
            const Hello hello{.protocol = m_script.numbers[QStringLiteral("protocol")],
                .role = std::get<Hello>(message).role,
                .pid = QCoreApplication::applicationPid(),
                .project = m_project};
            sendLater(peer.socket, encodeFrame(toFrame(hello)));
            sendLater(peer.socket, encodeFrame(toFrame(Event(m_state))));
            peer.greeted = true;
        } else {
            react(peer, std::get<Request>(message), id);
        }
    }
    perform(actions, &peer, id);
}

void FakeWorker::react(Peer& peer, const Request& request, qint64 id)
{
    Done done;
    const bool runs = m_state.state == WorkerState::training || m_state.state == WorkerState::paused;
    const auto* start = std::get_if<StartRequest>(&request);
    const bool needsRun = std::holds_alternative<PauseRequest>(request) || std::holds_alternative<ResumeRequest>(request) ||
        std::holds_alternative<StopRequest>(request) || std::holds_alternative<SnapshotRequest>(request);
    if ((start && runs) || (needsRun && !runs))
        return sendLater(peer.socket, encodeFrame(toFrame(Failure{start ? ErrorCode::busy : ErrorCode::notReady, QLatin1String("fake")}, id)));
    if (std::holds_alternative<InfoRequest>(request))
        done.result = toCbor(WorkerInfo{.build = QStringLiteral(PLUMAGE_VERSION),
            .device = QStringLiteral("cpu"),
            .libtorch = QStringLiteral("none"),
            .cpuCapability = QStringLiteral("made-up"),
            .deviceName = QStringLiteral("cpu"),
            .threads = 2});
    if (std::holds_alternative<DemoPhotosRequest>(request))
        QDir().mkpath(std::get<DemoPhotosRequest>(request).out);
    if (const auto* constraints = std::get_if<ConstraintsRequest>(&request)) {    // for tests to look at
        QFile file(QDir(m_project).filePath(QStringLiteral("constraints.%1").arg(constraints->run)));
        if (file.open(QIODevice::WriteOnly))
            file.write(constraints->bytes);
    }
    sendLater(peer.socket, encodeFrame(toFrame(done, id)));
    if (start)
        this->start(*start);
    else if (std::holds_alternative<PauseRequest>(request))
        setState(WorkerState::paused);
    else if (std::holds_alternative<ResumeRequest>(request))
        setState(WorkerState::training);
    else if (std::holds_alternative<SnapshotRequest>(request))
        takeSnapshot();
    else if (std::holds_alternative<StopRequest>(request))
        end();
    else if (std::holds_alternative<CloseRequest>(request))
        QTimer::singleShot(50, qApp, &QCoreApplication::quit);
}

void FakeWorker::perform(const QStringList& actions, Peer* peer, qint64 id)
{
    for (const QString& action : actions)
        if (action != QLatin1String("builtin") && !performOne(action, peer, id))
            qFatal("fakeworker: unknown action %s", qPrintable(action));
}

bool FakeWorker::performOne(const QString& action, Peer* peer, qint64 id)
{
    const QString verb = word(action, 0);
    const int number = word(action, 1).toInt();
    if (verb == QLatin1String("done") && peer)
        sendLater(peer->socket, encodeFrame(toFrame(Done{}, id)));
    else if (verb == QLatin1String("error") && peer)
        sendLater(peer->socket, encodeFrame(toFrame(failure(action), id)));
    else if (verb == QLatin1String("error"))
        broadcast(toFrame(failure(action), std::nullopt));
    else if (verb == QLatin1String("send"))
        broadcast({QCborMap::fromJsonObject(QJsonDocument::fromJson(action.mid(5).toUtf8()).object()), {}});
    else if (verb == QLatin1String("preview"))
        broadcast(toFrame(Event(PreviewEvent{m_state.run, m_state.step, {0}, QByteArray(number, 'x')})));
    else if (verb == QLatin1String("snapshot"))
        takeSnapshot();
    else if (verb == QLatin1String("checkpoint"))
        writeFakeCheckpoint(m_run, m_state.step), broadcast(toFrame(Event(CheckpointEvent{m_state.run, m_state.step})));
    else if (verb == QLatin1String("fail"))
        m_state.code = failure(action).code, m_state.detail = failure(action).detail, setState(WorkerState::failed);
    else if (verb == QLatin1String("rubbish"))
        for (const auto& p : m_peers)
            p->socket->write(randomBytes(number, word(action, 2).toULongLong()));
    else if (verb == QLatin1String("slow"))
        m_answerDelayMs = number;
    else if (verb == QLatin1String("silence"))
        m_silent = true, m_training.stop();
    else if (verb == QLatin1String("hangup"))
        for (const auto& p : m_peers)
            p->socket->abort();
    else if (verb == QLatin1String("crash")) {
        if (word(action, 1) == QLatin1String("once"))
            QFile::remove(m_script.file);
        std::raise(SIGKILL);
    } else if (verb == QLatin1String("end"))
        QCoreApplication::quit();
    else
        return false;
    return true;
}

void FakeWorker::start(const StartRequest& request)
{
    m_run = readFakeRun((m_project + QStringLiteral("/runs/%1").arg(request.run, 4, 10, QLatin1Char('0'))).toStdString());
    std::filesystem::create_directories(m_run.folder);    // tests may ask for a run that nobody made
    m_state = {.run = request.run, .device = QStringLiteral("cpu")};
    m_state.step = request.resume ? newestFakeCheckpoint(m_run) : 0;
    setState(WorkerState::preparing);
    broadcast(toFrame(Event(ProgressEvent{QStringLiteral("pack"), m_run.photos, m_run.photos})));
    m_seconds.start();
    setState(WorkerState::training);
}

void FakeWorker::tick()
{
    if (!QDir(QString::fromStdString(m_run.folder.string())).exists())
        return QCoreApplication::quit();    // its test is over
    const qint64 step = ++m_state.step;
    const double seconds = static_cast<double>(m_seconds.elapsed()) / 1000;
    if (step % 10 == 0) {
        const double fall = std::exp(-static_cast<double>(step) / 300);
        broadcast(toFrame(Event(MetricsEvent{m_state.run, step, seconds, 120 + 5 * std::sin(0.1 * static_cast<double>(step)),
            {{QStringLiteral("d.total"), 2 + 3 * fall}, {QStringLiteral("g.total"), 3 + 2 * fall}, {QStringLiteral("d.info"), fall},
                {QStringLiteral("mask_mean"), 0.4}, {QStringLiteral("codes_in_use"), m_run.codes}}})));
    }
    if (step % m_script.numbers[QStringLiteral("snapshot-every")] == 0)
        takeSnapshot();
    if (step % m_script.numbers[QStringLiteral("checkpoint-every")] == 0)
        performOne(QStringLiteral("checkpoint"), nullptr, 0);
    perform(m_script.step.value(static_cast<int>(step)), nullptr, 0);
    if (step >= m_script.numbers[QStringLiteral("steps")] && m_training.isActive())
        end();
}

void FakeWorker::takeSnapshot()
{
    const auto folder = writeFakeSnapshot(m_run, m_state.step, static_cast<double>(m_seconds.elapsed()) / 1000);
    broadcast(toFrame(Event(SnapshotEvent{m_state.run, m_state.step, QString::fromStdString(folder.string())})));
}

void FakeWorker::setState(WorkerState state)
{
    m_state.state = state;
    if (state == WorkerState::training)
        m_training.start();
    else
        m_training.stop();
    broadcast(toFrame(Event(m_state)));
}

void FakeWorker::broadcast(const Frame& frame)
{
    if (!m_silent)
        for (const auto& peer : m_peers)
            if (peer->greeted)
                peer->socket->write(encodeFrame(frame));
}

void FakeWorker::sendLater(QLocalSocket* socket, const QByteArray& bytes)
{
    if (m_answerDelayMs == 0)
        socket->write(bytes);
    else
        QTimer::singleShot(m_answerDelayMs, socket, [socket, bytes] { socket->write(bytes); });
}

void FakeWorker::end()
{
    performOne(QStringLiteral("checkpoint"), nullptr, 0);
    m_state.detail = QLatin1String(m_state.step >= m_script.numbers[QStringLiteral("steps")] ? "max_steps" : "asked");
    setState(WorkerState::finished);
}

} // namespace plumage::fakes
