// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/curation/curator.h"
#include "core/project/metricslog.h"
#include "core/project/projectfolder.h"
#include "ui/snapshotview.h"
#include "ui/timeslider.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace plumage::ui {

// What a project holds: its library, the newest run and that run's newest snapshot.
struct ReadProject {
    std::optional<project::ProjectFolder> project;
    std::unique_ptr<curation::Curator> curator;
    std::optional<Error> whyNoLibrary;    // or why it can only be looked at
    std::shared_ptr<const PhotoList> photos, viewPhotos;
    std::optional<project::RunFolder> run;
    TrainOptions options;
    std::string device;
    std::vector<project::StepFolder> snapshots;
    std::vector<TimeSlider::Tick> ticks;
    std::vector<std::int64_t> checkpoints;
    project::MetricsLog metrics;
    SnapshotPointer shown;
    std::vector<Error> problems;    // what could not be read; the rest is shown
};

// Blocks: for a job. wanted: another run than the newest. A damaged run or snapshot is reported beside what could be read; a library that cannot be written is opened for
// reading, with the reason. Throws Error libraryTooNew: a project of a newer version is not opened at all.
ReadProject readProject(const project::ProjectFolder& project, std::optional<RunId> wanted, bool withLibrary);

// Share of photos that changed their best code from one snapshot to the next, 0..1; 0 if the first is gone.
double changedShare(const std::filesystem::path& before, const project::SnapshotFile& after);

} // namespace plumage::ui
