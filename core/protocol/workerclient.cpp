// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/protocol/workerclient.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QElapsedTimer>
#include <QtCore/QFileInfo>
#include <QtCore/QProcess>

#include <algorithm>
#include <utility>

namespace plumage::protocol {
namespace {

constexpr int pollMs = 100;           // between tries while a started worker gets ready to listen
constexpr int silentBeats = 3;

template<class... F> struct Overloaded : F... { using F::operator()...; };

std::function<qint64()> steadyClock()
{
    QElapsedTimer timer;
    timer.start();
    return [timer] { return timer.elapsed(); };
}

} // namespace

WorkerClient::WorkerClient(Settings settings, QObject* parent) : QObject(parent), m_settings(std::move(settings))
{
    if (!m_settings.nowMs)
        m_settings.nowMs = steadyClock();
    if (m_settings.arguments.isEmpty())
        m_settings.arguments = {QStringLiteral("serve"), QStringLiteral("--project"), m_settings.project, QStringLiteral("--socket"), m_settings.socket};
    m_retry.setSingleShot(true);
    connect(&m_retry, &QTimer::timeout, this, &WorkerClient::connectSocket);
    m_heartbeat.setInterval(m_settings.heartbeatMs);
    connect(&m_heartbeat, &QTimer::timeout, this, &WorkerClient::beat);
    connect(&m_socket, &QLocalSocket::readyRead, this, &WorkerClient::readFrames);
    // queued: connectToServer() may report from inside the call
    connect(&m_socket, &QLocalSocket::connected, this, &WorkerClient::socketConnected, Qt::QueuedConnection);
    connect(&m_socket, &QLocalSocket::errorOccurred, this, &WorkerClient::socketFailed, Qt::QueuedConnection);
}

WorkerClient::~WorkerClient()
{
    m_socket.disconnect(this);
    m_socket.abort();
}

void WorkerClient::open()
{
    if (m_state != State::Disconnected)
        return;
    m_budget.forgive();
    m_startedAtMs.reset();
    m_everGreeted = m_mayEnd = false;
    m_retryMs = m_settings.firstRetryMs;
    connectSocket();
}

void WorkerClient::close()
{
    leave();
    failAll(m_settings.project);
}

void WorkerClient::tryNow()
{
    if (m_state == State::Lost)
        connectSocket();
}

void WorkerClient::send(Request request, QObject* context, std::function<void(const Answer&)> answer)
{
    const qint64 id = m_nextId++;
    m_mayEnd = m_mayEnd || std::holds_alternative<CloseRequest>(request);
    Pending pending{encodeFrame(toFrame(request, id)), context, context != nullptr, false, std::move(answer)};
    if (m_state == State::Ready) {
        m_socket.write(pending.frame);
        pending.sent = true;
    }
    m_pending.emplace(id, std::move(pending));
    if (m_state == State::Disconnected)
        QMetaObject::invokeMethod(
            this, [this, id] { finish(id, Error(ErrorCode::workerLost, m_settings.project.toStdString())); }, Qt::QueuedConnection);
}

void WorkerClient::setState(State state)
{
    if (m_state == state)
        return;
    m_state = state;
    Q_EMIT stateChanged(state);
}

void WorkerClient::connectSocket()
{
    m_retry.stop();
    m_reader = {};
    setState(State::Connecting);
    m_socket.connectToServer(m_settings.socket);
}

void WorkerClient::socketConnected()
{
    if (m_state != State::Connecting || m_socket.state() != QLocalSocket::ConnectedState)
        return;
    m_heardAtMs = m_settings.nowMs();
    m_heartbeat.start();
    setState(State::Greeting);
    m_socket.write(encodeFrame(toFrame(Hello{.role = m_settings.role, .pid = QCoreApplication::applicationPid(), .project = m_settings.project})));
}

// Connecting: nobody listens. Later: the connection broke (a peer that closes in good order counts as an error, too).
void WorkerClient::socketFailed()
{
    if (m_state == State::Greeting || m_state == State::Ready)
        return connectionLost();
    if (m_state != State::Connecting || m_socket.state() != QLocalSocket::UnconnectedState)
        return;
    const bool beingStarted = m_startedAtMs && m_settings.nowMs() - *m_startedAtMs < m_settings.startPatienceMs;
    if (beingStarted)
        m_retry.start(pollMs);
    else if (!m_settings.program.isEmpty())
        startWorker();
    else if (m_everGreeted)
        retryLater();
    else
        giveUp(ErrorCode::workerMissing, m_settings.socket);
}

void WorkerClient::connectionLost()
{
    if (m_mayEnd)
        return close();
    m_socket.abort();
    m_heartbeat.stop();
    m_startedAtMs.reset();
    failAll(m_settings.project, true);
    retryLater();
}

void WorkerClient::startWorker()
{
    if (!m_budget.spend(m_settings.nowMs()))
        return giveUp(m_everGreeted ? ErrorCode::workerLost : ErrorCode::workerStartFailed, m_everGreeted ? m_settings.project : m_settings.program);
    if (!QFileInfo(m_settings.program).isExecutable())
        return giveUp(ErrorCode::workerMissing, m_settings.program);
    QProcess worker;
    worker.setProgram(m_settings.program);
    worker.setArguments(m_settings.arguments);
    worker.setStandardInputFile(QProcess::nullDevice());
    worker.setStandardOutputFile(QProcess::nullDevice());
    worker.setStandardErrorFile(QProcess::nullDevice());
    if (!worker.startDetached())
        return giveUp(ErrorCode::workerStartFailed, m_settings.program);
    m_startedAtMs = m_settings.nowMs();
    m_retry.start(pollMs);
    Q_EMIT workerStarted(m_budget.used());
}

// Back to Disconnected without another try.
void WorkerClient::leave()
{
    m_retry.stop();
    m_heartbeat.stop();
    setState(State::Disconnected);
    m_socket.abort();
}

void WorkerClient::giveUp(ErrorCode code, const QString& detail)
{
    leave();
    failAll(detail);
    Q_EMIT gaveUp(code, detail);
}

void WorkerClient::retryLater()
{
    setState(State::Lost);
    m_retry.start(m_retryMs);
    Q_EMIT retryScheduled(m_retryMs);
    m_retryMs = std::min(2 * m_retryMs, m_settings.lastRetryMs);
}

void WorkerClient::readFrames()
{
    try {
        while (m_state == State::Greeting || m_state == State::Ready) {
            const std::optional<Frame> frame = m_reader.read(m_socket);
            if (!frame)
                return;
            m_heardAtMs = m_settings.nowMs();
            handle(*frame);
        }
    } catch (const Error& error) {
        if (m_state == State::Greeting)    // whatever listens there is no worker that fits
            giveUp(error.code(), QString::fromStdString(error.detail()));
        else
            connectionLost();
    }
}

void WorkerClient::handle(const Frame& frame)
{
    const FromWorker message = parseWorkerFrame(frame);
    if (m_state == State::Greeting) {
        if (!std::holds_alternative<Hello>(message))
            throw Error(ErrorCode::messageInvalid, "hello");
        return greeted(std::get<Hello>(message));
    }
    const std::optional<qint64> id = frameId(frame);
    std::visit(Overloaded{
                   [](const Hello&) { throw Error(ErrorCode::messageInvalid, "hello"); },
                   [&](const Done& done) { finish(id.value_or(0), done.result); },
                   [&](const Failure& failure) {
                       const Error error(failure.code, failure.detail.toStdString());
                       if (!id)
                           throw error;
                       finish(*id, error);
                   },
                   [this](const Event& event) { report(event); },
               },
        message);
}

void WorkerClient::greeted(const Hello& hello)
{
    if (hello.protocol != protocolNumber) {
        m_worker = hello;
        const QString detail = QStringLiteral("%1 / %2").arg(hello.build, Hello().build);
        return giveUp(ErrorCode::protocolMismatch, detail);
    }
    m_worker = hello;
    m_everGreeted = true;
    m_startedAtMs.reset();
    m_retryMs = m_settings.firstRetryMs;
    m_role = hello.role;
    setState(State::Ready);
    Q_EMIT roleChanged(isCommander());
    for (auto& [id, pending] : m_pending)
        if (!std::exchange(pending.sent, true))
            m_socket.write(pending.frame);
}

void WorkerClient::report(const Event& event)
{
    std::visit(Overloaded{
                   [this](const StateEvent& state) { m_workerState = state; Q_EMIT workerStateChanged(state); },
                   [this](const ProgressEvent& progress) { Q_EMIT progressed(progress); },
                   [this](const MetricsEvent& metrics) { Q_EMIT metricsArrived(metrics); },
                   [this](const SnapshotEvent& snapshot) { Q_EMIT snapshotWritten(snapshot); },
                   [this](const CheckpointEvent& checkpoint) { Q_EMIT checkpointWritten(checkpoint); },
                   [this](const PreviewEvent& preview) { Q_EMIT previewArrived(preview); },
                   [this](const NoteEvent& note) { Q_EMIT noted(note); },
                   [this](const RoleEvent& role) { m_role = role.role; Q_EMIT roleChanged(isCommander()); },
               },
        event);
}

void WorkerClient::beat()
{
    if (m_settings.nowMs() - m_heardAtMs > silentBeats * m_settings.heartbeatMs)
        connectionLost();
    else if (m_state == State::Ready)
        send(PingRequest{});
}

void WorkerClient::finish(qint64 id, const Answer& answer)
{
    const auto node = m_pending.extract(id);
    if (!node.empty() && node.mapped().answer && !(node.mapped().hasContext && !node.mapped().context))
        node.mapped().answer(answer);
}

void WorkerClient::failAll(const QString& detail, bool onlySent)
{
    std::vector<qint64> ids;
    for (const auto& [id, pending] : m_pending)
        if (pending.sent || !onlySent)
            ids.push_back(id);
    for (const qint64 id : ids)
        finish(id, Error(ErrorCode::workerLost, detail.toStdString()));
}

} // namespace plumage::protocol
