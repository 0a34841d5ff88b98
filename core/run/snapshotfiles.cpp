// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/snapshotfiles.h"

#include "core/base/atomicpath.h"
#include "core/base/npy.h"
#include "core/data/sheet.h"
#include "core/metrics/collapse.h"
#include "core/run/truth.h"

#include <algorithm>
#include <opencv2/core.hpp>

namespace plumage::run {
namespace {

std::size_t sizeOf(std::int64_t value) { return static_cast<std::size_t>(value); }

Json codeArray(const std::vector<std::uint16_t>& codes)
{
    Json array{Json::Array{}};
    for (const std::uint16_t code : codes)
        array.push(static_cast<int>(code));
    return array;
}

std::vector<std::uint16_t> codesOf(const Json& array)
{
    std::vector<std::uint16_t> codes;
    for (const Json& code : array.toArray())
        codes.push_back(static_cast<std::uint16_t>(code.toInt()));
    return codes;
}

// The collapse indicators that need no labels (METHOD.md section 9), as members of snapshot.json.
void setIndicators(Json& json, const train::SnapshotTensors& snapshot)
{
    std::vector<std::int64_t> photosPerCode;
    std::vector<float> centroids;
    const std::size_t width = sizeOf(snapshot.embeddingWidth);
    for (const std::uint16_t code : snapshot.activeCodes) {
        photosPerCode.push_back(snapshot.counts[code]);
        centroids.insert(centroids.end(), &snapshot.centroids[code * width], &snapshot.centroids[code * width] + width);
    }
    const metrics::CodeUsage usage = metrics::codeUsage(photosPerCode);
    json.set("codes_in_use", usage.inUse);
    json.set("codes_with_5_photos", usage.withFive);
    json.set("effective_codes", usage.effective);
    json.set("imbalance", usage.imbalance);
    json.set("twin_centroids", metrics::twinCentroids(centroids, width));
    json.set("code_recovery", snapshot.codeRecovery);
    json.set("mask_mean", snapshot.maskMean);
}

Json describe(const train::SnapshotTensors& snapshot, const std::optional<metrics::Scores>& scores)
{
    Json json = Json::object();
    json.set("format", snapshotFormat);
    json.set("build", PLUMAGE_VERSION);
    json.set("step", snapshot.step);
    json.set("seconds", snapshot.seconds);
    json.set("photos", snapshot.photos);
    json.set("renewed_photos", snapshot.renewedPhotos);
    json.set("embedding_width", snapshot.embeddingWidth);
    json.set("k_max", snapshot.kMax);
    json.set("image_size", snapshot.imageSize);
    json.set("active_codes", codeArray(snapshot.activeCodes));
    Json counts{Json::Array{}};
    for (const std::int64_t count : snapshot.counts)
        counts.push(count);
    json.set("counts", std::move(counts));
    setIndicators(json, snapshot);
    json.set("code_clusters", toJson(snapshot.codeClusters));
    json.set("labels_trained", snapshot.labelsTrained);
    json.set("held_out", snapshot.heldOut);
    json.set("held_out_right", snapshot.heldOutRight);
    json.set("drawings", static_cast<std::int64_t>(snapshot.drawingCodes.size()));
    json.set("drawing_codes", codeArray(snapshot.drawingCodes));
    json.set("scores", scores ? toJson(*scores) : Json());
    json.set("frechet", Json());
    return json;
}

// A float array of the wanted shape. Throws Error fileDamaged.
std::vector<float> readFloats(const std::filesystem::path& file, std::size_t rows, std::size_t columns)
{
    const NpyMap array(file);
    if (array.shape() != std::vector<std::size_t>{rows, columns})
        throw Error(ErrorCode::fileDamaged, file.string());
    return array.floats();
}

} // namespace

void writeSnapshotFiles(const std::filesystem::path& folder, const train::SnapshotTensors& snapshot, const MapPositions& map,
                        const std::optional<metrics::Scores>& scores)
{
    const std::size_t photos = sizeOf(snapshot.photos), width = sizeOf(snapshot.embeddingWidth), rows = sizeOf(snapshot.kMax);
    const std::size_t top = train::topCodes;
    writeNpyHalf(folder / "embedding.npy", {photos, width}, snapshot.embedding);
    writeNpy<std::uint16_t>(folder / "codes.npy", {photos, top}, snapshot.codes);
    writeNpy<float>(folder / "confidence.npy", {photos, top}, snapshot.confidence);
    writeNpy<float>(folder / "centroids.npy", {rows, width}, snapshot.centroids);
    writeNpy<float>(folder / "layout.npy", {photos, 2}, map.photos);
    writeNpy<float>(folder / "layout_codes.npy", {rows, 2}, map.codes);
    writeNpy<float>(folder / "layout_drawings.npy", {snapshot.drawingCodes.size(), 2}, map.drawings);
    writeNpy<std::uint32_t>(folder / "neighbours.npy", {photos, savedNeighbours}, map.neighbours);
    if (!snapshot.prototypes.empty()) {
        const int height = static_cast<int>(snapshot.activeCodes.size()) * snapshot.imageSize;
        const cv::Mat picture(height, 7 * snapshot.imageSize, CV_8UC3, const_cast<std::uint8_t*>(snapshot.prototypes.data()));    // only read
        data::writePng(folder / "prototypes.png", picture);
    }
    writeFile(folder / "snapshot.json", describe(snapshot, scores).text(1) + "\n");
}

StoredSnapshot readSnapshotFiles(const std::filesystem::path& folder)
{
    const Json json = Json::parse(readFile(folder / "snapshot.json"));
    if (json["format"].toInt() > snapshotFormat)
        throw Error(ErrorCode::fileTooNew, (folder / "snapshot.json").string());
    StoredSnapshot stored;
    train::SnapshotTensors& tensors = stored.tensors;
    tensors.step = json["step"].toInt();
    tensors.seconds = json["seconds"].toDouble();
    tensors.photos = json["photos"].toInt();
    tensors.embeddingWidth = static_cast<int>(json["embedding_width"].toInt());
    tensors.kMax = static_cast<int>(json["k_max"].toInt());
    tensors.imageSize = static_cast<int>(json["image_size"].toInt());
    tensors.activeCodes = codesOf(json["active_codes"]);
    tensors.drawingCodes = codesOf(json["drawing_codes"]);
    tensors.codesInUse = static_cast<int>(json["codes_in_use"].toInt());
    tensors.effectiveCodes = json["effective_codes"].toDouble();
    for (const Json& count : json["counts"].toArray())
        tensors.counts.push_back(count.toInt());
    const std::size_t photos = sizeOf(tensors.photos), width = sizeOf(tensors.embeddingWidth), rows = sizeOf(tensors.kMax);
    const NpyMap codes(folder / "codes.npy");
    if (codes.shape() != std::vector<std::size_t>{photos, train::topCodes} || tensors.counts.size() != rows
        || std::ranges::any_of(tensors.activeCodes, [&](std::uint16_t code) { return code >= rows; }))
        throw Error(ErrorCode::fileDamaged, (folder / "codes.npy").string());
    const auto codeValues = codes.values<std::uint16_t>();
    tensors.codes.assign(codeValues.begin(), codeValues.end());
    tensors.confidence = readFloats(folder / "confidence.npy", photos, train::topCodes);
    tensors.centroids = readFloats(folder / "centroids.npy", rows, width);
    if (std::error_code ignored; std::filesystem::exists(folder / "embedding.npy", ignored))
        tensors.embedding = readFloats(folder / "embedding.npy", photos, width);
    stored.map.photos = readFloats(folder / "layout.npy", photos, 2);
    stored.map.codes = readFloats(folder / "layout_codes.npy", rows, 2);
    stored.map.drawings = readFloats(folder / "layout_drawings.npy", tensors.drawingCodes.size(), 2);
    if (const Json& scores = json["scores"]; scores.isObject())
        stored.scores = scoresFromJson(scores);
    return stored;
}

std::filesystem::path writeSnapshot(const std::filesystem::path& parent, const train::SnapshotTensors& snapshot, const MapPositions& map,
                                    const std::optional<metrics::Scores>& scores)
{
    AtomicFolder folder(parent / numberedName(snapshot.step, 6));
    writeSnapshotFiles(folder.path(), snapshot, map, scores);
    folder.commit();
    return parent / numberedName(snapshot.step, 6);
}

} // namespace plumage::run
