// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/photopack.h"

#include "core/base/atomicpath.h"
#include "core/base/json.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>
#include <vector>

namespace plumage {
namespace {

constexpr std::string_view magic = "PLUMPACK";
constexpr std::uint64_t page = 4096;

std::uint64_t roundUp(std::uint64_t value) { return (value + page - 1) / page * page; }

struct Layout {
    std::uint64_t images, halves, aspect, flags, list, end;
};

// Where each section lies for M photos of side Q behind `start` bytes of header.
Layout layoutFor(std::uint64_t start, std::uint64_t photos, std::uint64_t side, std::uint64_t listBytes)
{
    Layout l{};
    l.images = start;
    l.halves = l.images + photos * 3 * side * side;
    l.aspect = roundUp(l.halves + photos * 3 * (side / 2) * (side / 2));
    l.flags = l.aspect + photos * sizeof(float);
    l.list = l.flags + photos;
    l.end = l.list + listBytes;
    return l;
}

// The first page of a pack: what it is, and the header.
std::string firstPage(const Layout& l, int side, std::size_t photos, const std::string& listHash, std::size_t listBytes)
{
    Json json;
    json.set("format", packFormat);
    json.set("side", side);
    json.set("photos", static_cast<std::int64_t>(photos));
    json.set("list_hash", listHash);
    Json offsets;
    offsets.set("images", l.images);
    offsets.set("halves", l.halves);
    offsets.set("aspect", l.aspect);
    offsets.set("flags", l.flags);
    offsets.set("list", l.list);
    json.set("offsets", offsets);
    json.set("list_bytes", static_cast<std::uint64_t>(listBytes));
    std::string head = json.text();
    head.resize(page - 16, ' ');
    const std::uint64_t length = head.size();
    std::string start(magic);
    start.append(reinterpret_cast<const char*>(&length), sizeof length);
    return start + head;
}

constexpr std::string_view temporarySuffix = ".tmp-";    // and the number of the process

// What processes left that were killed while they wrote this pack: as large as the pack.
void removeLeftovers(const std::filesystem::path& pack)
{
    const std::string prefix = pack.filename().string() + std::string(temporarySuffix);
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(pack.parent_path(), ignored)) {
        const std::string name = entry.path().filename().string();
        const int process = name.starts_with(prefix) ? std::atoi(name.c_str() + prefix.size()) : 0;
        if (process > 0 && ::kill(process, 0) != 0 && errno == ESRCH)
            std::filesystem::remove(entry.path(), ignored);
    }
}

} // namespace

