// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/base/trainoptions.h"
#include "core/train/trainobserver.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace plumage::run {

// News of a run in training, for `train` (a progress line) and `serve` (events). One call at a time, but from several threads: preparing() from those
// that decode, snapshotWritten() and note() also from the one that writes snapshots. Must not block: a slow listener slows training.
class RunListener {
public:
    virtual ~RunListener() = default;
    virtual void preparing(std::string_view phase, std::int64_t done, std::int64_t total) = 0;    // "pack" (photos; also while training goes on), "network" (0 of 1, 1 of 1)
    // The first step follows. `options` are settled; device: "cpu", "cuda"; step: where training goes on, 0 for a new run.
    virtual void started(const TrainOptions& options, std::string_view device, std::int64_t step) = 0;
    virtual void metrics(const train::StepReport& report) = 0;                                    // every metrics_every iterations; on disk already
    virtual void snapshotWritten(std::int64_t step, const std::filesystem::path& folder) = 0;     // the folder is complete
    virtual void checkpointWritten(std::int64_t step, const std::filesystem::path& folder) = 0;
    virtual void paused(bool isPaused) = 0;
    virtual void note(ErrorCode code, const std::string& detail) = 0;                             // the run goes on; core/text noteText()
};

} // namespace plumage::run
