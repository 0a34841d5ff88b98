// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <opencv2/core/mat.hpp>
#include <stop_token>
#include <string>
#include <vector>

namespace plumage::data {

// The aviary: drawn photos of birds whose kinds differ in plumage only, with the truth in class folders.
struct DemoOptions {
    int species = 10;          // 2..40
    int each = 100;            // photos per species, 1..10,000
    int size = 128;            // pixels a side, 32..512
    std::uint64_t seed = 7;    // the same seed draws the same pixels on every machine
};

// What tells one species from another. Colours are R, G, B in 0..255, lengths in halves of a body.
struct Plumage {
    enum class Wing { plain, bars, spots, rim };
    cv::Vec3b body, wing, head, beak;
    Wing pattern = Wing::plain;
    double beakLength = 0.2, tailLength = 0.4;
    bool crest = false;
    std::string name;    // invented, lower case with hyphens
};

// The first `count` species of a seed; more species never change the first ones.
std::vector<Plumage> demoSpecies(std::uint64_t seed, int count);

// One photo, RGB [size,size] u8: random pose, size, place, mirror, light and background, none of which depends on the plumage.
// Bit-exact for its arguments: plain double arithmetic without library functions, OpenCV's integer polygon filling, integer averaging.
cv::Mat drawDemoPhoto(const Plumage& plumage, int size, std::uint64_t seed, std::uint64_t stream);

// Writes out/01-<name>/0001.png and so on; `out` may exist if it is empty and is complete or absent afterwards. Blocks (two threads); progress is
// called from any of them, one at a time. Throws Error optionOutOfRange, folderNotEmpty, folderNotWritable, diskFull, writeFailed, cancelled.
void drawDemoPhotos(const DemoOptions& options, const std::filesystem::path& out,
    const std::function<void(std::int64_t done, std::int64_t total)>& progress = {}, std::stop_token stop = {});

} // namespace plumage::data
