// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"

#include <cstdint>
#include <string>
#include <vector>

namespace plumage::review {

// Validate (UI.md section 7): "Is this one kind?" 60 members of a cluster: 12 that look most different, which are shown because they look odd and so say nothing about
// the rest, and 48 at random, from which the trust is estimated.
struct Validation {
    static constexpr std::size_t oddCount = 12, randomCount = 48;
    std::vector<PhotoId> odd, random;    // no photo in both; fewer where the cluster is small

    // `ranked`: members without a human label, most like the cluster first.
    static Validation of(const std::vector<PhotoId>& ranked, std::uint64_t seed);
};

// What random checks of a cluster told so far: `right` of `all` belonged.
struct Checks {
    static constexpr std::int64_t enough = 20;    // from here on a trust is told
    std::int64_t right = 0, all = 0;
    std::string text() const;                     // "46/48", as it is kept among the answers
    static Checks of(const std::string& text);    // none if it is no such text
};

// Lower end of the 95 % Wilson interval of a share: `right` of `checked` belonged. 0..1; 0 for none.
double trust(std::int64_t right, std::int64_t checked);

} // namespace plumage::review
