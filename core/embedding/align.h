// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

namespace plumage::embedding {

// Turns and shifts `positions` ([M,2]) so that its first rows lie as near as possible to `reference` ([M',2], M' <= M) in the sense of
// least squares (Procrustes; no mirroring, no scaling). No reference: the mean moves to (0, 0).
void alignTo(std::span<const float> reference, std::span<float> positions);

} // namespace plumage::embedding
