// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/protocol/messagecodec.h"
#include "core/protocol/restartbudget.h"

#include <QtCore/QObject>
#include <QtCore/QPointer>
#include <QtCore/QStringList>
#include <QtCore/QTimer>
#include <QtNetwork/QLocalSocket>

#include <functional>
#include <map>
#include <optional>
#include <variant>

namespace plumage::protocol {

// The window's end of the wire: finds the project's worker, starts one if nobody listens, greets, and keeps the connection.
//
//                 open()                 connected               worker's hello
//   Disconnected ───────> Connecting ──────────────> Greeting ──────────────────> Ready
//        ^                 |   ^  |                     |                           |
//        |    nobody there |   |  | back-off over       | closed, silent            | closed, silent
//        |   = start worker└───┘  v                     v                           v
//        └────────────────────── Lost <─────────────────┴───────────────────────────┘
//     close(), versions differ,    └── try again after 0.25 s, 0.5 s, … 8 s, or tryNow()
//     restart budget used up
//
// A worker is started at most 3 times in 2 minutes; then gaveUp(workerLost), and open() starts anew. Requests made before Ready wait for it.
// GUI thread; never blocks. Heartbeat: a ping every 5 s; 3 without any frame from the worker = silent.
class WorkerClient final : public QObject
{
    Q_OBJECT
public:
    enum class State { Disconnected, Connecting, Greeting, Ready, Lost };
    Q_ENUM(State)

    struct Settings {
        QString project{};                             // absolute folder
        QString socket{};                              // socketPath(project, $XDG_RUNTIME_DIR), or a forwarded one
        QString program{};                             // plumage-worker; empty = never start one
        QStringList arguments{};                       // empty = serve --project <project> --socket <socket>
        QString role = QStringLiteral("commander");
        std::function<qint64()> nowMs{};               // any steady clock; empty = QElapsedTimer
        int heartbeatMs = 5000, firstRetryMs = 250, lastRetryMs = 8000;
        int startPatienceMs = 20'000;                // a worker that does not listen after this has failed to start
    };
    using Answer = std::variant<QCborMap, Error>;    // result of done, or the error

    explicit WorkerClient(Settings settings, QObject* parent = nullptr);
    ~WorkerClient() override;

    State state() const { return m_state; }
    bool isCommander() const { return m_role == QLatin1String("commander"); }
    const StateEvent& workerState() const { return m_workerState; }    // the last one heard
    const Hello& worker() const { return m_worker; }                   // build, pid, project

    void open();      // does nothing unless Disconnected
    void close();     // the worker goes on; open requests fail with workerLost
    void tryNow();    // Lost: without waiting for the back-off
    // Exactly one answer, unless context dies first. Sent at once when Ready, else when it is. workerLost if the connection breaks before the answer
    // (whether it was done is not known then). After a CloseRequest the end of the worker is no loss: the client is Disconnected then.
    void send(Request request, QObject* context = nullptr, std::function<void(const Answer&)> answer = {});

Q_SIGNALS:
    void stateChanged(plumage::protocol::WorkerClient::State state);
    void roleChanged(bool commander);
    void retryScheduled(int afterMs);                                  // Lost: next try
    void workerStarted(int times);                                     // a process was started; times = within the budget's 2 minutes
    void gaveUp(plumage::ErrorCode code, const QString& detail);       // protocolMismatch, workerMissing, workerStartFailed, workerLost; now Disconnected
    void workerStateChanged(const plumage::protocol::StateEvent& state);
    void progressed(const plumage::protocol::ProgressEvent& progress);
    void metricsArrived(const plumage::protocol::MetricsEvent& metrics);
    void snapshotWritten(const plumage::protocol::SnapshotEvent& snapshot);
    void checkpointWritten(const plumage::protocol::CheckpointEvent& checkpoint);
    void previewArrived(const plumage::protocol::PreviewEvent& preview);
    void noted(const plumage::protocol::NoteEvent& note);

private:
    struct Pending {    // a request without an answer yet
        QByteArray frame;
        QPointer<QObject> context;
        bool hasContext = false, sent = false;
        std::function<void(const Answer&)> answer;
    };

    void setState(State state);
    void connectSocket();
    void socketConnected();
    void socketFailed();
    void connectionLost();
    void startWorker();
    void leave();
    void giveUp(ErrorCode code, const QString& detail);
    void retryLater();
    void readFrames();
    void handle(const Frame& frame);
    void greeted(const Hello& hello);
    void report(const Event& event);
    void beat();
    void finish(qint64 id, const Answer& answer);
    void failAll(const QString& detail, bool onlySent = false);

    Settings m_settings;
    State m_state = State::Disconnected;
    QLocalSocket m_socket;
    FrameReader m_reader;
    QTimer m_retry, m_heartbeat;
    RestartBudget m_budget;
    Hello m_worker;
    StateEvent m_workerState;
    QString m_role;
    std::map<qint64, Pending> m_pending;    // by id, so in the order of sending
    qint64 m_nextId = 1, m_heardAtMs = 0;
    std::optional<qint64> m_startedAtMs;    // a worker was started and does not listen yet
    int m_retryMs = 0;
    bool m_everGreeted = false, m_mayEnd = false;    // m_mayEnd: the worker was asked to close
};

} // namespace plumage::protocol
