// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/trainingcontrol.h"

#include "core/protocol/socketpath.h"
#include "core/text/errortext.h"
#include "ui/workerlog.h"

#include <QtCore/QLocale>
#include <QtCore/QProcess>

namespace plumage::ui {

using protocol::WorkerClient;
using protocol::WorkerState;

namespace {

constexpr int slowStartMs = 5'000;
const QString workerTopic = QStringLiteral("worker");

bool trains(WorkerState state)
{
    return state == WorkerState::preparing || state == WorkerState::training || state == WorkerState::paused;
}

} // namespace

TrainingControl::TrainingControl(QString worker, QObject* parent) : QObject(parent), m_worker(std::move(worker))
{
    m_slowTimer.setSingleShot(true);
    m_slowTimer.setInterval(slowStartMs);
    connect(&m_slowTimer, &QTimer::timeout, this, [this] {
        m_slowStart = true;
        showStatus();
    });
}

TrainingControl::~TrainingControl() = default;

bool TrainingControl::isTraining() const
{
    return trains(m_state.state);
}

void TrainingControl::open(const QString& project)
{
    close();
    m_project = project;
    WorkerClient::Settings settings;
    settings.project = project;
    try {
        settings.socket = m_socket.isEmpty() ? protocol::socketPath(project, qEnvironmentVariable("XDG_RUNTIME_DIR")) : m_socket;
    } catch (const Error& error) {
        Q_EMIT message(failure(error.code(), QString::fromStdString(error.detail())));
        return;
    }
    settings.program = m_worker;
    m_client = std::make_unique<WorkerClient>(settings);
    connectClient();
    m_slowStart = false;
    m_slowTimer.start();
    m_client->open();
}

void TrainingControl::close()
{
    if (!m_client)
        return;
    m_client->disconnect(this);
    m_client->close();
    m_client.reset();
    m_state = {};
    m_heardState = m_startedHere = false;
    m_project.clear();
    m_slowTimer.stop();
    Q_EMIT messageOver(workerTopic);
    Q_EMIT jobChanged({}, 0, 0);
    Q_EMIT numbersChanged(-1, -1);
    Q_EMIT deviceChanged({});
    showStatus();
    Q_EMIT changed();
}

void TrainingControl::connectClient()
{
    WorkerClient* client = m_client.get();
    connect(client, &WorkerClient::stateChanged, this, &TrainingControl::clientStateChanged);
    connect(client, &WorkerClient::workerStateChanged, this, &TrainingControl::workerStateChanged);
    connect(client, &WorkerClient::gaveUp, this, &TrainingControl::gaveUp);
    connect(client, &WorkerClient::progressed, this, &TrainingControl::showProgress);
    connect(client, &WorkerClient::snapshotWritten, this, &TrainingControl::snapshotWritten);
    connect(client, &WorkerClient::checkpointWritten, this, &TrainingControl::checkpointWritten);
    connect(client, &WorkerClient::previewArrived, this, &TrainingControl::previewArrived);
    connect(client, &WorkerClient::retryScheduled, this, [this](int afterMs) {
        Message lost{workerTopic, Severity::Warning,
            tr("Connection to the worker lost. Training may still go on; next try in %1 s.").arg(QLocale().toString((afterMs + 999) / 1000)),
            {{tr("Try now"), [this] { if (m_client) m_client->tryNow(); }}}};
        offerWorkerLog(lost, m_project);
        Q_EMIT message(lost);
    });
    connect(client, &WorkerClient::metricsArrived, this, [this](const protocol::MetricsEvent& metrics) {
        m_state.step = metrics.step;
        Q_EMIT numbersChanged(metrics.imagesPerSecond, metrics.step);
        Q_EMIT metricsArrived(metrics);
    });
    connect(client, &WorkerClient::noted, this, [this](const protocol::NoteEvent& note) {
        Q_EMIT message({QStringLiteral("note"), Severity::Warning, text::noteText(note.code, note.detail), {}});
    });
    connect(client, &WorkerClient::roleChanged, this, [this](bool commander) {
        if (commander)
            Q_EMIT messageOver(QStringLiteral("role"));
        else
            Q_EMIT message({QStringLiteral("role"), Severity::Info, tr("This project is open in another window: here you can look only."), {}});
    });
}

void TrainingControl::clientStateChanged(WorkerClient::State state)
{
    if (state == WorkerClient::State::Ready) {
        m_slowTimer.stop();
        m_heardState = false;
        Q_EMIT messageOver(workerTopic);
        askInfo();
    } else if (state == WorkerClient::State::Connecting && !m_slowTimer.isActive() && !m_slowStart) {
        m_slowTimer.start();
    }
    showStatus();
    Q_EMIT changed();
}

void TrainingControl::askInfo()
{
    m_client->send(protocol::InfoRequest{}, this, [this](const WorkerClient::Answer& answer) {
        const auto* result = std::get_if<QCborMap>(&answer);
        if (!result)
            return;
        try {
            const auto info = protocol::fromCbor<protocol::WorkerInfo>(*result);
            m_device = info.deviceName;
            Q_EMIT deviceChanged(m_device);
        } catch (const Error&) {
            Q_EMIT deviceChanged({});
        }
    });
}

void TrainingControl::workerStateChanged(const protocol::StateEvent& state)
{
    const protocol::StateEvent before = m_state;
    m_state = state;
    const bool first = !m_heardState;
    m_heardState = true;
    if (state.state != WorkerState::preparing)
        Q_EMIT jobChanged({}, 0, 0);
    if (state.run > 0 && (trains(state.state) || state.state == WorkerState::stopping))
        Q_EMIT runFound(RunId{state.run});
    Q_EMIT numbersChanged(state.state == WorkerState::training ? 0 : -1, state.step > 0 ? state.step : -1);
    if (!state.device.isEmpty())
        Q_EMIT deviceChanged(state.device == QLatin1String("cpu") && !m_device.isEmpty() && !m_cudaExpected ? m_device : state.device);

    const bool died = first && trains(before.state) && state.state == WorkerState::idle;    // another worker answers, ours was training
    if (died)
        Q_EMIT interrupted(RunId{before.run}, before.step);
    else if (first && trains(state.state) && !m_startedHere)
        attached();
    else if (!first || state.state == WorkerState::failed)
        tell(state);
    if (!trains(state.state))
        m_startedHere = false;
    showStatus();
    Q_EMIT changed();
}

void TrainingControl::attached()
{
    Q_EMIT message({workerTopic, Severity::Info,
        tr("Attached to the run that was going on (step %1).").arg(QLocale().toString(static_cast<qlonglong>(m_state.step))), {}, 4000});
}

void TrainingControl::tell(const protocol::StateEvent& state)
{
    const QString step = QLocale().toString(static_cast<qlonglong>(state.step));
    const QString topic = QStringLiteral("run");
    if (state.state == WorkerState::finished && state.detail == QLatin1String("stopped"))
        Q_EMIT message({topic, Severity::Info, tr("Stopped and saved at step %1.").arg(step), {}, 8000});
    else if (state.state == WorkerState::finished)
        Q_EMIT message({topic, Severity::Info, tr("Training has finished at step %1.").arg(step), {}});
    else if (state.state == WorkerState::failed)
        Q_EMIT message(failure(state.code, state.detail));
    else if (state.state == WorkerState::training)
        Q_EMIT messageOver(topic);
}

Message TrainingControl::failure(ErrorCode code, const QString& detail) const
{
    Message message{QStringLiteral("run"), Severity::Error, text::errorText(code, detail), {}};
    if (code == ErrorCode::internal)    // its sentence asks for the log
        offerWorkerLog(message, m_project);
    return message;
}

void TrainingControl::gaveUp(ErrorCode code, const QString& detail)
{
    Message message{workerTopic, Severity::Error, text::errorText(code, detail), {}};
    const auto again = [this] { if (m_client) m_client->open(); };
    m_slowTimer.stop();
    if (m_worker.isEmpty() && code == ErrorCode::workerMissing)    // only to look; nobody trains
        return showStatus();
    if (code == ErrorCode::protocolMismatch && m_client->worker().pid > 0) {
        message.text = tr("Worker (%1) and window (%2) do not fit.").arg(m_client->worker().build, QStringLiteral(PLUMAGE_VERSION));
        message.actions.push_back({tr("Stop it with a checkpoint, start the right one"), [this, again, pid = m_client->worker().pid] {
            QProcess::startDetached(QStringLiteral("kill"), {QStringLiteral("-TERM"), QString::number(pid)});
            QTimer::singleShot(3000, this, again);
        }});
    } else if (code == ErrorCode::workerLost) {
        message.text = tr("The worker stopped 3 times: Plumage waits. What you see stays as it is.");
        message.actions.push_back({tr("Start again"), again});
    } else {
        message.actions.push_back({tr("Start again"), again});
    }
    if (code != ErrorCode::workerMissing)
        offerWorkerLog(message, m_project);
    Q_EMIT this->message(message);
    showStatus();
    Q_EMIT changed();
}

void TrainingControl::request(protocol::Request request)
{
    if (!m_client)
        return;
    m_client->send(std::move(request), this, [this](const WorkerClient::Answer& answer) {
        if (const auto* error = std::get_if<Error>(&answer); error && error->code() != ErrorCode::workerLost)
            Q_EMIT message(failure(error->code(), QString::fromStdString(error->detail())));
    });
}

void TrainingControl::start(RunId run, bool resume)
{
    m_startedHere = true;
    Q_EMIT starting(run);
    request(protocol::StartRequest{.run = run.value, .resume = resume});
}

void TrainingControl::sendConstraints(RunId run, const QByteArray& bytes)
{
    if (m_client)
        m_client->send(protocol::ConstraintsRequest{.run = run.value, .bytes = bytes});
}

void TrainingControl::pause()
{
    request(protocol::PauseRequest{});
}

void TrainingControl::resume()
{
    request(protocol::ResumeRequest{});
}

void TrainingControl::stop()
{
    request(protocol::StopRequest{});
}

void TrainingControl::drawDemoPhotos(const QString& out, std::function<void()> drawn)
{
    if (!m_client)
        return;
    protocol::DemoPhotosRequest wish;
    wish.out = out;
    m_client->send(wish, this, [this, drawn](const WorkerClient::Answer& answer) {
        Q_EMIT jobChanged({}, 0, 0);
        if (const auto* error = std::get_if<Error>(&answer))
            Q_EMIT message(failure(error->code(), QString::fromStdString(error->detail())));
        else
            drawn();
    });
}

void TrainingControl::showProgress(const protocol::ProgressEvent& progress)
{
    const QString phase = progress.phase == QLatin1String("demo") ? tr("Drawing the demo photos")
        : progress.phase == QLatin1String("pack") ? tr("Reading the photos once")
        : progress.phase == QLatin1String("network") ? tr("Making the network") : tr("Preparing");
    const bool over = progress.total > 0 && progress.done >= progress.total;
    Q_EMIT jobChanged(over ? QString() : phase, progress.done, progress.total);
}

void TrainingControl::showStatus()
{
    using Dot = StatusStrip::Dot;
    if (!m_client)
        return Q_EMIT statusChanged(Dot::None, {});
    switch (m_client->state()) {
    case WorkerClient::State::Disconnected: return Q_EMIT statusChanged(Dot::Trouble, tr("No worker"));
    case WorkerClient::State::Lost: return Q_EMIT statusChanged(Dot::Trouble, tr("Connection lost"));
    case WorkerClient::State::Connecting:
    case WorkerClient::State::Greeting:
        return Q_EMIT statusChanged(Dot::Idle, m_slowStart && m_cudaExpected ? tr("Loading the CUDA libraries, up to 20 s the first time.") : tr("Starting the worker…"));
    case WorkerClient::State::Ready: break;
    }
    switch (m_state.state) {
    case WorkerState::idle: return Q_EMIT statusChanged(Dot::Idle, tr("Ready"));
    case WorkerState::preparing: return Q_EMIT statusChanged(Dot::Working, tr("Preparing"));
    case WorkerState::training: return Q_EMIT statusChanged(Dot::Working, tr("Training"));
    case WorkerState::paused: return Q_EMIT statusChanged(Dot::Paused, tr("Paused"));
    case WorkerState::stopping: return Q_EMIT statusChanged(Dot::Working, tr("Stopping, saving a checkpoint"));
    case WorkerState::finished: return Q_EMIT statusChanged(Dot::Idle, tr("Finished"));
    case WorkerState::failed: return Q_EMIT statusChanged(Dot::Trouble, tr("Training has failed"));
    }
}

} // namespace plumage::ui
