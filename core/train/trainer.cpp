// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/trainer.h"

#include "core/train/checkpoint.h"
#include "core/train/device.h"
#include "core/train/evaluator.h"
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

constexpr double snapshotShare = 0.1;           // of the time, at most (METHOD.md section 6)
constexpr double patience = 3;                  // a snapshot of all photos may make the interval this much longer; else part of them is renewed
constexpr std::int64_t alwaysAll = 50'000;      // photos; above, a later snapshot renews an eighth
constexpr double correctedWithin = 5;           // seconds from a decision to the snapshot that shows what came of it
constexpr double retrySeconds = 30;             // after a checkpoint that could not be written

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

// Clock, limits, snapshots and checkpoints around a TrainState.
class Trainer::Session {
public:
    Session(TrainOptions settledOptions, at::Device chosen, const PhotoPackReader& pack, std::filesystem::path checkpointFolder, TrainObserver& trainObserver, Team& others)
        : options(std::move(settledOptions)), device(chosen), checkpoints(std::move(checkpointFolder)), observer(trainObserver)
        , team(others), state(options, pack, device, others), evaluator(options, state.photos)
        , statisticsDrawings(device.is_cuda() ? 2048 : 256)    // METHOD.md says 2048: seconds on a CPU
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
    Evaluator evaluator;
    std::function<double()> clock = steadySeconds;

private:
    std::optional<StopReason> limitReached(std::stop_token stop, const TrainControl& control) const;
    double seconds() const { return m_secondsBefore + clock() - m_start - m_paused; }    // of training so far
    void standStill(std::stop_token stop, TrainControl& control);
    void snapshotWhenDue(TrainControl& control);
    void takeConstraints(TrainControl& control);
    void describeCorrections(SnapshotTensors& snapshot) const;
    void recentreWhenDue();
    void prepare();                  // evaluation buffers, once per step
    void takeSnapshot(bool all);
    void writeCheckpoint();
    void checkpointWhenDue();
    void report();

    std::int64_t statisticsDrawings;
    double m_secondsBefore = 0, m_start = 0, m_paused = 0;
    double m_nextSnapshot = 0, m_earliestSnapshot = 0, m_nextCheckpoint = 0;    // in seconds()
    double m_secondsPerPhoto = 0;                       // of the last snapshot
    int m_codesInUse = 0;
    bool m_snapshotWanted = false;
    std::int64_t m_preparedStep = -1, m_completeSnapshot = -1, m_checkpointStep = -1, m_reportStep = 0;    // steps at which it was done last
    double m_reportSeconds = 0;
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
    observer.paused(true);
    while (control.isPaused() && !control.isStopping() && !stop.stop_requested()) {
        const double begin = clock();
        control.waitWhilePaused(stop);
        m_paused += clock() - begin;
        takeConstraints(control);
        snapshotWhenDue(control);
    }
    observer.paused(false);
}

// Never of numbers that are not finite: then the next guard goes back first.
void Trainer::Session::snapshotWhenDue(TrainControl& control)
{
    m_snapshotWanted |= control.takeSnapshotRequest();
    if ((m_snapshotWanted || seconds() >= m_nextSnapshot) && !state.isDirty())
        takeSnapshot(m_snapshotWanted);
}

void Trainer::Session::takeConstraints(TrainControl& control)
{
    const auto constraints = control.takeConstraints();
    if (!constraints)
        return;
    state.setConstraints(*constraints);
    if (state.wantsCodes() && !state.isDirty()) {
        prepare();
        state.openCodes();
        m_checkpointStep = -1;    // there is more to keep than at the last one
    }
    evaluator.hold(state.labelledCodes());
    m_nextSnapshot = std::min(m_nextSnapshot, std::max(m_earliestSnapshot, seconds() + correctedWithin));
}

