// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/embedding/similarity.h"

#include "core/base/error.h"
#include "core/base/half.h"

#include <algorithm>
#include <cmath>
#include <string>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace plumage::embedding {
namespace {

constexpr std::size_t lanes = 8;

std::vector<float> unit(std::span<const float> query, std::size_t width)
{
    if (query.size() != width)
        throw Error(ErrorCode::shapeMismatch, "query of width " + std::to_string(query.size()));
    double sum = 0;
    for (const float value : query)
        sum += static_cast<double>(value) * static_cast<double>(value);
    std::vector<float> scaled(query.begin(), query.end());
    const auto by = static_cast<float>(sum > 0 ? 1 / std::sqrt(sum) : 0);
    for (float& value : scaled)
        value *= by;
    return scaled;
}

float dotPlain(const std::uint16_t* row, const float* query, std::size_t width)
{
    double sum = 0;
    for (std::size_t i = 0; i < width; ++i)
        sum += static_cast<double>(floatFromHalf(row[i])) * static_cast<double>(query[i]);
    return static_cast<float>(sum);
}

#if defined(__x86_64__)
// Two chains of sums, so that one multiplication need not wait for the one before.
__attribute__((target("avx2,fma,f16c"))) float dotFast(const std::uint16_t* row, const float* query, std::size_t width)
{
    __m256 first = _mm256_setzero_ps(), second = _mm256_setzero_ps();
    std::size_t i = 0;
    for (; i + 2 * lanes <= width; i += 2 * lanes) {
        const auto* halves = reinterpret_cast<const __m128i*>(row + i);
        first = _mm256_fmadd_ps(_mm256_cvtph_ps(_mm_loadu_si128(halves)), _mm256_loadu_ps(query + i), first);
        second = _mm256_fmadd_ps(_mm256_cvtph_ps(_mm_loadu_si128(halves + 1)), _mm256_loadu_ps(query + i + lanes), second);
    }
    alignas(32) float sums[lanes];
    _mm256_store_ps(sums, _mm256_add_ps(first, second));
    float sum = 0;
    for (const float value : sums)
        sum += value;
    return sum + dotPlain(row + i, query + i, width - i);
}

bool hasFast()
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c");
}
#else
float dotFast(const std::uint16_t* row, const float* query, std::size_t width) { return dotPlain(row, query, width); }
bool hasFast() { return false; }
#endif

template<class Dot> std::vector<float> all(const HalfRows& points, std::span<const float> query, Dot dot)
{
    const std::vector<float> scaled = unit(query, points.width);
    std::vector<float> result(points.rows());
    for (std::size_t row = 0; row < result.size(); ++row)
        result[row] = dot(points.row(row).data(), scaled.data(), points.width);
    return result;
}

} // namespace

std::vector<float> cosines(const HalfRows& points, std::span<const float> query)
{
    return hasFast() ? all(points, query, dotFast) : all(points, query, dotPlain);
}

std::vector<float> cosinesPlain(const HalfRows& points, std::span<const float> query)
{
    return all(points, query, dotPlain);
}

std::vector<float> meanDirection(const HalfRows& points, std::span<const std::uint32_t> rows)
{
    std::vector<double> sum(points.width, 0);
    for (const std::uint32_t row : rows)
        for (std::size_t i = 0; i < points.width; ++i)
            sum[i] += static_cast<double>(floatFromHalf(points.row(row)[i]));
    double length = 0;
    for (const double value : sum)
        length += value * value;
    std::vector<float> mean(points.width, 0);
    if (length > 1e-12)
        std::ranges::transform(sum, mean.begin(), [by = 1 / std::sqrt(length)](double value) { return static_cast<float>(value * by); });
    return mean;
}

std::vector<float> toFloats(const HalfRows& points, std::span<const std::uint32_t> rows)
{
    std::vector<float> values;
    values.reserve(rows.size() * points.width);
    for (const std::uint32_t row : rows)
        for (const std::uint16_t bits : points.row(row))
            values.push_back(floatFromHalf(bits));
    return values;
}

} // namespace plumage::embedding
