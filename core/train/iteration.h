// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/accelerator.h"
#include "core/model/lossterms.h"
#include "core/train/augment.h"
#include "core/train/networks.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace plumage::train {

// The two steps of an iteration (METHOD.md section 3). On a device that can record work each is recorded after a few iterations and then replayed: the host says one thing
// instead of thousands. What changes between iterations lies in tensors that stay where they are; what is decided on the host (sizes, options) leads to a new recording.
class Iteration {
public:
    struct Inputs {
        TrainViews views;                            // x, x+
        model::DrawingInput forD, forG;              // of the two steps
        std::optional<model::LabelTargets> labels;
    };
    // All must outlive it. `queue` may be null. `records`: where the device can; false computes every step anew.
    Iteration(Networks& networks, const LossOptions& losses, model::MarginalQueue* queue, bool records);

    // Called with an optimiser whose gradients are there, before its step; and with values that must be finite. May be recorded: only work of the device.
    std::function<void(Adam&)> withGradients = [](Adam&) { };
    std::function<void(const at::Tensor&)> watch = [](const at::Tensor&) { };

    void take(Inputs inputs);
    void stepDiscriminator(double learningRate);
    void stepGenerator(double learningRate);
    std::vector<at::Tensor> terms() const;          // of the last steps, in the order of termNames up to mask_mean, 0-d
    void forget();                                  // what was recorded: tensors that it used are others now
    bool isRecorded() const { return m_discriminatorStep.recording && m_generatorStep.recording; }
    std::string takeRefusal();                      // why nothing can be recorded here, told once; empty: nothing to tell

private:
    struct Step {
        int computed = 0;
        std::unique_ptr<model::Recording> recording;
    };
    void run(Step& step, const std::function<void()>& work);

    Networks& m_networks;
    const LossOptions& m_losses;
    model::MarginalQueue* m_queue;
    bool m_records;
    Inputs m_inputs;
    Step m_discriminatorStep, m_generatorStep;
    std::vector<at::Tensor> m_discriminatorTerms, m_generatorTerms;
    std::string m_refusal;
};

} // namespace plumage::train
