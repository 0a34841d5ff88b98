// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/snapshotview.h"

#include "core/project/snapshotfile.h"
#include "ui/paths.h"

#include <QtGui/QImageReader>

#include <algorithm>

namespace plumage::ui {
namespace {

void countPhotos(SnapshotView& view, std::size_t codes)
{
    const project::PhotoTable& table = *view.photos;
    std::vector<float> best(codes, -1.f);
    std::vector<ClusterView*> clusterOf(codes, nullptr);
    for (ClusterView& cluster : view.clusters)
        clusterOf[cluster.code.value] = &cluster;
    for (std::size_t row = 0; row < table.rows(); ++row) {
        const std::uint16_t code = table.codes()[row];
        if (code >= codes || !clusterOf[code])
            continue;
        ClusterView& cluster = *clusterOf[code];
        const float confidence = table.confidence()[row];
        ++cluster.photos;
        cluster.meanConfidence += static_cast<double>(confidence);
        if (confidence > best[code]) {
            best[code] = confidence;
            cluster.nearest = table.photo(row);
        }
    }
    for (ClusterView& cluster : view.clusters)
        cluster.meanConfidence /= static_cast<double>(std::max<std::size_t>(1, cluster.photos));
}

QImage readPrototypes(const project::SnapshotFile& file)
{
    QImage image = QImageReader(fromPath(file.prototypes())).read();
    const QSize wanted(project::SnapshotFile::tiles * file.imageSize(), static_cast<int>(file.activeCodes().size()) * file.imageSize());
    return image.size() == wanted ? image.convertToFormat(QImage::Format_RGB32) : QImage();
}

} // namespace

const ClusterView* SnapshotView::find(ClusterId cluster) const
{
    const auto found = std::ranges::lower_bound(clusters, cluster, {}, &ClusterView::cluster);
    return found != clusters.end() && found->cluster == cluster ? &*found : nullptr;
}

QImage SnapshotView::prototype(ClusterId cluster, int column) const
{
    const ClusterView* found = find(cluster);
    if (!found || prototypes.isNull())
        return {};
    return prototypes.copy(column * tile, found->prototypeRow * tile, tile, tile);
}

SnapshotPointer untrainedView(std::shared_ptr<const PhotoList> photos)
{
    auto view = std::make_shared<SnapshotView>();
    view->photos = std::make_shared<project::PhotoTable>(std::move(photos));
    return view;
}

SnapshotPointer readSnapshot(RunId run, const std::filesystem::path& folder, std::shared_ptr<const PhotoList> photos)
{
    const project::SnapshotFile file(folder);
    auto view = std::make_shared<SnapshotView>();
    view->run = run;
    view->step = file.step();
    view->seconds = file.seconds();
    view->photos = std::make_shared<project::PhotoTable>(std::move(photos), file);
    view->scores = file.scores();
    view->tile = file.imageSize();
    view->prototypes = readPrototypes(file);

    const auto centroids = file.layoutCodes();
    for (const std::uint16_t code : file.activeCodes())
        view->clusters.push_back({.cluster = project::PhotoTable::clusterOf({code}), .code = {code},
            .prototypeRow = static_cast<int>(view->clusters.size()), .centroid = QPointF(centroids[code * 2u], centroids[code * 2u + 1])});
    countPhotos(*view, centroids.size() / 2);
    const auto places = file.layoutDrawings();
    for (std::size_t i = 0; i < file.drawingCodes().size(); ++i)
        view->drawings.push_back({QPointF(places[i * 2], places[i * 2 + 1]), {file.drawingCodes()[i]}});
    return view;
}

} // namespace plumage::ui
