// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <vector>

// The terms of METHOD.md section 3 without their weights; all return a 0-d tensor unless said otherwise. Natural log unless log2 is written.
namespace plumage::model {

inline constexpr double inactiveLogit = -1e4;    // not -inf: 0 · inf in the entropies

torch::Tensor unitRows(const torch::Tensor& u);    // u / max(|u|, 1e-12) along the last axis
// a [n, kMax] = unit(h)·unit(l) / temperature; codes that are not in active [kMax] bool get inactiveLogit
torch::Tensor codeLogits(const torch::Tensor& h, const torch::Tensor& centroids, const torch::Tensor& active, double temperature);

torch::Tensor hingeReal(const torch::Tensor& r);     // mean relu(1 - r)
torch::Tensor hingeDrawn(const torch::Tensor& r);    // mean relu(1 + r)
torch::Tensor codeCrossEntropy(const torch::Tensor& logits, const torch::Tensor& codes);    // CE(a, c)
// NT-Xent of the 2N embeddings h = [N of x, then N of x+], not normalised
torch::Tensor contrastive(const torch::Tensor& h, double temperature);
// SupCon: as contrastive, but all views of photos of the same group [N] i64 attract each other; equals it if all groups differ (METHOD.md section 10)
torch::Tensor contrastive(const torch::Tensor& h, const torch::Tensor& groups, double temperature);
// l_i = -log of the p that lies on the allowed codes: [n] >= 0, 0 where all active ones are allowed. allowed [n, kMax] bool; a row without any gives 0.
torch::Tensor disagreement(const torch::Tensor& logits, const torch::Tensor& allowed);
torch::Tensor entropyEach(const torch::Tensor& logits);    // mean_i H(p_i)

// log of the mean p over rows of logits: [kMax], finite for inactive codes too
torch::Tensor logMeanProbability(const torch::Tensor& logits);
// The last batches' mean p (METHOD.md section 7, marginal_queue); detached logs [kMax], newest last. The trainer keeps and saves it.
struct MarginalQueue {
    std::vector<torch::Tensor> logMeans;
    std::size_t length = 0;    // batches kept; 0 = off
};
// -H(p̄), p̄ = mean p of this batch; with queued batches -(1+n)·H(mean over this and the n queued): the factor keeps the gradient's size.
torch::Tensor entropyAll(const torch::Tensor& logits, MarginalQueue* queue = nullptr);    // appends this batch to the queue

// movedMask [N,1,S,S] in [0,1]; A_i = its pixel mean
torch::Tensor maskAreaLow(const torch::Tensor& movedMask, double areaMin);     // mean relu(areaMin - A)
torch::Tensor maskAreaHigh(const torch::Tensor& movedMask, double areaMax);    // mean relu(A - areaMax)
torch::Tensor maskBinaryEntropy(const torch::Tensor& movedMask);               // bits, 1e-6 inside both logs

} // namespace plumage::model
