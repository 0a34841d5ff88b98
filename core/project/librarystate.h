// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/edit.h"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace plumage::project {

// All that persons decided in a project, in memory: a mirror of the database's tables. A value; copies are independent. Reading from several threads is fine
// while nobody applies edits. Photo ids are dense (1, 2, …), so what belongs to a photo lies in columns indexed by id: 5 bytes a photo.
class LibraryState {
public:
    // All edits or none. Throws Error staleEdit (detail: the row) if a row is not as `before` says.
    void apply(const Edits& edits);
    void put(const Edit& edit);    // without looking at `before`: for rows that come from the database

    // ---- clusters; ids are never reused: nextClusterId() is above every id that ever was, also of undone commands
    const Cluster* find(ClusterId id) const;                                   // merged and dissolved ones too; nullptr if it never was or was undone
    const std::map<ClusterId, Cluster>& clusters() const { return m_clusters; }
    ClusterId nextClusterId() const { return m_nextCluster; }
    void reserveClusterId(ClusterId atLeast);                                  // ids below it count as used
    ClusterId resolve(ClusterId id) const;                                     // follows mergedInto to its end
    bool isListed(ClusterId id) const;                                         // there, not merged away, not dissolved, no group
    std::optional<ClusterId> byName(const std::string& name) const;            // of listed clusters; exact

    // ---- photos. label() is the row as stored; the cluster it means now is resolve(label->cluster)
    std::optional<Label> label(PhotoId photo) const;
    std::optional<ClusterId> labelledCluster(PhotoId photo) const;             // resolved
    bool isAway(PhotoId photo) const;
    std::span<const ClusterId> rejections(PhotoId photo) const;                // as stored, ascending
    bool isRejected(PhotoId photo, ClusterId cluster) const;                   // both resolved
    const std::set<std::pair<ClusterId, PhotoId>>& exemplars() const { return m_exemplars; }
    std::int64_t labelCount() const { return m_labelCount; }
    PhotoId lastPhoto() const { return PhotoId{static_cast<std::int64_t>(m_labelCluster.size()) - 1}; }    // highest id that any row names

    // ---- code -> cluster of a run, many to one
    std::optional<ClusterId> clusterOfCode(RunId run, CodeIndex code) const;   // as stored
    std::vector<std::pair<CodeIndex, ClusterId>> codes(RunId run) const;       // ascending codes
    bool knowsRun(RunId run) const { return m_codes.contains(run); }

    std::string answer(const std::string& queue, const std::string& key) const;    // empty = none
    const std::map<std::pair<std::string, std::string>, std::string>& answers() const { return m_answers; }

    // The effective cluster (DESIGN.md section 3): the human label if there is one, else the cluster of the best code that the photo is not rejected
    // from and that is not dissolved; nothing if none of the codes has one, or the photo was put away. topCodes: best first, noCode = 0xFFFF ends them.
    std::optional<ClusterId> effectiveCluster(PhotoId photo, RunId run, std::span<const std::uint16_t> topCodes) const;

    // The same rows in a canonical text, for tests and checks: equal states have equal text (nextClusterId is not part of it).
    std::string canonicalText() const;
    bool operator==(const LibraryState& other) const { return canonicalText() == other.canonicalText(); }

private:
    void check(const Edit& edit) const;
    void growTo(PhotoId photo);

    std::map<ClusterId, Cluster> m_clusters;
    ClusterId m_nextCluster{1};
    std::vector<std::uint32_t> m_labelCluster;    // by photo id; 0 = no label
    std::vector<std::uint8_t> m_flags;            // by photo id: bits 0-1 LabelSource, bit 2 away, bit 3 has rejections
    std::unordered_map<PhotoId, std::vector<ClusterId>> m_rejections;
    std::set<std::pair<ClusterId, PhotoId>> m_exemplars;
    std::map<RunId, std::vector<std::uint32_t>> m_codes;    // by code; 0 = none
    std::map<std::pair<std::string, std::string>, std::string> m_answers;
    std::int64_t m_labelCount = 0;
};

} // namespace plumage::project
