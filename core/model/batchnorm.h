// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/accelerator.h"

#include <torch/nn/module.h>
#include <torch/nn/pimpl.h>
#include <torch/types.h>

#include <cstdint>
#include <optional>

namespace plumage::model {

inline constexpr double bnEpsilon = 1e-5, bnMomentum = 0.1, leakySlope = 0.2;

// Statistics that evaluation mode normalises with. METHOD.md section 7, precise_bn.
enum class BnBuffers { running, precise };

// Batch normalisation together with what follows it; x [N,C] or [N,C,H,W], statistics over all but C.
// Train mode normalises with the biased variance of the batch and moves the running buffers (momentum 0.1, unbiased variance);
// with `parts` > 1 the batch is that many equal parts, each with its own statistics, the buffers moving once per part in order.
class BatchNormImpl : public torch::nn::Module {
public:
    explicit BatchNormImpl(std::int64_t channels);

    torch::Tensor plus(const torch::Tensor& x, const torch::Tensor& residual);     // BN(x) + residual
    torch::Tensor glu(const torch::Tensor& x);                                     // [N,C/2,...]: first half · sigmoid(second half)
    torch::Tensor leaky(const torch::Tensor& x, std::int64_t parts = 1);          // LReLU 0.2

    Accelerator::Norm onDevice(Activation activation, std::int64_t parts);        // counts the batch that it is used for; train mode

    torch::Tensor weight, bias;                                                    // [C]
    torch::Tensor runningMean, runningVar, numBatchesTracked;                      // [C], [C], i64 []
    torch::Tensor preciseMean, preciseVar;                                         // [C]; filled while PreciseStatistics lives
    BnBuffers evaluateWith = BnBuffers::running;
    bool fastKernels = true;                                                       // bnkernels.h where they fit, and narrowconv.h for the layer's convolution; else LibTorch's operations
    std::int64_t preciseBatches = -1;                                              // batches in the average; -1: not collecting

private:
    torch::Tensor normalise(const torch::Tensor& x);    // LibTorch's own operation
    torch::Tensor fused(const torch::Tensor& x, const std::optional<torch::Tensor>& residual, int activation, std::int64_t parts);    // bnkernels.h
    double nextMomentum();    // counts one more batch in the buffers that train mode moves
    torch::Tensor& movingMean() { return preciseBatches >= 0 ? preciseMean : runningMean; }
    torch::Tensor& movingVar() { return preciseBatches >= 0 ? preciseVar : runningVar; }
};
TORCH_MODULE(BatchNorm);

// While it lives, the network is in train mode and every forward adds its batch mean and unbiased variance to the cumulative average
// in the precise buffers; the running buffers stay as they are. Afterwards the network is in the mode it came in, and its evaluation
// mode uses the precise buffers. Forwards inside want torch::NoGradGuard.
class PreciseStatistics {
public:
    explicit PreciseStatistics(torch::nn::Module& network);
    ~PreciseStatistics();
    PreciseStatistics(const PreciseStatistics&) = delete;
    PreciseStatistics& operator=(const PreciseStatistics&) = delete;

private:
    torch::nn::Module& m_network;
    bool m_wasTraining;
};
void useFastKernels(torch::nn::Module& network, bool fast);    // for comparisons; the numbers are the same but for rounding
void evaluateWith(torch::nn::Module& network, BnBuffers buffers);    // what the network's evaluation mode uses from now on

// While it lives, no parameter of the network asks for a gradient (the G step computes none of D's).
class FrozenParameters {
public:
    explicit FrozenParameters(torch::nn::Module& network);
    ~FrozenParameters();
    FrozenParameters(const FrozenParameters&) = delete;
    FrozenParameters& operator=(const FrozenParameters&) = delete;

private:
    torch::nn::Module& m_network;
};

} // namespace plumage::model
