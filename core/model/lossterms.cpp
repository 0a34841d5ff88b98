// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/lossterms.h"

#include <ATen/Functions.h>

#include <array>
#include <utility>

namespace plumage::model {
namespace {

// Weighted terms and their sum.
LossTerms summed(std::initializer_list<std::pair<std::string_view, torch::Tensor>> weighted, std::string_view totalName)
{
    LossTerms result;
    for (const auto& [name, value] : weighted) {
        result.terms.push_back({name, value.detach()});
        result.total = result.total.defined() ? result.total + value : value;
    }
    result.terms.push_back({totalName, result.total.detach()});
    return result;
}

CodeTargets targets(const Discriminator& d, const torch::Tensor& codes)
{
    return {d->centroids(), d->active, codes, d->temperature};
}

// Mean of x and x+ of the labelled slots, over their weights. h [4N,E]: x, y, m'·y, x+; realLogits [N,kMax].
torch::Tensor labelTerm(const torch::Tensor& h, const torch::Tensor& realLogits, const CodeTargets& t, const LabelTargets* labels)
{
    if (!labels)
        return torch::zeros({}, h.options());
    const std::int64_t slots = labels->weight.size(0), end = h.size(0);
    const auto augmented = codeLogits(h.narrow(0, end - slots, slots), t.centroids, t.active, t.temperature);
    const auto plain = realLogits.narrow(0, realLogits.size(0) - slots, slots);
    const auto each = (disagreement(plain, labels->allowed) + disagreement(augmented, labels->allowed)) / 2;
    return (each * labels->weight).sum() / labels->weight.sum().clamp_min(1);
}

} // namespace

LossTerms discriminatorTerms(const DiscriminatorOutput& output, const CodeTargets& t, const LossOptions& o, const RealTargets& realTargets)
{
    const std::int64_t n = t.codes.size(0);
    const auto h = output.embedding;
    // x, y and m'·y; x+ has no logits
    const auto logits = codeLogits(h.narrow(0, 0, 3 * n), t.centroids, t.active, t.temperature);
    const auto real = logits.narrow(0, 0, n);
    const auto views = at::cat({h.narrow(0, 0, n), h.narrow(0, 3 * n, n)});
    const LabelTargets* labels = realTargets.labels;
    const std::int64_t labelled = labels ? labels->weight.size(0) : 0;
    const auto ordinary = real.narrow(0, 0, n - labelled);
    return summed({{"d.real_adv", o.wAdv * hingeReal(output.score.narrow(0, 0, n))},
                      {"d.fake_adv", o.wAdv * hingeDrawn(output.score.narrow(0, n, n))},
                      {"d.info", o.wInfoD * codeCrossEntropy(logits.narrow(0, n, n), t.codes)},
                      {"d.info_masked", o.wMasked * codeCrossEntropy(logits.narrow(0, 2 * n, n), t.codes)},
                      {"d.contrastive", o.wContrast * (labels ? contrastive(views, labels->groups, t.temperature) : contrastive(views, t.temperature))},
                      {"d.entropy_each", o.wEntropy * entropyEach(ordinary)},
                      {"d.entropy_all", o.wMarginal * entropyAll(ordinary, realTargets.queue)},
                      {"d.label", o.wLabel * labelTerm(h, real, t, labels)}},
        "d.total");
}

LossTerms generatorTerms(const DiscriminatorOutput& output, const torch::Tensor& movedMask, const CodeTargets& t, const LossOptions& o)
{
    const std::int64_t n = t.codes.size(0);
    const auto logits = codeLogits(output.embedding, t.centroids, t.active, t.temperature);
    LossTerms result = summed({{"g.adv", -o.wAdv * output.score.narrow(0, 0, n).mean()},
                                  {"g.info", o.wInfoG * codeCrossEntropy(logits.narrow(0, 0, n), t.codes)},
                                  {"g.info_masked", o.wMasked * codeCrossEntropy(logits.narrow(0, n, n), t.codes)},
                                  {"g.mask_area_low", o.wArea * maskAreaLow(movedMask, o.areaMin)},
                                  {"g.mask_area_high", o.wArea * maskAreaHigh(movedMask, o.areaMax)},
                                  {"g.mask_binary_entropy", o.wBinary * maskBinaryEntropy(movedMask)}},
        "g.total");
    result.maskMean = movedMask.detach().mean();
    return result;
}

LossTerms discriminatorLoss(Generator& g, Discriminator& d, const torch::Tensor& realViews, const torch::Tensor& augmentedViews,
    const DrawingInput& drawings, const LossOptions& options, const RealTargets& real)
{
    GeneratorOutput drawn;
    torch::Tensor masked;
    {
        torch::NoGradGuard noGrad;
        drawn = g->forward(drawings);
        masked = drawn.maskedDrawing();
    }
    // the buffers move in the order x, y, m'·y, x+ (METHOD.md section 3)
    const std::array views{realViews, drawn.drawing, masked, augmentedViews};
    LossTerms result = discriminatorTerms(d->forwardViews(views, 2), targets(d, drawings.codes), options, real);
    result.maskMean = drawn.movedMask.mean();
    return result;
}

LossTerms generatorLoss(Generator& g, Discriminator& d, const DrawingInput& drawings, const LossOptions& options)
{
    const GeneratorOutput drawn = g->forward(drawings);
    const std::array views{drawn.drawing, drawn.maskedDrawing()};
    const FrozenParameters frozen(*d);
    return generatorTerms(d->forwardViews(views, 1), drawn.movedMask, targets(d, drawings.codes), options);
}

} // namespace plumage::model
