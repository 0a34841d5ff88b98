// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <opencv2/core/mat.hpp>
#include <span>
#include <string>
#include <vector>

namespace plumage::data {

// Colours that people with the common colour-vision defects tell apart; no violet, which is kept for what the network drew. RGB, repeats after 12.
cv::Scalar codeColour(int code);
inline constexpr int codeColours = 12;

// The map of a snapshot: photos as points coloured by code, centroids as numbered diamonds, generated pictures as small hollow violet diamonds.
// From the second dozen of codes on the points have another shape.
struct MapPlot {
    std::string title;
    std::span<const float> photos;                    // [M,2]; rows that are not finite are left out
    std::span<const std::uint16_t> photoCodes;        // [M]
    std::span<const float> centroids;                 // [K,2], of the codes below
    std::span<const std::uint16_t> centroidCodes;     // [K]
    std::span<const float> drawings;                  // [P,2], may be empty
};
// [900,1200] CV_8UC3 RGB with a legend (code and number of photos) at the right. Throws Error shapeMismatch.
cv::Mat drawMap(const MapPlot& plot);

struct Curve {
    std::string name;
    std::vector<float> values;    // one per step below; not finite: a gap
};
struct Strip {
    std::string title;
    std::vector<Curve> curves;    // share one value axis
};
// Strips under each other over a common axis of steps. [220 per strip + 40, 1200] CV_8UC3 RGB. Throws Error shapeMismatch.
cv::Mat drawStrips(std::span<const std::int64_t> steps, std::span<const Strip> strips);

} // namespace plumage::data
