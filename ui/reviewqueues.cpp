// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/reviewqueues.h"

#include "core/base/npy.h"
#include "ui/job.h"

#include <algorithm>

namespace plumage::ui {
namespace {

constexpr std::size_t sampled = 200;    // photos of a cluster that its mean is taken of

std::string keyOf(ClusterId cluster)
{
    return std::to_string(cluster.value);
}

} // namespace

ReviewQueues::ReviewQueues(QObject* parent) : QObject(parent), m_lookAlikes(this) { }

template<class Items, class Key> void ReviewQueues::putLaterLast(Queue queue, Items& items, Key key)
{
    const auto& later = m_later[queue];
    std::ranges::stable_sort(items, std::less<>(), [&](const auto& item) {    // never put off: position -1
        const auto last = std::find(later.rbegin(), later.rend(), key(item));
        return last == later.rend() ? -1 : later.rend() - last;
    });
}

void ReviewQueues::setSnapshot(SnapshotPointer snapshot, const project::LibraryState& state)
{
    if (!snapshot || !m_snapshot || snapshot->photos->sharedList() != m_snapshot->photos->sharedList())
        for (auto& later : m_later)
            later.clear();
    m_snapshot = std::move(snapshot);
    m_validate.clear();
    m_grow.clear();
    m_pairs.clear();
    m_cohorts.clear();
    ++m_generation;
    if (!m_snapshot)
        return;
    for (const ClusterView& cluster : m_snapshot->clusters) {
        if (cluster.state == project::ClusterState::open && cluster.photos > cluster.checked)
            m_validate.push_back(cluster.cluster);
        if (cluster.checked > 0)    // before the first run thumbnails tell what looks alike
            m_grow.push_back(cluster.cluster);
    }
    const auto unchecked = [this](ClusterId cluster) {
        const ClusterView* view = m_snapshot->find(cluster);
        return view->photos - view->checked;
    };
    std::ranges::stable_sort(m_validate, std::greater<>(), unchecked);
    std::ranges::stable_sort(m_grow, std::less<>(), [this](ClusterId cluster) { return m_snapshot->find(cluster)->checked; });
    putLaterLast(Validate, m_validate, keyOf);
    putLaterLast(Grow, m_grow, keyOf);
    if (m_snapshot->hasClusters()) {
        findPairs(state);
        findCohorts(state);
    }
}

std::size_t ReviewQueues::waiting(Queue queue) const
{
    return queue == Duplicates ? m_pairs.size() : queue == Suggestions ? m_cohorts.size() : clusters(queue).size();
}

void ReviewQueues::findPairs(const project::LibraryState& state)
{
    std::vector<std::vector<std::uint32_t>> rows;
    std::vector<ClusterId> clusters;
    std::vector<std::int64_t> sizes;
    std::unordered_map<std::uint32_t, std::size_t> at;
    for (const ClusterView& cluster : m_snapshot->clusters)
        if (cluster.photos > 0) {
            at[static_cast<std::uint32_t>(cluster.cluster.value)] = clusters.size();
            clusters.push_back(cluster.cluster);
            sizes.push_back(static_cast<std::int64_t>(cluster.photos));
        }
    rows.resize(clusters.size());
    for (std::uint32_t row = 0; row < m_snapshot->photos->rows(); ++row)
        if (const auto found = at.find(m_snapshot->photos->clusters()[row]); found != at.end() && rows[found->second].size() < sampled)
            rows[found->second].push_back(row);
    std::vector<std::string> answered;
    for (const auto& [key, value] : state.answers())
        if (key.first == "duplicates")
            answered.push_back(key.second);
    m_lookAlikes.means(std::move(rows), [this, generation = m_generation, clusters, sizes, answered](const std::vector<std::vector<float>>& means) {
        if (generation != m_generation)
            return;
        std::vector<review::ClusterLook> looks;
        for (std::size_t i = 0; i < means.size(); ++i)
            if (!means[i].empty())
                looks.push_back({clusters[i], means[i], sizes[i]});
        m_pairs = review::likelyDuplicates(looks, [&](ClusterId a, ClusterId b) { return std::ranges::find(answered, review::pairKey(a, b)) != answered.end(); });
        putLaterLast(Duplicates, m_pairs, [](const review::Pair& pair) { return review::pairKey(pair.a, pair.b); });
        Q_EMIT changed();
    });
}

void ReviewQueues::findCohorts(const project::LibraryState& state)
{
    std::vector<std::string> answered;
    for (const auto& [key, value] : state.answers())
        if (key.first == "suggestions")
            answered.push_back(key.second);
    using Cohorts = std::vector<review::Cohort>;
    startJob<Cohorts>(this, [photos = m_snapshot->photos, file = m_snapshot->folder / "neighbours.npy", answered] {
            std::error_code ignored;
            if (!std::filesystem::exists(file, ignored))
                return Cohorts();    // older snapshots keep none
            const NpyMap map(file);
            std::vector<std::uint8_t> checked(photos->flags().size());
            std::ranges::transform(photos->flags(), checked.begin(), [](std::uint8_t flags) { return flags & project::PhotoTable::Checked; });
            return review::suggestions(photos->clusters(), checked, map.values<std::uint32_t>(), map.shape().at(1),
                [&](ClusterId from, ClusterId to) { return std::ranges::find(answered, cohortKey({from, to, {}})) != answered.end(); });
        },
        [this, generation = m_generation](const JobResult<Cohorts>& result) {
            if (generation != m_generation || !std::get_if<Cohorts>(&result))
                return;
            m_cohorts = std::get<Cohorts>(result);
            putLaterLast(Suggestions, m_cohorts, [](const review::Cohort& cohort) { return cohortKey(cohort); });
            Q_EMIT changed();
        });
}

} // namespace plumage::ui
