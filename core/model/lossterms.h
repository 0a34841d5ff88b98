// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/discriminator.h"
#include "core/model/generator.h"
#include "core/model/losses.h"

#include <string_view>
#include <vector>

namespace plumage::model {

struct LossTerm {
    std::string_view name;     // a column of metrics.csv: "d.info", "g.mask_area_low", ...
    torch::Tensor value;       // 0-d, with its weight, detached
};
struct LossTerms {
    std::vector<LossTerm> terms;    // in the order of metrics.csv; "d.total" or "g.total" last
    torch::Tensor total;            // 0-d, to call backward() on
    torch::Tensor maskMean;         // 0-d, mean of m', detached
};

// From outputs to losses. `output` of the D step: views x, y, m'·y, x+ with the scores of x and y; of the G step: y, m'·y with the score of y.
struct CodeTargets {
    torch::Tensor centroids;    // [kMax, E]
    torch::Tensor active;       // [kMax] bool
    torch::Tensor codes;        // [N] i64, codes of the drawings
    double temperature;
};
// What persons decided about the real photos of a batch (METHOD.md section 10). The last n of its N slots are there for them; the entropies leave these out.
struct LabelTargets {
    torch::Tensor allowed;      // [n, kMax] bool: the codes that the slot's photo may have; none = nothing is known of it
    torch::Tensor weight;       // [n] f32: 1 labelled, 0.5 only rejected, 0 neither
    torch::Tensor groups;       // [N] i64: equal where two slots show the same photo or photos with the same label
};
// More that the D step may look at.
struct RealTargets {
    MarginalQueue* queue = nullptr;
    const LabelTargets* labels = nullptr;
};
LossTerms discriminatorTerms(const DiscriminatorOutput& output, const CodeTargets& targets, const LossOptions& options, const RealTargets& real = {});
LossTerms generatorTerms(const DiscriminatorOutput& output, const torch::Tensor& movedMask, const CodeTargets& targets, const LossOptions& options);

// One iteration (METHOD.md section 3) is: d = discriminatorLoss(...); zero gradients, d.total.backward(), Adam step of D; g = generatorLoss(...);
// zero gradients, g.total.backward(), Adam step of G. Both networks in train mode. G gives no gradient in the first, D none in the second.
// realViews x, augmentedViews x+: [N,3,S,S] in [-1,1].
LossTerms discriminatorLoss(Generator& g, Discriminator& d, const torch::Tensor& realViews, const torch::Tensor& augmentedViews,
    const DrawingInput& drawings, const LossOptions& options, const RealTargets& real = {});
LossTerms generatorLoss(Generator& g, Discriminator& d, const DrawingInput& drawings, const LossOptions& options);

} // namespace plumage::model
