// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/constraints.h"

#include "core/base/error.h"

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

namespace plumage {
namespace {

static_assert(std::endian::native == std::endian::little);
constexpr std::string_view mark = "PLUMCON1";
constexpr std::size_t lists = 4;
constexpr std::array<std::size_t, lists> numbersEach{2, 2, 1, 2};

void put(std::string& bytes, std::int64_t value)
{
    bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
}

[[noreturn]] void throwInvalid()
{
    throw Error(ErrorCode::messageInvalid, "constraints");
}

// Numbers one after the other; the length was checked before.
class Numbers {
public:
    explicit Numbers(std::string_view bytes) : m_bytes(bytes) { }
    std::int64_t next()
    {
        std::int64_t value = 0;
        std::memcpy(&value, m_bytes.data(), sizeof value);
        m_bytes.remove_prefix(sizeof value);
        return value;
    }
    std::int64_t id()    // ids count from 1
    {
        const std::int64_t value = next();
        if (value < 1)
            throwInvalid();
        return value;
    }

private:
    std::string_view m_bytes;
};

} // namespace

std::string toBytes(const Constraints& c)
{
    std::string bytes(mark);
    bytes.reserve(mark.size() + 8 * (lists + 2 * (c.labels.size() + c.rejections.size() + c.codes.size()) + c.away.size()));
    for (const std::size_t count : {c.labels.size(), c.rejections.size(), c.away.size(), c.codes.size()})
        put(bytes, static_cast<std::int64_t>(count));
    for (const auto* pairs : {&c.labels, &c.rejections})
        for (const Constraints::Pair& pair : *pairs) {
            put(bytes, pair.photo.value);
            put(bytes, pair.cluster.value);
        }
    for (const PhotoId photo : c.away)
        put(bytes, photo.value);
    for (const Constraints::Code& code : c.codes) {
        put(bytes, code.code.value);
        put(bytes, code.cluster.value);
    }
    return bytes;
}

Json toJson(std::span<const Constraints::Code> codes)
{
    Json pairs{Json::Array{}};
    for (const Constraints::Code& code : codes)
        pairs.push(Json::Array{Json(static_cast<int>(code.code.value)), Json(code.cluster.value)});
    return pairs;
}

std::vector<Constraints::Code> codesFromJson(const Json& pairs)
{
    std::vector<Constraints::Code> codes;
    for (const Json& pair : pairs.toArray()) {
        if (pair.toArray().size() != 2)
            throw Error(ErrorCode::fileDamaged, "code_clusters");
        const std::int64_t code = pair.toArray()[0].toInt();
        if (code < 0 || code >= 0xFFFF)
            throw Error(ErrorCode::fileDamaged, "code_clusters");
        codes.push_back({CodeIndex{static_cast<std::uint16_t>(code)}, ClusterId{pair.toArray()[1].toInt()}});
    }
    return codes;
}

Constraints constraintsFromBytes(std::string_view bytes)
{
    if (!bytes.starts_with(mark) || bytes.size() < mark.size() + 8 * lists)
        throwInvalid();
    Numbers numbers(bytes.substr(mark.size()));
    const std::size_t mostNumbers = bytes.size() / 8;
    std::array<std::size_t, lists> counts{};
    std::size_t expected = lists;
    for (std::size_t i = 0; i < lists; ++i) {
        counts[i] = static_cast<std::size_t>(numbers.next());
        if (counts[i] > mostNumbers)
            throwInvalid();
        expected += counts[i] * numbersEach[i];
    }
    if (bytes.size() != mark.size() + 8 * expected)
        throwInvalid();
    Constraints c;
    for (auto [pairs, count] : {std::pair{&c.labels, counts[0]}, std::pair{&c.rejections, counts[1]}})
        for (std::size_t i = 0; i < count; ++i) {
            const PhotoId photo{numbers.id()};
            pairs->push_back({photo, ClusterId{numbers.id()}});
        }
    for (std::size_t i = 0; i < counts[2]; ++i)
        c.away.push_back(PhotoId{numbers.id()});
    for (std::size_t i = 0; i < counts[3]; ++i) {
        const std::int64_t code = numbers.next();
        if (code < 0 || code >= 0xFFFF)
            throwInvalid();
        c.codes.push_back({CodeIndex{static_cast<std::uint16_t>(code)}, ClusterId{numbers.id()}});
    }
    return c;
}

} // namespace plumage
