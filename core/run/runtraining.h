// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/metrics/scores.h"
#include "core/run/runfolder.h"
#include "core/run/runlistener.h"
#include "core/train/traincontrol.h"
#include "core/train/trainer.h"

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>

namespace plumage::run {

struct RunOutcome {
    std::int64_t steps = 0;                    // over all sessions of the run
    double seconds = 0;                        // of training, the same
    double imagesPerSecond = 0;                // of this session
    int codes = 0, codesInUse = 0;             // K; with at least one photo in the last snapshot
    std::optional<metrics::Scores> scores;     // of the last snapshot, only with truth
    std::string device;                        // "cpu", "cuda"
    train::StopReason reason = train::StopReason::asked;
};

// Trains a run: photo pack, networks, training, metrics.csv, snapshots with map and scores, checkpoints. Blocks; all torch work happens in the
// calling thread, the map is laid out in a thread of low priority. A stop leaves a snapshot and a checkpoint. Holds the run's lock.
// resume: goes on from the newest checkpoint, rows and snapshots after it are dropped. Else the run must have no checkpoint; the remains of a start
// that left none are cleared.
// Throws Error runInUse, folderNotEmpty (has checkpoints, not resumed), checkpointMissing, photosMissing, noPhotos, cancelled (stop while the
// photos were decoded) and what train::Trainer throws. A snapshot or row that cannot be written is a note.
RunOutcome runTraining(const RunFolder& run, bool resume, RunListener& listener, train::TrainControl& control, std::stop_token stop);

} // namespace plumage::run
