// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/corrections.h"

#include "core/base/random.h"

#include <ATen/Functions.h>

#include <algorithm>
#include <cmath>

namespace plumage::train {

namespace {

constexpr std::size_t newestKept = 64;
constexpr std::int64_t newFor = 500;    // iterations
constexpr std::uint64_t drawStream = 0x6c61626c, holdStream = 0x68656c64;

bool isHeldOut(PhotoId photo, double share)
{
    return Random(static_cast<std::uint64_t>(photo.value), holdStream).uniform() < share;
}

} // namespace

Corrections::Corrections(const TrainOptions& options) : m_options(options) { }

void Corrections::set(const Constraints& constraints, const std::unordered_map<PhotoId, std::int64_t>& rowOf, std::int64_t step)
{
    const auto row = [&](PhotoId photo) {
        const auto found = rowOf.find(photo);
        return found == rowOf.end() ? std::int64_t{-1} : found->second;
    };
    std::unordered_map<ClusterId, std::int64_t> sizes;
    for (const Constraints::Pair& label : constraints.labels)
        ++sizes[label.cluster];
    const bool mayHold = static_cast<std::int64_t>(constraints.labels.size()) > enoughLabels;
    const auto before = std::move(m_trained);
    m_trained.clear();
    m_heldOut.clear();
    m_rejected.clear();
    m_away.clear();
    for (const Constraints::Pair& label : constraints.labels) {
        const std::int64_t at = row(label.photo);
        if (at < 0)
            continue;
        if (mayHold && sizes[label.cluster] >= enoughOfCluster && isHeldOut(label.photo, m_options.schedule.heldOut))
            m_heldOut.push_back({at, label.cluster});
        else
            m_trained.emplace(at, label.cluster);
    }
    for (const Constraints::Pair& rejection : constraints.rejections)
        if (const std::int64_t at = row(rejection.photo); at >= 0)
            m_rejected[at].push_back(rejection.cluster);
    for (const PhotoId photo : constraints.away)
        if (const std::int64_t at = row(photo); at >= 0)
            m_away.insert(at);
    m_labelledClusters.clear();
    for (const auto& [cluster, photos] : sizes)
        m_labelledClusters.insert(cluster);
    m_named = constraints.codes;
    mapCodes();
    fillPools();
    noteNewest(before, step);
}

void Corrections::mapCodes()
{
    m_clusterOf.clear();
    for (const Constraints::Code& code : m_named)
        m_clusterOf[code.code.value] = code.cluster;
    for (const auto& [code, cluster] : m_given)
        m_clusterOf.try_emplace(code, cluster);
}

void Corrections::fillPools()
{
    std::map<ClusterId, std::vector<std::int64_t>> byCluster;
    for (const auto& [row, cluster] : m_trained)
        if (!isAway(row))
            byCluster[cluster].push_back(row);
    for (const auto& [row, clusters] : m_rejected)
        if (!isAway(row))
            byCluster[clusters.front()].push_back(row);
    m_pools.clear();
    for (auto& [cluster, rows] : byCluster) {
        std::ranges::sort(rows);    // the order of a hash table is no one's business
        m_pools.push_back(std::move(rows));
    }
}

void Corrections::noteNewest(const std::unordered_map<std::int64_t, ClusterId>& before, std::int64_t step)
{
    std::vector<Recent> now;
    for (const auto& [row, cluster] : m_trained)
        if (const auto old = before.find(row); m_heard && (old == before.end() || old->second != cluster))
            now.push_back({row, step});
    std::ranges::sort(now, {}, &Recent::row);
    Random(static_cast<std::uint64_t>(step), drawStream).shuffle(now);    // of a thousand labels at once any 64 will do
    std::erase_if(m_newest, [&](const Recent& recent) { return !m_trained.contains(recent.row); });
    now.insert(now.end(), m_newest.begin(), m_newest.end());
    now.resize(std::min(now.size(), newestKept));
    m_newest = std::move(now);
    m_heard = true;
}

std::vector<std::int64_t> Corrections::newestRows(std::int64_t step) const
{
    std::vector<std::int64_t> rows;
    for (const Recent& recent : m_newest)
        if (step - recent.step < newFor && !isAway(recent.row))
            rows.push_back(recent.row);
    return rows;
}

std::vector<std::int64_t> Corrections::draw(std::int64_t step) const
{
    std::vector<std::int64_t> rows;
    if (m_pools.empty() || m_options.schedule.labelledShare <= 0)
        return rows;
    const auto slots = static_cast<std::size_t>(std::max(1.0, std::round(m_options.schedule.batchSize * m_options.schedule.labelledShare)));
    const std::vector<std::int64_t> newest = newestRows(step);
    Random random(m_options.seed + static_cast<std::uint64_t>(step), drawStream);    // from the step alone: going on from a checkpoint draws the same
    for (std::size_t i = 0; i < slots; ++i) {
        const bool takesNew = !newest.empty() && i < (slots + 1) / 2;
        const auto& pool = takesNew ? newest : m_pools[(static_cast<std::size_t>(step) * slots + i) % m_pools.size()];
        rows.push_back(pool[random.below(pool.size())]);
    }
    return rows;
}

model::LabelTargets Corrections::targets(std::span<const std::int64_t> batch, std::size_t slots, const at::Tensor& active) const
{
    const auto kMax = static_cast<std::size_t>(active.size(0));
    std::vector<std::uint8_t> allowed(slots * kMax, 0);
    std::vector<float> weight(slots, 0.0f);
    std::vector<std::int64_t> groups;
    for (const std::int64_t row : batch) {
        const auto label = m_trained.find(row);
        groups.push_back(label == m_trained.end() ? -1 - row : label->second.value);    // cluster ids count from 1
    }
    for (std::size_t i = 0; i < slots; ++i) {
        const std::int64_t row = batch[batch.size() - slots + i];
        std::uint8_t* codes = allowed.data() + i * kMax;
        if (const auto label = m_trained.find(row); label != m_trained.end()) {
            weight[i] = 1;
            for (const auto& [code, cluster] : m_clusterOf)
                if (cluster == label->second && static_cast<std::size_t>(code) < kMax)
                    codes[code] = 1;
        } else if (const auto rejected = m_rejected.find(row); rejected != m_rejected.end()) {
            weight[i] = 0.5;
            std::fill_n(codes, kMax, std::uint8_t{1});
            for (const auto& [code, cluster] : m_clusterOf)
                if (std::ranges::find(rejected->second, cluster) != rejected->second.end() && static_cast<std::size_t>(code) < kMax)
                    codes[code] = 0;
        }
    }
    const at::Tensor table = at::tensor(allowed, at::kByte).view({static_cast<std::int64_t>(slots), static_cast<std::int64_t>(kMax)}).to(at::kBool);
    const at::Tensor usable = table.to(active.device()).logical_and(active);
    return {usable, at::tensor(weight, at::kFloat).to(active.device()) * usable.any(1), at::tensor(groups, at::kLong).to(active.device())};
}

std::map<ClusterId, std::vector<std::int64_t>> Corrections::withoutCode(std::span<const std::int64_t> activeCodes) const
{
    std::unordered_set<ClusterId> have;
    for (const std::int64_t code : activeCodes)
        if (const auto found = m_clusterOf.find(code); found != m_clusterOf.end())
            have.insert(found->second);
    std::map<ClusterId, std::vector<std::int64_t>> wanted;
    for (const auto& [row, cluster] : m_trained)
        if (!have.contains(cluster) && !isAway(row))
            wanted[cluster].push_back(row);
    for (auto& [cluster, rows] : wanted)
        std::ranges::sort(rows);
    return wanted;
}

bool Corrections::isLabelled(std::int64_t code) const
{
    const auto found = m_clusterOf.find(code);
    return found != m_clusterOf.end() && m_labelledClusters.contains(found->second);
}

void Corrections::give(std::int64_t code, ClusterId cluster)
{
    m_given[code] = cluster;
    mapCodes();
}

std::vector<Constraints::Code> Corrections::given() const
{
    std::vector<Constraints::Code> codes;
    for (const auto& [code, cluster] : m_given)
        codes.push_back({CodeIndex{static_cast<std::uint16_t>(code)}, cluster});
    return codes;
}

void Corrections::setGiven(std::span<const Constraints::Code> codes)
{
    m_given.clear();
    for (const Constraints::Code& code : codes)
        m_given[code.code.value] = code.cluster;
    mapCodes();
}

bool Corrections::means(std::int64_t code, ClusterId cluster) const
{
    const auto found = m_clusterOf.find(code);
    return found != m_clusterOf.end() && found->second == cluster;
}

} // namespace plumage::train
