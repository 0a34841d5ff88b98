// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/safetensors.h"

#include "core/base/atomicpath.h"
#include "core/base/error.h"
#include "core/base/json.h"

#include <torch/utils.h>

#include <array>
#include <bit>
#include <cstring>
#include <limits>
#include <numeric>

namespace plumage::model {
namespace {

static_assert(std::endian::native == std::endian::little, "the format is little-endian");

struct Type {
    std::string_view name;
    torch::ScalarType scalar;
};
constexpr std::array<Type, 5> types{{{"F32", torch::kFloat}, {"F64", torch::kDouble}, {"I64", torch::kLong}, {"U8", torch::kByte}, {"BOOL", torch::kBool}}};
constexpr std::size_t maxFileBytes = std::size_t{1} << 36, maxHeaderBytes = 100'000'000;    // the format's own limit for headers

template<class Key>
const Type& typeWhere(Key matches, const std::string& detail)
{
    for (const Type& type : types)
        if (matches(type))
            return type;
    throw Error(ErrorCode::fileDamaged, detail);
}

// One tensor of the header, checked against the bytes of data that the file has.
torch::Tensor tensorFrom(const Json& entry, std::string_view data, const std::string& detail)
{
    const std::string& name = entry["dtype"].toString();
    const Type& type = typeWhere([&](const Type& t) { return t.name == name; }, detail);
    const auto& offsets = entry["data_offsets"].toArray();
    if (offsets.size() != 2)
        throw Error(ErrorCode::fileDamaged, detail);
    const std::uint64_t begin = offsets[0].toUint(), end = offsets[1].toUint();
    if (begin > end || end > data.size())
        throw Error(ErrorCode::fileDamaged, detail);
    const std::uint64_t width = torch::elementSize(type.scalar);
    std::vector<std::int64_t> shape;
    std::uint64_t count = 1;
    for (const Json& side : entry["shape"].toArray()) {
        shape.push_back(side.toInt());
        if (shape.back() < 0 || (shape.back() > 0 && count > data.size() / static_cast<std::uint64_t>(shape.back())))
            throw Error(ErrorCode::fileDamaged, detail);
        count *= static_cast<std::uint64_t>(shape.back());
    }
    if (count * width != end - begin)
        throw Error(ErrorCode::fileDamaged, detail);
    auto tensor = torch::empty(shape, type.scalar);
    std::memcpy(tensor.data_ptr(), data.data() + begin, end - begin);
    return tensor;
}

} // namespace

TensorFile readSafetensors(const std::filesystem::path& path)
{
    const std::string bytes = readFile(path, maxFileBytes);
    const auto damaged = [&](const std::string& what) { return path.string() + ": " + what; };
    std::uint64_t length = 0;
    if (bytes.size() < sizeof length)
        throw Error(ErrorCode::fileDamaged, damaged("header length"));
    std::memcpy(&length, bytes.data(), sizeof length);
    if (length > maxHeaderBytes || length > bytes.size() - sizeof length)
        throw Error(ErrorCode::fileDamaged, damaged("header length"));
    const std::string_view whole = bytes, data = whole.substr(sizeof length + length);
    TensorFile file;
    try {
        const Json header = Json::parse(whole.substr(sizeof length, length));
        for (const auto& [name, entry] : header.toObject()) {
            if (name != "__metadata__")
                file.tensors.emplace(name, tensorFrom(entry, data, name));
            else
                for (const auto& [key, value] : entry.toObject())
                    file.metadata.emplace(key, value.toString());
        }
    } catch (const Error& error) {
        throw Error(error.code(), damaged(error.detail()));
    }
    return file;
}

void writeSafetensors(const std::filesystem::path& path, const TensorMap& tensors, const TextMap& metadata)
{
    Json header = Json::object();
    if (!metadata.empty()) {
        Json texts = Json::object();
        for (const auto& [key, value] : metadata)
            texts.set(key, value);
        header.set("__metadata__", std::move(texts));
    }
    std::string data;
    // by element size, so that every tensor is aligned
    for (const std::int64_t width : {8, 4, 1}) {
        for (const auto& [name, tensor] : tensors) {
            const Type& type = typeWhere([&](const Type& t) { return t.scalar == tensor.scalar_type(); }, path.string() + ": " + name);
            if (tensor.element_size() != width)
                continue;
            const auto plain = tensor.detach().to(torch::kCPU).contiguous();
            Json::Array shape;
            for (const std::int64_t side : plain.sizes())
                shape.emplace_back(side);
            const std::uint64_t begin = data.size();
            data.append(static_cast<const char*>(plain.const_data_ptr()), plain.nbytes());
            Json entry = Json::object();
            entry.set("dtype", type.name);
            entry.set("shape", std::move(shape));
            entry.set("data_offsets", Json::Array{begin, static_cast<std::uint64_t>(data.size())});
            header.set(name, std::move(entry));
        }
    }
    std::string text = header.text();
    text.resize((text.size() + 7) / 8 * 8, ' ');
    const std::uint64_t length = text.size();
    std::string bytes(sizeof length, '\0');
    std::memcpy(bytes.data(), &length, sizeof length);
    writeFile(path, bytes + text + data);
}

} // namespace plumage::model
