// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/exportcounts.h"
#include "core/project/library.h"
#include "core/project/phototable.h"

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

namespace plumage::exchange {

// One photo as an export writes it.
struct ExportRow {
    project::PhotoRecord photo;
    ClusterId cluster;
    std::string label;              // the cluster's name, "#17" without one
    std::string group;              // names of the groups around it, "Songbirds/Tits", or empty
    std::string source;             // seen, bulk, imported: a human label; machine
    double confidence = 0;          // the network's share for its best cluster, 0..1; 0 without a run
    std::string machineLabel;       // what the network says, whatever the label; empty without a run
    int run = 0;                    // RunId; 0 = none
    bool isChecked() const { return source != "machine"; }
};

struct ExportWish {
    std::vector<ClusterId> clusters;    // only these; none: every cluster with a name
    bool all = false;                   // clusters without a name too
    bool checkedOnly = false;           // human labels only
    double minConfidence = 0;           // of machine labels
};

struct ExportRows {
    std::vector<ExportRow> rows;    // ascending photo ids
    ExportCounts counts;
};

// What an export would write. `table`: the library's photos joined with the newest snapshot.
ExportRows exportRows(const project::Library& library, const project::LibraryState& state, const project::PhotoTable& table, RunId run, const ExportWish& wish);

using Progress = std::function<void(std::int64_t done, std::int64_t total)>;

} // namespace plumage::exchange
