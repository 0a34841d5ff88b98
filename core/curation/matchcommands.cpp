// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curation/planning.h"

namespace plumage::curation {

Command matchCodes(const State& state, RunId run, std::span<const std::pair<CodeIndex, ClusterId>> proposal)
{
    Planner plan(state, CommandKind::matchCodes);
    std::set<ClusterId> clusters;
    for (const auto& [code, cluster] : proposal) {
        const ClusterId target = listed(state, cluster).id;
        plan.setCode(run, code, target);
        clusters.insert(target);
    }
    plan.facts().clusters = static_cast<std::int64_t>(clusters.size());
    plan.facts().photos = static_cast<std::int64_t>(proposal.size());
    return plan.take();
}

Command answer(const State& state, const std::string& queue, const std::string& key, const std::string& value)
{
    Planner plan(state, CommandKind::answer);
    plan.setAnswer(queue, key, value);
    plan.facts().from = queue;
    plan.facts().to = value;
    return plan.take();
}

Command withAnswer(const State& state, Command command, const std::string& queue, const std::string& key, const std::string& value)
{
    const Command kept = answer(state, queue, key, value);
    command.edits.insert(command.edits.end(), kept.edits.begin(), kept.edits.end());
    return command;
}

} // namespace plumage::curation
