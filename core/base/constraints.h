// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"
#include "core/base/json.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace plumage {

// What persons decided about a run's photos, as training takes it (METHOD.md section 10): the current state, not its history, so undoing is a state without it.
// Clusters are resolved: merged ones go by the name they live on under.
struct Constraints {
    struct Pair {
        PhotoId photo;
        ClusterId cluster;
        bool operator==(const Pair&) const = default;
    };
    struct Code {
        CodeIndex code;
        ClusterId cluster;
        bool operator==(const Code&) const = default;
    };
    std::vector<Pair> labels;         // each photo at most once
    std::vector<Pair> rejections;     // "not in this cluster", of photos without a label
    std::vector<PhotoId> away;        // put away: not drawn for training
    std::vector<Code> codes;          // code -> cluster of the run, many to one

    bool operator==(const Constraints&) const = default;
};

// The wire's form: "PLUMCON1", four u64 counts (labels, rejections, away, codes), then that many records of i64 photo, i64 cluster; the same; i64 photo; i64 code,
// i64 cluster. Little endian. fromBytes throws Error messageInvalid (detail "constraints").
std::string toBytes(const Constraints& constraints);
Constraints constraintsFromBytes(std::string_view bytes);

// [[code, cluster], …], as state.json and snapshot.json hold the codes that training gave to clusters. codesFromJson throws Error fileDamaged.
Json toJson(std::span<const Constraints::Code> codes);
std::vector<Constraints::Code> codesFromJson(const Json& pairs);

} // namespace plumage
