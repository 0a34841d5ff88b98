// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/embedding/descriptor.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace plumage::embedding {
namespace {

constexpr int cells = 4, directions = 8, bins = 6;
constexpr float edgeWeight = 0.7f, spreadWeight = 0.5f;

using Colour = std::array<float, 3>;

// Light, red against green, yellow against blue; each about -1..1.
Colour opponent(const std::uint8_t* pixel)
{
    const float r = pixel[0] / 255.f, g = pixel[1] / 255.f, b = pixel[2] / 255.f;
    return {(r + g + b) * (2 / 3.f) - 1, r - g, (r + g) / 2 - b};
}

} // namespace

std::vector<float> describe(const RgbPicture& picture)
{
    std::vector<float> result(descriptorWidth, 0.f);
    if (picture.width < 1 || picture.height < 1 || picture.bytes.size() < picture.stride * static_cast<std::size_t>(picture.height - 1) + 3u * static_cast<std::size_t>(picture.width))
        return result;
    const auto pixel = [&](int x, int y) { return picture.bytes.data() + picture.stride * static_cast<std::size_t>(y) + 3u * static_cast<std::size_t>(x); };
    std::array<int, cells * cells> counts{};
    for (int y = 0; y < picture.height; ++y)
        for (int x = 0; x < picture.width; ++x) {
            const int cell = y * cells / picture.height * cells + x * cells / picture.width;
            float* out = result.data() + cell * (3 + directions);
            const Colour colour = opponent(pixel(x, y));
            ++counts[static_cast<std::size_t>(cell)];
            for (std::size_t i = 0; i < 3; ++i) {
                out[i] += colour[i];
                const int bin = std::clamp(static_cast<int>((colour[i] + 1) / 2 * bins), 0, bins - 1);
                result[cells * cells * (3 + directions) + i * bins + static_cast<std::size_t>(bin)] += 1;
            }
            const float dx = opponent(pixel(std::min(x + 1, picture.width - 1), y))[0] - opponent(pixel(std::max(x - 1, 0), y))[0];
            const float dy = opponent(pixel(x, std::min(y + 1, picture.height - 1)))[0] - opponent(pixel(x, std::max(y - 1, 0)))[0];
            const double turn = (std::atan2(static_cast<double>(dy), static_cast<double>(dx)) + std::numbers::pi) / (2 * std::numbers::pi) * directions;
            out[3 + std::clamp(static_cast<int>(turn), 0, directions - 1)] += edgeWeight * std::hypot(dx, dy);
        }
    for (int cell = 0; cell < cells * cells; ++cell) {
        const bool middle = cell / cells % 3 != 0 && cell % cells % 3 != 0;
        const float by = (middle ? 2.f : 1.f) / static_cast<float>(std::max(1, counts[static_cast<std::size_t>(cell)]));
        std::for_each_n(result.data() + cell * (3 + directions), 3 + directions, [by](float& value) { value *= by; });
    }
    const float perPixel = spreadWeight * cells / static_cast<float>(picture.width * picture.height);
    std::for_each(result.begin() + cells * cells * (3 + directions), result.end(), [perPixel](float& value) { value *= perPixel; });
    double length = 0;
    for (const float value : result)
        length += static_cast<double>(value) * static_cast<double>(value);
    if (length > 0)
        for (float& value : result)
            value = static_cast<float>(static_cast<double>(value) / std::sqrt(length));
    return result;
}

} // namespace plumage::embedding
