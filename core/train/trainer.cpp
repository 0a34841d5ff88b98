// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/trainer.h"

#include "core/train/checkpoint.h"
#include "core/train/device.h"
#include "core/train/snapshottaker.h"
#include "core/train/team.h"
#include "core/train/torcherror.h"
#include "core/train/trainstate.h"

#include <ATen/Context.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <optional>

namespace plumage::train {

namespace {

constexpr double retrySeconds = 30;    // after a checkpoint that could not be written

double steadySeconds()
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

TrainOptions settled(TrainOptions options, const PhotoPackReader& pack)
{
    if (const auto problem = options.check())
        throw Error(ErrorCode::optionOutOfRange, *problem);
    fitToPhotos(options, std::ranges::count(pack.flags(), static_cast<std::uint8_t>(packPhoto)));    // while it is being filled: all that may yet be photos
    if (pack.side() != packSideFor(options.network.imageSize))
        throw Error(ErrorCode::packMismatch, std::to_string(pack.side()));
    return options;
}

Team& alone()
{
    static Team team;    // has no state
    return team;
}

// First field that must be the same to go on from a checkpoint, or nothing.
std::optional<std::string> mismatch(const TrainOptions& ours, const TrainOptions& theirs)
{
    std::optional<std::string> field;
    NetworkOptions::forEachField(ours.network, [&](std::string_view name, const auto& value, const auto& range) {
        NetworkOptions::forEachField(theirs.network, [&](std::string_view other, const auto& theirValue, const auto&) {
            if (!field && name == other && fieldText(value, range) != fieldText(theirValue, range))
                field = "network." + std::string(name);
        });
    });
    if (!field && ours.codes() != theirs.codes())
        field = "schedule.kinds";
    return field;
}

} // namespace

std::string_view stopReasonName(StopReason reason)
{
    constexpr std::array<std::string_view, 4> names{"asked", "max_steps", "max_minutes", "max_epochs"};
    return names[static_cast<std::size_t>(reason)];
}

// Clock, limits and checkpoints around a TrainState and its snapshots.
class Trainer::Session {
public:
    Session(TrainOptions settledOptions, at::Device chosen, const PhotoPackReader& pack, std::filesystem::path checkpointFolder, TrainObserver& trainObserver, Team& others)
        : options(std::move(settledOptions)), device(chosen), checkpoints(std::move(checkpointFolder)), observer(trainObserver)
        , team(others), state(options, pack, device, others), snapshots(options, device, state, others, observer, [this] { return seconds(); })
    {
    }

    TrainResult run(std::stop_token stop, TrainControl& control);
    void resume(const std::filesystem::path& folder);

    TrainOptions options;
    at::Device device;
    std::filesystem::path checkpoints;
    TrainObserver& observer;
    Team& team;
    TrainState state;
    SnapshotTaker snapshots;
    std::function<double()> clock = steadySeconds;

private:
    std::optional<StopReason> limitReached(std::stop_token stop, const TrainControl& control) const;
    double seconds() const { return m_secondsBefore + clock() - m_start - m_paused; }    // of training so far
    void standStill(std::stop_token stop, TrainControl& control);
    void takeConstraints(TrainControl& control);
    void recentreWhenDue();
    void writeCheckpoint();
    void checkpointWhenDue();
    void report();

