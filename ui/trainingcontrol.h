// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"
#include "core/protocol/workerclient.h"
#include "ui/messagebar.h"
#include "ui/statusstrip.h"

#include <QtCore/QObject>
#include <QtCore/QTimer>

#include <functional>
#include <memory>

namespace plumage::ui {

// The worker of the open project as the window sees it: sends commands, keeps its state, turns what happens into messages and a line for the status strip.
// Closing it leaves the worker to itself: training goes on. GUI thread only; never blocks.
class TrainingControl final : public QObject
{
    Q_OBJECT
public:
    // worker: path of plumage-worker, empty = only attach to one that runs. socket: empty = the project's own.
    explicit TrainingControl(QString worker, QObject* parent = nullptr);
    ~TrainingControl() override;
    void setSocket(const QString& socket) { m_socket = socket; }
    void setCudaExpected(bool expected) { m_cudaExpected = expected; }    // loading its libraries takes long

    void open(const QString& project);    // attaches, or starts a worker
    void close();                         // lets go; the worker goes on

    bool isOpen() const { return m_client != nullptr; }
    bool isConnected() const { return m_client && m_client->state() == protocol::WorkerClient::State::Ready; }
    const protocol::StateEvent& state() const { return m_state; }
    bool isTraining() const;              // preparing, training or paused
    bool isPaused() const { return m_state.state == protocol::WorkerState::paused; }
    bool canStart() const { return m_client && !isTraining() && m_state.state != protocol::WorkerState::stopping; }
    protocol::WorkerClient* client() { return m_client.get(); }

    bool isCommanding() const { return isConnected() && m_client->isCommander(); }

    void start(RunId run, bool resume);
    void sendConstraints(RunId run, const QByteArray& bytes);    // core/base/constraints.h; before start() they wait for it
    void pause();
    void resume();
    void stop();
    void drawDemoPhotos(const QString& out, std::function<void()> drawn);

Q_SIGNALS:
    void changed();                                                              // anything above
    void starting(plumage::RunId run);                                           // the request goes out next
    void statusChanged(plumage::ui::StatusStrip::Dot dot, const QString& text);
    void deviceChanged(const QString& device);
    void numbersChanged(double imagesPerSecond, qint64 step);                    // negative: none
    void jobChanged(const QString& text, qint64 done, qint64 total);             // empty: none
    void message(const plumage::ui::Message& message);
    void messageOver(const QString& topic);
    void runFound(plumage::RunId run);                                           // the worker trains it
    void interrupted(plumage::RunId run, qint64 step);                           // the worker died while it trained
    void metricsArrived(const plumage::protocol::MetricsEvent& metrics);
    void snapshotWritten(const plumage::protocol::SnapshotEvent& snapshot);
    void checkpointWritten(const plumage::protocol::CheckpointEvent& checkpoint);
    void previewArrived(const plumage::protocol::PreviewEvent& preview);

private:
    void connectClient();
    void clientStateChanged(protocol::WorkerClient::State state);
    void workerStateChanged(const protocol::StateEvent& state);
    void attached();
    void tell(const protocol::StateEvent& state);
    void gaveUp(ErrorCode code, const QString& detail);
    void request(protocol::Request request);
    void showStatus();
    void showProgress(const protocol::ProgressEvent& progress);
    void askInfo();
    Message failure(ErrorCode code, const QString& detail) const;

    QString m_worker, m_socket, m_project;
    QString m_device;                // name of the worker's device, for people
    std::unique_ptr<protocol::WorkerClient> m_client;
    protocol::StateEvent m_state;
    bool m_heardState = false;       // of this connection
    bool m_startedHere = false;      // the run that trains was started by this window
    bool m_cudaExpected = false, m_slowStart = false;
    QTimer m_slowTimer;
};

} // namespace plumage::ui
