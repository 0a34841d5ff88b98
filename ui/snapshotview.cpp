// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/snapshotview.h"

#include "core/project/snapshotfile.h"
#include "ui/clustermark.h"
#include "ui/paths.h"

#include <QtGui/QImageReader>

#include <algorithm>
#include <cmath>
#include <limits>

namespace plumage::ui {
namespace {

struct Tally {    // of one cluster
    std::map<std::uint16_t, std::size_t> photosOfCode;
    float best = -1;
    double x = 0, y = 0;
    std::size_t placed = 0;
};

// Counts, the surest photo and the mean place of every cluster that `counted` has (by id); photos of clusters that are not listed are left out.
std::map<ClusterId, Tally> countPhotos(SnapshotView& view, const std::vector<bool>& counted)
{
    const project::PhotoTable& table = *view.photos;
    std::map<ClusterId, Tally> tallies;
    std::vector<std::pair<ClusterView*, Tally*>> at(counted.size());
    for (ClusterView& cluster : view.clusters)
        if (counted[static_cast<std::size_t>(cluster.cluster.value)])
            at[static_cast<std::size_t>(cluster.cluster.value)] = {&cluster, &tallies[cluster.cluster]};
    for (std::size_t row = 0; row < table.rows(); ++row) {
        const std::uint32_t id = table.clusters()[row];
        if (id == 0 || id >= at.size() || !at[id].first)
            continue;
        auto& [cluster, tally] = at[id];
        ++cluster->photos;
        cluster->checked += (table.flags()[row] & project::PhotoTable::Checked) != 0;
        cluster->bulk += (table.flags()[row] & project::PhotoTable::Bulk) != 0;
        cluster->meanConfidence += static_cast<double>(table.confidence()[row]);
        if (table.codes()[row] != project::PhotoTable::noCode)
            ++tally->photosOfCode[table.codes()[row]];
        if (table.confidence()[row] > tally->best) {
            tally->best = table.confidence()[row];
            cluster->nearest = table.photo(row);
        }
        if (std::isfinite(table.x()[row])) {
            tally->x += static_cast<double>(table.x()[row]);
            tally->y += static_cast<double>(table.y()[row]);
            ++tally->placed;
        }
    }
    return tallies;
}

// By cluster id: in which clusters the two tables differ, be it by one photo.
std::vector<bool> changedClusters(const project::PhotoTable& before, const project::PhotoTable& after, std::size_t ids)
{
    std::vector<bool> changed(ids, false);
    const auto mark = [&](std::uint32_t id) {
        if (id < ids)
            changed[id] = true;
    };
    const bool sameShares = &before.confidence() == &after.confidence();
    for (std::size_t row = 0; row < after.rows(); ++row)
        if (before.clusters()[row] != after.clusters()[row] || before.flags()[row] != after.flags()[row] || (!sameShares && before.confidence()[row] != after.confidence()[row])) {
            mark(before.clusters()[row]);
            mark(after.clusters()[row]);
        }
    return changed;
}

// Where a cluster stands: among its codes' centroids, by the photos that each brings; without codes in the middle of its photos.
QPointF placeOf(const SnapshotView& view, const ClusterView& cluster, const Tally& tally)
{
    QPointF sum;
    double weight = 0;
    for (const CodeIndex code : cluster.codes) {
        const auto found = std::ranges::lower_bound(view.codes, code, {}, &SnapshotView::Code::code);
        const auto counted = tally.photosOfCode.find(code.value);
        if (found == view.codes.end() || found->code != code)
            continue;
        const double photos = 1e-3 + (counted == tally.photosOfCode.end() ? 0.0 : static_cast<double>(counted->second));
        sum += photos * found->centroid;
        weight += photos;
    }
    if (weight > 0)
        return sum / weight;
    if (tally.placed > 0)
        return QPointF(tally.x, tally.y) / static_cast<double>(tally.placed);
    return {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::quiet_NaN()};
}

QString groupNames(const project::LibraryState& state, const project::Cluster& cluster)
{
    QStringList names;
    for (const project::Cluster* at = cluster.parent ? state.find(*cluster.parent) : nullptr; at && names.size() < 8; at = at->parent ? state.find(*at->parent) : nullptr)
        names.prepend(at->name.empty() ? clusterNumber(at->id) : QString::fromStdString(at->name));
    return names.join(QStringLiteral(" ▸ "));
}

QImage readPrototypes(const project::SnapshotFile& file)
{
    QImage image = QImageReader(fromPath(file.prototypes())).read();
    const QSize wanted(project::SnapshotFile::tiles * file.imageSize(), static_cast<int>(file.activeCodes().size()) * file.imageSize());
    return image.size() == wanted ? image.convertToFormat(QImage::Format_RGB32) : QImage();
}

} // namespace

std::vector<std::uint16_t> SnapshotView::activeCodes() const
{
    std::vector<std::uint16_t> active;
    for (const Code& code : codes)
        active.push_back(code.code.value);
    return active;
}

const ClusterView* SnapshotView::find(ClusterId cluster) const
{
    const auto found = std::ranges::lower_bound(clusters, cluster, {}, &ClusterView::cluster);
    return found != clusters.end() && found->cluster == cluster ? &*found : nullptr;
}

std::optional<ClusterId> SnapshotView::clusterOf(CodeIndex code) const
{
    const auto found = clusterOfCode.find(code);
    return found == clusterOfCode.end() ? std::nullopt : std::optional(found->second);
}

QString SnapshotView::nameOf(ClusterId cluster) const
{
    const ClusterView* found = find(cluster);
    return found && !found->name.isEmpty() ? found->name : clusterNumber(cluster);
}

QImage SnapshotView::prototype(ClusterId cluster, int column) const
{
    const ClusterView* found = find(cluster);
    if (!found || found->codes.empty() || prototypes.isNull())
        return {};
    const auto row = std::ranges::lower_bound(codes, found->codes.front(), {}, &Code::code);
    if (row == codes.end() || row->code != found->codes.front())
        return {};
    return prototypes.copy(column * tile, static_cast<int>(row - codes.begin()) * tile, tile, tile);
}

SnapshotPointer untrainedView(std::shared_ptr<const PhotoList> photos)
{
    auto view = std::make_shared<SnapshotView>();
    view->photos = std::make_shared<project::PhotoTable>(std::move(photos));
    return view;
}

SnapshotPointer readSnapshot(RunId run, const std::filesystem::path& folder, std::shared_ptr<const PhotoList> photos)
{
    const auto file = std::make_shared<const project::SnapshotFile>(folder);
    auto view = std::make_shared<SnapshotView>();
    view->run = run;
    view->step = file->step();
    view->folder = folder;
    view->seconds = file->seconds();
    view->photos = std::make_shared<project::PhotoTable>(std::move(photos), file);
    view->scores = file->scores();
    view->tile = file->imageSize();
    view->prototypes = readPrototypes(*file);
    const auto centroids = file->layoutCodes();
    for (const std::uint16_t code : file->activeCodes())
        view->codes.push_back({{code}, QPointF(centroids[code * 2u], centroids[code * 2u + 1])});
    const auto places = file->layoutDrawings();
    for (std::size_t i = 0; i < file->drawingCodes().size(); ++i)
        view->drawings.push_back({QPointF(places[i * 2], places[i * 2 + 1]), {file->drawingCodes()[i]}});
    return view;
}

SnapshotPointer withPhotos(const SnapshotView& machine, std::shared_ptr<const PhotoList> photos)
{
    auto view = std::make_shared<SnapshotView>(machine);
    view->photos = std::make_shared<project::PhotoTable>(std::move(photos), machine.photos->snapshot());
    return view;
}

namespace {

// The listed clusters and their codes, nothing counted yet.
void listClusters(SnapshotView& view, const project::LibraryState& state)
{
    view.clusters.clear();
    view.clusterOfCode.clear();
    std::map<ClusterId, std::vector<CodeIndex>> codesOf;
    for (const auto& [code, cluster] : state.codes(view.run)) {
        const ClusterId now = state.resolve(cluster);
        view.clusterOfCode[code] = now;
        codesOf[now].push_back(code);
    }
    for (const auto& [id, cluster] : state.clusters())
        if (state.isListed(id))
            view.clusters.push_back({.cluster = id, .name = QString::fromStdString(cluster.name), .codes = codesOf[id], .state = cluster.state,
                .group = groupNames(state, cluster), .key = cluster.key, .checks = review::Checks::of(state.answer("trust", std::to_string(id.value)))});
}

// Counts what `counted` has, by id. A place that nobody named and nothing lies in, for example of another run's code, is no cluster to look at.
void fillClusters(SnapshotView& view, const std::vector<bool>& counted)
{
    auto tallies = countPhotos(view, counted);
    std::erase_if(view.clusters, [](const ClusterView& cluster) { return cluster.photos == 0 && cluster.codes.empty() && cluster.name.isEmpty(); });
    for (ClusterView& cluster : view.clusters) {
        if (!counted[static_cast<std::size_t>(cluster.cluster.value)])
            continue;
        const Tally& tally = tallies[cluster.cluster];
        const auto photosOf = [&](CodeIndex code) {
            const auto found = tally.photosOfCode.find(code.value);
            return found == tally.photosOfCode.end() ? std::size_t{0} : found->second;
        };
        std::ranges::stable_sort(cluster.codes, std::greater<>(), photosOf);
        cluster.meanConfidence /= static_cast<double>(std::max<std::size_t>(1, cluster.photos));
        cluster.centroid = placeOf(view, cluster, tally);
    }
}

std::size_t idsOf(const SnapshotView& view)
{
    return view.clusters.empty() ? 0 : static_cast<std::size_t>(view.clusters.back().cluster.value) + 1;
}

} // namespace

SnapshotPointer withDecisions(const SnapshotView& machine, const project::LibraryState& state)
{
    auto view = std::make_shared<SnapshotView>(machine);
    view->photos = std::make_shared<project::PhotoTable>(machine.photos->with(state, machine.run));
    listClusters(*view, state);
    fillClusters(*view, std::vector<bool>(idsOf(*view), true));
    return view;
}

SnapshotPointer afterDecisions(const SnapshotView& before, std::span<const PhotoId> touched, const project::LibraryState& state)
{
    auto view = std::make_shared<SnapshotView>(before);
    view->photos = std::make_shared<project::PhotoTable>(before.photos->after(touched, state, before.run));
    listClusters(*view, state);
    std::vector<bool> counted = changedClusters(*before.photos, *view->photos, idsOf(*view));
    for (ClusterView& cluster : view->clusters) {    // what did not change keeps its numbers
        const auto id = static_cast<std::size_t>(cluster.cluster.value);
        const ClusterView* old = before.find(cluster.cluster);
        if (!old || !std::ranges::is_permutation(old->codes, cluster.codes))
            counted[id] = true;
        if (counted[id])
            continue;
        ClusterView now = *old;
        now.name = cluster.name;
        now.state = cluster.state;
        now.group = cluster.group;
        now.key = cluster.key;
        now.checks = cluster.checks;
        cluster = std::move(now);
    }
    fillClusters(*view, counted);
    return view;
}

} // namespace plumage::ui
