// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <opencv2/core/mat.hpp>
#include <string>
#include <vector>

// Bytes of good and bad picture files, made at run time: what a careless folder of photos may hold.
namespace photocorpus {

// [height,width] CV_8UC3 RGB: left upper quarter red, right upper green, left lower blue, right lower white.
cv::Mat quarters(int width, int height);
std::string encoded(const char* ending, const cv::Mat& rgb, const std::vector<int>& parameters = {});    // ".jpg", ".png", …

std::string withOrientation(const std::string& jpeg, int orientation);    // EXIF, 1..8
std::string cmykJpeg();                                                   // 16 x 8: left half red, right half cyan
std::string hugeGreyJpeg(int side);                                       // mid grey, 3/32 byte per pixel; side: a multiple of 16

// A PNG from its parts. rows: as the format wants them, a filter byte before each. chunks: before the picture data.
std::string png(int width, int height, int bitDepth, int colourType, const std::string& rows, const std::string& chunks = {});
std::string pngChunk(const std::string& name, const std::string& data);
std::string palettePng();         // 16 x 8: left half red, right half transparent
std::string greyAlphaPng();       // 16 x 8: left half black, right half black but transparent
std::string hugePng(int side);    // black and white, one bit per pixel, all black

std::string tiffWithOrientation(const cv::Mat& rgb, int orientation);    // without compression
std::string animatedWebp(const std::string& first, const std::string& second, int width, int height);    // of two lossless WebP files

} // namespace photocorpus
