// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace plumage::train {

// Adam with betas (0.5, 0.999), eps 1e-8, no decay, all parameters in one fused call. Dense: rows without gradient move by their moments.
class Adam {
public:
    explicit Adam(std::vector<std::pair<std::string, at::Tensor>> parameters);    // in the network's order

    void clearGradients();
    void setLearningRate(double rate);
    void step();                       // parameters without a gradient stay
    void step(double learningRate);
    std::vector<at::Tensor> gradients() const;    // those there are, in the network's order
    at::Tensor gradientNorms() const;  // [n] of those with one

    // The moments of row `to` of a parameter that was made from row `from`: first 0, second copied, not 0: at a late step count the first update would be
    // (1 - 0.5) / sqrt(1 - 0.999) = 15.8 learning rates (METHOD.md section 10).
    void copyRow(const at::Tensor& parameter /* [rows, ...] */, std::int64_t to, std::int64_t from);

    // "first.<parameter>", "second.<parameter>", "steps" ([] f32); they share memory.
    std::map<std::string, at::Tensor> state() const;
    void setState(const std::map<std::string, at::Tensor>& state);    // throws Error checkpointMismatch

private:
    std::vector<std::string> m_names;
    std::vector<at::Tensor> m_parameters, m_first, m_second;
    at::Tensor m_steps;    // [] f32
    double m_rate = 0;
    at::Tensor m_deviceRate;    // [] f32, the same where work is recorded: a recording reads it anew
};

} // namespace plumage::train
