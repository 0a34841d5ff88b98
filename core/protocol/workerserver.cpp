// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/protocol/workerserver.h"

#include "core/protocol/socketpath.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QTimer>

#include <algorithm>
#include <utility>

namespace plumage::protocol {
namespace {

constexpr int farewellMs = 2000;    // how long a peer that is cut off may take to read why

bool observerMayAsk(const Request& request)
{
    return std::holds_alternative<InfoRequest>(request) || std::holds_alternative<OpenRequest>(request) ||
        std::holds_alternative<OptionsRequest>(request) || std::holds_alternative<PingRequest>(request);
}

Failure failureOf(const Error& error)
{
    return {error.code(), QString::fromStdString(error.detail())};
}

} // namespace

WorkerServer::WorkerServer(Settings settings, QObject* parent)
    : QObject(parent), m_settings(std::move(settings)), m_lock(m_settings.socket + QStringLiteral(".lock"))
{
    m_server.setSocketOptions(QLocalServer::UserAccessOption);
    m_lock.setStaleLockTime(0);    // stale only if its process is gone
    connect(&m_server, &QLocalServer::newConnection, this, &WorkerServer::accept);
}

WorkerServer::~WorkerServer()
{
    for (const auto& peer : m_peers)
        peer->socket->disconnect(this);
}

void WorkerServer::listen()
{
    if (!m_lock.tryLock(0))
        throw Error(m_lock.error() == QLockFile::LockFailedError ? ErrorCode::runInUse : ErrorCode::folderNotWritable, m_settings.project.toStdString());
    if (!removeStaleSocket(m_settings.socket))
        throw Error(ErrorCode::runInUse, m_settings.project.toStdString());
    if (!m_server.listen(m_settings.socket))
        throw Error(ErrorCode::folderNotWritable, m_settings.socket.toStdString());
}

int WorkerServer::peers() const
{
    return static_cast<int>(std::ranges::count_if(m_peers, [](const auto& peer) { return peer->greeted; }));
}

bool WorkerServer::hasCommander() const
{
    return std::ranges::any_of(m_peers, [](const auto& peer) { return peer->commands; });
}

void WorkerServer::broadcast(const Event& event)
{
    if (const auto* state = std::get_if<StateEvent>(&event))
        m_state = *state;
    const bool droppable = std::holds_alternative<PreviewEvent>(event);
    const QByteArray bytes = encodeFrame(toFrame(event));
    for (const auto& peer : m_peers)
        if (peer->greeted && !(droppable && peer->socket->bytesToWrite() > m_settings.previewLimit))
            send(*peer, bytes);
}

void WorkerServer::answer(qint64 ticket, const Done& done)
{
    const auto to = redeem(ticket);
    if (Peer* peer = to ? find(to->socket) : nullptr)
        send(*peer, encodeFrame(toFrame(done, to->id)));
}

void WorkerServer::answer(qint64 ticket, const Failure& failure)
{
    const auto to = redeem(ticket);
    if (Peer* peer = to ? find(to->socket) : nullptr)
        send(*peer, encodeFrame(toFrame(failure, to->id)));
}

void WorkerServer::flush()
{
    for (const auto& peer : m_peers)
        peer->socket->flush();
}

void WorkerServer::accept()
{
    while (QLocalSocket* socket = m_server.nextPendingConnection()) {
        m_peers.push_back(std::make_unique<Peer>());
        m_peers.back()->socket = socket;
        connect(socket, &QLocalSocket::readyRead, this, [this, socket] { readFrames(socket); });
        // queued: abort() inside a loop over the peers must not remove one from it
        connect(socket, &QLocalSocket::disconnected, this, [this, socket] { remove(socket); }, Qt::QueuedConnection);
        QTimer::singleShot(m_settings.greetingMs, socket, [this, socket] {
            if (const Peer* peer = find(socket); peer && !peer->greeted)
                socket->abort();
        });
        readFrames(socket);
    }
}

void WorkerServer::readFrames(QLocalSocket* socket)
{
    Peer* peer = find(socket);
    try {
        while (peer && !peer->cutOff) {
            const std::optional<Frame> frame = peer->reader.read(*socket);
            if (!frame)
                return;
            handle(*peer, *frame);
        }
    } catch (const Error& error) {
        cutOff(*peer, error);
    }
}

// A request that cannot be read is answered; anything else that cannot be read ends the connection.
void WorkerServer::handle(Peer& peer, const Frame& frame)
{
    const std::optional<qint64> id = frameId(frame);
    std::optional<FromPeer> message;
    try {
        message = parsePeerFrame(frame);
    } catch (const Error& error) {
        if (!id || !peer.greeted)
            throw;
        return send(peer, encodeFrame(toFrame(failureOf(error), id)));
    }
    if (const auto* hello = std::get_if<Hello>(&*message))
        return greet(peer, *hello);
    if (!peer.greeted || !id)
        throw Error(ErrorCode::messageInvalid, peer.greeted ? "id" : "hello");
    const Request& request = std::get<Request>(*message);
    if (std::holds_alternative<PingRequest>(request))
        return send(peer, encodeFrame(toFrame(Done{}, *id)));
    if (!peer.commands && !observerMayAsk(request))
        return send(peer, encodeFrame(toFrame(Failure{ErrorCode::notCommanding, {}}, id)));
    const qint64 ticket = m_nextTicket++;
    m_tickets.emplace(ticket, Ticket{peer.socket, *id});
    Q_EMIT requestArrived(ticket, request);
}

void WorkerServer::greet(Peer& peer, const Hello& hello)
{
    if (peer.greeted)
        throw Error(ErrorCode::messageInvalid, "hello");
    const bool fits = hello.protocol == protocolNumber;
    peer.wishesToCommand = hello.role == QLatin1String("commander");
    peer.commands = fits && peer.wishesToCommand && !hasCommander();
    peer.greeted = fits;
    const Hello own{.role = QLatin1String(peer.commands ? "commander" : "observer"),
        .pid = QCoreApplication::applicationPid(),
        .project = m_settings.project};
    send(peer, encodeFrame(toFrame(own)));
    if (!fits)
        throw Error(ErrorCode::protocolMismatch, hello.build.left(80).toStdString());
    send(peer, encodeFrame(toFrame(Event(m_state))));
    Q_EMIT peersChanged();
}

void WorkerServer::cutOff(Peer& peer, const Error& error)
{
    send(peer, encodeFrame(toFrame(failureOf(error), std::nullopt)));
    peer.cutOff = true;
    peer.socket->disconnectFromServer();    // after what waits has been written
    QTimer::singleShot(farewellMs, peer.socket, &QLocalSocket::abort);
}

void WorkerServer::remove(const QLocalSocket* socket)
{
    const auto it = std::ranges::find_if(m_peers, [&](const auto& peer) { return peer->socket == socket; });
    if (it == m_peers.end())
        return;
    const bool commanded = (*it)->commands;
    (*it)->socket->deleteLater();
    m_peers.erase(it);
    std::erase_if(m_tickets, [&](const auto& ticket) { return ticket.second.socket == socket; });
    const auto heir = std::ranges::find_if(m_peers, [](const auto& peer) { return peer->greeted && peer->wishesToCommand && !peer->cutOff; });
    if (commanded && heir != m_peers.end()) {
        (*heir)->commands = true;
        send(**heir, encodeFrame(toFrame(Event(RoleEvent{QStringLiteral("commander")}))));
    }
    Q_EMIT peersChanged();
}

WorkerServer::Peer* WorkerServer::find(const QLocalSocket* socket) const
{
    const auto it = std::ranges::find_if(m_peers, [&](const auto& peer) { return peer->socket == socket; });
    return it == m_peers.end() ? nullptr : it->get();
}

void WorkerServer::send(Peer& peer, const QByteArray& bytes)
{
    if (peer.cutOff || peer.socket->state() != QLocalSocket::ConnectedState)
        return;
    peer.socket->write(bytes);
    if (peer.socket->bytesToWrite() > m_settings.queueLimit) {
        peer.cutOff = true;
        peer.socket->abort();
    }
}

std::optional<WorkerServer::Ticket> WorkerServer::redeem(qint64 ticket)
{
    const auto node = m_tickets.extract(ticket);
    return node.empty() ? std::nullopt : std::optional(node.mapped());
}

} // namespace plumage::protocol
