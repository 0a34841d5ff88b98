// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curation/planning.h"

#include <charconv>

namespace plumage::curation {
namespace {

// The cluster of a name: the one that has it, one made earlier in this command, or a new one.
class Names {
public:
    Names(const State& state, Planner& plan) : m_state(state), m_plan(plan) { }
    ClusterId of(const std::string& name)
    {
        if (const auto known = m_known.find(name); known != m_known.end())
            return known->second;
        const auto there = byNameOrNumber(name);
        if (!there)
            ++m_plan.facts().clusters;
        return m_known[name] = there ? *there : m_plan.newCluster({.id = {}, .name = name});
    }

private:
    // "#17" is a cluster without a name, as exports write it.
    std::optional<ClusterId> byNameOrNumber(const std::string& name) const
    {
        if (const auto named = m_state.byName(name))
            return named;
        ClusterId id;
        const char* end = name.data() + name.size();
        if (name.starts_with('#') && std::from_chars(name.data() + 1, end, id.value).ptr == end && m_state.isListed(id) && m_state.find(id)->name.empty())
            return id;
        return {};
    }

    const State& m_state;
    Planner& m_plan;
    std::map<std::string, ClusterId> m_known;
};

} // namespace

Command importLabels(const State& state, std::span<const ImportedLabel> labels, OnConflict onConflict)
{
    Planner plan(state, CommandKind::importLabels);
    Names names(state, plan);
    std::set<PhotoId> taken;
    for (const ImportedLabel& imported : labels) {
        const std::string name = trimmed(imported.name);
        if (name.empty() || !taken.insert(imported.photo).second)
            continue;
        const auto mine = state.label(imported.photo);
        const bool same = mine && shownName(state, mine->cluster) == name;
        plan.facts().conflicts += mine && !same;
        if (same || (mine && onConflict == OnConflict::keepMine))
            continue;
        const ClusterId cluster = names.of(name);
        plan.setAway(imported.photo, false);
        plan.clearRejection(imported.photo, cluster);
        plan.setLabel(imported.photo, project::Label{cluster, imported.source});
        ++plan.facts().photos;
    }
    return plan.take();
}

Command importClasses(const State& state, std::span<const std::string> names)
{
    Planner plan(state, CommandKind::importClasses);
    Names known(state, plan);
    for (const std::string& name : names)
        if (const std::string wanted = trimmed(name); !wanted.empty())
            known.of(wanted);
    return plan.take();
}

} // namespace plumage::curation
