// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"
#include "core/project/phototable.h"

#include <QtCore/QPointF>
#include <QtGui/QImage>

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace plumage::ui {

// One cluster as a snapshot sees it.
struct ClusterView {
    ClusterId cluster;
    CodeIndex code;
    int prototypeRow = 0;                   // of SnapshotView::prototypes
    std::size_t photos = 0;
    double meanConfidence = 0;              // of its photos, 0..1
    std::optional<PhotoId> nearest{};       // the photo that the network is surest of
    QPointF centroid{};                     // on the map
};

// All that the views show of one moment of a run. Made in a job, then never changed and shared; views swap pointers.
struct SnapshotView {
    RunId run;
    std::int64_t step = -1;                 // -1: photos only, nothing is trained yet
    double seconds = 0;
    std::shared_ptr<const project::PhotoTable> photos;
    std::vector<ClusterView> clusters;      // ascending ids, active codes only
    QImage prototypes;                      // row of tiles per active code; null if missing or damaged
    int tile = 0;                           // side of a tile, pixels
    struct Drawing { QPointF place; CodeIndex code; };
    std::vector<Drawing> drawings;          // where generated pictures fall on the map
    std::map<std::string, double> scores;   // only with truth

    bool hasClusters() const { return step >= 0; }
    const ClusterView* find(ClusterId cluster) const;              // nullptr if it is not there
    enum Tile { Drawing0, Drawing1, Drawing2, Drawing3, Background, Mask, Object };
    QImage prototype(ClusterId cluster, int tile = Drawing0) const;    // null if there is none
};
using SnapshotPointer = std::shared_ptr<const SnapshotView>;

// Photos that no network has seen yet.
SnapshotPointer untrainedView(std::shared_ptr<const PhotoList> photos);
// Reads a snapshot folder; blocks. Throws Error fileMissing, fileUnreadable, fileDamaged, fileTooNew, shapeMismatch.
SnapshotPointer readSnapshot(RunId run, const std::filesystem::path& folder, std::shared_ptr<const PhotoList> photos);

} // namespace plumage::ui
