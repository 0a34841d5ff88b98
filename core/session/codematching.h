// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/curation/commands.h"

#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace plumage::session {

// A photo as a new run's snapshot shows it, and where it lay before: its effective cluster by labels and the old run (nothing = nowhere).
struct Sighting {
    PhotoId photo;
    CodeIndex code;                          // the best one; 0xFFFF = the new run has none for it
    std::optional<ClusterId> cluster;
};

// What a code of the new run is taken for; shown before it is applied.
struct Proposal {
    CodeIndex code;
    std::optional<ClusterId> cluster;        // resolved and listed; nothing: a new cluster (Curator::adoptCodes)
    std::int64_t photos = 0, agreeing = 0;   // with this code; of these, in `cluster` (without one: in the best candidate, if any)
    bool operator==(const Proposal&) const = default;
};

struct MatchRule {
    double share = 0.5;                      // of a code's weighted photos that must lie in the cluster
    std::int64_t votes = 3;                  // weighted photos that must lie there
    std::int64_t labelVotes = 4;             // what a photo with a human label counts; others count 1
};

// Ascending codes, one proposal for each that a photo has. A code goes to the cluster in which most of its photos lay, if the rule is met; at a tie to one
// about which the person decided something (name, label, state, merge, group, key, notes), then to the lower id. Clusters about which the person decided
// something may get many codes, for a run over-clusters on purpose; of the others, which are only the old run's opinion, each gets its best code, so that a
// pile that the new run sees in parts falls apart. Photos that were put away do not count. O(photos log codes).
std::vector<Proposal> proposeCodes(const curation::State& state, std::span<const Sighting> sightings, const MatchRule& rule = {});

// Those with a cluster, as curation::matchCodes takes them.
std::vector<std::pair<CodeIndex, ClusterId>> matched(std::span<const Proposal> proposals);

} // namespace plumage::session
