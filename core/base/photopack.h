// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/npy.h"
#include "core/base/packfilling.h"
#include "core/base/photolist.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <stop_token>
#include <vector>

namespace plumage {

// The photo pack: every photo of a run, decoded once and resized to Q x Q bytes whatever its shape (METHOD.md section 5). A flat file:
//   8 bytes  "PLUMPACK"
//   u64      length of the JSON header, little endian; header and its padding end at a multiple of 4096
//   JSON     {"format":1,"side":Q,"photos":M,"list_hash":"...","offsets":{"images":..,"halves":..,"aspect":..,"flags":..,"list":..},"list_bytes":..}
//   images   [M,3,Q,Q] u8      planes R, G, B
//   halves   [M,3,Q/2,Q/2] u8  mean of 2x2
//   aspect   [M] f32           width / height of the photo before resizing, at most 3:1 (longer ones are centre-cropped), at least 1:3
//   flags    [M] u8            0 = photo; 1 = could not be decoded (grey, never drawn for training)
//   list     CSV as photos.csv
inline constexpr int packFormat = 1;

// Q = 2.25 S, so that a view of 20 % of the area still has S pixels a side.
constexpr int packSideFor(int imageSize) { return imageSize * 9 / 4; }

// Fills a pack under a temporary name. write() may be called from several threads, each row once; commit() makes it appear.
// The whole length is reserved at the start, so that a full disk is found before decoding. Throws Error diskFull, folderNotWritable, writeFailed.
class PhotoPackWriter {
public:
    PhotoPackWriter(std::filesystem::path path, int side, const PhotoList& list);
    ~PhotoPackWriter();    // without commit(): the temporary file is removed
    PhotoPackWriter(const PhotoPackWriter&) = delete;
    PhotoPackWriter& operator=(const PhotoPackWriter&) = delete;
    void write(std::size_t row, std::span<const std::uint8_t> planes /* 3*Q*Q */, float aspect);
    void writeUnreadable(std::size_t row);
    void commit();
    const std::filesystem::path& temporary() const { return m_temporary; }

private:
    void put(std::span<const std::byte> bytes, std::uint64_t offset);
    std::filesystem::path m_path, m_temporary;
    int m_file = -1;
    int m_side;
    std::size_t m_photos;
    std::uint64_t m_images = 0, m_halves = 0, m_aspect = 0, m_flags = 0;
};

// A pack without a list whose pictures are holes in the file, read as 0: to measure with many photos. Throws Error folderNotWritable, diskFull, writeFailed.
void writeEmptyPack(const std::filesystem::path& path, int side, std::size_t photos);

// A memory-mapped pack. Any thread may read. Throws Error fileMissing, fileUnreadable, fileDamaged, fileTooNew.
// One that others still fill can be read too: flags() then says "photo" of what is not there yet, so ask isReadable() before a row is used.
class PhotoPackReader {
public:
    explicit PhotoPackReader(const std::filesystem::path& path, std::shared_ptr<PackFilling> filling = nullptr /* a finished pack */);
    int side() const { return m_side; }                                 // Q
    std::size_t photos() const { return m_photos; }                     // M
    const std::string& listHash() const { return m_listHash; }
    std::span<const std::uint8_t> images() const { return section<std::uint8_t>(m_images, m_photos * planeBytes()); }         // [M,3,Q,Q]
    std::span<const std::uint8_t> halves() const { return section<std::uint8_t>(m_halves, m_photos * planeBytes() / 4); }     // [M,3,Q/2,Q/2]
    std::span<const float> aspects() const { return section<float>(m_aspect, m_photos); }
    std::span<const std::uint8_t> flags() const { return section<std::uint8_t>(m_flags, m_photos); }
    PhotoList list() const;                                             // rows with paths; one root, "" (the pack travels)
    bool isReadable(std::size_t row) const;                             // blocks until the row is there; throws what filling ended with
    std::vector<std::int64_t> readable() const;                         // rows that hold a photo, so far; ascending
    bool isComplete() const { return !m_filling || m_filling->isComplete(); }
    void waitForAll(std::stop_token stop) const;                        // blocks until complete or stopped; throws what filling ended with
    // Whether the file at `path` is a complete pack of this list and side; false for anything unreadable.
    static bool matches(const std::filesystem::path& path, int side, const std::string& listHash);

private:
    std::size_t planeBytes() const { return 3 * static_cast<std::size_t>(m_side) * static_cast<std::size_t>(m_side); }
    template<class T>
    std::span<const T> section(std::uint64_t offset, std::size_t count) const
    {
        return {reinterpret_cast<const T*>(m_map.bytes().data() + offset), count};
    }
    FileMap m_map;
    std::shared_ptr<PackFilling> m_filling;    // null: nobody fills it
    int m_side = 0;
    std::size_t m_photos = 0;
    std::string m_listHash;
    std::uint64_t m_images = 0, m_halves = 0, m_aspect = 0, m_flags = 0, m_list = 0, m_listBytes = 0;
};

} // namespace plumage
