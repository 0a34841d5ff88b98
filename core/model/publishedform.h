// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/discriminator.h"
#include "core/model/generator.h"
#include "core/model/losses.h"
#include "core/model/safetensors.h"

namespace plumage::model {

// The published formulation (METHOD.md section 4, "plain form"), as the authors' code computes it, for comparison in one run: the code tiled as one-hot planes, centroids
// as a product with the identity, one cosine after the other over K, every view through D alone with both heads, G's graph kept in the D step, D's gradients
// computed in the G step and dropped, matrices of T_theta made one by one on the host, Adam tensor by tensor, everything in the precision of the weights.
// Its numbers are ours but for rounding (a test compares losses and gradients).
class PublishedForm {
public:
    // Copies the first `codes` rows of the networks' tables; on their device.
    PublishedForm(const NetworkOptions& network, const Generator& g, const Discriminator& d, std::int64_t codes);

    struct Batch {
        torch::Tensor z, cz, codes;      // [N,zDim], [N,czDim], [N] i64
        std::vector<double> theta;       // N · 6 numbers on the host, rows of the [2,3] matrices; empty: nothing is moved
    };
    torch::Tensor discriminatorLoss(const torch::Tensor& real, const torch::Tensor& augmented, const Batch& batch, const LossOptions& losses);    // 0-d
    torch::Tensor generatorLoss(const Batch& batch, const LossOptions& losses);
    void stepDiscriminator(double learningRate) { adam(m_d, learningRate); }    // and clears all gradients
    void stepGenerator(double learningRate) { adam(m_g, learningRate); }
    const TensorMap& discriminator() const { return m_d; }                       // the reference's names; parameters have gradients after backward()
    const TensorMap& generator() const { return m_g; }

private:
    struct Drawn { torch::Tensor drawing, mask; };    // y, m'
    struct Seen { torch::Tensor logits, score, h; };
    torch::Tensor norm(TensorMap& from, const std::string& path, const torch::Tensor& x);
    torch::Tensor gated(const std::string& path, const torch::Tensor& x, bool up);
    torch::Tensor residual(const std::string& path, const torch::Tensor& x);
    torch::Tensor trunk(const std::string& path, torch::Tensor x);
    torch::Tensor seed(const std::string& path, const torch::Tensor& z);
    Drawn draw(const Batch& batch);
    torch::Tensor base(const torch::Tensor& images);
    Seen look(const torch::Tensor& images);
    torch::Tensor logits(const torch::Tensor& h);
    void adam(TensorMap& parameters, double learningRate);

    NetworkOptions m_options;
    std::int64_t m_codes;
    TensorMap m_g, m_d, m_moments;
    std::map<std::string, std::int64_t> m_steps;
};

} // namespace plumage::model
