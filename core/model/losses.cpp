// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/losses.h"

#include <ATen/Functions.h>

#include <cmath>

namespace plumage::model {

torch::Tensor unitRows(const torch::Tensor& u)
{
    return u / u.norm(2, -1, true).clamp_min(1e-12);
}

torch::Tensor codeLogits(const torch::Tensor& h, const torch::Tensor& centroids, const torch::Tensor& active, double temperature)
{
    const auto cosines = at::matmul(unitRows(h), unitRows(centroids).t());
    return (cosines / temperature).masked_fill(active.logical_not(), inactiveLogit);
}

torch::Tensor hingeReal(const torch::Tensor& r) { return (1 - r).relu().mean(); }

torch::Tensor hingeDrawn(const torch::Tensor& r) { return (1 + r).relu().mean(); }

torch::Tensor codeCrossEntropy(const torch::Tensor& logits, const torch::Tensor& codes)
{
    return at::nll_loss(logits.log_softmax(1), codes);
}

torch::Tensor contrastive(const torch::Tensor& h, double temperature)
{
    const auto v = unitRows(h);
    const std::int64_t n = v.size(0) / 2;
    auto similarity = at::matmul(v, v.t()) / temperature;
    similarity = similarity.masked_fill(torch::eye(2 * n, v.options().dtype(torch::kBool)), inactiveLogit);    // j = i is no other
    const auto other = torch::arange(2 * n, v.options().dtype(torch::kLong)).roll(n);
    return codeCrossEntropy(similarity, other);
}

torch::Tensor contrastive(const torch::Tensor& h, const torch::Tensor& groups, double temperature)
{
    const auto v = unitRows(h);
    const auto itself = torch::eye(v.size(0), v.options().dtype(torch::kBool));
    const auto logShare = (at::matmul(v, v.t()) / temperature).masked_fill(itself, inactiveLogit).log_softmax(1);
    const auto group = at::cat({groups, groups});
    const auto alike = group.unsqueeze(0).eq(group.unsqueeze(1)).logical_and(itself.logical_not()).to(v.dtype());
    return -((logShare * alike).sum(1) / alike.sum(1)).mean();
}

torch::Tensor disagreement(const torch::Tensor& logits, const torch::Tensor& allowed)
{
    const auto onAllowed = logits.masked_fill(allowed.logical_not(), inactiveLogit).logsumexp(1);
    return (logits.logsumexp(1) - onAllowed) * allowed.any(1).to(logits.dtype());
}

torch::Tensor entropyEach(const torch::Tensor& logits)
{
    const auto logP = logits.log_softmax(1);
    return -(logP.exp() * logP).sum(1).mean();
}

torch::Tensor logMeanProbability(const torch::Tensor& logits)
{
    return logits.log_softmax(1).logsumexp(0) - std::log(static_cast<double>(logits.size(0)));
}

torch::Tensor entropyAll(const torch::Tensor& logits, MarginalQueue* queue)
{
    auto logMean = logMeanProbability(logits);
    double batches = 1;
    if (queue && queue->length > 0) {
        auto& kept = queue->logMeans;
        const auto own = logMean.detach();
        batches += static_cast<double>(kept.size());
        std::vector<torch::Tensor> all = kept;
        all.push_back(logMean);
        logMean = at::stack(all).logsumexp(0) - std::log(batches);
        if (kept.size() < queue->length) {
            kept.push_back(own.clone());
        } else {    // in the same tensors, so that a recorded step finds them
            for (std::size_t i = 1; i < kept.size(); ++i)
                kept[i - 1].copy_(kept[i]);
            kept.back().copy_(own);
        }
    }
    return batches * (logMean.exp() * logMean).sum();
}

torch::Tensor maskAreaLow(const torch::Tensor& movedMask, double areaMin)
{
    return (areaMin - movedMask.mean({1, 2, 3})).relu().mean();
}

torch::Tensor maskAreaHigh(const torch::Tensor& movedMask, double areaMax)
{
    return (movedMask.mean({1, 2, 3}) - areaMax).relu().mean();
}

torch::Tensor maskBinaryEntropy(const torch::Tensor& movedMask)
{
    const auto rest = 1 - movedMask;
    return -(movedMask * (movedMask + 1e-6).log2() + rest * (rest + 1e-6).log2()).mean();
}

} // namespace plumage::model
