// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/base/photolist.h"
#include "core/base/photopack.h"

#include <cstdint>
#include <exception>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace plumage::data {

struct PhotoProblem {
    std::size_t row = 0;                     // of the photo list
    std::string path;                        // root and relative path
    ErrorCode code = ErrorCode::none;        // fileMissing, photoUnreadable, photoTooLarge
};

struct PackReport {
    std::vector<PhotoProblem> problems;      // by row; these rows are grey and flagged in the pack (core/base/photopack.h)
    std::int64_t decoded = 0;                // rows that hold a photo
    bool reused = false;                     // a pack of this list and side was there already
};

// Decodes every photo of the list into the photo pack at `file` (side: Q of METHOD.md section 5, packSideFor()). The file is complete or absent.
// Blocks; progress(rows done, rows) is called by one thread at a time.
// Throws Error noPhotos (the list is empty or nothing in it can be decoded), diskFull, folderNotWritable, writeFailed, cancelled.
PackReport buildPhotoPack(const PhotoList& list, int side, const std::filesystem::path& file,
    const std::function<void(std::int64_t done, std::int64_t total)>& progress, std::stop_token stop, int threads);

// The same in threads of its own, which stand back behind all others, while the pack is used already: rows are decoded in the order in which they are needed.
class PackBuilding {
public:
    struct Events {    // from the threads, one at a time; none may throw
        std::function<void(std::int64_t done, std::int64_t total)> progress;
        std::function<void(const PackReport&)> built;                                // the file is there
        std::function<void(ErrorCode code, const std::string& detail)> notKept;      // all rows are there, but the file could not be: the next run decodes again
    };
    // order: every row once. `list` must outlive it. Throws Error noPhotos (an empty list), diskFull, folderNotWritable, writeFailed.
    PackBuilding(const PhotoList& list, int side, const std::filesystem::path& file, std::vector<std::int64_t> order, int threads, Events events);
    ~PackBuilding();    // stops; what is not complete is removed
    PackBuilding(const PackBuilding&) = delete;
    PackBuilding& operator=(const PackBuilding&) = delete;

    // Fills meanwhile; goes on to be readable until this ends.
    const PhotoPackReader& pack() const { return *m_pack; }
    void stop() { m_thread.request_stop(); }
    void waitFor(std::size_t rows);    // blocks until so many rows are there. Throws as buildPhotoPack()
    const PackReport& finish();        // blocks until built() was called, or notKept(). Throws as buildPhotoPack()

private:
    void build(const PhotoList& list, int side, int threads, std::stop_token stop);

    Events m_events;
    std::optional<PhotoPackWriter> m_writer;
    std::shared_ptr<PackFilling> m_filling;
    std::optional<PhotoPackReader> m_pack;
    PackReport m_report;               // the thread's, until it has ended
    std::exception_ptr m_failure;      // the same
    std::jthread m_thread;             // last: starts when all is there
};

} // namespace plumage::data
