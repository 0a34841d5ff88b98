// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cuda/kernels.h"
#include "core/model/accelerator.h"
#include "core/model/bnkernels.h"

#include <ATen/Functions.h>
#include <ATen/cuda/CUDAGraph.h>
#include <c10/cuda/CUDAException.h>
#include <c10/cuda/CUDAFunctions.h>
#include <c10/cuda/CUDAStream.h>

namespace plumage::cuda {
namespace {

static_assert(static_cast<int>(Activation::glu) == static_cast<int>(model::Activation::glu) && static_cast<int>(Activation::leaky) == static_cast<int>(model::Activation::leaky));
constexpr int oldestGeneration = 8;    // of devices: tensor cores with bfloat16

cudaStream_t stream() { return c10::cuda::getCurrentCUDAStream().stream(); }

void check() { C10_CUDA_CHECK(cudaGetLastError()); }

Type typeOf(const at::Tensor& x) { return x.scalar_type() == at::kFloat ? Type::float32 : Type::bfloat16; }

float* numbers(const at::Tensor& t) { return t.mutable_data_ptr<float>(); }

NormShape shapeOf(const at::Tensor& x, std::int64_t parts)
{
    return {parts, x.size(0) / parts * x.size(2) * x.size(3), static_cast<int>(x.size(1))};
}

at::Tensor floats(const at::Tensor& like, at::IntArrayRef sizes) { return at::empty(sizes, like.options().dtype(at::kFloat)); }

at::Tensor picture(const at::Tensor& like, std::int64_t channels, std::int64_t height, std::int64_t width)
{
    return at::empty({like.size(0), channels, height, width}, like.options(), at::MemoryFormat::ChannelsLast);
}

Weight3 weightOf(const at::Tensor& w)
{
    TORCH_CHECK(w.scalar_type() == at::kFloat && w.stride(2) == 3 * w.stride(3), "a 3x3 kernel of floats");
    return {numbers(w), w.stride(0), w.stride(1), w.stride(3)};
}

Conv3 convOf(const at::Tensor& x, const at::Tensor& y, const at::Tensor& weight)
{
    Conv3 call{};
    call.x = x.const_data_ptr();
    call.y = y.mutable_data_ptr();
    call.weight = weightOf(weight);
    call.images = x.size(0);
    call.height = static_cast<int>(y.size(2));
    call.width = static_cast<int>(y.size(3));
    call.in = static_cast<int>(x.size(1));
    call.out = static_cast<int>(y.size(1));
    return call;
}

class GraphRecording final : public model::Recording {
public:
    explicit GraphRecording(const std::function<void()>& work)
    {
        m_graph.capture_begin({0, 0}, cudaStreamCaptureModeThreadLocal);
        try {
            work();
        } catch (...) {
            try {
                m_graph.capture_end();
            } catch (const c10::Error&) {    // says again what stopped the capture
            }
            cudaGetLastError();
            throw;
        }
        m_graph.capture_end();
    }
    void replay() override { m_graph.replay(); }

private:
    at::cuda::CUDAGraph m_graph;
};

class CudaAccelerator final : public model::Accelerator {
public:
    void useOwnStream() override
    {
        if (c10::cuda::getCurrentCUDAStream() == c10::cuda::getDefaultCUDAStream())
            c10::cuda::setCurrentCUDAStream(c10::cuda::getStreamFromPool(/*isHighPriority=*/true));
    }

    std::unique_ptr<model::Recording> record(const std::function<void()>& work) override { return std::make_unique<GraphRecording>(work); }

    bool normalises(std::int64_t channels, model::Activation activation, std::int64_t parts) const override
    {
        return channels % (activation == model::Activation::glu ? 16 : 8) == 0 && channels <= mostChannels && parts <= maxParts;
    }

