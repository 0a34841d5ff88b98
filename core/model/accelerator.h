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
        torch::Tensor batches;                     // [] i64, counts the parts; undefined: not counted
        std::vector<double> momenta;               // one per part
        Activation activation;
        double epsilon;
    };
    struct Normalised { torch::Tensor y, mean, inverseStd; };    // mean, inverseStd [V,C] float
    virtual bool normalises(std::int64_t channels, Activation activation, std::int64_t parts) const = 0;
    // sums: what convolve() left, or undefined
    virtual Normalised normalise(const torch::Tensor& x, const std::optional<torch::Tensor>& residual, const Norm& norm, const torch::Tensor& sums) = 0;
    struct NormGradient { torch::Tensor x, weight, bias; };
    virtual NormGradient normGradient(const torch::Tensor& x, const torch::Tensor& gradY, const Norm& norm, const torch::Tensor& mean, const torch::Tensor& inverseStd) = 0;

    // conv3 (padding 1) of bfloat16 pictures with few channels; `up`: after nearest x2. weight float [out,in,3,3].
    virtual bool convolves(const torch::Tensor& x, const torch::Tensor& weight, bool up) const = 0;
    struct Convolved { torch::Tensor y, sums; };
    // planes [N,9,out] float: added by border case, row class · 3 + column class. wantSums: what normalise() takes, made on the way.
    virtual Convolved convolve(const torch::Tensor& x, const torch::Tensor& weight, bool up, const std::optional<torch::Tensor>& planes, bool wantSums) = 0;
    // at the output's size; `more`, as the result, is added
    virtual torch::Tensor convolutionInputGradient(const torch::Tensor& gradY, const torch::Tensor& weight, const std::optional<torch::Tensor>& more) = 0;
    virtual torch::Tensor convolutionWeightGradient(const torch::Tensor& x, const torch::Tensor& gradY, const torch::Tensor& weight, bool up) = 0;

    // [out,in,3,3] float -> [in,out,4,4] bfloat16, channels_last: the transposed kernel of upConv3 in layers.h, and its gradient's way back to a tensor like `weight`
    virtual torch::Tensor foldUpsample(const torch::Tensor& weight) = 0;
    virtual torch::Tensor foldUpsampleGradient(const torch::Tensor& gradFolded, const torch::Tensor& weight) = 0;

    // Views [N,3,S,S] float, one after the other, as blocks of 2x2 pixels [V·N,16,S/2+1,S/2+1] in bfloat16, shifted by one pixel (channel: (row · 2 + column) · 3 + colour;
    // the last four are 0), and the gradient's way back from `blocks` of one view
    virtual torch::Tensor toBlocks(at::TensorList views) = 0;
    virtual torch::Tensor fromBlocks(const torch::Tensor& blocks) = 0;

    // GeneratorOutput from the last convolutions' outputs, [N,16,S,S] bfloat16 of which the first 3, 1 and 3 channels count; theta [N,2,3]
    struct Branches { torch::Tensor background, mask, object; };
    struct Pasted { torch::Tensor drawing, movedMask, masked; };    // float; masked = drawing · movedMask
    virtual Pasted paste(const Branches& from, const torch::Tensor& theta) = 0;
    virtual Branches pasteGradient(const Branches& from, const torch::Tensor& theta, const Pasted& gradients) = 0;
};

Accelerator* accelerator();                 // nullptr: none, LibTorch's operations do everything
void setAccelerator(Accelerator* device);    // lives for ever

} // namespace plumage::model
