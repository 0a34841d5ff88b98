// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/photopack.h"
#include "core/base/trainoptions.h"
#include "core/train/traincontrol.h"
#include "core/train/trainobserver.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

namespace plumage::train {

class Team;

enum class StopReason { asked, maxSteps, maxMinutes, maxEpochs };
std::string_view stopReasonName(StopReason reason);    // "asked", "max_steps", "max_minutes", "max_epochs"

struct TrainResult {
    std::int64_t steps = 0;            // over all sessions of the run
    double seconds = 0;                // the same
    double imagesPerSecond = 0;        // of this session, snapshots included
    StopReason reason = StopReason::asked;
};

// One training of one run: networks, optimisers, photo order, random streams; reads the photo pack, writes checkpoints, tells the
// observer. Construction and every call belong to one thread (OpenMP pools are per thread); other threads reach it by TrainControl.
class Trainer {
public:
    // `options` are settled by fitToPhotos() here if kinds is 0. `device`: auto, cpu, cuda. `pack` and `observer` must outlive the trainer.
    // `checkpoints` is made when the first one is written; empty = write none.
    // Throws Error optionOutOfRange, tooFewPhotos, tooManyCodes, packMismatch (side), deviceMissing, outOfMemory, internal.
    // `team`: others that train the same run, which must outlive the trainer; ranks above 0 take no snapshots and write no checkpoints.
    Trainer(TrainOptions options, const std::string& device, const PhotoPackReader& pack, std::filesystem::path checkpoints, TrainObserver& observer);
    Trainer(TrainOptions options, const std::string& device, const PhotoPackReader& pack, std::filesystem::path checkpoints, TrainObserver& observer, Team& team);
    ~Trainer();

    // Takes over the complete state of a checkpoint folder, so that training goes on exactly. Throws Error checkpointMissing, checkpointDamaged,
    // checkpointMismatch (sizes, seed or photo list differ; detail: the field). Afterwards the trainer is unusable if it threw.
    void resume(const std::filesystem::path& checkpoint);

    // Blocks until a limit of the options is reached or a stop is asked for. Takes a last snapshot and checkpoint at the end.
    // Throws Error diverged (METHOD.md section 11), diskFull, folderNotWritable, writeFailed, outOfMemory, internal.
    TrainResult run(std::stop_token stop, TrainControl& control);

    void setClock(std::function<double()> seconds);    // for tests; default: a steady clock
    void setLooksBeside(bool beside);    // snapshots are looked for while training goes on, with copies of the networks; default: on a device, where the host waits for it otherwise
    const TrainOptions& options() const;    // settled
    std::string deviceName() const;         // "cpu", "cuda"
    std::int64_t step() const;

private:
    class Session;
    std::unique_ptr<Session> m_session;
};

} // namespace plumage::train