// Labels that are held out tell how often the network is right about photos whose label it never saw.
void Trainer::Session::describeCorrections(SnapshotTensors& snapshot) const
{
    snapshot.codeClusters = state.corrections.given();
    snapshot.labelsTrained = state.corrections.labelsTrained();
    for (const Corrections::Labelled& held : state.corrections.heldOut()) {
        const std::uint16_t code = snapshot.codes[static_cast<std::size_t>(held.row) * topCodes];
        snapshot.heldOut += code != noCode;    // else its photo was not looked at yet
        snapshot.heldOutRight += state.corrections.means(code, held.cluster);
    }
}

// From the second epoch on, so that it does not matter how fast photos were decoded.
void Trainer::Session::recentreWhenDue()
{
    const ScheduleOptions& schedule = options.schedule;
    if (schedule.recentre == 0 || state.step % schedule.recentre != 0 || state.order.epochsDone(schedule.batchSize * team.size()) < 1 || state.isDirty())
        return;
    state.photos.waitForAll({});    // for those of an incomplete last batch
    state.photos.update();
    prepare();
    state.aimCodes(evaluator.means(state.networks, state.step));
}

void Trainer::Session::prepare()
{
    if (m_preparedStep != state.step)
        evaluator.prepare(state.networks, state.step, statisticsDrawings);
    m_preparedStep = state.step;
}

void Trainer::Session::takeSnapshot(bool all)
{
    if (!team.writes()) {
        m_snapshotWanted = false;
        m_completeSnapshot = state.step;
        m_nextSnapshot = seconds() + options.schedule.snapshotSeconds;
        return;
    }
    const double begin = seconds();
    state.photos.update();
    const std::int64_t photos = state.photos.photos();
    std::int64_t rows = photos;
    const double affordable = snapshotShare * patience * options.schedule.snapshotSeconds;
    if (!all && m_secondsPerPhoto > 0 && (photos > alwaysAll || m_secondsPerPhoto * static_cast<double>(photos) > affordable))
        rows = std::max(photos / 8, static_cast<std::int64_t>(affordable / m_secondsPerPhoto));
    prepare();
    std::vector<std::int64_t> corrected = state.corrections.newestRows(state.step);
    std::erase_if(corrected, [&](std::int64_t row) { return !std::ranges::binary_search(state.photos.usable(), row); });
    SnapshotTensors snapshot = evaluator.look(state.networks, state.step, rows, corrected);
    describeCorrections(snapshot);
    snapshot.seconds = begin;
    m_codesInUse = snapshot.codesInUse;
    m_completeSnapshot = rows == photos && state.photos.isComplete() ? state.step : -1;
    m_snapshotWanted = false;
    observer.snapshotReady(snapshot);
    const double cost = seconds() - begin;
    m_secondsPerPhoto = cost / static_cast<double>(std::max<std::int64_t>(1, snapshot.renewedPhotos));
    m_earliestSnapshot = seconds() + cost * (1 / snapshotShare - 1);
    m_nextSnapshot = std::max(m_earliestSnapshot, seconds() + options.schedule.snapshotSeconds - cost);
}

void Trainer::Session::writeCheckpoint()
{
    if (checkpoints.empty() || !team.writes() || m_checkpointStep == state.step || state.isDirty())
        return;
    prepare();    // the checkpoint carries evaluation buffers of its own weights
    Checkpoint checkpoint = state.save();
    checkpoint.parts["trainer"]["read_out"] = evaluator.readOut(state.networks, state.step).cpu();    // for photos that come later
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
    report.terms[codesInUse] = static_cast<float>(m_codesInUse);
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
    m_nextSnapshot = secondsAtStart + options.schedule.snapshotSeconds;
    m_nextCheckpoint = secondsAtStart + options.schedule.checkpointMinutes * 60;
    std::optional<StopReason> reason;
    while (!(reason = limitReached(stop, control))) {
        takeConstraints(control);
        snapshotWhenDue(control);
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
        m_preparedStep = -1;
    writeCheckpoint();
    if (*reason != StopReason::asked)
        state.photos.waitForAll(stop);    // the last snapshot tells of every photo
    if (m_completeSnapshot != state.step)
        takeSnapshot(true);
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
