// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/base/trainoptions.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

namespace plumage::train {

inline constexpr int checkpointFormat = 1;

// A checkpoint folder (checkpoints/000120): one safetensors file per part and state.json. Complete or absent (base/atomicpath.h).
//   generator, generator_averaged, discriminator   parameters and BN buffers (also the evaluation buffers), names of core/model
//   adam_generator, adam_discriminator             "first.<parameter>", "second.<parameter>"
//   trainer                                        permutation of the photos, random states of the device, marginal queue
//   state.json    {"format","build","step","seconds","epoch","options":{"preset","seed",section:{field:text}},"photos","photo_list_hash",
//                  "active_codes":[..],"order_place","order_random","codes_random","halved_until","strikes":[..]}
struct Checkpoint {
    std::map<std::string, std::map<std::string, at::Tensor>> parts;    // file name without extension -> name -> tensor (CPU)
    Json state;
};

void writeCheckpoint(const std::filesystem::path& folder, const Checkpoint& checkpoint);    // throws Error diskFull, folderNotWritable, writeFailed
// Throws Error checkpointMissing, checkpointDamaged (detail: the file), fileTooNew.
Checkpoint readCheckpoint(const std::filesystem::path& folder);

// The complete checkpoint folder with the highest step below `checkpoints`, or nothing. Never throws for single folders.
std::optional<std::filesystem::path> newestCheckpoint(const std::filesystem::path& checkpoints);
std::string checkpointFolderName(std::int64_t step);    // six digits at least: "000120"

// The options that a checkpoint was trained with, as state.json's "options". Reading throws Error checkpointDamaged.
Json optionsToJson(const TrainOptions& options);
TrainOptions checkpointOptions(const Json& state);

} // namespace plumage::train
