// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/curation/commands.h"

#include <map>
#include <set>

namespace plumage::curation {

// What the plans of this folder share: edits are made against a state and those made before, so that a photo or cluster may be touched twice in one command.
class Planner {
public:
    Planner(const State& state, CommandKind kind) : m_state(state) { m_command.facts.kind = kind; }

    CommandFacts& facts() { return m_command.facts; }
    void setLabel(PhotoId photo, std::optional<project::Label> label);    // no edit if it is so
    void setRejected(PhotoId photo, ClusterId cluster, bool rejected);
    void clearRejection(PhotoId photo, ClusterId cluster);                // of every cluster that means this one now
    void setAway(PhotoId photo, bool away);
    void setExemplar(PhotoId photo, ClusterId cluster, bool in);
    void setCluster(const project::Cluster& cluster);
    void setCode(RunId run, CodeIndex code, ClusterId cluster);
    void setAnswer(const std::string& queue, const std::string& key, const std::string& value);
    ClusterId newCluster(project::Cluster cluster);                       // the id is filled in
    Command take() { return std::move(m_command); }

private:
    const State& m_state;
    Command m_command;
    std::map<ClusterId, project::Cluster> m_clusters;    // as this command leaves them
    std::int64_t m_made = 0;
};

std::vector<PhotoId> distinct(Photos photos);                             // each once, in their order; throws nothingPicked for none
std::optional<ClusterId> placeOf(const State& state, PhotoId photo, const Place& place);    // resolved and listed; of a photo put away its label's
const project::Cluster& listed(const State& state, ClusterId cluster);    // resolved; throws clusterMissing
std::string trimmed(const std::string& name);
// The one name of all places, or "" for several: "Move 24 photos from Robin to …".
std::string placeName(const State& state, Photos photos, const Place& place, std::int64_t& clusters);

} // namespace plumage::curation