PhotoPackWriter::PhotoPackWriter(std::filesystem::path path, int side, const PhotoList& list)
    : m_path(std::move(path)), m_temporary(m_path.string() + std::string(temporarySuffix) + std::to_string(::getpid())), m_side(side), m_photos(list.rows.size())
{
    PhotoList portable = list;    // the pack travels: one root, ""
    portable.roots = {""};
    for (PhotoRow& row : portable.rows)
        row.root = 0;
    const std::string rows = photoRowsText(portable);
    const Layout l = layoutFor(page, m_photos, static_cast<std::uint64_t>(side), rows.size());
    m_images = l.images;
    m_halves = l.halves;
    m_aspect = l.aspect;
    m_flags = l.flags;
    const std::string start = firstPage(l, side, m_photos, list.hash(), rows.size());

    std::error_code ignored;
    std::filesystem::create_directories(m_path.parent_path(), ignored);
    removeLeftovers(m_path);
    m_file = ::open(m_temporary.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (m_file < 0)
        throw systemError(errno, m_path.string(), ErrorCode::writeFailed);
    try {
        if (const int problem = ::posix_fallocate(m_file, 0, static_cast<off_t>(l.end)); problem != 0)
            throw systemError(problem, m_path.string(), ErrorCode::writeFailed);
        put(std::as_bytes(std::span(start)), 0);
        put(std::as_bytes(std::span(rows)), l.list);
    } catch (const Error&) {
        ::close(m_file);
        ::unlink(m_temporary.c_str());
        throw;
    }
}

PhotoPackWriter::~PhotoPackWriter()
{
    if (m_file < 0)
        return;
    ::close(m_file);
    ::unlink(m_temporary.c_str());
}

void PhotoPackWriter::put(std::span<const std::byte> bytes, std::uint64_t offset)
{
    while (!bytes.empty()) {
        const ssize_t written = ::pwrite(m_file, bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            throw systemError(written == 0 ? ENOSPC : errno, m_path.string(), ErrorCode::writeFailed);
        bytes = bytes.subspan(static_cast<std::size_t>(written));
        offset += static_cast<std::uint64_t>(written);
    }
}

void PhotoPackWriter::write(std::size_t row, std::span<const std::uint8_t> planes, float aspect)
{
    const std::size_t side = static_cast<std::size_t>(m_side);
    const std::size_t half = side / 2;
    if (planes.size() != 3 * side * side || row >= m_photos)
        throw Error(ErrorCode::shapeMismatch, "photo pack row");
    std::vector<std::uint8_t> small(3 * half * half);
    for (std::size_t plane = 0; plane < 3; ++plane)
        for (std::size_t y = 0; y < half; ++y)
            for (std::size_t x = 0; x < half; ++x) {
                const std::uint8_t* from = planes.data() + plane * side * side + 2 * y * side + 2 * x;
                small[(plane * half + y) * half + x] = static_cast<std::uint8_t>((from[0] + from[1] + from[side] + from[side + 1] + 2) / 4);
            }
    const std::uint8_t flag = packPhoto;
    put(std::as_bytes(planes), m_images + row * planes.size());
    put(std::as_bytes(std::span<const std::uint8_t>(small)), m_halves + row * small.size());
    put(std::as_bytes(std::span(&aspect, 1)), m_aspect + row * sizeof aspect);
    put(std::as_bytes(std::span(&flag, 1)), m_flags + row);
}

void PhotoPackWriter::writeUnreadable(std::size_t row)
{
    const std::vector<std::uint8_t> grey(3 * static_cast<std::size_t>(m_side) * static_cast<std::size_t>(m_side), 128);
    write(row, grey, 1.0F);
    const std::uint8_t flag = packUnreadable;
    put(std::as_bytes(std::span(&flag, 1)), m_flags + row);
}

void PhotoPackWriter::commit()
{
    const bool synced = ::fsync(m_file) == 0;
    const int problem = errno;
    ::close(m_file);
    m_file = -1;
    if (!synced || ::rename(m_temporary.c_str(), m_path.c_str()) != 0) {
        const int reason = synced ? errno : problem;
        ::unlink(m_temporary.c_str());
        throw systemError(reason, m_path.string(), ErrorCode::writeFailed);
    }
}

void writeEmptyPack(const std::filesystem::path& path, int side, std::size_t photos)
{
    const Layout l = layoutFor(page, photos, static_cast<std::uint64_t>(side), 0);
    const std::string start = firstPage(l, side, photos, {}, 0);
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    const bool written = file >= 0 && ::pwrite(file, start.data(), start.size(), 0) == static_cast<ssize_t>(start.size()) && ::ftruncate(file, static_cast<off_t>(l.end)) == 0;
    const int problem = errno;
    if (file >= 0)
        ::close(file);
    if (written)
        return;
    if (file >= 0)
        ::unlink(path.c_str());
    throw systemError(problem, path.string(), ErrorCode::writeFailed);
}

PhotoPackReader::PhotoPackReader(const std::filesystem::path& path, std::shared_ptr<PackFilling> filling) : m_map(path), m_filling(std::move(filling))
{
    const Error damaged(ErrorCode::fileDamaged, path.string());
    const auto file = m_map.bytes();
    const std::string_view text(reinterpret_cast<const char*>(file.data()), file.size());
    std::uint64_t length = 0;
    if (text.size() < page || !text.starts_with(magic))
        throw damaged;
    std::memcpy(&length, text.data() + magic.size(), sizeof length);
    if (length > text.size() - 16)
        throw damaged;
    try {
        const Json header = Json::parse(text.substr(16, length));
        if (header["format"].toInt() > packFormat)
            throw Error(ErrorCode::fileTooNew, path.string());
        m_side = static_cast<int>(std::clamp<std::int64_t>(header["side"].toInt(), 0, 4096));
        m_photos = header["photos"].toUint();
        m_listHash = header["list_hash"].toString();
        m_listBytes = header["list_bytes"].toUint();
        if (m_photos > file.size() || m_listBytes > file.size() || m_side < 2)
            throw damaged;
        const Layout l = layoutFor(length + 16, m_photos, static_cast<std::uint64_t>(m_side), m_listBytes);
        if (l.end != file.size() || header["offsets"]["list"].toUint() != l.list)
            throw damaged;
        m_images = l.images;
        m_halves = l.halves;
        m_aspect = l.aspect;
        m_flags = l.flags;
        m_list = l.list;
    } catch (const Error& error) {
        throw error.code() == ErrorCode::fileTooNew ? error : damaged;
    }
}

PhotoList PhotoPackReader::list() const
{
    PhotoList list;
    list.roots = {""};
    const auto bytes = section<char>(m_list, m_listBytes);
    list.rows = photoRowsFromText({bytes.data(), bytes.size()}, 1, "photo pack");
    return list;
}

bool PhotoPackReader::isReadable(std::size_t row) const
{
    return m_filling ? m_filling->wait(row) == packPhoto : flags()[row] == packPhoto;
}

std::vector<std::int64_t> PhotoPackReader::readable() const
{
    if (m_filling)
        return m_filling->photos();
    std::vector<std::int64_t> rows;
    for (std::size_t row = 0; row < m_photos; ++row)
        if (flags()[row] == packPhoto)
            rows.push_back(static_cast<std::int64_t>(row));
    return rows;
}

void PhotoPackReader::waitForAll(std::stop_token stop) const
{
    if (m_filling)
        m_filling->waitFor(m_photos, std::move(stop));
}

bool PhotoPackReader::matches(const std::filesystem::path& path, int side, const std::string& listHash)
{
    try {
        const PhotoPackReader pack(path);
        return pack.side() == side && pack.listHash() == listHash;
    } catch (const Error&) {
        return false;
    }
}

} // namespace plumage
