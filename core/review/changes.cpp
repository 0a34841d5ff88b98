// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/review/changes.h"

#include <algorithm>

namespace plumage::review {

std::map<ClusterId, Changes> changesSince(const std::unordered_map<ClusterId, std::vector<PhotoId>>& lookedAt, std::span<const PhotoId> photos, std::span<const std::uint32_t> clusters)
{
    std::unordered_map<ClusterId, std::vector<PhotoId>> before = lookedAt;
    std::map<ClusterId, Changes> changes;
    for (auto& [cluster, members] : before) {
        std::ranges::sort(members);
        changes[cluster].left = static_cast<std::int64_t>(members.size());
    }
    for (std::size_t row = 0; row < photos.size(); ++row) {
        const auto members = before.find(ClusterId{clusters[row]});
        if (members == before.end())
            continue;
        Changes& change = changes[members->first];
        if (std::ranges::binary_search(members->second, photos[row]))
            --change.left;
        else
            change.came.push_back(photos[row]);
    }
    std::erase_if(changes, [](const auto& change) { return !change.second.any(); });
    for (auto& [cluster, change] : changes)
        std::ranges::sort(change.came);
    return changes;
}

} // namespace plumage::review
