// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/fakes/fakesnapshot.h"

#include "core/base/atomicpath.h"
#include "core/base/json.h"
#include "core/base/manifest.h"
#include "core/base/npy.h"
#include "core/base/photolist.h"
#include "core/base/random.h"

#include <QtCore/QString>
#include <QtGui/QColor>
#include <QtGui/QImage>

#include <algorithm>
#include <cmath>
#include <toml++/toml.h>

namespace plumage::fakes {
namespace {

constexpr int width = 16, top = 5, neighbours = 15, drawingsPerCode = 4, tilesPerCode = 7;
constexpr std::size_t anyRoots = 1000;

struct Point {
    float x, y;
};

Point centroid(int code, int codes)
{
    const double angle = 2 * std::numbers::pi * code / codes;
    return {static_cast<float>(10 * std::cos(angle)), static_cast<float>(10 * std::sin(angle))};
}

std::vector<float> layout(const FakeRun& run, std::int64_t count, double spread, std::uint64_t stream)
{
    Random random(1, stream);
    std::vector<float> points;
    for (std::int64_t i = 0; i < count; ++i) {
        const Point c = centroid(static_cast<int>(i % run.codes), run.codes);
        points.push_back(c.x + static_cast<float>(spread * random.normal()));
        points.push_back(c.y + static_cast<float>(spread * random.normal()));
    }
    return points;
}

void writePrototypes(const FakeRun& run, std::int64_t step, const std::filesystem::path& file)
{
    const int s = run.imageSize;
    QImage picture(tilesPerCode * s, run.codes * s, QImage::Format_RGB32);
    for (int y = 0; y < picture.height(); ++y)
        for (int x = 0; x < picture.width(); ++x) {
            const int code = y / s, tile = x / s;
            const double dx = (x % s + 0.5) / s - 0.5, dy = (y % s + 0.5) / s - 0.5;
            const bool object = std::hypot(dx, dy * 1.3) < 0.2 + 0.02 * tile;
            QColor colour = QColor::fromHsv(code * 359 / run.codes, object ? 200 : 40, object ? 220 : 90 + static_cast<int>(step % 60));
            if (tile == 5)
                colour = object ? Qt::white : Qt::black;
            picture.setPixelColor(x, y, colour);
        }
    if (!picture.save(QString::fromStdString(file.string()), "PNG"))
        throw Error(ErrorCode::writeFailed, file.string());
}

void writeArrays(const FakeRun& run, std::int64_t step, const std::filesystem::path& folder)
{
    const auto m = static_cast<std::size_t>(run.photos), k = static_cast<std::size_t>(run.codes);
    const auto kMax = static_cast<std::size_t>(codeTableRows(run.codes)), p = k * drawingsPerCode;
    const double spread = 0.5 + 4 * std::exp(-static_cast<double>(step) / 300);
    std::vector<float> embedding(m * width), confidence(m * top), centroids(kMax * width), codePoints(kMax * 2);
    std::vector<std::uint16_t> codes(m * top);
    std::vector<std::uint32_t> near(m * neighbours);
    for (std::size_t i = 0; i < m; ++i) {
        embedding[i * width + i % k % width] = 1;
        for (std::size_t t = 0; t < top; ++t) {
            codes[i * top + t] = t < k ? static_cast<std::uint16_t>((i + t) % k) : 0xffff;
            confidence[i * top + t] = t == 0 ? 1 - 0.3f * static_cast<float>(i % 7) / 7 : t < k ? 0.05f : 0;
        }
        for (std::size_t n = 0; n < neighbours; ++n)
            near[i * neighbours + n] = static_cast<std::uint32_t>((i + (n + 1) * k) % m);
    }
    for (std::size_t c = 0; c < k; ++c) {
        centroids[c * width + c % width] = 1;
        const Point point = centroid(static_cast<int>(c), run.codes);
        codePoints[2 * c] = point.x;
        codePoints[2 * c + 1] = point.y;
    }
    writeNpyHalf(folder / "embedding.npy", {m, width}, embedding);
    writeNpy<std::uint16_t>(folder / "codes.npy", {m, top}, codes);
    writeNpy<float>(folder / "confidence.npy", {m, top}, confidence);
    writeNpy<float>(folder / "layout.npy", {m, 2}, layout(run, run.photos, spread, 1));
    writeNpy<std::uint32_t>(folder / "neighbours.npy", {m, neighbours}, near);
    writeNpy<float>(folder / "centroids.npy", {kMax, width}, centroids);
    writeNpy<float>(folder / "layout_codes.npy", {kMax, 2}, codePoints);
    writeNpy<float>(folder / "layout_drawings.npy", {p, 2}, layout(run, static_cast<std::int64_t>(p), spread, 2));
}

Json snapshotJson(const FakeRun& run, std::int64_t step, double seconds)
{
    const int kMax = codeTableRows(run.codes);
    Json json = Json::object();
    json.set("format", runFormat);
    json.set("step", step);
    json.set("seconds", seconds);
    json.set("photos", run.photos);
    json.set("embedding_width", width);
    json.set("k_max", kMax);
    json.set("image_size", run.imageSize);
    json.set("codes_in_use", run.codes);
    json.set("drawings", run.codes * drawingsPerCode);
    json.set("frechet", Json());
    Json::Array active, counts, drawn;
    for (int c = 0; c < run.codes; ++c)
        active.emplace_back(c);
    for (int c = 0; c < kMax; ++c)
        counts.emplace_back(c < run.codes ? (run.photos - c + run.codes - 1) / run.codes : std::int64_t{0});
    for (int d = 0; d < run.codes * drawingsPerCode; ++d)
        drawn.emplace_back(d % run.codes);
    json.set("active_codes", std::move(active));
    json.set("counts", std::move(counts));
    json.set("drawing_codes", std::move(drawn));
    return json;
}

} // namespace

FakeRun readFakeRun(const std::filesystem::path& folder)
{
    FakeRun run{folder};
    std::error_code ignored;
    if (std::filesystem::exists(folder / "photos.csv", ignored))
        run.photos = std::max<std::int64_t>(1, static_cast<std::int64_t>(readPhotoRows(folder / "photos.csv", anyRoots).size()));
    if (std::filesystem::exists(folder / "run.toml", ignored)) {
        RunManifest manifest = manifestFromToml(toml::parse_file((folder / "run.toml").string()));
        if (manifest.options.schedule.kinds == 0)
            manifest.options.schedule.kinds = defaultKinds(run.photos);
        run.codes = manifest.options.codes();
        run.imageSize = manifest.options.network.imageSize;
    }
    return run;
}

std::filesystem::path writeFakeSnapshot(const FakeRun& run, std::int64_t step, double seconds)
{
    const std::filesystem::path target = run.folder / "snapshots" / numberedName(step, 6);
    std::filesystem::create_directory(target.parent_path());    // only this one: a run that was deleted stays deleted
    AtomicFolder folder(target);
    writeArrays(run, step, folder.path());
    writePrototypes(run, step, folder.path() / "prototypes.png");
    writeFile(folder.path() / "snapshot.json", snapshotJson(run, step, seconds).text(1));
    folder.commit();
    return target;
}

void writeFakeCheckpoint(const FakeRun& run, std::int64_t step)
{
    const std::filesystem::path target = run.folder / "checkpoints" / numberedName(step, 6);
    std::filesystem::create_directory(target.parent_path());    // only this one: a run that was deleted stays deleted
    AtomicFolder folder(target);
    Json state = Json::object();
    state.set("step", step);
    writeFile(folder.path() / "state.json", state.text());
    folder.commit();
}

std::int64_t newestFakeCheckpoint(const FakeRun& run)
{
    std::int64_t newest = 0;
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(run.folder / "checkpoints", ignored))
        newest = std::max<std::int64_t>(newest, std::atoll(entry.path().filename().c_str()));
    return newest;
}

} // namespace plumage::fakes
