// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/worker/torchthread.h"
#include "core/base/constraints.h"
#include "core/base/trainoptions.h"
#include "core/protocol/workerserver.h"
#include "core/train/traincontrol.h"

#include <QtCore/QElapsedTimer>
#include <QtCore/QObject>
#include <QtCore/QTimer>

#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

namespace plumage::worker {

// What `serve` does: requests of the wire become jobs of the torch thread, its news become events. Lives in the thread of the event loop; one job
// (a run, or drawing demo photos) at a time. The run outlives every peer.
class WorkerService final : public QObject
{
    Q_OBJECT
public:
    WorkerService(protocol::WorkerServer& server, QString project, int idleMs);
    ~WorkerService() override;    // asks a job to stop and waits for it

    void shutDown();    // stops a run with a checkpoint, then ended()

Q_SIGNALS:
    void ended();    // nothing to do any more: asked to close, or idle without a peer for idleMs

private:
    struct Job {
        std::stop_source stop;
        train::TrainControl control;
        QString name;            // for the error `busy`
        bool trains = false;     // else: demo photos
    };
    struct JobEnd {
        protocol::StateEvent state;
        std::optional<Error> error;
    };

    void handle(qint64 ticket, const protocol::Request& request);
    void answer(qint64 ticket, const protocol::OpenRequest& request);
    void answer(qint64 ticket, const protocol::StartRequest& request);
    void answer(qint64 ticket, const protocol::DemoPhotosRequest& request);
    void answer(qint64 ticket, const protocol::ConstraintsRequest& request);
    void answerOptions(qint64 ticket);
    void answerInfo();
    bool control(qint64 ticket, bool (*allowed)(protocol::WorkerState));    // answers; true if the job may be told so

    JobEnd train(Job& job, int run, const std::filesystem::path& folder, bool resume);    // in the torch thread
    void runStarted(const TrainOptions& options, const QString& device, qint64 step);
    void jobEnded(const JobEnd& end);
    void stopJob();
    void report(protocol::Event event);
    void reportMetrics();
    void setState(const protocol::StateEvent& state);
    void watchIdle();
    template<class Call> void later(Call call) { QMetaObject::invokeMethod(this, std::move(call), Qt::QueuedConnection); }    // from any thread

    protocol::WorkerServer& m_server;
    QString m_project;
    protocol::StateEvent m_state;
    std::unique_ptr<Job> m_job;
    std::optional<protocol::WorkerInfo> m_info;
    std::optional<protocol::RunOptions> m_options;    // of the last run
    std::optional<std::pair<int, Constraints>> m_constraints;    // the newest, and the run they are for
    std::vector<qint64> m_infoTickets;                // asked before m_info was known
    std::optional<protocol::MetricsEvent> m_metrics;  // the newest, not sent yet
    QTimer m_metricsTimer, m_idle;
    bool m_closing = false;
    TorchThread m_torch;                              // last: its thread ends before what it uses
};

} // namespace plumage::worker
