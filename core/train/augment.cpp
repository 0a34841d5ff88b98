// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/augment.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <unordered_map>

namespace plumage::train {

namespace {

constexpr double pi = std::numbers::pi;
constexpr int cropDraws = 10;    // tries until a random rectangle fits

at::Tensor uniform(at::IntArrayRef shape, double low, double high, const at::Generator& random, at::Device device)
{
    return at::empty(shape, at::TensorOptions(at::kFloat).device(device)).uniform_(low, high, random);
}

// 1 or -1, each with probability one half; 1 if mirroring is off
at::Tensor drawFlips(std::int64_t count, bool flips, const at::Generator& random, at::Device device)
{
    if (!flips)
        return at::ones({count}, at::TensorOptions(at::kFloat).device(device));
    return uniform({count}, 0, 1, random, device).lt_(0.5).mul_(-2).add_(1);
}

// A uniform place for a rectangle of this share of the photo's side: its centre in [-1,1]
at::Tensor drawCentre(const at::Tensor& share, const at::Generator& random)
{
    return uniform(share.sizes(), -1, 1, random, share.device()).mul_(1 - share);
}

// Output [-1,1]^2 -> the photo's [-1,1]^2: [N,2,3]. Turning happens in pixels of equal sides, hence the aspect.
at::Tensor cropMatrix(const Crops& crops, const at::Tensor& aspect)
{
    const at::Tensor width = crops.width * crops.flip;
    if (!crops.turn.defined()) {
        const at::Tensor zero = at::zeros_like(width);
        return at::stack({width, zero, crops.centreX, zero, crops.height, crops.centreY}, 1).view({-1, 2, 3});
    }
    const at::Tensor c = crops.turn.cos(), s = crops.turn.sin();
    return at::stack({width * c, -crops.height * s / aspect, crops.centreX, width * s * aspect, crops.height * c, crops.centreY}, 1).view({-1, 2, 3});
}

at::Tensor luma(const at::Tensor& images)    // [N,3,S,S] -> [N,1,S,S]
{
    return (images.select(1, 0) * 0.299).add_(images.select(1, 1), 0.587).add_(images.select(1, 2), 0.114).unsqueeze_(1);
}

// What hueMatrix needs, on a device: made once, for a copy to a device waits for it.
struct HueBasis {
    at::Tensor identity, chroma, turn;    // I, A, B below: [3,3] f32
};
const HueBasis& hueBasis(at::Device device)
{
    static auto& known = *new std::unordered_map<at::Device, HueBasis>;    // never destroyed: a device may be gone before
    if (const auto found = known.find(device); found != known.end())
        return found->second;
    // YIQ = T RGB; A = T^-1 diag(0,1,1) T; B = T^-1 [0 0 0; 0 0 -1; 0 1 0] T
    static constexpr double toYiq[3][3] = {{0.299, 0.587, 0.114}, {0.596, -0.274, -0.322}, {0.211, -0.523, 0.312}};
    static constexpr double chroma[3][3] = {{0, 0, 0}, {0, 1, 0}, {0, 0, 1}}, turn[3][3] = {{0, 0, 0}, {0, 0, -1}, {0, 1, 0}};
    const auto matrix = [](const double(&m)[3][3]) { return at::from_blob(const_cast<double*>(&m[0][0]), {3, 3}, at::kDouble); };
    const at::Tensor t = matrix(toYiq), back = at::linalg_inv(t);
    const auto onRgb = [&](const double(&m)[3][3]) { return back.matmul(matrix(m)).matmul(t).to(device, at::kFloat); };
    return known[device] = {at::eye(3).to(device), onRgb(chroma), onRgb(turn)};
}

// Turns of hue in YIQ as matrices on RGB, I + (cos - 1) A + sin B with A = I - luma projection: [N,3,3]. No turn is exactly the identity.
at::Tensor hueMatrix(const at::Tensor& radians)
{
    const HueBasis& basis = hueBasis(radians.device());
    return basis.identity + (radians.cos() - 1).view({-1, 1, 1}) * basis.chroma + radians.sin().view({-1, 1, 1}) * basis.turn;
}

at::Tensor toSigned(at::Tensor bytes)    // [0,255] -> [-1,1], in place
{
    return bytes.mul_(2.0 / 255.0).sub_(1.0);
}

} // namespace

ViewStrengths viewStrengths(const ViewOptions& options)
{
    ViewStrengths s;
    double jitter = options.jitter;
    if (options.colourClue == Clue::no) {
        jitter *= 1.5;
        s.grayShare = 0.5;
    }
    s.brightness = s.contrast = s.saturation = std::min(1.0, 0.4 * jitter);    // factors stay positive
    s.hue = 0.1 * jitter;
    if (options.colourClue == Clue::yes) {
        s.hue = 0;
        s.saturation = 0.2 * jitter;
        s.grayShare = 0;
    }
    if (options.sizeClue)
        s.areaLow = 0.6;
    s.flips = !options.leftRightDiffer;
    s.rotates = !options.rightWayUp;
    return s;
}

Crops centreCrops(const at::Tensor& aspect, double realCrop)
{
    Crops crops;
    crops.width = aspect.reciprocal().clamp_max_(1).mul_(realCrop);    // the side is a share of the short side
    crops.height = aspect.clamp_max(1).mul_(realCrop);
    crops.centreX = crops.centreY = at::zeros_like(aspect);
    crops.flip = at::ones_like(aspect);
    return crops;
}

Crops realCrops(const at::Tensor& aspect, double realCrop, bool flips, const at::Generator& random)
{
    Crops crops = centreCrops(aspect, realCrop);
    crops.centreX = drawCentre(crops.width, random);
    crops.centreY = drawCentre(crops.height, random);
    crops.flip = drawFlips(aspect.size(0), flips, random, aspect.device());
    return crops;
}

Crops augmentedCrops(const at::Tensor& aspect, const ViewStrengths& strengths, const at::Generator& random)
{
    const std::int64_t count = aspect.size(0);
    const double ratioHigh = 4.0 / 3.0, ratioLow = 1 / ratioHigh;
    const at::Tensor area = uniform({cropDraws, count}, strengths.areaLow, 1, random, aspect.device());
    const at::Tensor ratio = uniform({cropDraws, count}, std::log(ratioLow), std::log(ratioHigh), random, aspect.device()).exp_();
    // the last row always fits: the largest centred rectangle whose shape is allowed
    const at::Tensor fallback = aspect.clamp(ratioLow, ratioHigh);
    const at::Tensor widths = at::cat({(area * ratio / aspect).sqrt_(), (fallback / aspect).clamp_max_(1).unsqueeze_(0)});
    const at::Tensor heights = at::cat({(area * aspect / ratio).sqrt_(), (aspect / fallback).clamp_max_(1).unsqueeze_(0)});
    const at::Tensor first = at::max(widths, heights).le_(1).argmax(0, true);    // [1,N] the first draw that fits
    Crops crops;
    crops.width = widths.gather(0, first).squeeze_(0);
    crops.height = heights.gather(0, first).squeeze_(0);
    const at::Tensor drawn = first.squeeze(0) != cropDraws;    // 1 where a draw fitted
    crops.centreX = drawCentre(crops.width, random).mul_(drawn);
    crops.centreY = drawCentre(crops.height, random).mul_(drawn);
    crops.flip = drawFlips(count, strengths.flips, random, aspect.device());
    if (strengths.rotates)
        crops.turn = uniform({count}, -pi, pi, random, aspect.device());
    return crops;
}

ColourChange drawColourChange(std::int64_t count, const ViewStrengths& strengths, const at::Generator& random)
{
    const at::Device device = random.device();
    const at::Tensor share = uniform({2, count}, 0, 1, random, device);
    const at::Tensor changed = share[0] < strengths.colourShare;
    const at::Tensor amounts = uniform({4, count}, -1, 1, random, device).mul_(changed);    // 0 = unchanged
    return {amounts[0] * strengths.brightness + 1, amounts[1] * strengths.contrast + 1, amounts[2] * strengths.saturation + 1,
        amounts[3] * (2 * pi * strengths.hue), (share[1] < strengths.grayShare).to(at::kFloat)};
}

at::Tensor changeColour(at::Tensor images, const ColourChange& change)
{
    const auto perImage = [](const at::Tensor& values) { return values.view({-1, 1, 1, 1}); };
    images.mul_(perImage(change.brightness)).clamp_(0, 1);
    const at::Tensor contrast = perImage(change.contrast);
    const at::Tensor mean = luma(images).mean({2, 3}, true).mul_(1 - contrast);
    images.mul_(contrast).add_(mean).clamp_(0, 1);
    const at::Tensor saturation = perImage(change.saturation);
    const at::Tensor grey = luma(images).mul_(1 - saturation);
    images.mul_(saturation).add_(grey).clamp_(0, 1);
    images = at::bmm(hueMatrix(change.hue), images.flatten(2)).view_as(images).clamp_(0, 1);
    return images.lerp_(luma(images).expand_as(images), perImage(change.gray));
}

at::Tensor cutViews(const PhotoStore::Rows& rows, const std::vector<Crops>& views, std::int64_t side)
{
    const std::int64_t count = rows.images.size(0), viewCount = static_cast<std::int64_t>(views.size());
    std::vector<at::Tensor> grids, weights;
    bool turned = false;
    for (const Crops& crops : views) {
        grids.push_back(at::affine_grid_generator(cropMatrix(crops, rows.aspect), {count, 3, side, side}, false));
        const double pixels = static_cast<double>(rows.images.size(3)) / static_cast<double>(side);    // of the store per pixel of the view, whole photo
        weights.push_back((crops.width * crops.height).sqrt_().mul_(pixels).log2_().clamp_(0, 1));
        turned |= crops.turn.defined();
    }
    const at::Tensor grid = at::cat(grids, 1);                                    // [N,V*S,S,2]: all views of a photo in one sample
    const int bilinear = 0, border = 1, mirrored = 2, padding = turned ? mirrored : border;
    const at::Tensor fine = at::grid_sampler_2d(rows.images, grid, bilinear, padding, false);
    const at::Tensor coarse = at::grid_sampler_2d(rows.halves, grid, bilinear, padding, false);
    const auto perView = [&](const at::Tensor& sampled) { return sampled.view({count, 3, viewCount, side, side}).permute({2, 0, 1, 3, 4}); };
    return at::lerp(perView(fine), perView(coarse), at::stack(weights).view({viewCount, count, 1, 1, 1})).contiguous();
}

TrainViews trainViews(const PhotoStore::Rows& rows, const ViewOptions& options, std::int64_t side, const at::Generator& random)
{
    const ViewStrengths strengths = viewStrengths(options);
    const at::Tensor views = cutViews(rows,
        {realCrops(rows.aspect, options.realCrop, strengths.flips, random), augmentedCrops(rows.aspect, strengths, random)}, side);
    const at::Tensor coloured = changeColour(views[1].div_(255), drawColourChange(rows.aspect.size(0), strengths, random));
    return {toSigned(views[0]), coloured.mul(2).sub_(1)};
}

at::Tensor evaluationViews(const PhotoStore::Rows& rows, const ViewOptions& options, std::int64_t side)
{
    return toSigned(cutViews(rows, {centreCrops(rows.aspect, options.realCrop)}, side)[0]);
}

at::Tensor drawTheta(std::int64_t count, const ViewOptions& options, const at::Generator& random)
{
    if (options.perturbation == Perturbation::none)
        return {};
    const bool weak = options.perturbation == Perturbation::weak || options.sizeClue;
    const double angle = !options.rightWayUp ? pi : (weak ? 2.0 : 15.0) * pi / 180, shift = weak ? 0.08 : 0.15;
    const at::Tensor draws = uniform({4, count}, -1, 1, random, random.device());
    const at::Tensor scale = weak ? draws[0] * 0.1 + 1.0 : draws[0] * 0.35 + 1.15;    // U(0.9,1.1), U(0.8,1.5)
    const at::Tensor turn = draws[1] * angle, x = draws[2] * shift, y = draws[3] * shift;
    const at::Tensor c = scale * turn.cos(), s = scale * turn.sin();
    return at::stack({c, -s, x, s, c, y}, 1).view({count, 2, 3});
}

} // namespace plumage::train
