// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/librarystate.h"

#include "core/base/error.h"

#include <algorithm>

namespace plumage::project {
namespace {

constexpr std::uint8_t sourceMask = 3, awayBit = 4, rejectedBit = 8;

template<class... Ts> struct Overloaded : Ts... { using Ts::operator()...; };
template<class... Ts> Overloaded(Ts...) -> Overloaded<Ts...>;

[[noreturn]] void stale(const std::string& row)
{
    throw Error(ErrorCode::staleEdit, row);
}

std::string number(std::int64_t value)
{
    return std::to_string(value);
}

template<class T>
void putMember(std::set<T>& set, const T& value, bool in)
{
    if (in)
        set.insert(value);
    else
        set.erase(value);
}

} // namespace

void LibraryState::apply(const Edits& edits)
{
    std::size_t done = 0;
    try {
        for (; done < edits.size(); ++done) {    // one by one: an edit may build on the one before it
            check(edits[done]);
            put(edits[done]);
        }
    } catch (...) {
        for (const Edit& back : inverse(Edits(edits.begin(), edits.begin() + static_cast<std::ptrdiff_t>(done))))
            put(back);
        throw;
    }
}

void LibraryState::check(const Edit& edit) const
{
    std::visit(Overloaded{
        [&](const LabelEdit& e) {
            if (e.photo.value < 1)
                stale("photo " + number(e.photo.value));
            if (label(e.photo) != e.before)
                stale("label of photo " + number(e.photo.value));
            if (e.after && !find(e.after->cluster))
                stale("cluster " + number(e.after->cluster.value));
        },
        [&](const RejectionEdit& e) {
            const auto stored = rejections(e.photo);
            if (e.photo.value < 1 || std::ranges::binary_search(stored, e.cluster) != e.before)
                stale("rejection of photo " + number(e.photo.value));
        },
        [&](const ExemplarEdit& e) {
            if (m_exemplars.contains({e.cluster, e.photo}) != e.before)
                stale("exemplar " + number(e.photo.value));
        },
        [&](const AwayEdit& e) {
            if (e.photo.value < 1 || isAway(e.photo) != e.before)
                stale("photo " + number(e.photo.value));
        },
        [&](const ClusterEdit& e) {
            const Cluster* now = find(e.cluster);
            if (e.cluster.value < 1 || (now ? std::optional(*now) : std::nullopt) != e.before || (e.after && e.after->id != e.cluster))
                stale("cluster " + number(e.cluster.value));
            if (e.after && e.after->mergedInto && (!find(*e.after->mergedInto) || resolve(*e.after->mergedInto) == e.cluster))
                stale("cluster " + number(e.after->mergedInto->value));    // into nothing, or into itself round a corner
        },
        [&](const CodeEdit& e) {
            if (clusterOfCode(e.run, e.code) != e.before || (e.after && !find(*e.after)))
                stale("code " + number(e.code.value) + " of run " + number(e.run.value));
        },
        [&](const AnswerEdit& e) {
            if (answer(e.queue, e.key) != e.before)
                stale("answer " + e.queue + " " + e.key);
        },
    }, edit);
}

void LibraryState::growTo(PhotoId photo)
{
    if (const auto size = static_cast<std::size_t>(photo.value) + 1; size > m_flags.size()) {
        m_labelCluster.resize(size, 0);
        m_flags.resize(size, 0);
    }
}

void LibraryState::put(const Edit& edit)
{
    std::visit(Overloaded{
        [&](const LabelEdit& e) {
            growTo(e.photo);
            const auto at = static_cast<std::size_t>(e.photo.value);
            m_labelCount += (e.after ? 1 : 0) - (m_labelCluster[at] != 0 ? 1 : 0);
            m_labelCluster[at] = e.after ? static_cast<std::uint32_t>(e.after->cluster.value) : 0;
            m_flags[at] = static_cast<std::uint8_t>((m_flags[at] & ~sourceMask) | (e.after ? static_cast<std::uint8_t>(e.after->source) : 0));
        },
        [&](const RejectionEdit& e) {
            growTo(e.photo);
            auto& list = m_rejections[e.photo];
            const auto place = std::ranges::lower_bound(list, e.cluster);
            const bool there = place != list.end() && *place == e.cluster;
            if (e.after && !there)
                list.insert(place, e.cluster);
            else if (!e.after && there)
                list.erase(place);
            auto& flags = m_flags[static_cast<std::size_t>(e.photo.value)];
            flags = static_cast<std::uint8_t>(list.empty() ? flags & ~rejectedBit : flags | rejectedBit);
            if (list.empty())
                m_rejections.erase(e.photo);
        },
        [&](const ExemplarEdit& e) { putMember(m_exemplars, {e.cluster, e.photo}, e.after); },
        [&](const AwayEdit& e) {
            growTo(e.photo);
            auto& flags = m_flags[static_cast<std::size_t>(e.photo.value)];
            flags = static_cast<std::uint8_t>(e.after ? flags | awayBit : flags & ~awayBit);
        },
        [&](const ClusterEdit& e) {
            reserveClusterId(ClusterId{e.cluster.value + 1});
            if (e.after)
                m_clusters[e.cluster] = *e.after;
            else
                m_clusters.erase(e.cluster);
        },
        [&](const CodeEdit& e) {
            auto& codes = m_codes[e.run];
            codes.resize(std::max<std::size_t>(codes.size(), e.code.value + 1u), 0);
            codes[e.code.value] = e.after ? static_cast<std::uint32_t>(e.after->value) : 0;
            while (!codes.empty() && codes.back() == 0)
                codes.pop_back();
            if (codes.empty())
                m_codes.erase(e.run);
        },
        [&](const AnswerEdit& e) {
            if (e.after.empty())
                m_answers.erase({e.queue, e.key});
            else
                m_answers[{e.queue, e.key}] = e.after;
        },
    }, edit);
}

const Cluster* LibraryState::find(ClusterId id) const
{
    const auto found = m_clusters.find(id);
    return found == m_clusters.end() ? nullptr : &found->second;
}

void LibraryState::reserveClusterId(ClusterId atLeast)
{
    m_nextCluster = std::max(m_nextCluster, atLeast);
}

ClusterId LibraryState::resolve(ClusterId id) const
{
    for (const Cluster* cluster = find(id); cluster && cluster->mergedInto; cluster = find(id))
        id = *cluster->mergedInto;
    return id;
}

bool LibraryState::isListed(ClusterId id) const
{
    const Cluster* cluster = find(id);
    return cluster && !cluster->mergedInto && !cluster->isGroup && cluster->state != ClusterState::dissolved;
}

std::optional<ClusterId> LibraryState::byName(const std::string& name) const
{
    for (const auto& [id, cluster] : m_clusters)
        if (!name.empty() && cluster.name == name && isListed(id))
            return id;
    return {};
}

std::optional<Label> LibraryState::label(PhotoId photo) const
{
    const auto at = static_cast<std::size_t>(photo.value);
    if (photo.value < 0 || at >= m_labelCluster.size() || m_labelCluster[at] == 0)
        return {};
    return Label{ClusterId{m_labelCluster[at]}, static_cast<LabelSource>(m_flags[at] & sourceMask)};
}

std::optional<ClusterId> LibraryState::labelledCluster(PhotoId photo) const
{
    const auto stored = label(photo);
    return stored ? std::optional(resolve(stored->cluster)) : std::nullopt;
}

bool LibraryState::isAway(PhotoId photo) const
{
    const auto at = static_cast<std::size_t>(photo.value);
    return photo.value >= 0 && at < m_flags.size() && (m_flags[at] & awayBit);
}

std::span<const ClusterId> LibraryState::rejections(PhotoId photo) const
{
    const auto at = static_cast<std::size_t>(photo.value);
    if (photo.value < 0 || at >= m_flags.size() || !(m_flags[at] & rejectedBit))
        return {};
    return m_rejections.at(photo);
}

bool LibraryState::isRejected(PhotoId photo, ClusterId cluster) const
{
    const ClusterId now = resolve(cluster);
    return std::ranges::any_of(rejections(photo), [&](ClusterId stored) { return resolve(stored) == now; });
}

std::optional<ClusterId> LibraryState::clusterOfCode(RunId run, CodeIndex code) const
{
    const auto codes = m_codes.find(run);
    if (codes == m_codes.end() || code.value >= codes->second.size() || codes->second[code.value] == 0)
        return {};
    return ClusterId{codes->second[code.value]};
}

std::vector<std::pair<CodeIndex, ClusterId>> LibraryState::codes(RunId run) const
{
    std::vector<std::pair<CodeIndex, ClusterId>> list;
    if (const auto codes = m_codes.find(run); codes != m_codes.end())
        for (std::size_t code = 0; code < codes->second.size(); ++code)
            if (codes->second[code] != 0)
                list.emplace_back(CodeIndex{static_cast<std::uint16_t>(code)}, ClusterId{codes->second[code]});
    return list;
}

std::string LibraryState::answer(const std::string& queue, const std::string& key) const
{
    const auto found = m_answers.find({queue, key});
    return found == m_answers.end() ? std::string() : found->second;
}

std::optional<ClusterId> LibraryState::effectiveCluster(PhotoId photo, RunId run, std::span<const std::uint16_t> topCodes) const
{
    if (isAway(photo))
        return {};
    if (const auto labelled = labelledCluster(photo))
        return labelled;
    for (const std::uint16_t code : topCodes) {
        if (code == 0xFFFF)
            break;
        const auto stored = clusterOfCode(run, CodeIndex{code});
        if (!stored)
            continue;
        if (const ClusterId now = resolve(*stored); isListed(now) && !isRejected(photo, now))
            return now;
    }
    return {};
}

std::string LibraryState::canonicalText() const
{
    std::string text;
    const auto optional = [](const std::optional<ClusterId>& id) { return id ? number(id->value) : std::string("-"); };
    for (const auto& [id, c] : m_clusters)
        text += "cluster " + number(id.value) + " [" + c.name + "] " + number(c.colour) + " " + optional(c.parent) + " " + optional(c.mergedInto) + " "
            + number(static_cast<int>(c.state)) + (c.isGroup ? " group " : " pile ") + number(c.key) + " [" + c.notes + "]\n";
    for (std::size_t at = 0; at < m_flags.size(); ++at) {
        const PhotoId photo{static_cast<std::int64_t>(at)};
        if (const auto stored = label(photo))
            text += "label " + number(photo.value) + " " + number(stored->cluster.value) + " " + number(static_cast<int>(stored->source)) + "\n";
        for (const ClusterId cluster : rejections(photo))
            text += "rejected " + number(photo.value) + " " + number(cluster.value) + "\n";
        if (isAway(photo))
            text += "away " + number(photo.value) + "\n";
    }
    for (const auto& [cluster, photo] : m_exemplars)
        text += "exemplar " + number(cluster.value) + " " + number(photo.value) + "\n";
    for (const auto& [run, codes] : m_codes)
        for (std::size_t code = 0; code < codes.size(); ++code)
            if (codes[code] != 0)
                text += "code " + number(run.value) + " " + number(static_cast<std::int64_t>(code)) + " " + number(codes[code]) + "\n";
    for (const auto& [key, value] : m_answers)
        text += "answer [" + key.first + "] [" + key.second + "] [" + value + "]\n";
    return text;
}

} // namespace plumage::project
