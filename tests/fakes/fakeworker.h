// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/protocol/messagecodec.h"
#include "tests/fakes/fakescript.h"
#include "tests/fakes/fakesnapshot.h"

#include <QtCore/QElapsedTimer>
#include <QtCore/QObject>
#include <QtCore/QTimer>
#include <QtNetwork/QLocalServer>
#include <QtNetwork/QLocalSocket>

#include <memory>
#include <vector>

namespace plumage::fakes {

// A worker that only pretends. Its own few lines of socket code, so that it can break every rule that WorkerServer keeps.
class FakeWorker final : public QObject
{
    Q_OBJECT
public:
    FakeWorker(QString project, FakeScript script);
    bool listen(const QString& socket);

private:
    struct Peer {
        QLocalSocket* socket;
        protocol::FrameReader reader;
        bool greeted = false;    // events come after hello only
    };
    void accept();
    void readFrames(Peer& peer);
    void handle(Peer& peer, const protocol::Frame& frame);
    void react(Peer& peer, const protocol::Request& request, qint64 id);
    void perform(const QStringList& actions, Peer* peer, qint64 id);
    bool performOne(const QString& action, Peer* peer, qint64 id);
    void start(const protocol::StartRequest& request);
    void tick();
    void takeSnapshot();
    void setState(protocol::WorkerState state);
    void broadcast(const protocol::Frame& frame);
    void sendLater(QLocalSocket* socket, const QByteArray& bytes);
    void end();

    QString m_project;
    FakeScript m_script;
    QLocalServer m_server;
    std::vector<std::unique_ptr<Peer>> m_peers;
    QTimer m_training;
    QElapsedTimer m_seconds;
    FakeRun m_run;
    protocol::StateEvent m_state;
    int m_answerDelayMs = 0;
    bool m_silent = false, m_greetedOnce = false;
};

} // namespace plumage::fakes
