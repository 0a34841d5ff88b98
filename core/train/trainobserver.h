// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/train/snapshottensors.h"

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace plumage::train {

// Loss terms with their weight (METHOD.md section 3), in the order of metrics.csv. codes_in_use is that of the newest snapshot, 0 before the first.
inline constexpr std::array<std::string_view, 18> termNames{
    "d.real_adv", "d.fake_adv", "d.info", "d.info_masked", "d.contrastive", "d.entropy_each", "d.entropy_all", "d.label", "d.total",
    "g.adv", "g.info", "g.info_masked", "g.mask_area_low", "g.mask_area_high", "g.mask_binary_entropy", "g.total", "mask_mean", "codes_in_use"};
enum Term : std::size_t {
    dRealAdv, dFakeAdv, dInfo, dInfoMasked, dContrastive, dEntropyEach, dEntropyAll, dLabel, dTotal,
    gAdv, gInfo, gInfoMasked, gMaskAreaLow, gMaskAreaHigh, gMaskBinaryEntropy, gTotal, maskMean, codesInUse, termCount
};
static_assert(termCount == termNames.size());

struct StepReport {
    std::int64_t step = 0;             // iterations done, over all sessions of the run
    std::int64_t epoch = 0;
    double seconds = 0;                // of training so far, as SnapshotTensors::seconds
    double imagesPerSecond = 0;        // since the last report, snapshots included
    double learningRate = 0;
    std::array<float, termCount> terms{};    // of this iteration
};

// Called from the training thread, in order; must not block: a slow observer slows training. What it takes in snapshotReady counts
// as time of the snapshot, so that the snapshots become rarer.
class TrainObserver {
public:
    virtual ~TrainObserver() = default;
    virtual void stepFinished(const StepReport& report) = 0;                    // every metrics_every iterations and the last
    virtual void snapshotReady(SnapshotTensors snapshot) = 0;
    virtual void checkpointWritten(std::int64_t step, const std::filesystem::path& folder) = 0;    // the folder is complete
    virtual void message(ErrorCode code, const std::string& detail) = 0;        // training goes on; for example diverged: went back to a good copy
    virtual void paused(bool isPaused) = 0;                                     // training stands still, or goes on
};

} // namespace plumage::train
