// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/commandfacts.h"
#include "core/base/photolist.h"
#include "core/project/exposure.h"
#include "core/project/librarystate.h"
#include "core/scan/scan.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace plumage::project {

// One line of the journal: a command that was done, or was undone and can be redone.
struct JournalEntry {
    std::int64_t id = 0;                // ascending in time
    std::int64_t madeAtMs = 0;          // since 1970, UTC
    CommandFacts facts;
    bool undone = false;
};

struct PhotoRecord {                    // one photo for the inspector and for exports
    PhotoId photo;
    std::filesystem::path file;         // absolute
    std::string root, path;             // as PhotoList
    std::optional<Box> box;
    std::string hash;
    std::int64_t bytes = 0, modifiedNs = 0;
    Exposure exposure;
    bool missing = false;               // was not there at the last look
};

struct ScanReport {                     // what a look at the folders changed; counts of files
    std::int64_t added = 0, changed = 0, moved = 0, missing = 0, back = 0, same = 0;
    std::vector<scan::ScanProblem> problems;
    std::int64_t hiddenFiles = 0, otherFiles = 0;
};

struct BoxRow { std::string path; Box box; };    // path: absolute, relative to a root, or a bare file name

// library.sqlite of a project: photos, clusters, labels, journal, runs. SQLite in WAL mode, schema with user_version. One object is used in one thread at a
// time; other threads open their own (`another()`). One writer per project (a lock file beside it); everybody else opens it for reading.
// Blocks on the disk. All throw Error: libraryMissing, libraryDamaged, libraryTooNew, libraryLocked (detail: who and since when), libraryReadOnly, diskFull,
// writeFailed. After an error nothing of the call is stored.
class Library {
public:
    enum class Access { write, read };
    static std::filesystem::path fileOf(const std::filesystem::path& project) { return project / "library.sqlite"; }
    static bool exists(const std::filesystem::path& project);
    // Access::write: makes the file where it is missing (with the photos of cache/photolist and of the newest run, ids kept), migrates older schemas, checks the
    // file and keeps a copy of it as backup (library-backup.sqlite, and the one before). Throws libraryLocked if another writer has it.
    // Backup::later: a large library (16 MB, some 80,000 photos) that need not be migrated is opened without the copy, which takes 0.7 s for a million photos; the
    // caller takes it soon with keepBackup().
    enum class Backup { now, later };
    static Library open(const std::filesystem::path& project, Access access, Backup backup = Backup::now);
    // The copy by itself, beside one who writes; nothing if nothing changed since the last one, or if another is at it. A full disk or a stop costs only the backup.
    static void keepBackup(const std::filesystem::path& project, std::stop_token stop);
    // The newest backup that can be read, for the offer after libraryDamaged; and putting it in place (the damaged file is kept aside).
    static std::optional<std::filesystem::path> lastGoodBackup(const std::filesystem::path& project);
    static void restoreBackup(const std::filesystem::path& project, const std::filesystem::path& backup, std::int64_t nowMs);
    Library(Library&&) noexcept;
    Library& operator=(Library&&) noexcept;
    ~Library();
    Library another() const;                    // same access and lock, own connection: for a job in another thread
    bool isReadOnly() const;
    const std::filesystem::path& project() const;

    // ---- what persons decided
    LibraryState state() const;
    // Stores edits with their line in the journal, all in one transaction; what had been undone can no longer be redone. Returns the entry's id.
    std::int64_t commit(const CommandFacts& facts, const Edits& edits, std::int64_t nowMs);
    // What no person decided and nobody undoes: first clusters of a run's codes. No journal line.
    void commitSilently(const Edits& edits);
    // The inverse (or again the edits) of a journal line is stored and the line is marked, in one transaction.
    std::optional<JournalEntry> lastDone() const, firstUndone() const;
    Edits edits(std::int64_t journalId) const;
    void storeUndone(const JournalEntry& entry, const Edits& inverseEdits);
    void storeRedone(const JournalEntry& entry, const Edits& edits);
    std::vector<JournalEntry> journal(std::int64_t newest) const;    // at most so many, newest first

    // ---- photos; ids are never reused, a photo is found again by path, else by content
    // New, changed, moved and missing files; labels stay with their photo. EXIF is read for new and changed files. progress and stop as scan::scanFolders.
    ScanReport rescan(std::span<const std::filesystem::path> roots, const std::function<void(std::int64_t done, std::int64_t found)>& progress, std::stop_token stop);
    ScanReport takeScan(std::span<const std::filesystem::path> roots, const scan::ScanResult& found, std::stop_token stop = {});
    std::vector<std::filesystem::path> roots() const;
    std::int64_t photoCount() const;            // listed ones
    PhotoList photos() const;                   // listed: not missing, not put away, not a whole file that has boxes; ascending ids
    PhotoList allPhotos() const;                // the missing and put away too
    struct PhotoLists { std::shared_ptr<const PhotoList> photos, all; };
    PhotoLists photoLists() const;              // photos() and allPhotos() by one look; the same object if they hold the same
    std::vector<PhotoId> missingPhotos() const;
    std::optional<PhotoRecord> record(PhotoId photo) const;
    void forEachRecord(const std::function<void(const PhotoRecord&)>& take) const;    // ascending ids, all of allPhotos()
    // A file with boxes: each box becomes a photo, the whole file is no photo any more (its label, if any, is kept and comes back when the boxes go).
    // Returns new photos. Unknown paths throw labelsUnmatched (detail: count and the first), boxes outside 0..1 boxInvalid, unless `skipBad`.
    std::int64_t addBoxes(std::span<const BoxRow> boxes, bool skipBad);

    // ---- what the window remembers
    void setLookedAt(ClusterId cluster, std::span<const PhotoId> members);         // for "changed since you last looked"
    std::unordered_map<ClusterId, std::vector<PhotoId>> lookedAt() const;
    struct Effort { std::int64_t atMs = 0; std::string loop{}; std::int64_t decisions = 0, photos = 0, milliseconds = 0; };    // one sitting of a review loop
    void logEffort(const Effort& effort);
    std::vector<Effort> effort() const;
    void eraseEffort();
    bool keepsEffort() const;                   // else logEffort() does nothing; kept in the project
    void setKeepsEffort(bool keeps);

private:
    struct Parts;
    explicit Library(std::unique_ptr<Parts> parts);
    void storeStep(const JournalEntry& entry, const Edits& edits, bool undone);
    std::unique_ptr<Parts> m_parts;
};

} // namespace plumage::project
