// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>

namespace plumage {

// What a person can do to photos and clusters (UI.md section 8). Their names stand in the journal; core/text makes the sentences.
enum class CommandKind : std::uint8_t {
    // photos
    confirm, assign, reject, revoke, putAway, takeBack, pinExemplar, unpinExemplar,
    // clusters
    newCluster, newGroup, rename, merge, split, dissolve, restore, group, flag, approve, reopen, setKey, setColour, setNotes,
    // the rest
    importLabels, importClasses, matchCodes, answer,
};

// The numbers and names that the sentence before and after a command needs.
struct CommandFacts {
    CommandKind kind = CommandKind::confirm;
    std::int64_t photos = 0;        // whose label or place changes
    std::int64_t clusters = 0;      // that take part as source
    std::int64_t checked = 0;       // approve: photos that were checked already; split: photos that stay; import: lines that were left out
    std::int64_t conflicts = 0;     // photos that already had another label
    std::string from{}, to{};       // names as shown: "Robin", or "#17" without one; rename: old and new name
    bool operator==(const CommandFacts&) const = default;
};

} // namespace plumage
