// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/runtraining.h"

#include "core/base/atomicpath.h"
#include "core/data/packbuilder.h"
#include "core/run/runrecorder.h"
#include "core/train/photoorder.h"

#include <algorithm>
#include <memory>
#include <thread>

namespace plumage::run {
namespace {

constexpr std::size_t enoughToBegin = 1024;    // photos; the others are decoded while training goes on

// Returns when training may begin: with all photos of a short list and of a run that goes on.
std::unique_ptr<data::PackBuilding> preparePack(const RunFolder& run, bool resume, RunRecorder& recorder, std::stop_token stop)
{
    const TrainOptions& options = run.manifest().options;
    const int threads = options.schedule.threads > 0 ? options.schedule.threads : static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
    const auto rows = run.photos().rows.size();
    const auto built = [&recorder](const data::PackReport& report) {
        for (const data::PhotoProblem& problem : report.problems)
            recorder.message(problem.code, problem.path);
    };
    auto building = std::make_unique<data::PackBuilding>(run.photos(), packSideFor(options.network.imageSize), run.pack(),
        train::PhotoOrder::firstEpoch(static_cast<std::int64_t>(rows), train::orderRandom(options)), threads,
        data::PackBuilding::Events{[&recorder](std::int64_t done, std::int64_t total) { recorder.preparing("pack", done, total); }, built,
            [&recorder](ErrorCode code, const std::string& detail) { recorder.message(code, detail); }});
    const std::stop_callback onStop(stop, [&] { building->stop(); });
    if (!resume && rows > enoughToBegin) {
        building->waitFor(enoughToBegin);
        if (!building->pack().readable().empty())
            return building;
    }
    for (const data::PhotoProblem& problem : building->finish().problems)
        if (resume && problem.code == ErrorCode::fileMissing)    // training could not go on exactly
            throw Error(ErrorCode::photosMissing, problem.path);
    return building;
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
    RunRecorder recorder(run, listener);
    const auto building = preparePack(run, resume, recorder, stop);

    recorder.preparing("network", 0, 1);
    train::Trainer trainer(run.manifest().options, run.manifest().device, building->pack(), run.checkpoints(), recorder);
    if (checkpoint)
        trainer.resume(*checkpoint);
    recorder.start(trainer.step());
    recorder.preparing("network", 1, 1);
    recorder.started(trainer.options(), trainer.deviceName(), trainer.step());

    const train::TrainResult result = trainer.run(stop, control);
    const SnapshotThread& last = recorder.finish();
    return {result.steps, result.seconds, result.imagesPerSecond, trainer.options().codes(), last.codesInUse(), last.scores(), trainer.deviceName(),
            result.reason};
}

} // namespace plumage::run
