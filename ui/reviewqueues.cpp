// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/reviewqueues.h"

#include "core/base/npy.h"
#include "core/review/doubt.h"
#include "ui/job.h"

#include <algorithm>
#include <optional>
#include <set>

namespace plumage::ui {
namespace {

constexpr std::size_t sampled = 200;    // photos of a cluster that its mean is taken of
constexpr std::size_t doubtsAtOnce = 24;
constexpr int settled = project::PhotoTable::Checked | project::PhotoTable::Away | project::PhotoTable::Rejected | project::PhotoTable::Missing;

// A byte a photo: which of the wanted flags it has.
std::vector<std::uint8_t> flagged(const project::PhotoTable& photos, int wanted)
{
    std::vector<std::uint8_t> flags(photos.flags().size());
    std::ranges::transform(photos.flags(), flags.begin(), [wanted](std::uint8_t own) { return own & wanted; });
    return flags;
}

// [rows, count] of uint32, nearest first. Blocks; throws as NpyMap. None: older snapshots keep none.
std::optional<NpyMap> neighboursIn(const std::filesystem::path& snapshot)
{
    const std::filesystem::path file = snapshot / "neighbours.npy";
    std::error_code ignored;
    return std::filesystem::exists(file, ignored) ? std::optional<NpyMap>(file) : std::nullopt;
}

bool haveSamePhotos(const SnapshotPointer& a, const SnapshotPointer& b)
{
    return a && b && a->photos->sharedList() == b->photos->sharedList();
}

// Only decisions may differ.
bool areSameMoment(const SnapshotPointer& a, const SnapshotPointer& b)
{
    return haveSamePhotos(a, b) && a->run == b->run && a->step == b->step;
}

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
    if (!haveSamePhotos(snapshot, m_snapshot))
        for (auto& later : m_later)
            later.clear();
    if (!areSameMoment(snapshot, m_snapshot)) {
        m_doubts.clear();
        m_findingDoubts = false;
    }
    m_snapshot = std::move(snapshot);
    m_validate.clear();
    m_grow.clear();
    m_pairs.clear();
    m_cohorts.clear();
    ++m_generation;
    listChanged();
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
        dropSettledDoubts();
        if (m_doubts.empty() && !m_findingDoubts)
            findDoubts();
    }
}

void ReviewQueues::setChanges(std::map<ClusterId, review::Changes> changes)
{
    m_changes = std::move(changes);
    listChanged();
    Q_EMIT changed();
}

std::vector<PhotoId> ReviewQueues::newcomers(ClusterId cluster) const
{
    std::vector<PhotoId> photos;
    const auto found = m_changes.find(cluster);
    if (found == m_changes.end() || !m_snapshot)
        return photos;
    for (const PhotoId photo : found->second.came)
        if (const auto row = m_snapshot->photos->row(photo); row && m_snapshot->photos->cluster(*row) == cluster && !(m_snapshot->photos->flags()[*row] & project::PhotoTable::Checked))
            photos.push_back(photo);
    return photos;
}

// Approved clusters first: there a newcomer is a surprise.
void ReviewQueues::listChanged()
{
    m_changed.clear();
    for (const auto& [cluster, change] : m_changes)
        if (m_snapshot && m_snapshot->find(cluster) && !newcomers(cluster).empty())
            m_changed.push_back(cluster);
    std::ranges::stable_sort(m_changed, std::less<>(), [this](ClusterId cluster) { return m_snapshot->find(cluster)->state != project::ClusterState::approved; });
    putLaterLast(Changed, m_changed, keyOf);
}

std::size_t ReviewQueues::waiting(Queue queue) const
{
    return queue == Duplicates ? m_pairs.size() : queue == Doubt ? m_doubts.size() : queue == Suggestions ? m_cohorts.size() : clusters(queue).size();
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
    std::set<std::pair<std::uint32_t, ClusterId>> rejected;
    for (std::uint32_t row = 0; row < m_snapshot->photos->rows(); ++row)
        if (m_snapshot->photos->flags()[row] & project::PhotoTable::Rejected)
            for (const ClusterId cluster : state.rejections(m_snapshot->photos->photo(row)))
                rejected.emplace(row, state.resolve(cluster));
    startJob<Cohorts>(this, [photos = m_snapshot->photos, folder = m_snapshot->folder, answered, rejected = std::move(rejected)] {
            const auto neighbours = neighboursIn(folder);
            if (!neighbours)
                return Cohorts();
            return review::suggestions(photos->clusters(), flagged(*photos, project::PhotoTable::Checked), neighbours->values<std::uint32_t>(), neighbours->shape().at(1),
                [&](ClusterId from, ClusterId to) { return std::ranges::find(answered, cohortKey({from, to, {}})) != answered.end(); },
                [&](std::uint32_t row, ClusterId to) { return rejected.contains({row, to}); });
        },
        [this, generation = m_generation](const JobResult<Cohorts>& result) {
            if (generation != m_generation || !std::get_if<Cohorts>(&result))
                return;
            m_cohorts = std::get<Cohorts>(result);
            putLaterLast(Suggestions, m_cohorts, [](const review::Cohort& cohort) { return cohortKey(cohort); });
            Q_EMIT changed();
        });
}

// Decided meanwhile, by whatever key.
void ReviewQueues::dropSettledDoubts()
{
    std::erase_if(m_doubts, [this](PhotoId photo) {
        const auto row = m_snapshot->photos->row(photo);
        return !row || (m_snapshot->photos->flags()[*row] & settled);
    });
    putLaterLast(Doubt, m_doubts, [](PhotoId photo) { return std::to_string(photo.value); });
}

// The next 24; found anew when they are answered, or in a new snapshot.
void ReviewQueues::findDoubts()
{
    m_findingDoubts = m_lookAlikes.withEmbedding([photos = m_snapshot->photos, folder = m_snapshot->folder](const embedding::HalfRows& points) {
            const auto neighbours = neighboursIn(folder);
            if (!neighbours)
                return LookAlikes::Rows();
            const std::vector<std::uint8_t> isSettled = flagged(*photos, settled);
            std::vector<float> doubt;
            for (std::size_t row = 0; row < photos->rows(); ++row)
                doubt.push_back(static_cast<float>(photos->doubt(row)));
            return review::worthAsking({.doubt = doubt, .clusters = photos->clusters(), .settled = isSettled, .neighbours = neighbours->values<std::uint32_t>(),
                .neighboursEach = neighbours->shape().at(1), .points = points}, doubtsAtOnce);
        },
        [this, asked = m_snapshot](const LookAlikes::Rows& rows) {
            if (!areSameMoment(asked, m_snapshot))
                return;
            m_doubts.clear();
            for (const std::uint32_t row : rows)
                m_doubts.push_back(asked->photos->photo(row));
            dropSettledDoubts();
            m_findingDoubts = false;
            Q_EMIT changed();
        });
}

} // namespace plumage::ui
