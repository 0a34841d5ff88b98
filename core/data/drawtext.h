// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <opencv2/core/mat.hpp>
#include <string>
#include <string_view>

namespace plumage::data {

inline const cv::Scalar ink{38, 40, 43}, paleInk{120, 124, 130}, gridLine{226, 228, 231}, paper{255, 255, 255};
inline const cv::Scalar generatedViolet{124, 58, 237};    // of everything that the network drew, and of nothing else

// OpenCV's built-in font knows ASCII only: every other character becomes one '?', line breaks become spaces.
std::string asciiText(std::string_view utf8);

// One line, anti-aliased; `height` is that of a capital letter in pixels, `at` the left end of the base line.
void drawText(cv::Mat& picture, std::string_view text, cv::Point at, int height, const cv::Scalar& colour = ink);
int textWidth(std::string_view text, int height);    // pixels
std::string shortened(std::string_view text, int height, int width);    // ends in ".." if it does not fit

} // namespace plumage::data
