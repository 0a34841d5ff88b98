// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/publishedform.h"

#include "core/model/referencenames.h"

#include <ATen/Functions.h>

#include <cmath>

namespace plumage::model {
namespace {

bool isBuffer(const std::string& name)
{
    return name.ends_with("running_mean") || name.ends_with("running_var") || name.ends_with("num_batches_tracked");
}

TensorMap ownParameters(const TensorMap& state)
{
    TensorMap own;
    for (const auto& [name, tensor] : state) {
        own[name] = tensor.detach().clone().contiguous();
        own[name].set_requires_grad(!isBuffer(name) && tensor.is_floating_point());
    }
    return own;
}

torch::Tensor oneHot(const torch::Tensor& codes, std::int64_t count, const torch::Tensor& like)
{
    return torch::zeros({codes.size(0), count}, like.options().requires_grad(false)).scatter_(1, codes.unsqueeze(1), 1);
}

std::string numbered(const std::string& path, std::int64_t i) { return path + "." + std::to_string(i); }

} // namespace

PublishedForm::PublishedForm(const NetworkOptions& network, const Generator& g, const Discriminator& d, std::int64_t codes)
    : m_options(network), m_codes(codes), m_g(ownParameters(toReference(g, codes))), m_d(ownParameters(toReference(d, codes)))
{
}

torch::Tensor PublishedForm::norm(TensorMap& from, const std::string& path, const torch::Tensor& x)
{
    return torch::batch_norm(x, from.at(path + ".weight"), from.at(path + ".bias"), from.at(path + ".running_mean"), from.at(path + ".running_var"), true,
        bnMomentum, bnEpsilon, true);
}

torch::Tensor PublishedForm::gated(const std::string& path, const torch::Tensor& x, bool up)
{
    const torch::Tensor input = up ? at::upsample_nearest2d(x, at::IntArrayRef{2 * x.size(2), 2 * x.size(3)}) : x;
    return torch::glu(norm(m_g, path + (up ? ".2" : ".1"), at::conv2d(input, m_g.at(path + (up ? ".1" : ".0") + ".weight"), {}, 1, 1)), 1);
}

torch::Tensor PublishedForm::residual(const std::string& path, const torch::Tensor& x)
{
    const auto wide = torch::glu(norm(m_g, path + ".block.1", at::conv2d(x, m_g.at(path + ".block.0.weight"), {}, 1, 1)), 1);
    return x + norm(m_g, path + ".block.4", at::conv2d(wide, m_g.at(path + ".block.3.weight"), {}, 1, 1));
}

torch::Tensor PublishedForm::trunk(const std::string& path, torch::Tensor x)
{
    const std::int64_t levels = m_options.levels();
    for (std::int64_t i = 0; i < levels; ++i)
        x = gated(numbered(path, i), x, true);
    for (std::int64_t i = 0; i < m_options.trunkRes; ++i)
        x = residual(numbered(numbered(path, levels), i), x);
    return x;
}

torch::Tensor PublishedForm::seed(const std::string& path, const torch::Tensor& z)
{
    const auto x = torch::glu(norm(m_g, path + ".1", at::linear(z, m_g.at(path + ".0.weight"))), 1);
    return x.view({x.size(0), -1, 4, 4});
}

PublishedForm::Drawn PublishedForm::draw(const Batch& batch)
{
    const std::int64_t n = batch.z.size(0), side = m_options.imageSize;
    const auto background = at::conv2d(trunk("bg_gen.layers", seed("bg_gen.fc", batch.z)),
        m_g.at(numbered("bg_gen.layers", m_options.levels() + 1) + ".weight"), {}, 1, 1).tanh();
    const auto code = oneHot(batch.codes, m_codes, batch.z);
    const auto embedded = torch::glu(norm(m_g, "fg_gen.emb_c.1", at::linear(code, m_g.at("fg_gen.emb_c.0.weight"), m_g.at("fg_gen.emb_c.0.bias"))), 1);
    const std::int64_t width = batch.cz.size(1);
    const auto noise = embedded.narrow(1, 0, width) + embedded.narrow(1, width, width).exp() * batch.cz;
    const auto tiled = noise.view({n, width, 1, 1}).expand({n, width, 4, 4});
    const auto feature = trunk("fg_gen.base", at::cat({seed("fg_gen.fc", batch.z), tiled}, 1));
    const auto mask = at::conv2d(gated("fg_gen.to_mask.0", feature, false), m_g.at("fg_gen.to_mask.1.weight"), {}, 1, 1).sigmoid();
    const auto planes = code.view({n, m_codes, 1, 1}).expand({n, m_codes, side, side});
    auto x = gated("fg_gen.to_img.0", at::cat({feature, planes}, 1), false);
    for (std::int64_t i = 0; i < m_options.objectRes; ++i)
        x = residual(numbered("fg_gen.to_img.1", i), x);
    const auto object = at::conv2d(gated("fg_gen.to_img.2", x, false), m_g.at("fg_gen.to_img.3.weight"), {}, 1, 1).tanh();
    if (batch.theta.empty())
        return {background * (1 - mask) + object * mask, mask};
    std::vector<torch::Tensor> matrices;    // one by one on the host
    for (std::size_t i = 0; i < static_cast<std::size_t>(n); ++i)
        matrices.push_back(at::tensor(at::ArrayRef<double>(&batch.theta[6 * i], 6), at::kDouble).view({2, 3}));
    const auto theta = at::stack(matrices).to(batch.z.options());
    const auto moved = [&](const torch::Tensor& image) {
        return at::grid_sampler(image, at::affine_grid_generator(theta, image.sizes(), true), 0, 0, true);
    };
    const auto movedMask = moved(mask), movedObject = moved(object);
    return {background * (1 - movedMask) + movedObject * movedMask, movedMask};
}

torch::Tensor PublishedForm::base(const torch::Tensor& images)
{
    auto x = at::leaky_relu(at::conv2d(images, m_d.at("base.0.weight"), {}, 2, 1), leakySlope);
    std::int64_t index = 2;
    for (std::int64_t level = 1; level < m_options.levels(); ++level, index += 3)
        x = at::leaky_relu(norm(m_d, numbered("base", index + 1), at::conv2d(x, m_d.at(numbered("base", index) + ".weight"), {}, 2, 1)), leakySlope);
    return at::leaky_relu(norm(m_d, numbered("base", index + 1), at::conv2d(x, m_d.at(numbered("base", index) + ".weight"), {}, 1, 1)), leakySlope);
}

// K cosines, one after the other
torch::Tensor PublishedForm::logits(const torch::Tensor& h)
{
    const auto identity = torch::eye(m_codes, h.options().requires_grad(false));
    const auto centroids = at::linear(identity, m_d.at("centroids.weight"), m_d.at("centroids.bias"));
    const auto unit = unitRows(h);
    std::vector<torch::Tensor> columns;
    for (std::int64_t k = 0; k < m_codes; ++k)
        columns.push_back((unit * unitRows(centroids[k].unsqueeze(0))).sum(1) / m_options.temperature);
    return at::stack(columns, 1);
}

PublishedForm::Seen PublishedForm::look(const torch::Tensor& images)
{
    const auto x = base(images);
    const auto score = at::conv2d(x, m_d.at("rf_head.0.weight"), m_d.at("rf_head.0.bias"), 4).view({x.size(0), 1});
    const auto info = at::leaky_relu(norm(m_d, "info_head.1", at::conv2d(x, m_d.at("info_head.0.weight"), {}, 1, 1)), leakySlope);
    const auto h = at::conv2d(info, m_d.at("info_head.3.weight"), m_d.at("info_head.3.bias"), 4).view({x.size(0), -1});
    return {logits(h), score, h};
}

torch::Tensor PublishedForm::discriminatorLoss(const torch::Tensor& real, const torch::Tensor& augmented, const Batch& batch, const LossOptions& o)
{
    const Drawn drawn = draw(batch);    // with its graph
    const auto y = drawn.drawing.detach(), masked = (drawn.mask * drawn.drawing).detach();
    const Seen ofReal = look(real), ofDrawn = look(y), ofMasked = look(masked), ofAugmented = look(augmented);
    return o.wAdv * (hingeReal(ofReal.score) + hingeDrawn(ofDrawn.score)) + o.wInfoD * codeCrossEntropy(ofDrawn.logits, batch.codes)
        + o.wMasked * codeCrossEntropy(ofMasked.logits, batch.codes) + o.wContrast * contrastive(at::cat({ofReal.h, ofAugmented.h}), m_options.temperature)
        + o.wEntropy * entropyEach(ofReal.logits) + o.wMarginal * entropyAll(ofReal.logits);
}

torch::Tensor PublishedForm::generatorLoss(const Batch& batch, const LossOptions& o)
{
    const Drawn drawn = draw(batch);
    const Seen ofDrawn = look(drawn.drawing), ofMasked = look(drawn.mask * drawn.drawing);
    return -o.wAdv * ofDrawn.score.mean() + o.wInfoG * codeCrossEntropy(ofDrawn.logits, batch.codes) + o.wMasked * codeCrossEntropy(ofMasked.logits, batch.codes)
        + o.wArea * (maskAreaLow(drawn.mask, o.areaMin) + maskAreaHigh(drawn.mask, o.areaMax)) + o.wBinary * maskBinaryEntropy(drawn.mask);
}

void PublishedForm::adam(TensorMap& parameters, double learningRate)
{
    const at::NoGradGuard noGrad;
    constexpr double beta1 = 0.5, beta2 = 0.999, epsilon = 1e-8;
    for (auto& [name, parameter] : parameters) {
        if (!parameter.grad().defined())
            continue;
        torch::Tensor &first = m_moments[name + " first"], &second = m_moments[name + " second"];
        if (!first.defined()) {
            first = torch::zeros_like(parameter);
            second = torch::zeros_like(parameter);
        }
        const auto step = static_cast<double>(++m_steps[name]);
        first.mul_(beta1).add_(parameter.grad(), 1 - beta1);
        second.mul_(beta2).addcmul_(parameter.grad(), parameter.grad(), 1 - beta2);
        const auto divisor = (second.sqrt() / std::sqrt(1 - std::pow(beta2, step))).add_(epsilon);
        parameter.addcdiv_(first, divisor, -learningRate / (1 - std::pow(beta1, step)));
    }
    for (TensorMap* all : {&m_g, &m_d})
        for (auto& [name, parameter] : *all)
            parameter.mutable_grad().reset();
}

} // namespace plumage::model
