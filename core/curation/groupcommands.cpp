// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curation/planning.h"

#include "core/base/error.h"

#include <algorithm>

namespace plumage::curation {
namespace {

constexpr int deepest = 4;    // levels of groups

using project::Cluster;

int levelsAbove(const State& state, std::optional<ClusterId> group)
{
    int levels = 0;
    for (const Cluster* at = group ? state.find(*group) : nullptr; at && levels <= deepest; at = at->parent ? state.find(*at->parent) : nullptr)
        ++levels;
    return levels;
}

// Of groups inside a group, itself included; 0 for a pile.
int levelsInside(const State& state, ClusterId id)
{
    const Cluster* group = state.find(id);
    if (!group || !group->isGroup)
        return 0;
    int most = 0;
    for (const auto& [inner, cluster] : state.clusters())
        if (cluster.parent == id)
            most = std::max(most, levelsInside(state, inner));
    return most + 1;
}

bool liesIn(const State& state, std::optional<ClusterId> at, ClusterId group)
{
    while (at && *at != group) {
        const Cluster* found = state.find(*at);
        at = found ? found->parent : std::nullopt;
    }
    return at.has_value();
}

void put(Planner& plan, const State& state, ClusterId member, std::optional<ClusterId> group)
{
    const Cluster* found = state.find(state.resolve(member));
    if (!found || (!found->isGroup && !state.isListed(found->id)))
        throw Error(ErrorCode::clusterMissing, shownName(state, member));
    Cluster moved = *found;
    moved.parent = group;
    plan.setCluster(moved);
    ++plan.facts().clusters;
}

} // namespace

Command newGroup(const State& state, std::span<const ClusterId> members, const std::string& name)
{
    const std::string wanted = trimmed(name);
    if (wanted.empty())
        throw Error(ErrorCode::optionMissing, "name");
    Planner plan(state, CommandKind::newGroup);
    std::optional<ClusterId> around;    // the group that all members lie in now
    if (!members.empty())
        if (const Cluster* first = state.find(state.resolve(members.front())))
            around = first->parent;
    int inside = 0;
    for (const ClusterId member : members) {
        const Cluster* found = state.find(state.resolve(member));
        around = found && found->parent == around ? around : std::nullopt;
        inside = std::max(inside, levelsInside(state, member));
    }
    if (levelsAbove(state, around) + 1 + inside > deepest)
        throw Error(ErrorCode::groupTooDeep, wanted);
    const ClusterId made = plan.newCluster({.id = {}, .name = wanted, .parent = around, .isGroup = true});
    for (const ClusterId member : members)
        put(plan, state, member, made);
    plan.facts().to = wanted;
    return plan.take();
}

Command moveInto(const State& state, std::span<const ClusterId> members, std::optional<ClusterId> group)
{
    const Cluster* target = group ? state.find(*group) : nullptr;
    if (group && (!target || !target->isGroup || target->state == project::ClusterState::dissolved))
        throw Error(ErrorCode::clusterMissing, shownName(state, *group));
    Planner plan(state, CommandKind::group);
    for (const ClusterId member : members) {
        if (group && (liesIn(state, group, member) || levelsAbove(state, group) + levelsInside(state, member) > deepest))
            throw Error(ErrorCode::groupTooDeep, shownName(state, *group));
        put(plan, state, member, group);
    }
    plan.facts().to = group ? shownName(state, *group) : std::string();
    plan.facts().from = members.size() == 1 ? shownName(state, members.front()) : std::string();
    return plan.take();
}

} // namespace plumage::curation
