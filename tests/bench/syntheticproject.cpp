// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/syntheticproject.h"

#include "core/base/atomicpath.h"
#include "core/curation/commands.h"
#include "core/curation/curator.h"
#include "core/project/database.h"
#include "core/project/photoscan.h"
#include "core/project/projectfolder.h"
#include "tests/fakes/fakesnapshot.h"
#include "ui/thumbnailstore.h"

#include <QtCore/QBuffer>
#include <QtCore/QRandomGenerator>
#include <QtCore/QString>
#include <QtGui/QImage>
#include <QtGui/QPainter>

#include <algorithm>
#include <array>
#include <cstdio>
#include <random>

namespace plumage::bench {
namespace {

namespace fs = std::filesystem;

constexpr int differentThumbnails = 96, namedClusters = 40, labelledShare = 20;

// Blobs on a coloured ground, with the grain of a camera: about as many bytes as a photo of that size.
QImage drawn(int width, int height, quint32 seed)
{
    QRandomGenerator random(seed);
    QImage image(width, height, QImage::Format_RGB32);
    image.fill(QColor::fromHsv(random.bounded(360), 40 + random.bounded(120), 90 + random.bounded(120)));
    QPainter painter(&image);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    for (int blob = 0; blob < 24; ++blob) {
        QColor colour = QColor::fromHsv(random.bounded(360), random.bounded(256), random.bounded(256));
        colour.setAlpha(60 + random.bounded(160));
        painter.setBrush(colour);
        painter.drawEllipse(QRectF(random.bounded(width), random.bounded(height), 4 + random.bounded(width / 3), 4 + random.bounded(height / 3)));
    }
    painter.end();
    std::minstd_rand grain(seed + 1);
    for (qsizetype i = 0; i < image.sizeInBytes(); ++i) {
        uchar& value = image.bits()[i];
        value = static_cast<uchar>(std::clamp(static_cast<int>(value) + static_cast<int>(grain() >> 8 & 31) - 16, 0, 255));
    }
    return image;
}

void writeThumbnails(const PhotoList& photos, int edge, const fs::path& file)
{
    ui::ThumbnailStore(QString::fromStdString(file.string()));    // makes the table
    std::vector<std::string> pictures;
    for (int i = 0; i < differentThumbnails; ++i) {
        QByteArray jpeg;
        QBuffer buffer(&jpeg);
        drawn(edge, edge * 3 / 4, static_cast<quint32>(i)).save(&buffer, "JPG", 80);
        pictures.push_back(jpeg.toStdString());
    }
    std::vector<std::string> keys;
    for (const PhotoRow& row : photos.rows)
        keys.push_back(row.hash);
    std::ranges::sort(keys);
    const project::Database database(file, project::Database::Mode::write);
    project::Transaction transaction(database);
    project::Statement insert(database, "INSERT OR REPLACE INTO thumbnails (key, jpeg) VALUES (?, ?)");
    for (std::size_t i = 0; i < keys.size(); ++i)
        insert.run(keys[i], project::Blob{pictures[i % pictures.size()]});
    transaction.commit();
}

void label(const fs::path& project, std::int64_t photos)
{
    curation::Curator curator(project::Library::open(project, project::Library::Access::write), [] { return std::int64_t{1'767'225'600'000}; });
    const curation::Place nowhere = [](PhotoId) { return std::optional<ClusterId>(); };
    for (int i = 0; i < namedClusters; ++i) {
        const std::string name = "Species " + std::to_string(i + 1);
        curator.apply(curation::newCluster(curator.state(), {}, name, nowhere));
        std::vector<PhotoId> members;
        for (std::int64_t photo = i + 1; photo <= photos; photo += namedClusters * labelledShare)
            members.push_back(PhotoId{photo});
        curator.apply(curation::assign(curator.state(), members, *curator.state().byName(name), i % 2 ? project::LabelSource::bulk : project::LabelSource::seen, nowhere));
    }
}

} // namespace

PhotoList madeUpPhotos(std::int64_t count)
{
    PhotoList list;
    list.roots = {"/survey/2026"};
    for (std::int64_t i = 1; i <= count; ++i) {
        std::array<char, 33> hash{};
        std::snprintf(hash.data(), hash.size(), "%016llx%016llx", static_cast<unsigned long long>(i) * 0x9E3779B97F4A7C15u, static_cast<unsigned long long>(i));
        list.rows.push_back({PhotoId{i}, 0, "station-" + std::to_string(i % 97) + "/IMG_" + std::to_string(100000 + i) + ".JPG", {}, hash.data()});
    }
    return list;
}

void writePhotos(const fs::path& folder, std::int64_t count, int width, int height)
{
    for (std::int64_t i = 0; i < count; ++i) {
        const fs::path station = folder / ("station-" + std::to_string(i % 97));
        fs::create_directories(station);
        drawn(width, height, static_cast<quint32>(1000 + i)).save(QString::fromStdString((station / ("IMG_" + std::to_string(100000 + i) + ".JPG")).string()), "JPG", 85);
    }
}

void makeProject(const SyntheticProject& wish, const fs::path& path)
{
    const project::ProjectFolder folder = project::ProjectFolder::create(path);
    PhotoList photos = madeUpPhotos(wish.withFiles ? 0 : wish.photos);
    if (wish.withFiles) {
        writePhotos(path.parent_path() / "photos", wish.photos, 256, 192);
        photos = project::scanPhotos(std::array{path.parent_path() / "photos"}, {}, {}, {}).photos;
    }
    folder.rememberPhotos(photos);
    RunManifest manifest;
    manifest.options = presetOptions("demo");
    manifest.options.schedule.kinds = 10;
    manifest.created = "2026-01-01T12:00:00Z";
    const project::RunFolder run = folder.newRun(manifest, photos);
    fs::create_directories(run.path / "snapshots");
    fakes::writeFakeSnapshot({run.path, static_cast<std::int64_t>(photos.rows.size()), wish.codes, 48}, 1200, 240);
    label(path, static_cast<std::int64_t>(photos.rows.size()));
    writeThumbnails(photos, wish.edge, folder.cache() / "thumbnails.sqlite");
}

} // namespace plumage::bench
