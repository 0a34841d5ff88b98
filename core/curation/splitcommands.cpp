// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curation/planning.h"

#include "core/base/error.h"

namespace plumage::curation {

Command split(const State& state, ClusterId from, std::span<const std::vector<PhotoId>> parts, project::LabelSource source, std::int64_t stay)
{
    const ClusterId cluster = listed(state, from).id;
    Planner plan(state, CommandKind::split);
    std::set<PhotoId> taken;
    for (const std::vector<PhotoId>& part : parts) {
        if (part.empty())
            throw Error(ErrorCode::nothingPicked, {});
        const ClusterId made = plan.newCluster({.id = {}, .parent = state.find(cluster)->parent});
        for (const PhotoId photo : part)
            if (taken.insert(photo).second) {
                plan.setAway(photo, false);
                plan.setLabel(photo, project::Label{made, source});
                ++plan.facts().photos;
            }
        ++plan.facts().clusters;
        plan.facts().to = "#" + std::to_string(made.value);
    }
    plan.facts().from = shownName(state, cluster);
    plan.facts().checked = stay;
    return plan.take();
}

} // namespace plumage::curation
