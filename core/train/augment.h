// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/trainoptions.h"
#include "core/train/photostore.h"

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

namespace plumage::train {

// Strengths that follow from the person's four answers. METHOD.md section 5.
struct ViewStrengths {
    double areaLow = 0.2;                                    // x+: share of the photo's area, up to 1
    double brightness = 0.4, contrast = 0.4, saturation = 0.4;    // factors 1 +- this
    double hue = 0.1;                                        // turns, +-
    double colourShare = 0.8, grayShare = 0.2;               // probability
    bool flips = true, rotates = false;
};
ViewStrengths viewStrengths(const ViewOptions& options);

// A rectangle of each photo. Lengths in shares of the photo's width or height, centres in its [-1,1]^2, all [N] f32.
struct Crops {
    at::Tensor width, height, centreX, centreY;
    at::Tensor flip;     // [N] f32, 1 or -1 (mirrored)
    at::Tensor turn;     // [N] f32 radians, or undefined
};
Crops realCrops(const at::Tensor& aspect, double realCrop, bool flips, const at::Generator& random);
Crops augmentedCrops(const at::Tensor& aspect, const ViewStrengths& strengths, const at::Generator& random);
Crops centreCrops(const at::Tensor& aspect, double realCrop);

// Colour changes of each image, all [N] f32; hue in radians, gray 1 or 0.
struct ColourChange {
    at::Tensor brightness, contrast, saturation, hue, gray;
};
ColourChange drawColourChange(std::int64_t count, const ViewStrengths& strengths, const at::Generator& random);
at::Tensor changeColour(at::Tensor images /* [N,3,S,S] f32 in [0,1]; overwritten */, const ColourChange& change);

// Cuts several rectangles of each photo in one grid sample per level. Result [V,N,3,S,S] f32 in [0,255].
at::Tensor cutViews(const PhotoStore::Rows& rows, const std::vector<Crops>& views, std::int64_t side /* S */);

struct TrainViews {
    at::Tensor real, augmented;    // x, x+: [N,3,S,S] f32 in [-1,1]
};
TrainViews trainViews(const PhotoStore::Rows& rows, const ViewOptions& options, std::int64_t side, const at::Generator& random);
at::Tensor evaluationViews(const PhotoStore::Rows& rows, const ViewOptions& options, std::int64_t side);    // [N,3,S,S] in [-1,1]

// T_theta: [N,2,3] f32, output -> input coordinates. Perturbation::none gives an undefined tensor.
at::Tensor drawTheta(std::int64_t count, const ViewOptions& options, const at::Generator& random);

} // namespace plumage::train
