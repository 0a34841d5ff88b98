// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/iteration.h"

#include <ATen/Functions.h>

#include <utility>

namespace plumage::train {

namespace {

constexpr int warmUps = 3;    // LibTorch and its libraries choose algorithms and take memory in the first ones

std::vector<at::Tensor> values(const model::LossTerms& terms)
{
    std::vector<at::Tensor> all;
    for (const model::LossTerm& term : terms.terms)
        all.push_back(term.value);
    return all;
}

// The same values in the tensor that recordings know. True if it is another tensor now.
bool keep(at::Tensor& kept, const at::Tensor& fresh)
{
    if (kept.defined() == fresh.defined() && (!fresh.defined() || kept.sizes() == fresh.sizes())) {
        if (fresh.defined())
            kept.copy_(fresh, /*non_blocking=*/true);
        return false;
    }
    kept = fresh.defined() ? fresh.clone() : fresh;
    return true;
}

bool keep(model::DrawingInput& kept, const model::DrawingInput& fresh)
{
    bool other = keep(kept.z, fresh.z);
    other |= keep(kept.cz, fresh.cz);
    other |= keep(kept.codes, fresh.codes);
    at::Tensor theta = kept.theta.value_or(at::Tensor());
    other |= keep(theta, fresh.theta.value_or(at::Tensor()));
    kept.theta = theta.defined() ? std::optional(theta) : std::nullopt;
    return other;
}

bool keep(std::optional<model::LabelTargets>& kept, const std::optional<model::LabelTargets>& fresh)
{
    if (kept.has_value() != fresh.has_value()) {
        kept = fresh;
        return true;
    }
    if (!fresh)
        return false;
    bool other = keep(kept->allowed, fresh->allowed);
    other |= keep(kept->weight, fresh->weight);
    return other | keep(kept->groups, fresh->groups);
}

} // namespace

Iteration::Iteration(Networks& networks, const LossOptions& losses, model::MarginalQueue* queue, bool records)
    : m_networks(networks), m_losses(losses), m_queue(queue)
    , m_records(records && networks.discriminator->active.is_cuda() && model::accelerator())
{
}

void Iteration::take(Inputs inputs)
{
    if (!m_records) {
        m_inputs = std::move(inputs);
        return;
    }
    bool other = keep(m_inputs.views.real, inputs.views.real);
    other |= keep(m_inputs.views.augmented, inputs.views.augmented);
    other |= keep(m_inputs.forD, inputs.forD);
    other |= keep(m_inputs.forG, inputs.forG);
    other |= keep(m_inputs.labels, inputs.labels);
    if (other)
        forget();
}

void Iteration::forget()
{
    m_discriminatorStep = {};
    m_generatorStep = {};
}

std::string Iteration::takeRefusal()
{
    return std::exchange(m_refusal, {});
}

void Iteration::run(Step& step, const std::function<void()>& work)
{
    if (m_queue && m_queue->logMeans.size() < m_queue->length)    // grows with every step
        step = {};
    else if (m_records && !step.recording && step.computed >= warmUps) {
        try {
            step.recording = model::accelerator()->record(work);
        } catch (const c10::Error& error) {
            m_records = false;
            forget();    // the other step's recording reads inputs that are new ones from now on
            m_refusal = error.what_without_backtrace();
        }
    }
    if (step.recording)
        return step.recording->replay();
    work();
    ++step.computed;
}

void Iteration::stepDiscriminator(double learningRate)
{
    Adam& adam = m_networks.adamDiscriminator;
    adam.setLearningRate(learningRate);
    run(m_discriminatorStep, [&] {
        adam.clearGradients();
        const model::LossTerms terms = model::discriminatorLoss(m_networks.generator, m_networks.discriminator, m_inputs.views.real, m_inputs.views.augmented, m_inputs.forD,
            m_losses, {m_queue, m_inputs.labels ? &*m_inputs.labels : nullptr});
        terms.total.backward();
        withGradients(adam);
        adam.step();
        watch(terms.total);
        m_discriminatorTerms = values(terms);
    });
}

void Iteration::stepGenerator(double learningRate)
{
    Adam& adam = m_networks.adamGenerator;
    adam.setLearningRate(learningRate);
    run(m_generatorStep, [&] {
        adam.clearGradients();
        const model::LossTerms terms = model::generatorLoss(m_networks.generator, m_networks.discriminator, m_inputs.forG, m_losses);
        terms.total.backward();
        withGradients(adam);
        adam.step();
        watch(terms.total);
        m_generatorTerms = values(terms);
        m_generatorTerms.push_back(terms.maskMean);
    });
}

std::vector<at::Tensor> Iteration::terms() const
{
    std::vector<at::Tensor> all = m_discriminatorTerms;
    all.insert(all.end(), m_generatorTerms.begin(), m_generatorTerms.end());
    return all;
}

} // namespace plumage::train
