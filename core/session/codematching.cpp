// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/codematching.h"

#include <map>
#include <set>
#include <tuple>

namespace plumage::session {
namespace {

using curation::State;

constexpr CodeIndex noCode{0xFFFF};

struct Count { std::int64_t photos = 0, votes = 0; };

struct CodeCount {
    Count all;
    std::map<ClusterId, Count> byCluster;    // resolved and listed ones
};

void add(Count& count, std::int64_t votes)
{
    ++count.photos;
    count.votes += votes;
}

std::map<CodeIndex, CodeCount> countCodes(const State& state, std::span<const Sighting> sightings, const MatchRule& rule)
{
    std::map<CodeIndex, CodeCount> codes;
    for (const Sighting& sighting : sightings) {
        if (sighting.code == noCode || state.isAway(sighting.photo))
            continue;
        const std::int64_t votes = state.label(sighting.photo) ? rule.labelVotes : 1;
        CodeCount& code = codes[sighting.code];
        add(code.all, votes);
        if (const std::optional<ClusterId> cluster = sighting.cluster ? std::optional(state.resolve(*sighting.cluster)) : std::nullopt;
            cluster && state.isListed(*cluster))
            add(code.byCluster[*cluster], votes);
    }
    return codes;
}

// Clusters that are more than a run's opinion.
std::set<ClusterId> decidedClusters(const State& state)
{
    std::set<ClusterId> decided;
    for (const auto& [id, row] : state.clusters()) {
        if (row.mergedInto)
            decided.insert(state.resolve(id));
        else if (!row.name.empty() || !row.notes.empty() || row.key != 0 || row.parent || row.state != decltype(row.state){})
            decided.insert(id);
    }
    for (PhotoId photo{1}; photo <= state.lastPhoto(); ++photo.value)
        if (const std::optional<ClusterId> cluster = state.labelledCluster(photo))
            decided.insert(*cluster);
    return decided;
}

bool meets(const MatchRule& rule, const CodeCount& code, const Count& count)
{
    return count.votes >= rule.votes && static_cast<double>(count.votes) >= rule.share * static_cast<double>(code.all.votes);
}

} // namespace

std::vector<Proposal> proposeCodes(const State& state, std::span<const Sighting> sightings, const MatchRule& rule)
{
    const std::set<ClusterId> decided = decidedClusters(state);
    std::vector<Proposal> proposals;
    std::map<ClusterId, std::size_t> bestOf;    // of undecided clusters: the proposal that has it so far
    for (const auto& [index, code] : countCodes(state, sightings, rule)) {
        std::optional<ClusterId> best;
        Count count;
        const auto rank = [&](ClusterId id, const Count& votes) { return std::tuple(votes.votes, decided.contains(id), -id.value); };
        for (const auto& [id, votes] : code.byCluster)
            if (!best || rank(id, votes) > rank(*best, count)) {
                best = id;
                count = votes;
            }
        Proposal proposal{index, best, code.all.photos, count.photos};
        if (!best || !meets(rule, code, count)) {
            proposal.cluster.reset();
        } else if (!decided.contains(*best)) {
            const auto [holder, isFirst] = bestOf.emplace(*best, proposals.size());
            if (!isFirst && proposals[holder->second].agreeing >= count.photos) {
                proposal.cluster.reset();
            } else if (!isFirst) {
                proposals[holder->second].cluster.reset();
                holder->second = proposals.size();
            }
        }
        proposals.push_back(proposal);
    }
    return proposals;
}

std::vector<std::pair<CodeIndex, ClusterId>> matched(std::span<const Proposal> proposals)
{
    std::vector<std::pair<CodeIndex, ClusterId>> pairs;
    for (const Proposal& proposal : proposals)
        if (proposal.cluster)
            pairs.emplace_back(proposal.code, *proposal.cluster);
    return pairs;
}

} // namespace plumage::session
