// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/runtraining.h"

#include "core/base/atomicpath.h"
#include "core/data/packbuilder.h"
#include "core/run/runrecorder.h"

#include <algorithm>
#include <thread>

namespace plumage::run {
namespace {

void preparePack(const RunFolder& run, bool resume, RunListener& listener, std::stop_token stop)
{
    const TrainOptions& options = run.manifest().options;
    const int threads = options.schedule.threads > 0 ? options.schedule.threads : static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
    const auto progress = [&](std::int64_t done, std::int64_t total) { listener.preparing("pack", done, total); };
    const data::PackReport report = data::buildPhotoPack(run.photos(), packSideFor(options.network.imageSize), run.pack(), progress, stop, threads);
    for (const data::PhotoProblem& problem : report.problems) {
        if (resume && problem.code == ErrorCode::fileMissing)    // training could not go on exactly
            throw Error(ErrorCode::photosMissing, problem.path);
        listener.note(problem.code, problem.path);
    }
}

std::optional<std::filesystem::path> checkpointToResume(const RunFolder& run, bool resume)
{
    const std::vector<StepFolder> checkpoints = listSteps(run.checkpoints());
    if (resume && checkpoints.empty())
        throw Error(ErrorCode::checkpointMissing, run.path().string());
    if (!resume && !checkpoints.empty())
        throw Error(ErrorCode::folderNotEmpty, run.path().string());
    return resume ? std::optional(checkpoints.back().path) : std::nullopt;
}

} // namespace

RunOutcome runTraining(const RunFolder& run, bool resume, RunListener& listener, train::TrainControl& control, std::stop_token stop)
{
    const RunLock lock(run);
    AtomicFolder::removeLeftovers(run.path());
    AtomicFolder::removeLeftovers(run.snapshots());
    AtomicFolder::removeLeftovers(run.checkpoints());
    const auto checkpoint = checkpointToResume(run, resume);
    preparePack(run, resume, listener, stop);

    listener.preparing("network", 0, 1);
    const PhotoPackReader pack(run.pack());
    RunRecorder recorder(run, listener);
    train::Trainer trainer(run.manifest().options, run.manifest().device, pack, run.checkpoints(), recorder);
    if (checkpoint)
        trainer.resume(*checkpoint);
    recorder.start(trainer.step());
    listener.preparing("network", 1, 1);
    listener.started(trainer.options(), trainer.deviceName(), trainer.step());

    const train::TrainResult result = trainer.run(stop, control);
    const SnapshotThread& last = recorder.finish();
    return {result.steps, result.seconds, result.imagesPerSecond, trainer.options().codes(), last.codesInUse(), last.scores(), trainer.deviceName(),
            result.reason};
}

} // namespace plumage::run
