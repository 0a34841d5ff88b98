// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace plumage::project {

enum class LabelSource : std::uint8_t { seen, bulk, imported };    // bulk: accepted unseen with its pages or its cluster

// A human decision about one photo; never made, changed or removed but by a command of the person.
struct Label {
    ClusterId cluster;
    LabelSource source = LabelSource::seen;
    bool operator==(const Label&) const = default;
};

enum class ClusterState : std::uint8_t { open, approved, flagged, dissolved };

// The person's pile, or (isGroup) an umbrella over piles.
struct Cluster {
    ClusterId id{};
    std::string name{};                     // UTF-8; empty: shown as "#17"
    int colour = -1;                        // 0..71, index of colour and shape; -1: follows from the id
    std::optional<ClusterId> parent{};      // the group it lies in
    std::optional<ClusterId> mergedInto{};  // it lives on in that one: labels, rejections, codes and exemplars that name this one mean that one
    ClusterState state = ClusterState::open;
    bool isGroup = false;
    int key = 0;                            // number key 1..9 that moves photos here; 0 = none
    std::string notes{};                    // UTF-8
    bool operator==(const Cluster&) const = default;
};

// ---- edits: one row of what a person decided, with what it replaces, so that the inverse of any command is exact and needs no database
struct LabelEdit { PhotoId photo; std::optional<Label> before, after; bool operator==(const LabelEdit&) const = default; };
struct RejectionEdit { PhotoId photo; ClusterId cluster; bool before = false, after = true; bool operator==(const RejectionEdit&) const = default; };
struct ExemplarEdit { PhotoId photo; ClusterId cluster; bool before = false, after = true; bool operator==(const ExemplarEdit&) const = default; };
struct AwayEdit { PhotoId photo; bool before = false, after = true; bool operator==(const AwayEdit&) const = default; };    // "not one of the kinds"
struct ClusterEdit { ClusterId cluster; std::optional<Cluster> before{}, after{}; bool operator==(const ClusterEdit&) const = default; };    // nothing = not there
struct CodeEdit { RunId run; CodeIndex code; std::optional<ClusterId> before, after; bool operator==(const CodeEdit&) const = default; };
// An answer in a review queue, so that nobody is asked twice: queue "duplicates", key "17:22", value "apart"; empty = not answered.
struct AnswerEdit { std::string queue, key, before, after; bool operator==(const AnswerEdit&) const = default; };

using Edit = std::variant<LabelEdit, RejectionEdit, ExemplarEdit, AwayEdit, ClusterEdit, CodeEdit, AnswerEdit>;
using Edits = std::vector<Edit>;    // applied in order; a row occurs at most once

Edits inverse(Edits edits);    // before and after swapped, order reversed: apply(e), then apply(inverse(e)), leaves every row as it was

std::vector<PhotoId> photosOf(const Edits& edits);    // whose labels, rejections or flags change; with repeats

// The journal's form: CBOR, a few bytes an edit. fromBytes throws Error libraryDamaged.
std::string toBytes(const Edits& edits);
Edits fromBytes(const std::string& bytes);

} // namespace plumage::project
