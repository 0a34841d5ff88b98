// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/npy.h"

#include "core/base/atomicpath.h"
#include "core/base/half.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace plumage {
namespace {

struct TypeName {
    NpyType type;
    std::string_view text;
    std::size_t size;
};
constexpr auto typeNames = std::to_array<TypeName>({
    {NpyType::float16, "<f2", 2}, {NpyType::float32, "<f4", 4}, {NpyType::uint16, "<u2", 2},
    {NpyType::uint32, "<u4", 4}, {NpyType::uint8, "|u1", 1}, {NpyType::int64, "<i8", 8},
});

const TypeName& nameOf(NpyType type)
{
    for (const TypeName& candidate : typeNames)
        if (candidate.type == type)
            return candidate;
    throw Error(ErrorCode::internal, "npy type");
}

constexpr std::string_view magic("\x93NUMPY\x01\x00", 8);

// The text between `key` and the next `end` in the header dictionary, or nothing.
std::string_view between(std::string_view header, std::string_view key, std::string_view end)
{
    const std::size_t start = header.find(key);
    if (start == std::string_view::npos)
        return {};
    header.remove_prefix(start + key.size());
    return header.substr(0, header.find(end));
}

} // namespace

std::size_t npySize(NpyType type)
{
    return nameOf(type).size;
}

void writeNpy(const std::filesystem::path& path, NpyType type, const std::vector<std::size_t>& shape, std::span<const std::byte> bytes)
{
    std::size_t count = 1;
    std::string dimensions;
    for (const std::size_t length : shape) {
        count *= length;
        dimensions += std::to_string(length) + ",";
    }
    if (count * npySize(type) != bytes.size())
        throw Error(ErrorCode::shapeMismatch, path.string());
    std::string header = "{'descr': '" + std::string(nameOf(type).text) + "', 'fortran_order': False, 'shape': (" + dimensions + "), }";
    const std::size_t unpadded = magic.size() + 2 + header.size() + 1;
    header.append((64 - unpadded % 64) % 64, ' ');
    header += '\n';
    std::string file(magic);
    file += static_cast<char>(header.size() & 0xff);
    file += static_cast<char>(header.size() >> 8);
    file += header;
    file.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    writeFile(path, file);
}

void writeNpyHalf(const std::filesystem::path& path, const std::vector<std::size_t>& shape, std::span<const float> values)
{
    std::vector<std::uint16_t> halves(values.size());
    for (std::size_t i = 0; i < values.size(); ++i)
        halves[i] = halfFromFloat(values[i]);
    writeNpy(path, NpyType::float16, shape, std::as_bytes(std::span<const std::uint16_t>(halves)));
}

FileMap::FileMap(const std::filesystem::path& path)
{
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        throw systemError(errno, path.string(), errno == ENOENT ? ErrorCode::fileMissing : ErrorCode::fileUnreadable);
    struct stat status { };
    const bool known = ::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
    m_size = known ? static_cast<std::size_t>(status.st_size) : 0;
    if (m_size > 0)
        m_data = ::mmap(nullptr, m_size, PROT_READ, MAP_SHARED, descriptor, 0);
    const int problem = errno;
    ::close(descriptor);
    if (!known || m_data == MAP_FAILED) {
        m_data = nullptr;
        throw systemError(known ? problem : EINVAL, path.string(), ErrorCode::fileUnreadable);
    }
}

FileMap::~FileMap()
{
    if (m_data)
        ::munmap(m_data, m_size);
}

FileMap::FileMap(FileMap&& other) noexcept : m_data(std::exchange(other.m_data, nullptr)), m_size(std::exchange(other.m_size, 0)) { }

FileMap& FileMap::operator=(FileMap&& other) noexcept
{
    std::swap(m_data, other.m_data);
    std::swap(m_size, other.m_size);
    return *this;
}

NpyMap::NpyMap(const std::filesystem::path& path) : m_map(path), m_path(path.string())
{
    const Error damaged(ErrorCode::fileDamaged, m_path);
    const std::span<const std::byte> file = m_map.bytes();
    const std::string_view text(reinterpret_cast<const char*>(file.data()), file.size());
    if (text.size() < 10 || text.substr(0, 8) != magic)
        throw damaged;
    const std::size_t length = static_cast<unsigned char>(text[8]) + 256u * static_cast<unsigned char>(text[9]);
    if (text.size() < 10 + length)
        throw damaged;
    const std::string_view header = text.substr(10, length);
    m_offset = 10 + length;
    const std::string_view typeText = between(header, "'descr': '", "'");
    bool known = false;
    for (const TypeName& candidate : typeNames)
        if (candidate.text == typeText) {
            m_type = candidate.type;
            known = true;
        }
    if (!known || between(header, "'fortran_order': ", ",") != "False")
        throw damaged;
    std::size_t bytes = npySize(m_type);
    std::string_view dimensions = between(header, "'shape': (", ")");
    while (!dimensions.empty()) {
        std::size_t value = 0;
        const auto [end, problem] = std::from_chars(dimensions.data(), dimensions.data() + dimensions.size(), value);
        if (problem != std::errc() || __builtin_mul_overflow(bytes, value, &bytes))
            throw damaged;
        m_shape.push_back(value);
        dimensions.remove_prefix(static_cast<std::size_t>(end - dimensions.data()));
        while (dimensions.starts_with(',') || dimensions.starts_with(' '))
            dimensions.remove_prefix(1);
    }
    if (bytes != file.size() - m_offset)
        throw damaged;
}

std::vector<float> NpyMap::floats() const
{
    if (m_type == NpyType::float32) {
        const auto view = values<float>();
        return {view.begin(), view.end()};
    }
    if (m_type != NpyType::float16)
        throw Error(ErrorCode::shapeMismatch, m_path);
    std::vector<float> result;
    result.reserve(count());
    for (const std::uint16_t bits : values<std::uint16_t>())
        result.push_back(floatFromHalf(bits));
    return result;
}

} // namespace plumage
