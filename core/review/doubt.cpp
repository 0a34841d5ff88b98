// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/review/doubt.h"

#include "core/base/half.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace plumage::review {
namespace {

constexpr std::size_t looked = 4096;    // photos whose neighbourhood is looked at
constexpr std::size_t nearest = 15;

using Vector = std::vector<float>;

Vector vectorOf(const embedding::HalfRows& points, std::uint32_t row)
{
    Vector values;
    for (const std::uint16_t bits : points.row(row))
        values.push_back(floatFromHalf(bits));
    return values;
}

float dot(const Vector& a, const Vector& b)
{
    float sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        sum += a[i] * b[i];
    return sum;
}

double distance(float cosine)
{
    return std::sqrt(std::max(0.0, 2.0 - 2.0 * static_cast<double>(cosine)));
}

struct Candidate { double score; std::uint32_t row; Vector vector; };

} // namespace

std::vector<std::uint32_t> worthAsking(const DoubtInput& input, std::size_t wanted)
{
    const std::size_t each = input.neighboursEach;
    if (each == 0 || wanted == 0)
        return {};
    const std::size_t rows = std::min({input.doubt.size(), input.clusters.size(), input.settled.size(), input.neighbours.size() / each, input.points.rows()});
    std::vector<std::uint32_t> open;
    for (std::uint32_t row = 0; row < rows; ++row)
        if (input.settled[row] == 0 && input.clusters[row] != 0)
            open.push_back(row);
    std::ranges::stable_sort(open, std::greater<>(), [&](std::uint32_t row) { return input.doubt[row]; });
    open.resize(std::min(open.size(), looked));

    std::vector<Candidate> candidates;
    std::vector<double> distances;
    for (const std::uint32_t row : open) {
        Candidate candidate{0, row, vectorOf(input.points, row)};
        double sum = 0;
        std::size_t count = 0;
        for (const std::uint32_t other : input.neighbours.subspan(row * each, std::min(each, nearest)))
            if (other < input.points.rows() && other != row) {
                const float cosine = dot(candidate.vector, vectorOf(input.points, other));
                sum += static_cast<double>(cosine);
                distances.push_back(distance(cosine));
                ++count;
            }
        candidate.score = count == 0 ? 0 : static_cast<double>(input.doubt[row]) * sum / static_cast<double>(count);
        candidates.push_back(std::move(candidate));
    }
    std::ranges::stable_sort(candidates, std::greater<>(), &Candidate::score);
    double apart = 0;
    if (!distances.empty()) {
        const auto middle = distances.begin() + static_cast<std::ptrdiff_t>(distances.size() / 2);
        std::ranges::nth_element(distances, middle);
        apart = *middle;
    }

    std::vector<const Candidate*> taken;
    std::map<std::uint32_t, std::size_t> ofCluster;
    for (const Candidate& candidate : candidates) {
        if (taken.size() == wanted)
            break;
        std::size_t& count = ofCluster[input.clusters[candidate.row]];
        const auto isNear = [&](const Candidate* other) { return distance(dot(candidate.vector, other->vector)) < apart; };
        if (count >= std::max<std::size_t>(1, wanted / 4) || std::ranges::any_of(taken, isNear))
            continue;
        ++count;
        taken.push_back(&candidate);
    }
    std::vector<std::uint32_t> found;
    for (const Candidate* candidate : taken)
        found.push_back(candidate->row);
    return found;
}

} // namespace plumage::review