    double m_secondsBefore = 0, m_start = 0, m_paused = 0;
    double m_nextCheckpoint = 0, m_reportSeconds = 0;               // in seconds()
    std::int64_t m_checkpointStep = -1, m_reportStep = 0;           // steps at which it was done last
};

std::optional<StopReason> Trainer::Session::limitReached(std::stop_token stop, const TrainControl& control) const
{
    const ScheduleOptions& schedule = options.schedule;
    if (stop.stop_requested() || control.isStopping())
        return StopReason::asked;
    if (schedule.maxSteps > 0 && state.step >= schedule.maxSteps)
        return StopReason::maxSteps;
    if (schedule.maxMinutes > 0 && seconds() >= schedule.maxMinutes * 60)
        return StopReason::maxMinutes;
    if (schedule.maxEpochs > 0 && state.order.epochsDone(schedule.batchSize) >= schedule.maxEpochs)
        return StopReason::maxEpochs;
    return std::nullopt;
}

void Trainer::Session::standStill(std::stop_token stop, TrainControl& control)
{
    snapshots.finish(true);    // while nothing is trained, they are taken at once
    observer.paused(true);
    while (control.isPaused() && !control.isStopping() && !stop.stop_requested()) {
        const double begin = clock();
        control.waitWhilePaused(stop);
        m_paused += clock() - begin;
        takeConstraints(control);
        snapshots.takeWhenDue(control);
    }
    observer.paused(false);
}

void Trainer::Session::takeConstraints(TrainControl& control)
{
    const auto constraints = control.takeConstraints();
    if (!constraints)
        return;
    state.setConstraints(*constraints);
    if (state.wantsCodes() && !state.isDirty()) {
        snapshots.prepareDiscriminator();
        state.openCodes();
        m_checkpointStep = -1;    // there is more to keep than at the last one
    }
    snapshots.takeSoon();
}

// From the second epoch on, so that it does not matter how fast photos were decoded.
void Trainer::Session::recentreWhenDue()
{
    const ScheduleOptions& schedule = options.schedule;
    if (schedule.recentre == 0 || state.step % schedule.recentre != 0 || state.order.epochsDone(schedule.batchSize * team.size()) < 1 || state.isDirty())
        return;
    if (!state.photos.isComplete()) {    // those of an incomplete last batch
        state.photos.waitForAll({});
        snapshots.finish(true);
        state.photos.update();
    }
    state.aimCodes(snapshots.means());
}

void Trainer::Session::writeCheckpoint()
{
    if (checkpoints.empty() || !team.writes() || m_checkpointStep == state.step || state.isDirty())
        return;
    snapshots.prepare();    // the checkpoint carries evaluation buffers of its own weights
    Checkpoint checkpoint = state.save();
    checkpoint.parts["trainer"]["read_out"] = snapshots.readOut().cpu();    // for photos that come later
    checkpoint.state.set("seconds", seconds());
    checkpoint.state.set("options", optionsToJson(options));
    const auto folder = checkpoints / checkpointFolderName(state.step);
    train::writeCheckpoint(folder, checkpoint);
    m_checkpointStep = state.step;
    observer.checkpointWritten(state.step, folder);
}

// A checkpoint that cannot be written does not end the training: the person is told, and it is tried again.
void Trainer::Session::checkpointWhenDue()
{
    if (seconds() < m_nextCheckpoint)
        return;
    try {
        writeCheckpoint();
        m_nextCheckpoint = seconds() + options.schedule.checkpointMinutes * 60;
    } catch (const Error& error) {
        observer.message(error.code(), error.detail());
        m_nextCheckpoint = seconds() + retrySeconds;
    }
}

void Trainer::Session::report()
{
    if (m_reportStep == state.step)
        return;
    StepReport report;
    report.terms = state.terms();    // waits for the device, so that the time below is right
    report.terms[codesInUse] = static_cast<float>(snapshots.codesInUse());
    report.step = state.step;
    report.epoch = state.order.epoch();
    report.seconds = seconds();
    report.learningRate = state.learningRate();
    const double images = static_cast<double>((state.step - m_reportStep) * options.schedule.batchSize);
    report.imagesPerSecond = images / std::max(1e-9, report.seconds - m_reportSeconds);
    m_reportStep = state.step;
    m_reportSeconds = report.seconds;
    observer.stepFinished(report);
}

TrainResult Trainer::Session::run(std::stop_token stop, TrainControl& control)
{
    m_start = clock();
    m_paused = 0;
    const double secondsAtStart = m_reportSeconds = seconds();
    const std::int64_t firstStep = m_reportStep = state.step;
    snapshots.start();
    m_nextCheckpoint = secondsAtStart + options.schedule.checkpointMinutes * 60;
    std::optional<StopReason> reason;
    while (!(reason = limitReached(stop, control))) {
        takeConstraints(control);
        snapshots.takeWhenDue(control);
        checkpointWhenDue();
        if (control.isPaused()) {
            report();
            standStill(stop, control);
            continue;
        }
        state.iterate();
        if (const std::string refusal = state.takeRefusal(); !refusal.empty())
            observer.message(ErrorCode::recordingRefused, refusal);
        if (state.guard())
            observer.message(ErrorCode::diverged, std::to_string(state.step));
        recentreWhenDue();
        if (state.step % options.schedule.metricsEvery == 0)
            report();
    }
    report();
    if (state.recover())    // nothing that is not finite is kept
        snapshots.forgetPrepared();
    writeCheckpoint();
    if (*reason != StopReason::asked)
        state.photos.waitForAll(stop);    // the last snapshot tells of every photo
    snapshots.takeLast();
    TrainResult result{state.step, seconds(), 0, *reason};
    const double images = static_cast<double>((state.step - firstStep) * options.schedule.batchSize);
    result.imagesPerSecond = images / std::max(1e-9, result.seconds - secondsAtStart);
    return result;
}

void Trainer::Session::resume(const std::filesystem::path& folder)
{
    const Checkpoint checkpoint = readCheckpoint(folder);
    if (const auto field = mismatch(options, checkpointOptions(checkpoint.state)))
        throw Error(ErrorCode::checkpointMismatch, *field);
    try {
        state.load(checkpoint);
        m_secondsBefore = checkpoint.state["seconds"].toDouble();
    } catch (const Error& error) {
        if (error.code() == ErrorCode::fileDamaged)    // a member of state.json is missing or of another kind
            throw Error(ErrorCode::checkpointDamaged, (folder / "state.json").string() + " " + error.detail());
        throw;
    }
    m_checkpointStep = state.step;
}

Trainer::Trainer(TrainOptions options, const std::string& device, const PhotoPackReader& pack, std::filesystem::path checkpoints, TrainObserver& observer)
    : Trainer(std::move(options), device, pack, std::move(checkpoints), observer, alone())
{
}

Trainer::Trainer(TrainOptions options, const std::string& device, const PhotoPackReader& pack, std::filesystem::path checkpoints, TrainObserver& observer, Team& team)
{
    TrainOptions ready = settled(std::move(options), pack);
    setUpHost(ready.schedule.threads);
    m_session = translated([&] {
        const at::Device chosen = chooseDevice(device);
        at::globalContext().setDeterministicAlgorithms(ready.schedule.deterministic, /*warn_only=*/true);
        return std::make_unique<Session>(std::move(ready), chosen, pack, std::move(checkpoints), observer, team);
    });
}

Trainer::~Trainer() = default;

void Trainer::resume(const std::filesystem::path& checkpoint)
{
    translated([&] { m_session->resume(checkpoint); });
}

TrainResult Trainer::run(std::stop_token stop, TrainControl& control)
{
    return translated([&] { return m_session->run(stop, control); });
}

void Trainer::setClock(std::function<double()> seconds)
{
    m_session->clock = std::move(seconds);
}

void Trainer::setLooksBeside(bool beside)
{
    m_session->snapshots.looksBeside = beside;
}

const TrainOptions& Trainer::options() const
{
    return m_session->options;
}

std::string Trainer::deviceName() const
{
    return m_session->device.is_cuda() ? "cuda" : "cpu";
}

std::int64_t Trainer::step() const
{
    return m_session->state.step;
}

} // namespace plumage::train
