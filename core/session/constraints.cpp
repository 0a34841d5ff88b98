// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/constraints.h"

#include <algorithm>

namespace plumage::session {

Constraints constraintsOf(const curation::State& state, RunId run)
{
    Constraints constraints;
    for (PhotoId photo{1}; photo <= state.lastPhoto(); ++photo.value) {
        if (state.isAway(photo)) {
            constraints.away.push_back(photo);
        } else if (const auto label = state.labelledCluster(photo)) {
            if (state.isListed(*label))
                constraints.labels.push_back({photo, *label});
        } else {
            std::vector<ClusterId> rejected;
            for (const ClusterId stored : state.rejections(photo))
                if (const ClusterId cluster = state.resolve(stored); state.isListed(cluster) && std::ranges::find(rejected, cluster) == rejected.end())
                    rejected.push_back(cluster);
            for (const ClusterId cluster : rejected)
                constraints.rejections.push_back({photo, cluster});
        }
    }
    for (const auto& [code, stored] : state.codes(run))
        if (const ClusterId cluster = state.resolve(stored); state.isListed(cluster))
            constraints.codes.push_back({code, cluster});
    return constraints;
}

} // namespace plumage::session
