// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/madeupproject.h"

#include "core/base/atomicpath.h"
#include "core/base/csv.h"
#include "core/base/json.h"
#include "core/base/npy.h"
#include "core/embedding/neighbours.h"
#include "core/project/photoscan.h"
#include "core/project/projectfolder.h"
#include "core/project/snapshotfile.h"
#include "ui/lossterms.h"
#include "ui/paths.h"
#include "ui/snapshotview.h"

#include <QtCore/QRandomGenerator>
#include <QtGui/QImage>
#include <QtGui/QPainter>
#include <QtGui/QPainterPath>

#include <array>
#include <cmath>

namespace plumage::ui {
namespace {

constexpr int kinds = 6, each = 24, photoSide = 160, tile = 48, snapshots = 8, stepsBetween = 200;
constexpr std::size_t tableRows = 96, embeddingWidth = 64, neighboursEach = 15;

struct Feather {
    QColor vane, bars, tip;
    int barCount;
    double width;
};
const std::array<Feather, kinds> feathers{{
    {QColor(0x3F7FB8), QColor(0xE8EEF4), QColor(0x1E2A3A), 6, 0.30},
    {QColor(0xC8742E), QColor(0x3A2412), QColor(0x3A2412), 9, 0.36},
    {QColor(0xE7D9A8), QColor(0x7A5B2C), QColor(0xFFFFFF), 4, 0.24},
    {QColor(0x2F8F6A), QColor(0x12382B), QColor(0xE6C84A), 0, 0.34},
    {QColor(0x54595F), QColor(0xCFD4DA), QColor(0xF5F5F5), 12, 0.28},
    {QColor(0xB23A48), QColor(0x5A1420), QColor(0x161616), 3, 0.40},
}};

// One feather in a square of side 1 around the origin, root at the lower end.
void drawFeather(QPainter& painter, const Feather& feather)
{
    QPainterPath vane(QPointF(0, 0.42));
    vane.cubicTo(QPointF(feather.width, 0.25), QPointF(feather.width, -0.3), QPointF(0, -0.46));
    vane.cubicTo(QPointF(-feather.width, -0.3), QPointF(-feather.width, 0.25), QPointF(0, 0.42));
    painter.setPen(Qt::NoPen);
    painter.fillPath(vane, feather.vane);
    painter.save();
    painter.setClipPath(vane);
    painter.fillRect(QRectF(-0.5, -0.5, 1, 0.16), feather.tip);
    for (int bar = 0; bar < feather.barCount; ++bar)
        painter.fillRect(QRectF(-0.5, -0.26 + bar * 0.62 / feather.barCount, 1, 0.22 / feather.barCount), feather.bars);
    painter.restore();
    painter.setPen(QPen(QColor(0xF2EBDD), 0.018));
    painter.drawLine(QPointF(0, 0.5), QPointF(0, -0.42));
}

void drawGround(QPainter& painter, QRandomGenerator& random, int side)
{
    const QColor ground = QColor::fromHsv(random.bounded(360), 30 + random.bounded(60), 120 + random.bounded(100));
    painter.fillRect(0, 0, side, side, ground);
    for (int stroke = 0; stroke < 14; ++stroke) {
        QColor colour = ground.lighter(70 + random.bounded(70));
        colour.setAlpha(110);
        painter.setPen(QPen(colour, 4 + random.bounded(14), Qt::SolidLine, Qt::RoundCap));
        painter.drawLine(random.bounded(side), random.bounded(side), random.bounded(side), random.bounded(side));
    }
}

QImage drawPhoto(int kind, QRandomGenerator& random)
{
    QImage image(photoSide, photoSide, QImage::Format_RGB32);
    QPainter painter(&image);
    painter.setRenderHint(QPainter::Antialiasing);
    drawGround(painter, random, photoSide);
    painter.translate(photoSide * (0.5 + 0.12 * (random.generateDouble() - 0.5)), photoSide * (0.5 + 0.12 * (random.generateDouble() - 0.5)));
    painter.rotate(20 + 40 * (random.generateDouble() - 0.5));
    const double size = photoSide * (0.75 + 0.2 * random.generateDouble());
    painter.scale(random.bounded(2) ? size : -size, size);
    drawFeather(painter, feathers[static_cast<std::size_t>(kind)]);
    return image;
}

QImage blurred(const QImage& image, double sharpness)
{
    const int small = std::max(3, static_cast<int>(tile * sharpness));
    return image.scaled(small, small, Qt::IgnoreAspectRatio, Qt::SmoothTransformation).scaled(tile, tile, Qt::IgnoreAspectRatio, Qt::SmoothTransformation);
}

// A row per code: 4 drawings, background, mask, object; sharper from snapshot to snapshot.
QImage drawPrototypes(double progress)
{
    QImage sheet(project::SnapshotFile::tiles * tile, kinds * tile, QImage::Format_RGB32);
    sheet.fill(Qt::black);
    QPainter painter(&sheet);
    for (int kind = 0; kind < kinds; ++kind) {
        for (int column = 0; column < project::SnapshotFile::tiles; ++column) {
            QRandomGenerator random(static_cast<quint32>(91 + column));
            QImage image(photoSide, photoSide, QImage::Format_RGB32);
            QPainter p(&image);
            p.setRenderHint(QPainter::Antialiasing);
            if (column == SnapshotView::Mask || column == SnapshotView::Object)
                p.fillRect(image.rect(), Qt::black);
            else
                drawGround(p, random, photoSide);
            if (column != SnapshotView::Background) {
                p.translate(photoSide * 0.5, photoSide * 0.5);
                p.rotate(column < 4 ? -20 + 16 * column : 10);
                p.scale(photoSide * 0.85, photoSide * 0.85);
                Feather feather = feathers[static_cast<std::size_t>(kind)];
                if (column == SnapshotView::Mask)
                    feather.vane = feather.bars = feather.tip = Qt::white;
                drawFeather(p, feather);
            }
            p.end();
            painter.drawImage(column * tile, kind * tile, blurred(image, 0.12 + 0.5 * progress));
        }
    }
    return sheet;
}


QPointF centre(int kind, double progress)
{
    const double angle = 2 * M_PI * kind / kinds + 0.35, far = 0.6 + 5.4 * progress;
    return {far * std::cos(angle) * 1.5, far * std::sin(angle)};
}

// [M, embeddingWidth], unit rows: a direction per kind, and chance around it.
std::vector<float> madeUpEmbedding(const std::vector<int>& kindOf)
{
    QRandomGenerator random(12);
    std::vector<float> values;
    for (const int kind : kindOf) {
        std::vector<double> row(embeddingWidth);
        double sum = 0;
        for (std::size_t i = 0; i < embeddingWidth; ++i) {
            row[i] = random.generateDouble() - 0.5 + (i % kinds == static_cast<std::size_t>(kind) ? 0.6 : 0);
            sum += row[i] * row[i];
        }
        for (const double value : row)
            values.push_back(static_cast<float>(value / std::sqrt(sum)));
    }
    return values;
}

void writeSnapshot(const std::filesystem::path& run, const PhotoList& photos, const std::vector<int>& kindOf, int index)
{
    const double progress = (index + 1.0) / snapshots;
    const std::size_t rows = photos.rows.size();
    QRandomGenerator random(4);    // the same draws in every snapshot: points glide, they do not jump
    std::vector<std::uint16_t> codes;
    std::vector<float> confidence, layout, layoutCodes(2 * tableRows, 0), layoutDrawings;
    std::vector<std::int64_t> counts(tableRows, 0);
    std::vector<std::uint16_t> drawingCodes;
    const auto gauss = [&random] { return std::sqrt(-2 * std::log(1 - random.generateDouble())) * std::cos(2 * M_PI * random.generateDouble()); };
    for (std::size_t row = 0; row < rows; ++row) {
        const double luck = random.generateDouble(), dx = gauss(), dy = gauss();
        const int wrong = static_cast<int>(random.bounded(kinds));
        const int code = luck < 0.25 + 0.72 * progress ? kindOf[row] : wrong;
        const QPointF c = centre(code, progress);
        for (int top = 0; top < static_cast<int>(project::SnapshotFile::topCodes); ++top)
            codes.push_back(static_cast<std::uint16_t>((code + top) % kinds));
        const auto best = static_cast<float>(std::clamp(0.25 + 0.65 * progress + 0.08 * dx, 0.2, 0.98));
        for (const float share : {1.f, 0.5f, 0.25f, 0.15f, 0.1f})
            confidence.push_back(share == 1.f ? best : (1 - best) * share);
        layout.push_back(static_cast<float>(c.x() + (0.9 + 0.3 * progress) * dx));
        layout.push_back(static_cast<float>(c.y() + (0.9 + 0.3 * progress) * dy));
        ++counts[static_cast<std::size_t>(code)];
    }
    Json active = Json(Json::Array{}), drawings = Json(Json::Array{}), countList = Json(Json::Array{});
    for (int code = 0; code < kinds; ++code) {
        active.push(code);
        layoutCodes[static_cast<std::size_t>(2 * code)] = static_cast<float>(centre(code, progress).x());
        layoutCodes[static_cast<std::size_t>(2 * code + 1)] = static_cast<float>(centre(code, progress).y());
        for (int i = 0; i < 4; ++i) {
            drawings.push(code);
            layoutDrawings.push_back(static_cast<float>(centre(code, progress).x() + 0.8 * gauss()));
            layoutDrawings.push_back(static_cast<float>(centre(code, progress).y() + 0.8 * gauss()));
        }
    }
    for (const std::int64_t count : counts)
        countList.push(count);
    Json json = Json::object();
    json.set("format", 1);
    json.set("step", stepsBetween * (index + 1));
    json.set("seconds", 9.5 * (index + 1));
    json.set("photos", static_cast<std::int64_t>(rows));
    json.set("embedding_width", static_cast<std::int64_t>(embeddingWidth));
    json.set("k_max", static_cast<std::int64_t>(tableRows));
    json.set("active_codes", active);
    json.set("image_size", tile);
    json.set("codes_in_use", kinds);
    json.set("counts", countList);
    json.set("drawings", 4 * kinds);
    json.set("drawing_codes", drawings);

    AtomicFolder folder(run / "snapshots" / numberedName(stepsBetween * (index + 1), 6));
    if (index + 1 == snapshots) {    // only the newest keeps them
        const std::vector<float> vectors = madeUpEmbedding(kindOf);
        const embedding::Neighbours neighbours = embedding::nearestNeighbours({vectors, embeddingWidth}, neighboursEach);
        writeNpyHalf(folder.path() / "embedding.npy", {rows, embeddingWidth}, vectors);
        writeNpy<std::uint32_t>(folder.path() / "neighbours.npy", {rows, neighbours.count}, neighbours.rows);
    }
    writeNpy<std::uint16_t>(folder.path() / "codes.npy", {rows, project::SnapshotFile::topCodes}, codes);
    writeNpy<float>(folder.path() / "confidence.npy", {rows, project::SnapshotFile::topCodes}, confidence);
    writeNpy<float>(folder.path() / "layout.npy", {rows, 2}, layout);
    writeNpy<float>(folder.path() / "layout_codes.npy", {tableRows, 2}, layoutCodes);
    writeNpy<float>(folder.path() / "layout_drawings.npy", {layoutDrawings.size() / 2, 2}, layoutDrawings);
    writeFile(folder.path() / "snapshot.json", json.text(1));
    drawPrototypes(progress).save(fromPath(folder.path() / "prototypes.png"));
    folder.commit();
}

std::string metricsText()
{
    QRandomGenerator random(8);
    const auto terms = LossTerms::of({});
    std::string text = "step,seconds,images_per_second";
    for (const LossTerm& term : terms)
        text.append(",").append(term.column);
    text += ",mask_mean\n";
    for (int step = 10; step <= snapshots * stepsBetween; step += 10) {
        std::vector<std::string> row{std::to_string(step), numberText(step * 0.047), numberText(640 + 20 * random.generateDouble())};
        for (std::size_t i = 0; i < terms.size(); ++i) {
            const double falls = std::exp(-step / (300.0 + 90 * static_cast<double>(i)));
            row.push_back(numberText((0.15 + 0.9 * falls + 0.1 * random.generateDouble()) * (i % 3 == 0 ? 1.0 : 0.4)));
        }
        row.push_back(numberText(0.24 + 0.5 * std::exp(-step / 400.0)));
        text += csvRow(row);
    }
    return text;
}

} // namespace

MadeUp makeUpProject(const std::filesystem::path& folder)
{
    const MadeUp made{folder / "feathers", folder / "feathers.plumage"};
    QRandomGenerator random(7);
    for (int kind = 0; kind < kinds; ++kind) {
        const std::filesystem::path species = made.photos / ("species-" + std::to_string(kind + 1));
        std::filesystem::create_directories(species);
        for (int i = 0; i < each; ++i)
            drawPhoto(kind, random).save(fromPath(species / (numberedName(i + 1, 4) + ".jpg")), "JPG", 92);
    }
    const project::ProjectFolder project = project::ProjectFolder::create(made.project);
    const PhotoList photos = project::scanPhotos(std::array{made.photos}, {}, {}, {}).photos;
    project.rememberPhotos(photos);
    RunManifest manifest;
    manifest.options = presetOptions("demo");
    manifest.options.schedule.kinds = kinds;
    manifest.created = "2026-01-01T12:00:00Z";
    const project::RunFolder run = project.newRun(manifest, photos);
    std::vector<int> kindOf;
    for (std::size_t row = 0; row < photos.rows.size(); ++row)
        kindOf.push_back(static_cast<int>(row) / each);
    for (int index = 0; index < snapshots; ++index)
        writeSnapshot(run.path, photos, kindOf, index);
    writeFile(run.path / "metrics.csv", metricsText());
    return made;
}

} // namespace plumage::ui
