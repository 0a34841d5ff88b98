// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/report.h"

#include "core/base/atomicpath.h"
#include "core/base/csv.h"
#include "core/base/parallelrows.h"
#include "core/data/decode.h"
#include "core/data/plot.h"
#include "core/data/sheet.h"
#include "core/run/reportpage.h"
#include "core/run/runfolder.h"
#include "core/run/snapshotfiles.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <map>
#include <numeric>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <thread>

namespace plumage::run {
namespace {

constexpr int tileSide = 96;                 // pixels
constexpr std::size_t rowsShown = 60;        // clusters; a picture of 400 would be 50,000 pixels high
constexpr std::size_t photosShown = 8;       // of a cluster
constexpr std::size_t drawingsShown = 4;
constexpr std::size_t pointsShown = 2000;    // of a curve

// Photos of a code, nearest to its centroid first (by confidence where the embedding is not kept any more).
std::vector<std::size_t> nearestPhotos(const train::SnapshotTensors& tensors, std::uint16_t code)
{
    const auto width = static_cast<std::size_t>(tensors.embeddingWidth);
    std::vector<std::pair<float, std::size_t>> ranked;
    for (std::size_t row = 0; row < static_cast<std::size_t>(tensors.photos); ++row) {
        if (tensors.codes[row * train::topCodes] != code)
            continue;
        const float near = tensors.embedding.empty() ? tensors.confidence[row * train::topCodes]
            : std::inner_product(&tensors.embedding[row * width], &tensors.embedding[row * width] + width, &tensors.centroids[code * width], 0.0f);
        ranked.emplace_back(-near, row);
    }
    const std::size_t shown = std::min(photosShown, ranked.size());
    std::partial_sort(ranked.begin(), ranked.begin() + static_cast<std::ptrdiff_t>(shown), ranked.end());
    std::vector<std::size_t> rows;
    for (std::size_t i = 0; i < shown; ++i)
        rows.push_back(ranked[i].second);
    return rows;
}

cv::Mat photoTile(const PhotoList& photos, std::size_t row)
{
    try {
        const cv::Mat photo = data::decodePhoto(photos.file(row), photos.rows[row].box, tileSide);
        const double scale = static_cast<double>(tileSide) / std::max(photo.cols, photo.rows);    // hundreds of whole photos would fill the memory
        cv::Mat tile;
        cv::resize(photo, tile, {std::max(1, cvRound(photo.cols * scale)), std::max(1, cvRound(photo.rows * scale))}, 0, 0, cv::INTER_AREA);
        return tile;
    } catch (const Error&) {
        return {};
    }
}

cv::Mat readPrototypes(const std::filesystem::path& folder)
{
    const cv::Mat bgr = cv::imread((folder / "prototypes.png").string(), cv::IMREAD_COLOR);
    cv::Mat rgb;
    if (!bgr.empty())
        cv::cvtColor(bgr, rgb, cv::COLOR_BGR2RGB);
    return rgb;
}

// Codes in use, most photos first.
std::vector<std::uint16_t> codesBySize(const train::SnapshotTensors& tensors)
{
    std::vector<std::uint16_t> codes;
    for (const std::uint16_t code : tensors.activeCodes)
        if (tensors.counts[code] > 0)
            codes.push_back(code);
    std::ranges::stable_sort(codes, std::greater<>(), [&](std::uint16_t code) { return tensors.counts[code]; });
    codes.resize(std::min(codes.size(), rowsShown));
    return codes;
}

cv::Mat drawClusters(const ReportSource& source, const StoredSnapshot& snapshot)
{
    const train::SnapshotTensors& tensors = snapshot.tensors;
    const cv::Mat prototypes = readPrototypes(source.snapshot);
    const int side = tensors.imageSize;
    const std::vector<std::uint16_t> codes = codesBySize(tensors);
    std::vector<data::SheetRow> sheet(codes.size());
    const auto fill = [&](std::int64_t index) {
        const std::uint16_t code = codes[static_cast<std::size_t>(index)];
        data::SheetRow& row = sheet[static_cast<std::size_t>(index)];
        row.title = "code " + std::to_string(code) + ": " + std::to_string(tensors.counts[code]) + " photos";
        row.colour = data::codeColour(code);
        const int place = static_cast<int>(std::ranges::lower_bound(tensors.activeCodes, code) - tensors.activeCodes.begin());
        for (int tile = 0; tile < static_cast<int>(drawingsShown) && (tile + 1) * side <= prototypes.cols && (place + 1) * side <= prototypes.rows; ++tile)
            row.tiles.push_back({prototypes(cv::Rect(tile * side, place * side, side, side)), "", true});
        for (const std::size_t photo : nearestPhotos(tensors, code)) {
            const std::string folder = source.photos.folder(photo);
            row.tiles.push_back({photoTile(source.photos, photo), folder.empty() ? source.photos.rows[photo].path : folder, false});
        }
    };
    parallelRows(static_cast<std::int64_t>(codes.size()), static_cast<int>(std::max(1u, std::thread::hardware_concurrency())), fill, {}, {});
    return data::drawSheet(sheet, tileSide);
}

cv::Mat drawSnapshotMap(const ReportSource& source, const StoredSnapshot& snapshot)
{
    const train::SnapshotTensors& tensors = snapshot.tensors;
    std::vector<float> photos, centroids;
    std::vector<std::uint16_t> codes;
    for (std::size_t row = 0; row < static_cast<std::size_t>(tensors.photos); ++row)
        if (tensors.codes[row * train::topCodes] != train::noCode) {
            photos.insert(photos.end(), &snapshot.map.photos[2 * row], &snapshot.map.photos[2 * row] + 2);
            codes.push_back(tensors.codes[row * train::topCodes]);
        }
    for (const std::uint16_t code : tensors.activeCodes)
        centroids.insert(centroids.end(), &snapshot.map.codes[2 * std::size_t{code}], &snapshot.map.codes[2 * std::size_t{code}] + 2);
    return data::drawMap({source.title + ", step " + std::to_string(tensors.step), photos, codes, centroids, tensors.activeCodes, snapshot.map.drawings});
}

struct Losses {
    std::vector<std::int64_t> steps;
    std::map<std::string, std::vector<float>> columns;
};

Losses readLosses(const std::filesystem::path& csv)
{
    Losses losses;
    std::error_code ignored;
    if (csv.empty() || !std::filesystem::exists(csv, ignored))
        return losses;
    const auto rows = parseCsv(readFile(csv));
    const std::size_t stride = std::max<std::size_t>(1, rows.size() / pointsShown);
    for (std::size_t r = 1; r < rows.size(); r += stride) {
        if (rows[r].size() != rows[0].size())
            continue;
        losses.steps.push_back(std::atoll(rows[r][0].c_str()));
        for (std::size_t c = 1; c < rows[r].size(); ++c) {
            float value = std::numeric_limits<float>::quiet_NaN();
            std::from_chars(rows[r][c].data(), rows[r][c].data() + rows[r][c].size(), value);
            losses.columns[rows[0][c]].push_back(value);
        }
    }
    return losses;
}

cv::Mat drawLosses(const Losses& losses)
{
    const auto strip = [&](const char* title, std::initializer_list<const char*> names) {
        data::Strip drawn{title, {}};
        for (const char* name : names)
            if (const auto found = losses.columns.find(name); found != losses.columns.end())
                drawn.curves.push_back({name, found->second});
        return drawn;
    };
    const std::vector<data::Strip> strips{
        strip("discriminator", {"d.real_adv", "d.fake_adv", "d.info", "d.info_masked", "d.contrastive"}),
        strip("entropies", {"d.entropy_each", "d.entropy_all"}),
        strip("generator", {"g.adv", "g.info", "g.info_masked"}),
        strip("mask", {"g.mask_area_low", "g.mask_area_high", "g.mask_binary_entropy", "mask_mean"}),
        strip("codes in use", {"codes_in_use"}),
    };
    return data::drawStrips(losses.steps, strips);
}

} // namespace

void writeReport(const ReportSource& source, const std::filesystem::path& out)
{
    const StoredSnapshot snapshot = readSnapshotFiles(source.snapshot);
    const Losses losses = readLosses(source.metrics);
    AtomicFolder folder(out);
    data::writePng(folder.path() / "map.png", drawSnapshotMap(source, snapshot));
    data::writePng(folder.path() / "clusters.png", drawClusters(source, snapshot));
    if (!losses.steps.empty())
        data::writePng(folder.path() / "losses.png", drawLosses(losses));
    writeFile(folder.path() / "index.html", reportPage(source, snapshot, !losses.steps.empty()));
    folder.commit();
}

void writeRunReport(const RunFolder& run, std::vector<std::pair<std::string, std::string>> facts)
{
    const std::vector<StepFolder> snapshots = listSteps(run.snapshots());
    if (snapshots.empty())
        throw Error(ErrorCode::runDamaged, run.snapshots().string());
    writeReport({run.path().filename().string(), run.photos(), snapshots.back().path, run.metrics(), std::move(facts)}, run.report());
}

} // namespace plumage::run
