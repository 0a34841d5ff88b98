// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>    // first: Qt's moc cannot read <compare> before a header that brings the library's own macros

#include <compare>
#include <cstdint>

namespace plumage {

// A number that means one thing. Ids of different things do not mix, and none is a row position in a view.
template<class Tag, class Rep>
struct Id {
    Rep value{};
    friend constexpr auto operator<=>(const Id&, const Id&) = default;
};

using PhotoId = Id<struct PhotoTag, std::int64_t>;        // from 1; a photo is a file, or a box in a file; never reused in a project
using ClusterId = Id<struct ClusterTag, std::int64_t>;    // the person's pile; never reused
using CodeIndex = Id<struct CodeTag, std::uint16_t>;      // the network's slot, 0 <= value < K_max < 65,536; never shown as a cluster
using RunId = Id<struct RunTag, std::int32_t>;            // from 1; the folder runs/0001

} // namespace plumage

template<class Tag, class Rep>
struct std::hash<plumage::Id<Tag, Rep>> {
    std::size_t operator()(const plumage::Id<Tag, Rep>& id) const noexcept { return std::hash<Rep>{}(id.value); }
};
