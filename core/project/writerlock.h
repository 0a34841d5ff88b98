// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>

namespace plumage::project {

// The one writer of a project: an exclusive flock() on library.lock. It ends with its process, whatever happens to that; the file stays, its text names the holder.
class WriterLock {
public:
    // Throws Error libraryLocked (detail: the holder's program and process), libraryReadOnly (the file cannot be made).
    explicit WriterLock(const std::filesystem::path& file);
    ~WriterLock();
    WriterLock(const WriterLock&) = delete;
    WriterLock& operator=(const WriterLock&) = delete;

private:
    int m_file = -1;
};

} // namespace plumage::project
