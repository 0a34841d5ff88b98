// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/projectreader.h"

#include "core/project/runview.h"

#include <QtCore/QDateTime>

#include <algorithm>

namespace plumage::ui {
namespace {

std::int64_t nowMs()
{
    return QDateTime::currentMSecsSinceEpoch();
}

// The library for writing; where that is not possible for looking, with the reason. A project of a newer version is not opened at all.
void readLibrary(ReadProject& opened)
{
    const auto open = [&](project::Library::Access access) {
        opened.curator = std::make_unique<curation::Curator>(project::Library::open(opened.project->path(), access, project::Library::Backup::later), nowMs);
    };
    try {
        open(project::Library::Access::write);
    } catch (const Error& error) {
        if (error.code() == ErrorCode::libraryTooNew)
            throw;
        opened.whyNoLibrary = error;
        if (error.code() == ErrorCode::libraryDamaged)
            return;
        try {
            open(project::Library::Access::read);
        } catch (const Error&) {    // the first reason says more
        }
    }
}

// Every snapshot as a tick, the newest that can be read as the one that is shown.
void readTicks(ReadProject& opened)
{
    for (std::size_t i = 0; i < opened.snapshots.size();) {
        try {
            const project::SnapshotFile file(opened.snapshots[i].path);
            opened.ticks.push_back({opened.snapshots[i].step, i == 0 ? 0 : changedShare(opened.snapshots[i - 1].path, file)});
            if (i + 1 == opened.snapshots.size())
                opened.shown = readSnapshot(opened.run->run, opened.snapshots[i].path, opened.viewPhotos);
            ++i;
        } catch (const Error& error) {
            opened.problems.push_back(error);
            opened.ticks.resize(i);
            opened.snapshots.erase(opened.snapshots.begin() + static_cast<std::ptrdiff_t>(i));
            if (i > 0 && i == opened.snapshots.size())
                opened.ticks.resize(--i);    // the one before is the newest now: read it
        }
    }
}

} // namespace

double changedShare(const std::filesystem::path& before, const project::SnapshotFile& after)
{
    try {
        return static_cast<double>(project::changedPhotos(project::SnapshotFile(before), after)) / static_cast<double>(std::max<std::size_t>(1, after.photos()));
    } catch (const Error&) {
        return 0;
    }
}

ReadProject readProject(const project::ProjectFolder& project, std::optional<RunId> wanted, bool withLibrary)
{
    ReadProject opened;
    opened.project = project;
    if (withLibrary)
        readLibrary(opened);
    std::vector<project::RunFolder> runs = project.runs();
    if (wanted)
        std::erase_if(runs, [&](const project::RunFolder& run) { return run.run != *wanted; });
    auto all = std::make_shared<const PhotoList>();    // the missing and put away too
    try {
        const auto lists = project::Library::open(project.path(), project::Library::Access::read).photoLists();
        opened.photos = lists.photos;
        all = lists.all;
    } catch (const Error&) {    // the curator's opening has told
        if (auto remembered = project.rememberedPhotos())
            opened.photos = std::make_shared<const PhotoList>(std::move(*remembered));
    }
    PhotoList runPhotos;
    if (!runs.empty()) {
        try {
            const RunManifest manifest = project::readManifest(runs.back());
            opened.options = manifest.options;
            opened.device = manifest.device;
            runPhotos = project::readPhotos(runs.back());
            opened.run = runs.back();
            opened.snapshots = project::listSnapshots(runs.back());
            for (const project::StepFolder& checkpoint : project::listCheckpoints(runs.back()))
                opened.checkpoints.push_back(checkpoint.step);
            opened.metrics = project::readMetrics(runs.back().path / "metrics.csv");
        } catch (const Error& error) {
            opened.problems.push_back(error);
        }
    }
    if (!opened.photos && opened.run)
        opened.photos = std::make_shared<const PhotoList>(runPhotos);
    if (opened.run)
        opened.viewPhotos = project::joinPhotos(runPhotos, all);
    else if (opened.photos)
        opened.viewPhotos = opened.photos;
    readTicks(opened);
    if (!opened.shown && opened.viewPhotos)
        opened.shown = untrainedView(opened.viewPhotos);
    return opened;
}

} // namespace plumage::ui
