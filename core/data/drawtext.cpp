// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/drawtext.h"

#include <opencv2/imgproc.hpp>

namespace plumage::data {
namespace {

constexpr int font = cv::FONT_HERSHEY_SIMPLEX;
constexpr double capitalHeight = 21;    // of this font at scale 1, pixels

} // namespace

std::string asciiText(std::string_view utf8)
{
    std::string text;
    for (const char c : utf8) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x20 && byte < 0x7f)
            text += c;
        else if (byte < 0x80)
            text += ' ';
        else if (byte >= 0xc0)    // first byte of a longer character
            text += '?';
    }
    return text;
}

void drawText(cv::Mat& picture, std::string_view text, cv::Point at, int height, const cv::Scalar& colour)
{
    cv::putText(picture, asciiText(text), at, font, height / capitalHeight, colour, 1, cv::LINE_AA);
}

int textWidth(std::string_view text, int height)
{
    int baseLine = 0;
    return cv::getTextSize(asciiText(text), font, height / capitalHeight, 1, &baseLine).width;
}

std::string shortened(std::string_view text, int height, int width)
{
    std::string line = asciiText(text);
    if (textWidth(line, height) <= width)
        return line;
    while (!line.empty() && textWidth(line + "..", height) > width)
        line.pop_back();
    return line + "..";
}

} // namespace plumage::data
