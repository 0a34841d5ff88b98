// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace plumage::model {

enum class Activation;    // bnkernels.h

// Work of a device that was recorded once. Replaying it repeats the same operations on the same memory, without the host's part in them.
class Recording {
public:
    virtual ~Recording() = default;
    virtual void replay() = 0;
};

// What a CUDA device does beyond LibTorch's operations: kernels of our own and recorded work. It lives in a library of its own (core/cuda), which is there where nvcc was when
// Plumage was built, and is loaded where a device is found. Pictures are channels_last; every call works on the thread's current stream and returns at once.
class Accelerator {
public:
    virtual ~Accelerator() = default;

    // From now on this thread works on a stream that can be recorded; to be called before it puts anything on the device.
    virtual void useOwnStream() = 0;
    // Runs `work` without effect and keeps its operations; throws c10::Error if something in it cannot be recorded. What `work` leaves in tensors is filled by replay().
    virtual std::unique_ptr<Recording> record(const std::function<void()>& work) = 0;

    // Batch normalisation with what follows it, as BatchNorm has it; x [V·N,C,H,W] channels_last, float or bfloat16.
    struct Norm {
        torch::Tensor weight, bias;                // [C] float
        torch::Tensor movingMean, movingVar;       // [C] float, moved
        std::vector<double> momenta;               // one per part
        Activation activation;
        double epsilon;
    };
    struct Normalised { torch::Tensor y, mean, inverseStd; };    // mean, inverseStd [V,C] float
    virtual bool normalises(const torch::Tensor& x, Activation activation, std::int64_t parts) const = 0;
    // sums: what convolve() left, or undefined
    virtual Normalised normalise(const torch::Tensor& x, const std::optional<torch::Tensor>& residual, const Norm& norm, const torch::Tensor& sums) = 0;
    struct NormGradient { torch::Tensor x, weight, bias; };
    virtual NormGradient normGradient(const torch::Tensor& x, const torch::Tensor& gradY, const Norm& norm, const torch::Tensor& mean, const torch::Tensor& inverseStd) = 0;

    // conv3 (padding 1) of bfloat16 pictures with few channels; `up`: after nearest x2. weight float [out,in,3,3].
    virtual bool convolves(const torch::Tensor& x, const torch::Tensor& weight, bool up) const = 0;
    struct Convolved { torch::Tensor y, sums; };
    // planes [N,9,out] float: added by border case, row class · 3 + column class. pivot [out]: if given, sums of y and its square about it are made on the way.
    virtual Convolved convolve(const torch::Tensor& x, const torch::Tensor& weight, bool up, const std::optional<torch::Tensor>& planes, const torch::Tensor& pivot) = 0;
    virtual torch::Tensor convolutionInputGradient(const torch::Tensor& gradY, const torch::Tensor& weight) = 0;    // at the output's size
    virtual torch::Tensor convolutionWeightGradient(const torch::Tensor& x, const torch::Tensor& gradY, const torch::Tensor& weight, bool up) = 0;
};

Accelerator* accelerator();                 // nullptr: none, LibTorch's operations do everything
void setAccelerator(Accelerator* device);    // lives for ever

} // namespace plumage::model
