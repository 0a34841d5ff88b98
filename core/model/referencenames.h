// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/discriminator.h"
#include "core/model/generator.h"
#include "core/model/safetensors.h"

namespace plumage::model {

// Parameters and buffers of a network under our names; the tensors share memory with the network.
TensorMap networkState(const torch::nn::Module& network);
// Copies a state into a network of equal sizes. Throws Error checkpointMismatch with the first tensor that is missing, unknown or of another shape.
void loadNetworkState(torch::nn::Module& network, const TensorMap& state);

// The reference's state_dict with K codes <-> our networks, whose first K table rows hold them (METHOD.md section 2): names are equal but for the
// tables, which the reference keeps transposed, and for fg_gen.to_img.0.0.weight, which holds the object codes as input channels t.. .
// Names may carry the prefix "module.". Loading zeroes the rows from K on. Throws Error checkpointMismatch.
TensorMap toReference(const Generator& g, std::int64_t codes);
TensorMap toReference(const Discriminator& d, std::int64_t codes);
void loadReference(Generator& g, const TensorMap& state);
void loadReference(Discriminator& d, const TensorMap& state);

} // namespace plumage::model
