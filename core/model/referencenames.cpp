// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/referencenames.h"

#include "core/base/error.h"

#include <torch/utils.h>

#include <string_view>

namespace plumage::model {
namespace {

constexpr std::string_view firstObjectConv = "fg_gen.to_img.0.0.weight", objectCodes = "fg_gen.to_img.0.0.codes";
constexpr std::string_view transposedTables[] = {"fg_gen.emb_c.0.weight", "centroids.weight"};

bool isTable(std::string_view name)
{
    return name == transposedTables[0] || name == transposedTables[1];
}

// Buffers that only we have.
bool isOwn(std::string_view name)
{
    return name == "active" || name.ends_with(".precise_mean") || name.ends_with(".precise_var");
}

[[noreturn]] void mismatch(const std::string& name)
{
    throw Error(ErrorCode::checkpointMismatch, name);
}

TensorMap toReferenceState(const torch::nn::Module& network, std::int64_t codes)
{
    TensorMap result;
    const TensorMap own = networkState(network);
    for (const auto& [name, tensor] : own) {
        if (isOwn(name) || name == objectCodes)
            continue;
        if (isTable(name)) {
            result[name] = tensor.narrow(0, 0, codes).t().contiguous();
        } else if (name == firstObjectConv) {
            const auto rows = own.at(std::string(objectCodes)).narrow(0, 0, codes);
            const auto planes = rows.view({codes, tensor.size(0), 3, 3}).transpose(0, 1);
            result[name] = torch::cat({tensor, planes}, 1);
        } else {
            result[name] = tensor.clone();
        }
    }
    return result;
}

// [K, ...] as the first rows of a table of `like`'s size; the others 0
torch::Tensor padded(const torch::Tensor& rows, const torch::Tensor& like, const std::string& name)
{
    if (rows.size(0) > like.size(0) || rows.numel() != rows.size(0) * like.size(1))
        mismatch(name);
    auto table = torch::zeros_like(like);
    table.narrow(0, 0, rows.size(0)).copy_(rows.reshape({rows.size(0), like.size(1)}));
    return table;
}

// Returns K.
std::int64_t loadReferenceState(torch::nn::Module& network, const TensorMap& reference)
{
    torch::NoGradGuard noGrad;
    TensorMap state;
    for (const auto& [given, tensor] : reference) {
        const std::string name = given.starts_with("module.") ? given.substr(7) : given;
        state[name] = tensor;
    }
    std::int64_t codes = 0;
    const TensorMap ours = networkState(network);
    for (const auto& [name, own] : ours) {
        if (isOwn(name)) {
            state[name] = own;
            continue;
        }
        if (name == objectCodes)
            continue;    // comes with the convolution
        const auto given = state.find(name);
        if (given == state.end())
            mismatch(name);
        if (isTable(name)) {
            if (given->second.dim() != 2)
                mismatch(name);
            codes = given->second.size(1);
            given->second = padded(given->second.t(), own, name);
        } else if (name == firstObjectConv) {
            const auto whole = given->second;
            const std::int64_t t = own.size(1);
            if (whole.dim() != 4 || whole.size(1) <= t)
                mismatch(name);
            given->second = whole.narrow(1, 0, t);
            const std::string table(objectCodes);
            state[table] = padded(whole.narrow(1, t, whole.size(1) - t).transpose(0, 1), ours.at(table), name);
        }
    }
    loadNetworkState(network, state);
    return codes;
}

} // namespace

TensorMap networkState(const torch::nn::Module& network)
{
    TensorMap state;
    for (const auto& item : network.named_parameters())
        state.emplace(item.key(), item.value().detach());
    for (const auto& item : network.named_buffers())
        state.emplace(item.key(), item.value());
    return state;
}

void loadNetworkState(torch::nn::Module& network, const TensorMap& state)
{
    torch::NoGradGuard noGrad;
    TensorMap own = networkState(network);
    for (const auto& [name, tensor] : own) {
        const auto given = state.find(name);
        if (given == state.end() || given->second.sizes() != tensor.sizes())
            mismatch(name);
    }
    for (const auto& [name, tensor] : state)
        if (!own.contains(name))
            mismatch(name);
    for (auto& [name, tensor] : own)
        tensor.copy_(state.at(name));
}

TensorMap toReference(const Generator& g, std::int64_t codes)
{
    return toReferenceState(*g, codes);
}

TensorMap toReference(const Discriminator& d, std::int64_t codes)
{
    return toReferenceState(*d, codes);
}

void loadReference(Generator& g, const TensorMap& state)
{
    loadReferenceState(*g, state);
}

void loadReference(Discriminator& d, const TensorMap& state)
{
    const std::int64_t codes = loadReferenceState(*d, state);
    torch::NoGradGuard noGrad;
    d->active.zero_();
    d->active.narrow(0, 0, codes).fill_(true);
}

} // namespace plumage::model
