// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curation/planning.h"

#include "core/base/error.h"

#include <algorithm>
#include <unordered_set>

namespace plumage::curation {

using project::Cluster;
using project::ClusterState;
using project::Label;
using project::LabelSource;

Command newCluster(const State& state, Photos picked, const std::string& name, const Place& place)
{
    const std::string wanted = trimmed(name);
    const std::vector<PhotoId> photos = wanted.empty() || !picked.empty() ? distinct(picked) : std::vector<PhotoId>();
    if (!wanted.empty() && state.byName(wanted))
        throw Error(ErrorCode::nameTaken, wanted);
    Planner plan(state, CommandKind::newCluster);
    const ClusterId made = plan.newCluster({.id = {}, .name = wanted});
    for (const PhotoId photo : photos) {
        plan.setAway(photo, false);
        plan.setLabel(photo, Label{made, LabelSource::seen});
        ++plan.facts().photos;
    }
    plan.facts().from = placeName(state, photos, place, plan.facts().clusters);
    plan.facts().to = wanted.empty() ? "#" + std::to_string(made.value) : wanted;
    return plan.take();
}

Command rename(const State& state, ClusterId cluster, const std::string& name)
{
    Cluster renamed = listed(state, cluster);
    const std::string wanted = trimmed(name);
    if (const auto other = state.byName(wanted); !wanted.empty() && other && *other != renamed.id)
        throw Error(ErrorCode::nameTaken, wanted);
    Planner plan(state, CommandKind::rename);
    plan.facts().from = shownName(state, renamed.id);
    renamed.name = wanted;
    plan.setCluster(renamed);
    plan.facts().clusters = 1;
    plan.facts().to = wanted.empty() ? "#" + std::to_string(renamed.id.value) : wanted;
    return plan.take();
}

Command setState(const State& state, ClusterId cluster, ClusterState to)
{
    Cluster changed = listed(state, cluster);
    Planner plan(state, to == ClusterState::flagged ? CommandKind::flag : CommandKind::reopen);
    changed.state = to;
    plan.setCluster(changed);
    plan.facts().clusters = 1;
    plan.facts().to = shownName(state, changed.id);
    return plan.take();
}

Command dissolve(const State& state, ClusterId cluster, Photos members)
{
    Cluster gone = listed(state, cluster);
    Planner plan(state, CommandKind::dissolve);
    plan.facts().from = shownName(state, gone.id);
    plan.facts().clusters = 1;
    for (const PhotoId photo : members)
        ++(state.label(photo) ? plan.facts().checked : plan.facts().photos);
    gone.state = ClusterState::dissolved;
    gone.key = 0;
    plan.setCluster(gone);
    return plan.take();
}

Command restore(const State& state, ClusterId cluster)
{
    const Cluster* found = state.find(cluster);
    if (!found || found->mergedInto || found->state != ClusterState::dissolved)
        throw Error(ErrorCode::clusterMissing, shownName(state, cluster));
    Cluster back = *found;
    if (!back.name.empty() && state.byName(back.name))
        throw Error(ErrorCode::nameTaken, back.name);
    Planner plan(state, CommandKind::restore);
    back.state = ClusterState::open;
    plan.setCluster(back);
    plan.facts().clusters = 1;
    plan.facts().to = back.name.empty() ? "#" + std::to_string(back.id.value) : back.name;
    return plan.take();
}

Command approve(const State& state, ClusterId cluster, Photos members, Photos seen)
{
    Cluster approved = listed(state, cluster);
    Planner plan(state, CommandKind::approve);
    const std::unordered_set<PhotoId> onScreen(seen.begin(), seen.end());
    for (const PhotoId photo : members) {
        const auto label = state.label(photo);
        if (label && state.resolve(label->cluster) != approved.id)
            continue;    // decided otherwise meanwhile: a human label is never overruled
        const bool wasSeen = onScreen.contains(photo);
        if (label && (label->source == LabelSource::seen || !wasSeen)) {
            ++plan.facts().checked;
            continue;
        }
        plan.setLabel(photo, Label{approved.id, wasSeen ? LabelSource::seen : LabelSource::bulk});
        ++plan.facts().photos;
    }
    approved.state = ClusterState::approved;
    plan.setCluster(approved);
    plan.facts().clusters = 1;
    plan.facts().to = shownName(state, approved.id);
    return plan.take();
}

Command setKey(const State& state, ClusterId cluster, int key)
{
    Cluster keyed = listed(state, cluster);
    if (key < 0 || key > 9)
        throw Error(ErrorCode::optionOutOfRange, std::to_string(key));
    Planner plan(state, CommandKind::setKey);
    for (const auto& [id, other] : state.clusters())
        if (key != 0 && other.key == key && id != keyed.id) {
            Cluster without = other;
            without.key = 0;
            plan.setCluster(without);
        }
    keyed.key = key;
    plan.setCluster(keyed);
    plan.facts().clusters = 1;
    plan.facts().from = std::to_string(key);
    plan.facts().to = shownName(state, keyed.id);
    return plan.take();
}

Command setNotes(const State& state, ClusterId cluster, const std::string& notes)
{
    Cluster noted = listed(state, cluster);
    Planner plan(state, CommandKind::setNotes);
    noted.notes = notes;
    plan.setCluster(noted);
    plan.facts().clusters = 1;
    plan.facts().to = shownName(state, noted.id);
    return plan.take();
}

} // namespace plumage::curation
