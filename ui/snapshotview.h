// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"
#include "core/project/phototable.h"
#include "core/review/validate.h"

#include <QtCore/QPointF>
#include <QtCore/QString>
#include <QtGui/QImage>

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace plumage::ui {

// One cluster of the person, as a snapshot and the decisions see it.
struct ClusterView {
    ClusterId cluster;
    QString name{};                         // empty: it has none yet
    std::vector<CodeIndex> codes{};         // of the network that draw it, the one with most photos first; none: made by the person
    std::size_t photos = 0, checked = 0, bulk = 0;    // checked: with a human label; bulk: of these the ones accepted unseen
    double meanConfidence = 0;              // of its photos, 0..1
    std::optional<PhotoId> nearest{};       // the photo that the network is surest of
    QPointF centroid{};                     // on the map; not finite = not placed
    project::ClusterState state = project::ClusterState::open;
    QString group{};                        // names of the groups around it, outermost first: "Songbirds ▸ Tits"
    int key = 0;                            // number key, 0 = none
    review::Checks checks{};                // of photos drawn at random
};

// All that the views show of one moment of a run. Made once, then never changed and shared; views swap pointers.
struct SnapshotView {
    // ---- the machine's part
    RunId run;
    std::int64_t step = -1;                 // -1: photos only, nothing is trained yet
    double seconds = 0;
    std::filesystem::path folder;           // of the snapshot; may vanish at any time
    struct Code { CodeIndex code; QPointF centroid; };
    std::vector<Code> codes;                // active ones, ascending: the rows of `prototypes`
    QImage prototypes;                      // row of tiles per active code; null if missing or damaged
    int tile = 0;                           // side of a tile, pixels
    struct Drawing { QPointF place; CodeIndex code; };
    std::vector<Drawing> drawings;          // where generated pictures fall on the map
    std::map<std::string, double> scores;   // only with truth
    // ---- with the person's
    std::shared_ptr<const project::PhotoTable> photos;
    std::vector<ClusterView> clusters;      // listed ones, ascending ids
    std::map<CodeIndex, ClusterId> clusterOfCode;

    bool hasClusters() const { return step >= 0; }                 // something was trained
    std::vector<std::uint16_t> activeCodes() const;
    const ClusterView* find(ClusterId cluster) const;              // nullptr if it is not there
    std::optional<ClusterId> clusterOf(CodeIndex code) const;
    QString nameOf(ClusterId cluster) const;                       // "Robin", or "#17"
    enum Tile { Drawing0, Drawing1, Drawing2, Drawing3, Background, Mask, Object };
    QImage prototype(ClusterId cluster, int tile = Drawing0) const;    // of its first code; null if there is none
};
using SnapshotPointer = std::shared_ptr<const SnapshotView>;

// Photos that no network has seen yet.
SnapshotPointer untrainedView(std::shared_ptr<const PhotoList> photos);
// Reads a snapshot folder, without decisions: no clusters yet; blocks. Throws Error fileMissing, fileUnreadable, fileDamaged, fileTooNew, shapeMismatch.
SnapshotPointer readSnapshot(RunId run, const std::filesystem::path& folder, std::shared_ptr<const PhotoList> photos);
// The same moment with another list, of which the rows of the old one are the first.
SnapshotPointer withPhotos(const SnapshotView& view, std::shared_ptr<const PhotoList> photos);
// The same moment with the person's decisions: where each photo lies, which clusters there are. O(photos), any thread.
SnapshotPointer withDecisions(const SnapshotView& view, const project::LibraryState& state);
// The same after further decisions, from a view that one of these two made: `touched` are the photos whose rows changed in `state` since. A few ms for a million photos.
SnapshotPointer afterDecisions(const SnapshotView& view, std::span<const PhotoId> touched, const project::LibraryState& state);

} // namespace plumage::ui
