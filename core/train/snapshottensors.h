// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/constraints.h"

#include <cstdint>
#include <vector>

namespace plumage::train {

inline constexpr int topCodes = 5;
inline constexpr std::uint16_t noCode = 0xffff;    // unreadable photo, or fewer than topCodes active codes

// Everything that one evaluation of the networks says, on the host in plain row-major arrays. Symbols of METHOD.md: M photos, E width,
// K active codes, S pixels a side, P drawings.
struct SnapshotTensors {
    std::int64_t step = 0;
    double seconds = 0;                          // of training so far, all sessions of the run, pauses left out
    std::int64_t photos = 0;                     // M
    int embeddingWidth = 0, kMax = 0, imageSize = 0;    // E, K_max, S

    std::vector<float> embedding;                // [M,E] unit(h); zeros for an unreadable photo
    std::vector<std::uint16_t> codes;            // [M,5] best first; noCode where there is none
    std::vector<float> confidence;               // [M,5] softmax over active codes; 0 beside noCode
    std::vector<float> centroids;                // [K_max,E] where codes are read off (Evaluator::readOut), of length 1; zeros for inactive rows
    std::vector<std::uint8_t> active;            // [K_max] 1 = active
    std::vector<std::uint16_t> activeCodes;      // [K] ascending

    // prototypes.png as it is: [K*S, 7*S, 3] u8 RGB, a row of 7 tiles per active code: 4 drawings of the averaged generator without
    // T_theta (the same 4 noises for every code and snapshot), then background, mask (0 black, 1 white) and object of the first.
    std::vector<std::uint8_t> prototypes;

    std::vector<float> drawingEmbedding;         // [P,E] unit(h) of fresh drawings of the averaged generator
    std::vector<std::uint16_t> drawingCodes;     // [P] the code each was drawn with

    // Cheap part of METHOD.md 9's collapse panel
    std::vector<std::int64_t> counts;            // [K_max] photos per best code
    int codesInUse = 0, codesInUseBy5 = 0;       // with at least 1 and at least 5 photos
    double effectiveCodes = 0;                   // exp(H(q))
    double codeRecovery = 0;                     // share of the P drawings whose best code is their own
    double maskMean = 0;                         // of the P drawings
    // What persons decided (METHOD.md section 10)
    std::vector<Constraints::Code> codeClusters;    // codes that training gave to clusters of theirs; ascending
    std::int64_t labelsTrained = 0;              // photos with a label that enters the losses
    std::int64_t heldOut = 0, heldOutRight = 0;  // labels that do not; of these, photos whose best code means the same cluster

    std::int64_t renewedPhotos = 0;              // rows of `embedding` that this snapshot renewed; M unless time was short
};

} // namespace plumage::train
