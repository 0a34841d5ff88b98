// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/constraints.h"
#include "core/base/trainoptions.h"
#include "core/model/lossterms.h"

#include <cstdint>
#include <map>
#include <span>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace plumage::train {

// What persons decided, as the batches take it (METHOD.md section 10): which photos fill the labelled slots and which codes they may have. A code's cluster is
// the person's; codes that nobody named may be given to clusters here.
class Corrections {
public:
    struct Labelled { std::int64_t row; ClusterId cluster; };
    static constexpr std::int64_t enoughLabels = 20, enoughOfCluster = 5;    // below, every label trains

    explicit Corrections(const TrainOptions& options);    // must outlive it

    // In place of all earlier. rowOf: the photos that can be trained on; others are left out.
    void set(const Constraints& constraints, const std::unordered_map<PhotoId, std::int64_t>& rowOf, std::int64_t step);
    bool isAway(std::int64_t row) const { return m_away.contains(row); }

    // Rows for the labelled slots of a batch: half of them among the newest decisions, the others by cluster in turn. Empty if nothing was decided.
    std::vector<std::int64_t> draw(std::int64_t step) const;
    // batch: rows of all N slots, of which the last `slots` are labelled ones.
    model::LabelTargets targets(std::span<const std::int64_t> batch, std::size_t slots, const at::Tensor& active /* [kMax] bool */) const;

    // Clusters with labels that none of the active codes stands for, with the rows of their photos.
    std::map<ClusterId, std::vector<std::int64_t>> withoutCode(std::span<const std::int64_t> activeCodes) const;
    bool isTaken(std::int64_t code) const { return m_clusterOf.contains(code); }
    bool isLabelled(std::int64_t code) const;    // it stands for a cluster that a person gave photos
    void give(std::int64_t code, ClusterId cluster);
    std::vector<Constraints::Code> given() const;    // ascending codes
    void setGiven(std::span<const Constraints::Code> codes);

    std::int64_t labelsTrained() const { return static_cast<std::int64_t>(m_trained.size()); }
    const std::vector<Labelled>& heldOut() const { return m_heldOut; }
    bool means(std::int64_t code, ClusterId cluster) const;
    std::vector<std::int64_t> newestRows(std::int64_t step) const;    // decided in the last 500 iterations, at most 64

private:
    struct Recent { std::int64_t row, step; };
    void noteNewest(const std::unordered_map<std::int64_t, ClusterId>& before, std::int64_t step);
    void fillPools();
    void mapCodes();

    const TrainOptions& m_options;
    bool m_heard = false;                                           // set() was called: what comes later is new
    std::unordered_map<std::int64_t, ClusterId> m_trained;          // row -> label that enters the losses
    std::vector<Labelled> m_heldOut;
    std::unordered_set<ClusterId> m_labelledClusters;
    std::unordered_map<std::int64_t, std::vector<ClusterId>> m_rejected;
    std::unordered_set<std::int64_t> m_away;
    std::vector<std::vector<std::int64_t>> m_pools;                 // rows by cluster: labelled, or rejected from it
    std::vector<Recent> m_newest;
    std::vector<Constraints::Code> m_named;                         // the person's map
    std::map<std::int64_t, ClusterId> m_given, m_clusterOf;         // given here; both joined, the person's first
};

} // namespace plumage::train
