// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/review/suggestions.h"

#include <algorithm>
#include <map>

namespace plumage::review {
namespace {

constexpr std::size_t asked = 10;
constexpr double majority = 0.6;

struct Vote { ClusterId to; double share = 0; };

// The cluster that most of the nearest photos lie in, and its share of the votes.
Vote voteOf(std::uint32_t own, std::span<const std::uint32_t> nearest, std::span<const std::uint32_t> clusters, std::span<const std::uint8_t> checked)
{
    std::map<std::uint32_t, double> votes;
    double all = 0;
    for (const std::uint32_t row : nearest) {
        if (row >= clusters.size())
            continue;
        const double weight = checked[row] ? 2 : 1;
        all += weight;
        if (clusters[row] != 0)
            votes[clusters[row]] += weight;
    }
    Vote best;
    for (const auto& [cluster, weight] : votes)
        if (cluster != own && weight / all > best.share)
            best = {ClusterId{cluster}, weight / all};
    return best;
}

} // namespace

std::vector<Cohort> suggestions(std::span<const std::uint32_t> clusters, std::span<const std::uint8_t> checked, std::span<const std::uint32_t> neighbours, std::size_t count,
    const std::function<bool(ClusterId, ClusterId)>& isAnswered, const std::function<bool(std::uint32_t, ClusterId)>& isRejected)
{
    std::map<std::pair<ClusterId, ClusterId>, std::vector<std::pair<double, std::uint32_t>>> groups;
    for (std::uint32_t row = 0; count > 0 && row < clusters.size() && (row + 1) * count <= neighbours.size(); ++row) {
        if (checked[row] || clusters[row] == 0)
            continue;
        const Vote vote = voteOf(clusters[row], neighbours.subspan(row * count, std::min(asked, count)), clusters, checked);
        if (vote.share >= majority && !isAnswered(ClusterId{clusters[row]}, vote.to) && !isRejected(row, vote.to))
            groups[{ClusterId{clusters[row]}, vote.to}].emplace_back(-vote.share, row);
    }
    std::vector<Cohort> cohorts;
    for (auto& [ends, rows] : groups) {
        std::ranges::stable_sort(rows);
        Cohort& cohort = cohorts.emplace_back(Cohort{ends.first, ends.second, {}});
        for (const auto& [share, row] : rows)
            cohort.rows.push_back(row);
    }
    std::ranges::stable_sort(cohorts, std::greater<>(), [](const Cohort& cohort) { return cohort.rows.size(); });
    return cohorts;
}

} // namespace plumage::review
