// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <numeric>
#include <span>
#include <string>
#include <vector>

namespace plumage {

// float16 is kept as bits (core/base/half.h).
enum class NpyType { float16, float32, uint16, uint32, uint8, int64 };

// Writes a C-ordered little-endian array in NumPy's .npy format 1.0, so that `numpy.load(path)` reads it. bytes = product(shape) * size of type.
// Throws Error shapeMismatch, diskFull, folderNotWritable, writeFailed.
void writeNpy(const std::filesystem::path& path, NpyType type, const std::vector<std::size_t>& shape, std::span<const std::byte> bytes);

template<class T> struct NpyTypeOf;
template<> struct NpyTypeOf<float> { static constexpr NpyType value = NpyType::float32; };
template<> struct NpyTypeOf<std::uint16_t> { static constexpr NpyType value = NpyType::uint16; };
template<> struct NpyTypeOf<std::uint32_t> { static constexpr NpyType value = NpyType::uint32; };
template<> struct NpyTypeOf<std::uint8_t> { static constexpr NpyType value = NpyType::uint8; };
template<> struct NpyTypeOf<std::int64_t> { static constexpr NpyType value = NpyType::int64; };

template<class T>
void writeNpy(const std::filesystem::path& path, const std::vector<std::size_t>& shape, std::span<const T> values)
{
    writeNpy(path, NpyTypeOf<T>::value, shape, std::as_bytes(values));
}
// Stores floats as float16.
void writeNpyHalf(const std::filesystem::path& path, const std::vector<std::size_t>& shape, std::span<const float> values);

// A read-only memory map of a file; moves, does not copy.
class FileMap {
public:
    FileMap() = default;
    explicit FileMap(const std::filesystem::path& path);    // throws Error fileMissing, fileUnreadable
    ~FileMap();
    FileMap(FileMap&& other) noexcept;
    FileMap& operator=(FileMap&& other) noexcept;
    std::span<const std::byte> bytes() const { return {static_cast<const std::byte*>(m_data), m_size}; }

private:
    void* m_data = nullptr;
    std::size_t m_size = 0;
};

// A memory-mapped .npy array. Everything about the header is checked against the file's length. Any thread may read.
class NpyMap {
public:
    explicit NpyMap(const std::filesystem::path& path);    // throws Error fileMissing, fileUnreadable, fileDamaged
    NpyType type() const { return m_type; }
    const std::vector<std::size_t>& shape() const { return m_shape; }
    std::size_t rows() const { return m_shape.empty() ? 1 : m_shape.front(); }
    std::size_t count() const { return std::accumulate(m_shape.begin(), m_shape.end(), std::size_t{1}, std::multiplies<>()); }
    std::span<const std::byte> bytes() const { return m_map.bytes().subspan(m_offset); }
    // Values as stored; throws Error shapeMismatch if T is not the stored type (float16 reads as uint16_t bits).
    template<class T>
    std::span<const T> values() const
    {
        if (NpyTypeOf<T>::value != m_type && !(m_type == NpyType::float16 && NpyTypeOf<T>::value == NpyType::uint16))
            throw Error(ErrorCode::shapeMismatch, m_path);
        return {reinterpret_cast<const T*>(bytes().data()), count()};
    }
    std::vector<float> floats() const;    // float16 and float32, converted; throws Error shapeMismatch for integers

private:
    FileMap m_map;
    std::string m_path;
    NpyType m_type = NpyType::uint8;
    std::vector<std::size_t> m_shape;
    std::size_t m_offset = 0;
};

std::size_t npySize(NpyType type);    // bytes per value

} // namespace plumage
