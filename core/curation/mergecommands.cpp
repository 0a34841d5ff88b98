// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curation/planning.h"

#include "core/base/error.h"

#include <algorithm>
#include <tuple>

namespace plumage::curation {

using project::Cluster;

Command merge(const State& state, std::span<const ClusterId> sources, ClusterId into, std::int64_t photos)
{
    const Cluster& target = listed(state, into);
    Planner plan(state, CommandKind::merge);
    Cluster kept = target;
    std::set<ClusterId> gone;
    for (const ClusterId source : sources)
        gone.insert(listed(state, source).id);
    gone.erase(target.id);
    plan.facts().to = shownName(state, target.id);
    for (const ClusterId id : gone) {
        Cluster source = *state.find(id);
        if (kept.key == 0)
            kept.key = source.key;
        if (kept.name.empty())
            kept.name = source.name;
        source.mergedInto = target.id;
        source.key = 0;
        plan.setCluster(source);
        plan.facts().from = gone.size() == 1 ? shownName(state, id) : std::string();
    }
    if (!gone.empty()) {
        kept.state = kept.state == project::ClusterState::approved ? project::ClusterState::open : kept.state;    // newcomers that nobody has looked at
        plan.setCluster(kept);
    }
    plan.facts().clusters = static_cast<std::int64_t>(gone.size());
    plan.facts().photos = photos;
    return plan.take();
}

ClusterId mergeTarget(const State& state, std::span<const ClusterId> clusters, const std::function<std::int64_t(ClusterId)>& size)
{
    if (clusters.empty())
        throw Error(ErrorCode::clusterMissing, {});
    return *std::ranges::max_element(clusters, std::less<>(), [&](ClusterId cluster) {
        const Cluster* found = state.find(state.resolve(cluster));
        return std::tuple(found && !found->name.empty(), size(cluster), -cluster.value);
    });
}

} // namespace plumage::curation
