// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/trainoptions.h"
#include "core/model/referencenames.h"
#include "core/train/adam.h"

#include <ATen/core/Generator.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace plumage::train {

using Parts = std::map<std::string, model::TensorMap>;    // "generator", "adam_generator", … -> tensors

// Random streams of a run: one seed, several purposes that never share numbers (METHOD.md section 11).
enum class Stream : std::uint64_t { weights = 1, noise, views, order, codes, snapshot, prototypes };
at::Generator makeGenerator(std::uint64_t seed, Stream stream, at::Device device, std::uint64_t part = 0);

// Both networks, the averaged generator and the optimisers, on one device.
class Networks {
public:
    Networks(const TrainOptions& options, std::int64_t codes /* K */, at::Device device);    // weights without meaning yet
    void initialise(const TrainOptions& options, std::int64_t codes);    // METHOD.md section 2, from the seed; the averaged generator equals the other

    // averaged <- b averaged + (1 - b) generator, b = min(decay, (1 + n) / (10 + n)); n = iterations done
    void average(double decay, std::int64_t iterations);
    void copyWeights(const Networks& from);    // of the same sizes: parameters, buffers and precision of all three; the optimisers stay
    void copyToAveraged();    // parameters and buffers, where no average is wanted

    Parts parts() const;                    // share memory with the networks
    void setParts(const Parts& parts);      // copies; throws Error checkpointMismatch

    // A free code becomes a copy of another one that points elsewhere: `direction` [E], of length 1, becomes its centroid's. Its drawings begin as the other's,
    // with noise of 1 % (METHOD.md section 10, split).
    void openCode(std::int64_t code, std::int64_t from, const at::Tensor& direction, at::Generator& random);
    // The code's centroid points to `direction` [E], of length 1, and is as long as that of `from`.
    void aimCode(std::int64_t code, std::int64_t from, const at::Tensor& direction);

    std::int64_t kMax() const { return discriminator->active.size(0); }
    std::vector<std::int64_t> activeCodes() const;    // ascending

    model::Generator generator, averaged;
    model::Discriminator discriminator;
    Adam adamGenerator, adamDiscriminator;

private:
    std::vector<at::Tensor> m_live, m_averaged;    // parameters in the same order
};

} // namespace plumage::train
