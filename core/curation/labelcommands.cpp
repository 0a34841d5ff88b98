// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curation/planning.h"

#include <algorithm>

namespace plumage::curation {

using project::Label;
using project::LabelSource;

Command confirm(const State& state, Photos picked, const Place& place)
{
    const std::vector<PhotoId> photos = distinct(picked);
    Planner plan(state, CommandKind::confirm);
    for (const PhotoId photo : photos) {
        const auto cluster = placeOf(state, photo, place);
        if (!cluster)
            continue;
        const Label wanted{*cluster, LabelSource::seen};
        const auto label = state.label(photo);
        const bool same = label && state.resolve(label->cluster) == wanted.cluster && label->source == LabelSource::seen;
        if (same && !state.isAway(photo))
            continue;
        plan.setAway(photo, false);
        if (!same)
            plan.setLabel(photo, wanted);
        ++plan.facts().photos;
    }
    plan.facts().to = placeName(state, photos, place, plan.facts().clusters);
    return plan.take();
}

Command assign(const State& state, Photos picked, ClusterId to, LabelSource source, const Place& place)
{
    const std::vector<PhotoId> photos = distinct(picked);
    const ClusterId target = listed(state, to).id;
    Planner plan(state, CommandKind::assign);
    for (const PhotoId photo : photos) {
        const auto label = state.label(photo);
        const bool same = label && state.resolve(label->cluster) == target && (label->source == source || label->source == LabelSource::seen);
        if (same && !state.isAway(photo) && !state.isRejected(photo, target))
            continue;
        plan.setAway(photo, false);
        plan.clearRejection(photo, target);
        if (!same)
            plan.setLabel(photo, Label{target, source});
        plan.facts().conflicts += label && state.resolve(label->cluster) != target;
        ++plan.facts().photos;
    }
    plan.facts().from = placeName(state, photos, place, plan.facts().clusters);
    plan.facts().to = shownName(state, target);
    return plan.take();
}

namespace {

void rejectOne(Planner& plan, const State& state, PhotoId photo, ClusterId from)
{
    const auto label = state.label(photo);
    const bool labelled = label && state.resolve(label->cluster) == from;
    if (labelled)
        plan.setLabel(photo, {});
    if (!state.isRejected(photo, from))
        plan.setRejected(photo, from, true);
    else if (!labelled)
        return;
    ++plan.facts().photos;
}

} // namespace

Command reject(const State& state, Photos picked, const Place& place)
{
    const std::vector<PhotoId> photos = distinct(picked);
    Planner plan(state, CommandKind::reject);
    for (const PhotoId photo : photos)
        if (const auto cluster = placeOf(state, photo, place))
            rejectOne(plan, state, photo, *cluster);
    plan.facts().from = placeName(state, photos, place, plan.facts().clusters);
    return plan.take();
}

Command rejectFrom(const State& state, Photos picked, ClusterId from)
{
    const std::vector<PhotoId> photos = distinct(picked);
    const ClusterId cluster = listed(state, from).id;
    Planner plan(state, CommandKind::reject);
    for (const PhotoId photo : photos)
        rejectOne(plan, state, photo, cluster);
    plan.facts().clusters = 1;
    plan.facts().from = shownName(state, cluster);
    return plan.take();
}

Command growInto(const State& state, ClusterId cluster, Photos seen, Photos bulk, Photos rejected)
{
    const ClusterId target = listed(state, cluster).id;
    Planner plan(state, CommandKind::assign);
    for (const auto& [photos, source] : {std::pair{seen, LabelSource::seen}, {bulk, LabelSource::bulk}})
        for (const PhotoId photo : photos) {
            if (state.label(photo) || state.isAway(photo))
                continue;    // decided meanwhile: what a human said is never overruled
            plan.clearRejection(photo, target);
            plan.setLabel(photo, Label{target, source});
            ++plan.facts().photos;
        }
    for (const PhotoId photo : rejected)
        if (!state.label(photo) && !state.isAway(photo) && !state.isRejected(photo, target))
            plan.setRejected(photo, target, true);
    plan.facts().to = shownName(state, target);
    return plan.take();
}

Command revoke(const State& state, Photos picked)
{
    const std::vector<PhotoId> photos = distinct(picked);
    Planner plan(state, CommandKind::revoke);
    for (const PhotoId photo : photos)
        if (state.label(photo)) {
            plan.setLabel(photo, {});
            ++plan.facts().photos;
        }
    return plan.take();
}

Command revokeRejection(const State& state, PhotoId photo, ClusterId from)
{
    Planner plan(state, CommandKind::revoke);
    plan.clearRejection(photo, from);
    plan.facts().photos = 1;
    plan.facts().from = shownName(state, from);
    return plan.take();
}

Command putAway(const State& state, Photos picked)
{
    const std::vector<PhotoId> photos = distinct(picked);
    Planner plan(state, CommandKind::putAway);
    for (const PhotoId photo : photos)
        if (!state.isAway(photo)) {
            plan.setAway(photo, true);
            ++plan.facts().photos;
        }
    return plan.take();
}

Command takeBack(const State& state, Photos picked)
{
    const std::vector<PhotoId> photos = distinct(picked);
    Planner plan(state, CommandKind::takeBack);
    for (const PhotoId photo : photos)
        if (state.isAway(photo)) {
            plan.setAway(photo, false);
            ++plan.facts().photos;
        }
    return plan.take();
}

Command pinExemplar(const State& state, PhotoId photo, ClusterId cluster)
{
    Planner plan(state, CommandKind::pinExemplar);
    const ClusterId now = listed(state, cluster).id;
    const bool there = std::ranges::any_of(state.exemplars(), [&](const auto& pin) { return pin.second == photo && state.resolve(pin.first) == now; });
    if (!there)
        plan.setExemplar(photo, now, true);
    plan.facts().photos = 1;
    plan.facts().to = shownName(state, cluster);
    return plan.take();
}

Command unpinExemplar(const State& state, PhotoId photo, ClusterId cluster)
{
    Planner plan(state, CommandKind::unpinExemplar);
    for (const auto& [stored, exemplar] : state.exemplars())
        if (exemplar == photo && state.resolve(stored) == state.resolve(cluster))
            plan.setExemplar(photo, stored, false);
    plan.facts().photos = 1;
    plan.facts().from = shownName(state, cluster);
    return plan.take();
}

} // namespace plumage::curation