    Normalised normalise(const at::Tensor& x, const std::optional<at::Tensor>& residual, const Norm& norm, const at::Tensor& given) override
    {
        const auto parts = static_cast<std::int64_t>(norm.momenta.size());
        const NormShape shape = shapeOf(x, parts);
        const bool glu = norm.activation == model::Activation::glu;
        at::Tensor sums = given;
        if (!given.defined()) {
            sums = floats(x, {parts, normBlocks(shape), 2, x.size(1)});
            normSums(x.const_data_ptr(), typeOf(x), shape, numbers(norm.movingMean), numbers(sums), stream());
        }
        Normalised out{picture(x, glu ? x.size(1) / 2 : x.size(1), x.size(2), x.size(3)), floats(x, {parts, x.size(1)}), floats(x, {parts, x.size(1)})};
        Momenta momenta{};
        for (std::size_t i = 0; i < norm.momenta.size(); ++i)
            momenta.of[i] = static_cast<float>(norm.momenta[i]);
        normFinish(numbers(sums), static_cast<int>(sums.size(1)), !given.defined(), shape, numbers(out.mean), numbers(out.inverseStd), numbers(norm.movingMean), numbers(norm.movingVar),
            norm.batches.defined() ? norm.batches.mutable_data_ptr<std::int64_t>() : nullptr, momenta, static_cast<float>(norm.epsilon), stream());
        normApply({x.const_data_ptr(), residual ? residual->const_data_ptr() : nullptr, out.y.mutable_data_ptr(), numbers(norm.weight), numbers(norm.bias), numbers(out.mean),
                      numbers(out.inverseStd), static_cast<Activation>(norm.activation)},
            typeOf(x), shape, stream());
        check();
        return out;
    }

    NormGradient normGradient(const at::Tensor& x, const at::Tensor& gradY, const Norm& norm, const at::Tensor& mean, const at::Tensor& inverseStd) override
    {
        const std::int64_t parts = mean.size(0), channels = x.size(1);
        const NormShape shape = shapeOf(x, parts);
        const int blocks = normBlocks(shape);
        const at::Tensor sums = floats(x, {parts, blocks, 2, channels}), shares = floats(x, {parts, 2, channels});
        NormGradient out{at::empty_like(x), at::empty_like(norm.weight), at::empty_like(norm.bias)};
        const cuda::NormGradient call{x.const_data_ptr(), gradY.const_data_ptr(), out.x.mutable_data_ptr(), numbers(norm.weight), numbers(norm.bias), numbers(mean),
            numbers(inverseStd), numbers(shares), static_cast<Activation>(norm.activation)};
        normGradientSums(call, typeOf(x), shape, numbers(sums), stream());
        normGradientFinish(numbers(sums), blocks, shape, numbers(mean), numbers(inverseStd), numbers(shares), numbers(out.weight), numbers(out.bias), stream());
        normGradientApply(call, typeOf(x), shape, stream());
        check();
        return out;
    }

    bool convolves(const at::Tensor& x, const at::Tensor& weight, bool up) const override
    {
        return x.is_cuda() && x.scalar_type() == at::kBFloat16 && x.dim() == 4 && x.is_contiguous(at::MemoryFormat::ChannelsLast) && weight.size(2) == 3
            && weight.size(1) == 16 && convFits(weight.size(1), weight.size(0), x.size(2) * (up ? 2 : 1), x.size(3) * (up ? 2 : 1));
    }

    Convolved convolve(const at::Tensor& x, const at::Tensor& weight, bool up, const std::optional<at::Tensor>& planes, bool wantSums) override
    {
        const std::int64_t height = x.size(2) * (up ? 2 : 1), width = x.size(3) * (up ? 2 : 1);
        Convolved out{picture(x, weight.size(0), height, width), {}};
        Conv3 call = convOf(x, out.y, weight);
        call.up = up;
        call.planes = planes ? numbers(*planes) : nullptr;
        if (wantSums || planes) {
            float any = 0;
            call.sums = &any;
            out.sums = floats(x, {1, convBlocks(call), 2, weight.size(0)});
            call.sums = numbers(out.sums);
        }
        conv3(call, stream());
        check();
        return out;
    }

    at::Tensor convolutionInputGradient(const at::Tensor& gradY, const at::Tensor& weight, const std::optional<at::Tensor>& more) override
    {
        const at::Tensor out = picture(gradY, weight.size(1), gradY.size(2), gradY.size(3));
        Conv3 call = convOf(gradY, out, weight);
        call.flipped = true;
        call.picture = more ? more->const_data_ptr() : nullptr;
        conv3(call, stream());
        check();
        return out;
    }

    at::Tensor convolutionWeightGradient(const at::Tensor& x, const at::Tensor& gradY, const at::Tensor& weight, bool up) override
    {
        const at::Tensor gradient = at::empty_like(weight);
        Conv3Gradient call{x.const_data_ptr(), gradY.const_data_ptr(), weightOf(gradient), nullptr, x.size(0), static_cast<int>(gradY.size(2)), static_cast<int>(gradY.size(3)),
            static_cast<int>(weight.size(1)), static_cast<int>(weight.size(0)), up};
        const at::Tensor partials = floats(x, {weightBlocks(call), 9, weight.size(0), weight.size(1)});
        call.partials = numbers(partials);
        conv3WeightGradient(call, stream());
        check();
        return gradient;
    }

