// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace plumage {

// A folder that is complete or absent: written under a temporary name beside its place, synced and renamed by commit().
// Without commit() the temporary folder is removed. After kill -9 it stays behind; removeLeftovers() clears such remains.
class AtomicFolder {
public:
    explicit AtomicFolder(std::filesystem::path target);    // throws Error folderNotWritable, diskFull, writeFailed
    ~AtomicFolder();
    AtomicFolder(const AtomicFolder&) = delete;
    AtomicFolder& operator=(const AtomicFolder&) = delete;

    const std::filesystem::path& path() const { return m_temporary; }    // write here until commit()
    void commit();    // replaces a folder of that name

    static bool isTemporaryName(std::string_view fileName);
    static void removeLeftovers(const std::filesystem::path& parent);    // never throws

private:
    std::filesystem::path m_target, m_temporary;
};

// Writes a whole file: temporary name, sync, rename. Throws Error diskFull, folderNotWritable, writeFailed.
void writeFileAtomically(const std::filesystem::path& path, std::string_view bytes);
// Plain write for files inside an AtomicFolder. The same errors.
void writeFile(const std::filesystem::path& path, std::string_view bytes);
// Throws Error fileMissing, fileUnreadable, or fileDamaged if it is longer than `limit` bytes.
std::string readFile(const std::filesystem::path& path, std::size_t limit = std::size_t{1} << 30);

// The first folder name of a run that is free: "0001", "0002", …; and step folders: "000120".
std::string numberedName(long long number, int digits);

} // namespace plumage
