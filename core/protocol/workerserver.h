// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/protocol/messagecodec.h"

#include <QtCore/QObject>
#include <QtNetwork/QLocalServer>
#include <QtNetwork/QLocalSocket>

#include <memory>
#include <optional>
#include <vector>

namespace plumage::protocol {

// The worker's end of the wire: one commanding peer, any number of observers. Lives in the thread of the event loop; never blocks.
// A peer that talks rubbish is told so and cut off; the others notice nothing. Each peer has its own queue: to a slow one previews are not sent while
// more than previewLimit bytes wait, metrics and answers always are; one that lets more than queueLimit pile up is cut off.
class WorkerServer final : public QObject {
    Q_OBJECT
public:
    struct Settings {
        QString project, socket;
        qint64 previewLimit = 4 << 20, queueLimit = 256 << 20;    // bytes
        int greetingMs = 10'000;                                  // a peer that has not said hello by then is cut off
    };
    explicit WorkerServer(Settings settings, QObject* parent = nullptr);
    ~WorkerServer() override;

    // Throws Error runInUse (another worker listens there), folderNotWritable.
    void listen();
    int peers() const;               // that have said hello
    bool hasCommander() const;

    // To all peers. The newest state is kept and sent to every new peer right after hello.
    void broadcast(const Event& event);
    // Exactly once for every requestArrived; nothing happens if the peer has gone.
    void answer(qint64 ticket, const Done& done);
    void answer(qint64 ticket, const Failure& failure);

Q_SIGNALS:
    // From a peer that may ask this: observers' commands are answered notCommanding here, ping is answered too.
    void requestArrived(qint64 ticket, const plumage::protocol::Request& request);
    void peersChanged();

private:
    struct Peer;
    void accept();
    void readFrames(Peer& peer);
    void handle(Peer& peer, const Frame& frame);
    void greet(Peer& peer, const Hello& hello);
    void cutOff(Peer& peer, const Error& error);
    void forget(const QLocalSocket* socket);
    void send(Peer& peer, const Frame& frame);
    void answer(qint64 ticket, const Frame& frameWithoutId);

    Settings m_settings;
    QLocalServer m_server;
    std::vector<std::unique_ptr<Peer>> m_peers;    // in order of arrival
    StateEvent m_state;
    qint64 m_nextTicket = 1;
};

} // namespace plumage::protocol