    at::Tensor foldUpsample(const at::Tensor& weight) override
    {
        const at::Tensor folded = at::empty({weight.size(1), weight.size(0), 4, 4}, weight.options().dtype(at::kBFloat16), at::MemoryFormat::ChannelsLast);
        cuda::foldUpsample(weightOf(weight), folded.mutable_data_ptr(), weight.size(1), weight.size(0), stream());
        check();
        return folded;
    }

    at::Tensor foldUpsampleGradient(const at::Tensor& gradFolded, const at::Tensor& weight) override
    {
        const at::Tensor gradient = at::empty_like(weight), low = gradFolded.to(at::kBFloat16).contiguous(at::MemoryFormat::ChannelsLast);
        cuda::foldUpsampleGradient(low.const_data_ptr(), weightOf(gradient), weight.size(1), weight.size(0), stream());
        check();
        return gradient;
    }

    at::Tensor toBlocks(at::TensorList views) override
    {
        const std::int64_t images = views[0].size(0), side = views[0].size(2), across = side / 2 + 1;
        const at::Tensor blocks = at::empty({static_cast<std::int64_t>(views.size()) * images, 16, across, across}, views[0].options().dtype(at::kBFloat16), at::MemoryFormat::ChannelsLast);
        for (std::size_t v = 0; v < views.size(); ++v) {
            const at::Tensor view = views[v].contiguous();
            cuda::toBlocks(numbers(view), blocks.narrow(0, static_cast<std::int64_t>(v) * images, images).mutable_data_ptr(), images, static_cast<int>(side), stream());
        }
        check();
        return blocks;
    }

    at::Tensor fromBlocks(const at::Tensor& blocks) override
    {
        const std::int64_t side = 2 * (blocks.size(2) - 1);
        const at::Tensor view = floats(blocks, {blocks.size(0), 3, side, side});
        cuda::fromBlocks(blocks.const_data_ptr(), numbers(view), blocks.size(0), static_cast<int>(side), stream());
        check();
        return view;
    }

    Pasted paste(const Branches& from, const at::Tensor& theta) override
    {
        const at::Tensor& like = from.background;
        const std::int64_t n = like.size(0), side = like.size(2);
        const at::Tensor matrices = theta.contiguous();
        const Pasted out{floats(like, {n, 3, side, side}), floats(like, {n, 1, side, side}), floats(like, {n, 3, side, side})};
        compose({from.background.const_data_ptr(), from.mask.const_data_ptr(), from.object.const_data_ptr(), numbers(matrices), numbers(out.drawing), numbers(out.movedMask), numbers(out.masked), n,
                    static_cast<int>(side)},
            stream());
        check();
        return out;
    }

    Branches pasteGradient(const Branches& from, const at::Tensor& theta, const Pasted& gradients) override
    {
        const std::int64_t n = from.background.size(0), side = from.background.size(2);
        const at::Tensor matrices = theta.contiguous(), scratch = floats(from.background, {n, side, side, 4});
        const at::Tensor drawing = gradients.drawing.contiguous(), movedMask = gradients.movedMask.contiguous(), masked = gradients.masked.contiguous();
        const Branches out{at::empty_like(from.background), at::empty_like(from.mask), at::empty_like(from.object)};
        composeGradient({from.background.const_data_ptr(), from.mask.const_data_ptr(), from.object.const_data_ptr(), numbers(matrices), numbers(drawing), numbers(movedMask),
                            numbers(masked), out.background.mutable_data_ptr(), out.mask.mutable_data_ptr(), out.object.mutable_data_ptr(), numbers(scratch), n, static_cast<int>(side)},
            stream());
        check();
        return out;
    }
};

} // namespace
} // namespace plumage::cuda

// Whoever loads this library asks for this by name; nullptr where the device is too old.
extern "C" __attribute__((visibility("default"))) plumage::model::Accelerator* plumageAccelerator()
{
    static auto* device = new plumage::cuda::CudaAccelerator;    // never destroyed: CUDA may be gone before
    cudaDeviceProp properties{};
    if (cudaGetDeviceProperties(&properties, c10::cuda::current_device()) != cudaSuccess || properties.major < plumage::cuda::oldestGeneration)
        return nullptr;
    return device;
}
