// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/projectaccess.h"
#include "app/terminal/progressline.h"
#include "core/base/error.h"
#include "core/base/json.h"
#include "core/protocol/socketpath.h"
#include "core/protocol/workerclient.h"
#include "core/session/constraints.h"
#include "core/text/errortext.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QDateTime>
#include <QtCore/QTimer>

#include <cstdio>

namespace plumage::cli {
namespace {

using namespace protocol;

constexpr int stopPollMs = 100;

struct TrainText {
    Q_DECLARE_TR_FUNCTIONS(TrainText)
};

project::RunFolder makeRun(const TrainArguments& a, const project::ProjectFolder& folder)
{
    PhotoList photos;
    try {
        photos = project::Library::open(folder.path(), project::Library::Access::read).photos();
    } catch (const Error& error) {
        if (error.code() != ErrorCode::libraryMissing)
            throw;
        photos = openForWriting(folder.path()).library().photos();    // an older project: its library is made now
    }
    RunManifest manifest;
    manifest.options = terminal::newOptions(a);
    manifest.created = QDateTime::currentDateTimeUtc().toString(Qt::ISODate).toStdString();
    manifest.device = a.device;
    manifest.truth = a.truth;
    return folder.newRun(std::move(manifest), photos);
}

// Follows one run of the worker to its end.
class Driver final : public QObject {
public:
    Driver(const QString& project, const TrainArguments& a, project::RunFolder run, const QByteArray& decisions, std::stop_token stop) : m_run(std::move(run)), m_stop(std::move(stop)),
        m_client({.project = project, .socket = a.socket.empty() ? socketPath(project, qEnvironmentVariable("XDG_RUNTIME_DIR")) : QString::fromStdString(a.socket),
            .program = QCoreApplication::applicationDirPath() + QStringLiteral("/plumage-worker")})
    {
        connect(&m_client, &WorkerClient::gaveUp, this, [this](ErrorCode code, const QString& detail) { fail(Error(code, detail.toStdString())); });
        connect(&m_client, &WorkerClient::workerStateChanged, this, &Driver::stateChanged);
        connect(&m_client, &WorkerClient::progressed, this, [this](const ProgressEvent& p) {
            const QString line = TrainText::tr("preparing (%1): %2 of %3").arg(p.phase).arg(p.done).arg(p.total);
            m_preparing = p.done < p.total ? line : QString();
            if (!m_trains)
                m_line.show(line);
        });
        connect(&m_client, &WorkerClient::metricsArrived, this, [this](const MetricsEvent& m) {
            m_line.show(TrainText::tr("step %1, %2 img/s, loss D %3, G %4").arg(m.step).arg(m.imagesPerSecond, 0, 'f', 1)
                .arg(m.terms.value(QStringLiteral("d.total")), 0, 'f', 3).arg(m.terms.value(QStringLiteral("g.total")), 0, 'f', 3)
                + (m_preparing.isEmpty() ? QString() : QStringLiteral("; ") + m_preparing));    // photos are decoded beside
            m_trains = true;
        });
        connect(&m_client, &WorkerClient::noted, this, [this](const NoteEvent& note) { m_line.note(text::noteText(note.code, note.detail)); });
        connect(&m_poll, &QTimer::timeout, this, [this] {
            if (m_stop.stop_requested() && !std::exchange(m_asked, true))
                m_client.send(StopRequest{});
        });
        m_poll.start(stopPollMs);
        m_client.open();
        m_client.send(ConstraintsRequest{.run = m_run.run.value, .bytes = decisions});
        m_client.send(StartRequest{m_run.run.value, a.resume}, this, [this](const WorkerClient::Answer& answer) {
            if (const Error* error = std::get_if<Error>(&answer))
                fail(*error);
            m_started = true;
        });
    }

    StateEvent follow()
    {
        QCoreApplication::exec();
        m_line.end();
        if (m_error)
            throw *m_error;
        return m_end;
    }

private:
    void stateChanged(const StateEvent& state)
    {
        if (state.run != m_run.run.value || (state.state != WorkerState::finished && state.state != WorkerState::failed))
            return;
        if (state.state == WorkerState::failed)
            return fail(Error(state.code, state.detail.toStdString()));
        m_end = state;
        QCoreApplication::quit();
    }
    void fail(const Error& error)
    {
        m_error = error;
        QCoreApplication::quit();
    }

    project::RunFolder m_run;
    std::stop_token m_stop;
    WorkerClient m_client;
    terminal::ProgressLine m_line;
    QTimer m_poll;
    StateEvent m_end;
    std::optional<Error> m_error;
    QString m_preparing;    // while it goes on
    bool m_asked = false, m_started = false, m_trains = false;
};

} // namespace

void trainCommand(const TrainArguments& a, std::stop_token stop)
{
    const auto folder = project::ProjectFolder::open(a.project);
    const auto runs = folder.runs();
    if (a.resume && runs.empty())
        throw Error(ErrorCode::runMissing, a.project.string());
    const project::RunFolder run = a.resume ? runs.back() : makeRun(a, folder);
    const std::string decisions = toBytes(session::constraintsOf(project::Library::open(folder.path(), project::Library::Access::read).state(), run.run));
    Driver driver(QString::fromStdString(folder.path().string()), a, run, QByteArray::fromStdString(decisions), stop);
    const StateEvent end = driver.follow();
    Json json = Json::object();
    json.set("run", static_cast<std::int64_t>(run.run.value));
    json.set("steps", static_cast<std::int64_t>(end.step));
    json.set("stop_reason", end.detail.toStdString());
    json.set("device", end.device.toStdString());
    if (const auto snapshots = project::listSnapshots(run); !snapshots.empty()) {
        const project::SnapshotFile snapshot(snapshots.back().path);
        json.set("seconds", snapshot.seconds());
        json.set("photos", static_cast<std::int64_t>(snapshot.photos()));
        json.set("clusters_used", snapshot.codesInUse());
        for (const auto& [name, value] : snapshot.scores())
            json.set(name, value);
    }
    std::printf("%s\n", json.text().c_str());
}

} // namespace plumage::cli
