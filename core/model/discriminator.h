// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/layers.h"

#include <span>

namespace plumage::model {

struct DiscriminatorOutput {
    torch::Tensor embedding;    // h [V·N,E], views one after the other, not normalised
    torch::Tensor score;        // r [scored·N,1] of the first `scored` views; undefined if none
};

// METHOD.md section 2. Names are the reference's, but centroids.weight is a table with a row per code.
class DiscriminatorImpl : public torch::nn::Module {
public:
    DiscriminatorImpl(const NetworkOptions& options, std::int64_t kMax);
    // METHOD.md section 2, initialisation; table rows from activeCodes on are 0 and these codes inactive.
    void initialise(std::int64_t activeCodes, at::Generator random);

    DiscriminatorOutput forward(const torch::Tensor& images, bool wantScore = true);    // [N,3,S,S] in [-1,1]
    // Views of N images each; every BN sees one view at a time and its buffers move once per view, in this order (METHOD.md 3 and 7, view_bn).
    DiscriminatorOutput forwardViews(std::span<const torch::Tensor> views, std::int64_t scored);

    torch::Tensor centroids() const { return centroidTable + centroidBias; }    // l [kMax,E]
    // a [n,kMax] of h [n,E]: cosine with each centroid / temperature; -1e4 for inactive codes
    torch::Tensor logits(const torch::Tensor& h) const;

    torch::Tensor centroidTable, centroidBias;    // W [kMax,E], beta [E]
    torch::Tensor active;                         // [kMax] bool, a buffer: the codes in use
    double temperature;                           // tau
    bool bfloat16 = false;                        // convolutions while training (METHOD.md section 11); evaluation is always exact
    bool tileConvolutions = true;                 // on the CPU: winograd.h for the last layers

private:
    std::vector<torch::Tensor> m_stages;    // conv4x4 s2 p1, [d_j,d_j-1,4,4]
    std::vector<BatchNorm> m_stageNorms;    // of stages 2..L
    torch::Tensor m_baseConv, m_infoConv;   // conv3 [E,E,3,3]
    BatchNorm m_baseNorm{nullptr}, m_infoNorm{nullptr};
    torch::Tensor m_infoHead, m_infoHeadBias, m_scoreHead, m_scoreHeadBias;    // [E,E,4,4], [E], [1,E,4,4], [1]
};
TORCH_MODULE(Discriminator);

} // namespace plumage::model
