// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/protocol/messagecodec.h"

#include <QtCore/QLockFile>
#include <QtCore/QObject>
#include <QtNetwork/QLocalServer>
#include <QtNetwork/QLocalSocket>

#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

namespace plumage::protocol {

// The worker's end of the wire: one commanding peer, any number of observers. Lives in the thread of the event loop; never blocks.
// A peer that talks rubbish is told so and cut off; the others notice nothing. Each peer has its own queue: a slow one gets no previews while more than
// previewLimit bytes wait, metrics and answers always; one that lets more than queueLimit pile up is cut off.
// Once the commanding peer has gone, the oldest observer that had wished to command is told that it may (role event).
class WorkerServer final : public QObject
{
    Q_OBJECT
public:
    struct Settings {
        QString project{}, socket{};
        qint64 previewLimit = 4 << 20, queueLimit = 256 << 20;    // bytes
        int greetingMs = 10'000;                                  // a peer that has not said hello by then is cut off
    };
    explicit WorkerServer(Settings settings, QObject* parent = nullptr);
    ~WorkerServer() override;

    // Removes what a killed worker left behind. Throws Error runInUse (another worker serves the project), folderNotWritable.
    void listen();
    int peers() const;    // that have said hello
    bool hasCommander() const;

    // To all peers. The newest state is kept and sent to every new peer right after hello.
    void broadcast(const Event& event);
    // Exactly one of them for every requestArrived; nothing happens if the peer has gone.
    void answer(qint64 ticket, const Done& done);
    void answer(qint64 ticket, const Failure& failure);
    void flush();    // what waits, as far as it goes without blocking; before the end of the program

Q_SIGNALS:
    // Allowed requests only: commands of observers are answered notCommanding here, ping is answered here too.
    void requestArrived(qint64 ticket, const plumage::protocol::Request& request);
    void peersChanged();

private:
    struct Peer {
        QLocalSocket* socket = nullptr;    // child of m_server
        FrameReader reader;
        bool greeted = false, wishesToCommand = false, commands = false, cutOff = false;
    };
    struct Ticket {
        const QLocalSocket* socket;
        qint64 id;
    };
    void accept();
    void readFrames(QLocalSocket* socket);
    void handle(Peer& peer, const Frame& frame);
    void greet(Peer& peer, const Hello& hello);
    void cutOff(Peer& peer, const Error& error);
    void remove(const QLocalSocket* socket);
    Peer* find(const QLocalSocket* socket) const;
    void send(Peer& peer, const QByteArray& bytes);
    std::optional<Ticket> redeem(qint64 ticket);

    Settings m_settings;
    QLocalServer m_server;
    QLockFile m_lock;                              // beside the socket, so that two workers never share it
    std::vector<std::unique_ptr<Peer>> m_peers;    // in order of arrival
    std::unordered_map<qint64, Ticket> m_tickets;
    StateEvent m_state;
    qint64 m_nextTicket = 1;
};

} // namespace plumage::protocol
