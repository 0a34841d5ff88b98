// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/manifest.h"
#include "core/base/photolist.h"

#include <cstdint>
#include <filesystem>
#include <vector>

namespace plumage::run {

// A run on disk (DESIGN.md section 3): run.toml, photos.csv, metrics.csv, snapshots/, checkpoints/, report/. A value: paths and what stands in the
// first two files.
class RunFolder {
public:
    // Throws Error runMissing, runTooNew, runDamaged, optionInvalid, optionOutOfRange, fileUnreadable, fileDamaged (photos.csv).
    static RunFolder open(const std::filesystem::path& path);
    // Makes run.toml and photos.csv in a new or empty folder (run.toml last: with it the run exists); fills roots, photos and hash of the manifest and
    // settles its options. Throws Error folderNotEmpty, tooFewPhotos, tooManyCodes, folderNotWritable, diskFull, writeFailed.
    static RunFolder create(const std::filesystem::path& path, RunManifest manifest, PhotoList photos);
    // Makes the folder if it is missing. Throws Error folderNotEmpty, folderNotWritable, writeFailed.
    static void checkEmpty(const std::filesystem::path& path);

    const std::filesystem::path& path() const { return m_path; }    // absolute
    const RunManifest& manifest() const { return m_manifest; }
    const PhotoList& photos() const { return m_photos; }
    std::filesystem::path pack() const { return (m_path / m_manifest.pack).lexically_normal(); }
    std::filesystem::path metrics() const { return m_path / "metrics.csv"; }
    std::filesystem::path snapshots() const { return m_path / "snapshots"; }
    std::filesystem::path checkpoints() const { return m_path / "checkpoints"; }
    std::filesystem::path report() const { return m_path / "report"; }

    // Writes run.toml anew, for a resumed run with other limits. Throws Error diskFull, folderNotWritable, writeFailed.
    void changeManifest(const RunManifest& manifest);

private:
    RunFolder(std::filesystem::path path, RunManifest manifest, PhotoList photos)
        : m_path(std::move(path)), m_manifest(std::move(manifest)), m_photos(std::move(photos)) { }
    std::filesystem::path m_path;
    RunManifest m_manifest;
    PhotoList m_photos;
};

// Holds a run for this process: flock on photos.csv (never replaced), gone with the process however it ends. Throws Error runInUse, fileUnreadable.
class RunLock {
public:
    explicit RunLock(const RunFolder& run);
    ~RunLock();
    RunLock(const RunLock&) = delete;
    RunLock& operator=(const RunLock&) = delete;

private:
    int m_file;
};

struct StepFolder {
    std::int64_t step = 0;
    std::filesystem::path path;
};
// Complete snapshots or checkpoints below `parent`, ascending steps. Never throws for single folders.
std::vector<StepFolder> listSteps(const std::filesystem::path& parent);
// Out of sight with one rename, then deleted, so that a half-deleted folder is never taken for a whole one. Never throws.
void removeStep(const std::filesystem::path& folder);

} // namespace plumage::run
