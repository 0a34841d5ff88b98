// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curation/planning.h"

#include "core/base/error.h"

#include <algorithm>
#include <unordered_set>

namespace plumage::curation {

using namespace project;

void Planner::setLabel(PhotoId photo, std::optional<Label> label)
{
    if (const auto before = m_state.label(photo); before != label)
        m_command.edits.push_back(LabelEdit{photo, before, label});
}

void Planner::setRejected(PhotoId photo, ClusterId cluster, bool rejected)
{
    const auto stored = m_state.rejections(photo);
    if (std::ranges::binary_search(stored, cluster) != rejected)
        m_command.edits.push_back(RejectionEdit{photo, cluster, !rejected, rejected});
}

void Planner::clearRejection(PhotoId photo, ClusterId cluster)
{
    for (const ClusterId stored : m_state.rejections(photo))
        if (m_state.resolve(stored) == m_state.resolve(cluster))
            m_command.edits.push_back(RejectionEdit{photo, stored, true, false});
}

void Planner::setAway(PhotoId photo, bool away)
{
    if (m_state.isAway(photo) != away)
        m_command.edits.push_back(AwayEdit{photo, !away, away});
}

void Planner::setExemplar(PhotoId photo, ClusterId cluster, bool in)
{
    if (m_state.exemplars().contains({cluster, photo}) != in)
        m_command.edits.push_back(ExemplarEdit{photo, cluster, !in, in});
}

void Planner::setCluster(const Cluster& cluster)
{
    std::optional<Cluster> before;
    if (const auto touched = m_clusters.find(cluster.id); touched != m_clusters.end())
        before = touched->second;
    else if (const Cluster* stored = m_state.find(cluster.id))
        before = *stored;
    if (before == cluster)
        return;
    m_command.edits.push_back(ClusterEdit{cluster.id, before, cluster});
    m_clusters[cluster.id] = cluster;
}

void Planner::setCode(RunId run, CodeIndex code, ClusterId cluster)
{
    if (const auto before = m_state.clusterOfCode(run, code); before != cluster)
        m_command.edits.push_back(CodeEdit{run, code, before, cluster});
}

void Planner::setAnswer(const std::string& queue, const std::string& key, const std::string& value)
{
    if (const std::string before = m_state.answer(queue, key); before != value)
        m_command.edits.push_back(AnswerEdit{queue, key, before, value});
}

ClusterId Planner::newCluster(Cluster cluster)
{
    cluster.id = ClusterId{m_state.nextClusterId().value + m_made++};
    setCluster(cluster);
    return cluster.id;
}

std::vector<PhotoId> distinct(Photos photos)
{
    if (photos.empty())
        throw Error(ErrorCode::nothingPicked, {});
    std::unordered_set<PhotoId> seen;
    std::vector<PhotoId> once;
    for (const PhotoId photo : photos)
        if (seen.insert(photo).second)
            once.push_back(photo);
    return once;
}

std::optional<ClusterId> placeOf(const State& state, PhotoId photo, const Place& place)
{
    const auto cluster = state.isAway(photo) ? state.labelledCluster(photo) : place ? place(photo) : std::nullopt;
    return cluster && state.isListed(state.resolve(*cluster)) ? std::optional(state.resolve(*cluster)) : std::nullopt;
}

const Cluster& listed(const State& state, ClusterId cluster)
{
    const ClusterId now = state.resolve(cluster);
    if (!state.isListed(now))
        throw Error(ErrorCode::clusterMissing, shownName(state, cluster));
    return *state.find(now);
}

std::string trimmed(const std::string& name)
{
    const auto first = name.find_first_not_of(" \t\r\n"), last = name.find_last_not_of(" \t\r\n");
    return first == std::string::npos ? std::string() : name.substr(first, last - first + 1);
}

std::string placeName(const State& state, Photos photos, const Place& place, std::int64_t& clusters)
{
    std::set<ClusterId> places;
    for (const PhotoId photo : photos)
        if (const auto cluster = placeOf(state, photo, place))
            places.insert(*cluster);
    clusters = static_cast<std::int64_t>(places.size());
    return places.size() == 1 ? shownName(state, *places.begin()) : std::string();
}

std::string shownName(const State& state, ClusterId cluster)
{
    const ClusterId now = state.resolve(cluster);
    const Cluster* found = state.find(now);
    return found && !found->name.empty() ? found->name : "#" + std::to_string(now.value);
}

} // namespace plumage::curation
