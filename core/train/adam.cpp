// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/adam.h"

#include "core/base/error.h"

#include <ATen/Functions.h>
#include <ATen/core/grad_mode.h>

namespace plumage::train {

Adam::Adam(std::vector<std::pair<std::string, at::Tensor>> parameters)
{
    for (auto& [name, parameter] : parameters) {
        m_names.push_back(name);
        m_first.push_back(at::zeros_like(parameter.detach()));
        m_second.push_back(at::zeros_like(parameter.detach()));
        m_parameters.push_back(std::move(parameter));
    }
    m_steps = at::zeros({}, m_first.front().options().dtype(at::kFloat));
    if (!m_steps.is_cpu())
        m_deviceRate = at::zeros_like(m_steps);
}

void Adam::clearGradients()
{
    for (at::Tensor& parameter : m_parameters)
        parameter.mutable_grad().reset();
}

void Adam::setLearningRate(double rate)
{
    if (m_deviceRate.defined() && rate != m_rate)
        m_deviceRate.fill_(rate);
    m_rate = rate;
}

void Adam::step(double learningRate)
{
    setLearningRate(learningRate);
    step();
}

void Adam::step()
{
    const at::NoGradGuard noGradient;
    std::vector<at::Tensor> parameters, gradients, first, second;
    for (std::size_t i = 0; i < m_parameters.size(); ++i) {
        if (!m_parameters[i].grad().defined())
            continue;
        parameters.push_back(m_parameters[i]);
        gradients.push_back(m_parameters[i].grad());
        first.push_back(m_first[i]);
        second.push_back(m_second[i]);
    }
    m_steps.add_(1);    // before the call: step 0 would divide by zero
    const std::vector<at::Tensor> steps(parameters.size(), m_steps);
    constexpr double beta1 = 0.5, beta2 = 0.999, epsilon = 1e-8;
    if (m_deviceRate.defined())
        at::_fused_adam_(parameters, gradients, first, second, {}, steps, m_deviceRate, beta1, beta2, 0.0, epsilon, false, false);
    else
        at::_fused_adam_(parameters, gradients, first, second, {}, steps, m_rate, beta1, beta2, 0.0, epsilon, false, false);
}

std::vector<at::Tensor> Adam::gradients() const
{
    std::vector<at::Tensor> gradients;
    for (const at::Tensor& parameter : m_parameters)
        if (parameter.grad().defined())
            gradients.push_back(parameter.grad());
    return gradients;
}

at::Tensor Adam::gradientNorms() const
{
    return at::stack(at::_foreach_norm(gradients()));
}

void Adam::copyRow(const at::Tensor& parameter, std::int64_t to, std::int64_t from)
{
    const at::NoGradGuard noGradient;
    for (std::size_t i = 0; i < m_parameters.size(); ++i) {
        if (!m_parameters[i].is_same(parameter))
            continue;
        m_first[i][to].zero_();
        m_second[i][to].copy_(m_second[i][from]);
    }
}

std::map<std::string, at::Tensor> Adam::state() const
{
    std::map<std::string, at::Tensor> state{{"steps", m_steps}};
    for (std::size_t i = 0; i < m_names.size(); ++i) {
        state["first." + m_names[i]] = m_first[i];
        state["second." + m_names[i]] = m_second[i];
    }
    return state;
}

void Adam::setState(const std::map<std::string, at::Tensor>& state)
{
    const at::NoGradGuard noGradient;
    for (auto& [name, tensor] : this->state()) {
        const auto found = state.find(name);
        if (found == state.end() || found->second.sizes() != tensor.sizes())
            throw Error(ErrorCode::checkpointMismatch, name);
        at::Tensor target = tensor;
        target.copy_(found->second);
    }
}

} // namespace plumage::train
