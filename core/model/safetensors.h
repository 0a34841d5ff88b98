// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <torch/types.h>

#include <filesystem>
#include <map>
#include <string>

namespace plumage::model {

using TensorMap = std::map<std::string, torch::Tensor>;
using TextMap = std::map<std::string, std::string>;

struct TensorFile {
    TensorMap tensors;     // on the CPU, own memory
    TextMap metadata;      // "__metadata__"
};

// The safetensors format: u64 header length, JSON header, raw little-endian data. Types F32, F64, I64, U8, BOOL; others are refused.
// Lengths, offsets and shapes are checked before memory is taken. Throws Error fileMissing, fileUnreadable, fileDamaged.
TensorFile readSafetensors(const std::filesystem::path& path);
// Plain write, for files inside an AtomicFolder; tensors may lie on any device. Throws as writeFile.
void writeSafetensors(const std::filesystem::path& path, const TensorMap& tensors, const TextMap& metadata = {});

} // namespace plumage::model
