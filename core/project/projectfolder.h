// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"
#include "core/base/manifest.h"
#include "core/base/photolist.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace plumage::project {

// One run of a project: runs/0001.
struct RunFolder {
    RunId run;
    std::filesystem::path path;
};

// A snapshot or checkpoint of a run: snapshots/000120. The folder is complete or absent, but may vanish at any time (old ones are thinned out).
struct StepFolder {
    std::int64_t step = 0;
    std::filesystem::path path;
};

// A project on disk (NAME.plumage): runs/ and cache/. A value: paths only, nothing is kept open. Any thread; everything here may block on the disk.
class ProjectFolder {
public:
    static bool isProject(const std::filesystem::path& path);    // a folder named *.plumage, or one that holds runs/
    // Makes the folder with runs/ and cache/; one that is a project already is opened. Throws Error folderNotWritable, diskFull, writeFailed,
    // folderNotEmpty (other files lie there).
    static ProjectFolder create(const std::filesystem::path& path);
    static ProjectFolder open(const std::filesystem::path& path);    // throws Error folderMissing, runMissing (no project)

    const std::filesystem::path& path() const { return m_path; }
    std::string name() const;    // "birds" of birds.plumage
    std::filesystem::path cache() const { return m_path / "cache"; }

    std::vector<RunFolder> runs() const;    // ascending; folders without run.toml are left out
    // Makes the next runs/NNNN with run.toml and photos.csv, complete or not at all. Fills roots, photos, hash and pack of the manifest (not created) and
    // settles its options for the number of photos. Throws Error tooFewPhotos, tooManyCodes, folderNotWritable, diskFull, writeFailed.
    RunFolder newRun(RunManifest manifest, const PhotoList& photos) const;

    // The photos of the last scan, so that they are there before the first run: cache/photolist. Nothing if it was never made, was deleted or is damaged.
    void rememberPhotos(const PhotoList& photos) const;
    std::optional<PhotoList> rememberedPhotos() const;

private:
    explicit ProjectFolder(std::filesystem::path path) : m_path(std::move(path)) { }
    std::filesystem::path m_path;
};

// run.toml. Throws Error runMissing, runTooNew, runDamaged, optionInvalid, optionOutOfRange.
RunManifest readManifest(const RunFolder& run);
// photos.csv with the roots of run.toml. Throws as readManifest(), and fileMissing, fileUnreadable, fileDamaged.
PhotoList readPhotos(const RunFolder& run);

std::vector<StepFolder> listSnapshots(const RunFolder& run);      // ascending steps; empty if there are none
std::vector<StepFolder> listCheckpoints(const RunFolder& run);

} // namespace plumage::project
