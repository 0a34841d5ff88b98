// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/worker/workerservice.h"

#include "app/terminal/currenterror.h"
#include "app/worker/eventlistener.h"
#include "app/worker/infocommand.h"
#include "core/base/atomicpath.h"
#include "core/data/demophotos.h"
#include "core/run/runtraining.h"

#include <QtCore/QFile>
#include <QtCore/QFileInfo>

#include <spdlog/spdlog.h>
#include <utility>

namespace plumage::worker {

using namespace terminal;

using namespace protocol;

namespace {

constexpr int metricsPauseMs = 100;
constexpr int runDigits = 4;

template<class... F> struct Overloaded : F... { using F::operator()...; };

Failure failureOf(const Error& error)
{
    return {error.code(), QString::fromStdString(error.detail())};
}

bool trainsNow(WorkerState state)
{
    return state == WorkerState::training || state == WorkerState::paused;
}

} // namespace

WorkerService::WorkerService(WorkerServer& server, QString project, int idleMs) : m_server(server), m_project(std::move(project))
{
    m_metricsTimer.setSingleShot(true);
    m_metricsTimer.setInterval(metricsPauseMs);
    connect(&m_metricsTimer, &QTimer::timeout, this, &WorkerService::reportMetrics);
    m_idle.setSingleShot(true);
    m_idle.setInterval(idleMs);
    connect(&m_idle, &QTimer::timeout, this, &WorkerService::ended);
    connect(&m_server, &WorkerServer::requestArrived, this, &WorkerService::handle);
    connect(&m_server, &WorkerServer::peersChanged, this, &WorkerService::watchIdle);
    m_torch.post([this] {
        const WorkerInfo info = machineInfo();
        if (info.device == QLatin1String("cpu"))
            giveWay();
        later([this, info] { m_info = info; answerInfo(); });
    });
    watchIdle();
}

WorkerService::~WorkerService()
{
    stopJob();
}

void WorkerService::shutDown()
{
    m_closing = true;
    stopJob();
    if (!m_job)
        Q_EMIT ended();
}

void WorkerService::handle(qint64 ticket, const Request& request)
{
    std::visit(Overloaded{
                   [&](const InfoRequest&) { m_infoTickets.push_back(ticket); answerInfo(); },
                   [&](const OpenRequest& open) { answer(ticket, open); },
                   [&](const StartRequest& start) { answer(ticket, start); },
                   [&](const PauseRequest&) { if (control(ticket, trainsNow)) m_job->control.pause(); },
                   [&](const ResumeRequest&) { if (control(ticket, trainsNow)) m_job->control.resume(); },
                   [&](const SnapshotRequest&) { if (control(ticket, trainsNow)) m_job->control.snapshotNow(); },
                   [&](const ConstraintsRequest& constraints) { answer(ticket, constraints); },
                   [&](const StopRequest&) { if (control(ticket, [](WorkerState) { return true; })) stopJob(); },
                   [&](const DemoPhotosRequest& demo) { answer(ticket, demo); },
                   [&](const OptionsRequest&) { answerOptions(ticket); },
                   [&](const PingRequest&) { m_server.answer(ticket, Done{}); },
                   [&](const CloseRequest&) { m_server.answer(ticket, Done{}); shutDown(); },
               },
        request);
}

void WorkerService::answer(qint64 ticket, const OpenRequest& request)
{
    if (QFileInfo(request.project).canonicalFilePath() == m_project)
        m_server.answer(ticket, Done{});
    else
        m_server.answer(ticket, Failure{ErrorCode::optionInvalid, request.project});
}

void WorkerService::answer(qint64 ticket, const StartRequest& request)
{
    const std::filesystem::path folder =
        std::filesystem::path(QFile::encodeName(m_project).toStdString()) / "runs" / numberedName(request.run, runDigits);
    std::error_code none;
    if (m_job || m_closing)
        return m_server.answer(ticket, Failure{ErrorCode::busy, m_job ? m_job->name : m_project});
    if (request.run < 1 || !std::filesystem::exists(folder / "run.toml", none))
        return m_server.answer(ticket, Failure{ErrorCode::runMissing, QFile::decodeName(folder.c_str())});
    m_job = std::make_unique<Job>();
    m_job->name = QFile::decodeName(folder.c_str());
    m_job->trains = true;
    if (m_constraints && m_constraints->first == request.run)
        m_job->control.setConstraints(m_constraints->second);
    m_options.reset();
    m_server.answer(ticket, Done{});
    setState({.state = WorkerState::preparing, .run = request.run});
    watchIdle();
    m_torch.post([this, job = m_job.get(), run = request.run, folder, resume = request.resume] {
        const JobEnd end = train(*job, run, folder, resume);
        later([this, end] { jobEnded(end); });
    });
}

WorkerService::JobEnd WorkerService::train(Job& job, int run, const std::filesystem::path& folder, bool resume)
{
    EventListener listener(
        run, [this](Event event) { later([this, event = std::move(event)] { report(event); }); },
        [this](const TrainOptions& options, const QString& device, qint64 step) {
            later([this, options, device, step] { runStarted(options, device, step); });
        });
    try {
        const run::RunFolder runFolder = run::RunFolder::open(folder);
        if (runFolder.manifest().device == "cpu")
            giveWay();
        const run::RunOutcome outcome = run::runTraining(runFolder, resume, listener, job.control, job.stop.get_token());
        const std::string reason(train::stopReasonName(outcome.reason));
        return {{.state = WorkerState::finished, .run = run, .step = outcome.steps, .detail = QString::fromStdString(reason)}, {}};
    } catch (...) {
        const Error error = currentError();
        const std::string asked(train::stopReasonName(train::StopReason::asked));
        if (error.code() == ErrorCode::cancelled)    // stopped before the first step
            return {{.state = WorkerState::finished, .run = run, .detail = QString::fromStdString(asked)}, {}};
        return {{.state = WorkerState::failed, .run = run, .code = error.code(), .detail = QString::fromStdString(error.detail())}, error};
    }
}

void WorkerService::answer(qint64 ticket, const ConstraintsRequest& request)
{
    try {
        m_constraints = {request.run, constraintsFromBytes({request.bytes.constData(), static_cast<std::size_t>(request.bytes.size())})};
    } catch (const Error& error) {
        return m_server.answer(ticket, failureOf(error));
    }
    if (m_job && m_job->trains && m_state.run == request.run)
        m_job->control.setConstraints(m_constraints->second);
    m_server.answer(ticket, Done{});
}

void WorkerService::answer(qint64 ticket, const DemoPhotosRequest& request)
{
    if (m_job || m_closing)
        return m_server.answer(ticket, Failure{ErrorCode::busy, m_job ? m_job->name : m_project});
    m_job = std::make_unique<Job>();
    m_job->name = request.out;
    watchIdle();
    m_torch.post([this, job = m_job.get(), request, ticket] {
        EventListener progress(0, [this](Event event) { later([this, event = std::move(event)] { report(event); }); }, {});
        std::optional<Error> error;
        try {
            const data::DemoOptions options{request.species, request.each, request.size, static_cast<std::uint64_t>(request.seed)};
            data::drawDemoPhotos(options, QFile::encodeName(request.out).toStdString(),
                [&](std::int64_t done, std::int64_t total) { progress.preparing("demo", done, total); }, job->stop.get_token());
        } catch (...) {
            error = currentError();
        }
        later([this, ticket, error] {
            if (error)
                m_server.answer(ticket, failureOf(*error));
            else
                m_server.answer(ticket, Done{});
            jobEnded({m_state, error});
        });
    });
}

void WorkerService::answerOptions(qint64 ticket)
{
    if (m_options)
        m_server.answer(ticket, Done{toCbor(*m_options)});
    else
        m_server.answer(ticket, Failure{ErrorCode::notReady, QStringLiteral("options")});
}

void WorkerService::answerInfo()
{
    if (m_info)
        for (const qint64 ticket : std::exchange(m_infoTickets, {}))
            m_server.answer(ticket, Done{toCbor(*m_info)});
}

bool WorkerService::control(qint64 ticket, bool (*allowed)(WorkerState))
{
    const bool ready = m_job && allowed(m_state.state);
    if (ready)
        m_server.answer(ticket, Done{});
    else
        m_server.answer(ticket, Failure{ErrorCode::notReady, stateName(m_state.state)});
    return ready;
}

void WorkerService::runStarted(const TrainOptions& options, const QString& device, qint64 step)
{
    m_options = RunOptions{.run = m_state.run, .preset = QString::fromStdString(options.preset)};
    TrainOptions::forEachSection(options, [&](std::string_view section, const auto& fields) {
        fields.forEachField(fields, [&](std::string_view name, const auto& value, const auto& range) {
            m_options->values.insert(QString::fromStdString(std::string(section) + '.' + std::string(name)), QString::fromStdString(fieldText(value, range)));
        });
    });
    report(StateEvent{.state = WorkerState::training, .run = m_state.run, .step = step, .device = device});
}

void WorkerService::jobEnded(const JobEnd& end)
{
    reportMetrics();
    if (end.error)
        spdlog::error("{}: {}", m_job->name.toStdString(), end.error->what());
    StateEvent state = end.state;
    if (state.state == WorkerState::failed || state.step == 0)
        state.step = m_state.step;
    const bool trained = m_job->trains;
    m_job.reset();
    if (trained)
        setState(state);
    watchIdle();
    if (m_closing)
        Q_EMIT ended();
}

void WorkerService::stopJob()
{
    if (!m_job)
        return;
    m_job->stop.request_stop();
    if (m_job->trains && m_state.state != WorkerState::stopping) {
        StateEvent state = m_state;
        state.state = WorkerState::stopping;
        setState(state);
    }
}

// News of the running job. Metrics wait for their turn, the newest wins; what a stopping run says of its state comes too late.
void WorkerService::report(Event event)
{
    if (auto* metrics = std::get_if<MetricsEvent>(&event)) {
        m_state.step = metrics->step;
        m_metrics = std::move(*metrics);
        if (!m_metricsTimer.isActive())
            reportMetrics();
    } else if (const auto* state = std::get_if<StateEvent>(&event)) {
        if (m_state.state != WorkerState::stopping)
            setState(*state);
    } else {
        if (const auto* note = std::get_if<NoteEvent>(&event))
            spdlog::warn("{}: {}", errorName(note->code), note->detail.toStdString());
        m_server.broadcast(event);
    }
}

void WorkerService::reportMetrics()
{
    if (!m_metrics)
        return;
    m_server.broadcast(*std::exchange(m_metrics, std::nullopt));
    m_metricsTimer.start();
}

void WorkerService::setState(const StateEvent& state)
{
    m_state = state;
    spdlog::info("run {}: {} at step {} {}", state.run, stateName(state.state).toStdString(), state.step, state.detail.toStdString());
    m_server.broadcast(state);
}

void WorkerService::watchIdle()
{
    if (m_job || m_server.peers() > 0)
        m_idle.stop();
    else if (!m_idle.isActive())
        m_idle.start();
}

} // namespace plumage::worker
