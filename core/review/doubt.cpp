// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/review/doubt.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

namespace plumage::review {
namespace {

constexpr std::size_t looked = 4096;    // photos whose neighbourhood is looked at
constexpr std::size_t nearest = 15;

float cosine(std::span<const float> a, std::span<const float> b)    // of unit vectors
{
    return std::inner_product(a.begin(), a.end(), b.begin(), 0.0F);
}

double distance(float cosine)
{
    return std::sqrt(std::max(0.0, 2.0 - 2.0 * static_cast<double>(cosine)));
}

struct Candidate { double score; std::uint32_t row; std::span<const float> vector; };

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

    const std::vector<float> vectors = embedding::toFloats(input.points, open);
    std::vector<Candidate> candidates;
    std::vector<double> distances;
    for (std::size_t i = 0; i < open.size(); ++i) {
        Candidate candidate{0, open[i], std::span(vectors).subspan(i * input.points.width, input.points.width)};
        std::vector<std::uint32_t> others(input.neighbours.begin() + static_cast<std::ptrdiff_t>(open[i] * each), input.neighbours.begin() + static_cast<std::ptrdiff_t>(open[i] * each + std::min(each, nearest)));
        std::erase_if(others, [&](std::uint32_t other) { return other >= input.points.rows() || other == open[i]; });
        const std::vector<float> theirs = embedding::toFloats(input.points, others);
        double sum = 0;
        for (std::size_t at = 0; at < theirs.size(); at += input.points.width) {
            const float likeness = cosine(candidate.vector, std::span(theirs).subspan(at, input.points.width));
            sum += static_cast<double>(likeness);
            distances.push_back(distance(likeness));
        }
        candidate.score = others.empty() ? 0 : static_cast<double>(input.doubt[open[i]]) * sum / static_cast<double>(others.size());
        candidates.push_back(candidate);
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
        const auto isNear = [&](const Candidate* other) { return distance(cosine(candidate.vector, other->vector)) < apart; };
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
