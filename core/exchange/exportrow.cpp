// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exchange/exportrow.h"

#include "core/curation/commands.h"

#include <algorithm>

namespace plumage::exchange {
namespace {

const char* sourceName(const std::optional<project::Label>& label)
{
    if (!label)
        return "machine";
    return label->source == project::LabelSource::seen ? "seen" : label->source == project::LabelSource::bulk ? "bulk" : "imported";
}

std::string groupOf(const project::LibraryState& state, ClusterId cluster)
{
    std::string names;
    const project::Cluster* at = state.find(cluster);
    for (int level = 0; at && at->parent && level < 8; ++level) {
        at = state.find(*at->parent);
        if (at)
            names = at->name + (names.empty() ? "" : "/") + names;
    }
    return names;
}

// Why a photo is not written, or nullptr.
std::int64_t ExportCounts::* reasonAgainst(const project::LibraryState& state, const project::PhotoTable& table, std::size_t row, bool missing, const ExportWish& wish)
{
    const auto cluster = table.cluster(row);
    if (table.flags()[row] & project::PhotoTable::Away)
        return &ExportCounts::away;
    if (missing)
        return &ExportCounts::missing;
    if (!cluster)
        return &ExportCounts::noCluster;
    if (!wish.clusters.empty() && std::ranges::find(wish.clusters, *cluster) == wish.clusters.end())
        return &ExportCounts::otherClusters;
    if (wish.clusters.empty() && !wish.all && state.find(*cluster)->name.empty())
        return &ExportCounts::unnamed;
    if (table.flags()[row] & project::PhotoTable::Checked)
        return nullptr;
    if (wish.checkedOnly)
        return &ExportCounts::unchecked;
    if (static_cast<double>(table.confidence()[row]) < wish.minConfidence)
        return &ExportCounts::unsure;
    return nullptr;
}

} // namespace

ExportRows exportRows(const project::Library& library, const project::LibraryState& state, const project::PhotoTable& table, RunId run, const ExportWish& wish)
{
    ExportRows result;
    library.forEachRecord([&](const project::PhotoRecord& record) {
        ++result.counts.photos;
        const auto row = table.row(record.photo);
        if (!row) {
            ++result.counts.noCluster;
            return;
        }
        if (const auto reason = reasonAgainst(state, table, *row, record.missing, wish)) {
            ++(result.counts.*reason);
            return;
        }
        const ClusterId cluster = *table.cluster(*row);
        const auto machine = table.machineCluster(*row);
        result.rows.push_back({record, cluster, curation::shownName(state, cluster), groupOf(state, cluster), sourceName(state.label(record.photo)),
            static_cast<double>(table.confidence()[*row]), machine ? curation::shownName(state, *machine) : std::string(), machine ? run.value : 0});
        ++(result.rows.back().isChecked() ? result.counts.checked : result.counts.machine);
    });
    result.counts.written = static_cast<std::int64_t>(result.rows.size());
    return result;
}

} // namespace plumage::exchange
