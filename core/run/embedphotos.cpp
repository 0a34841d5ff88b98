// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/embedphotos.h"

#include "core/base/atomicpath.h"
#include "core/base/csv.h"
#include "core/base/json.h"
#include "core/base/photopack.h"
#include "core/base/trainoptions.h"
#include "core/data/packbuilder.h"
#include "core/run/report.h"
#include "core/run/runfolder.h"
#include "core/run/snapshotfiles.h"
#include "core/train/evaluate.h"

#include <algorithm>
#include <thread>

namespace plumage::run {
namespace {

// The checkpoint itself, or the newest one of a run folder.
std::filesystem::path checkpointAt(const std::filesystem::path& path)
{
    const std::vector<StepFolder> checkpoints = listSteps(path / "checkpoints");
    return checkpoints.empty() ? path : checkpoints.back().path;
}

int imageSizeOf(const std::filesystem::path& checkpoint)
{
    const std::filesystem::path file = checkpoint / "state.json";
    std::error_code ignored;
    if (!std::filesystem::exists(file, ignored))
        throw Error(ErrorCode::checkpointMissing, checkpoint.string());
    try {
        return static_cast<int>(parseInteger("image_size", Json::parse(readFile(file))["options"]["network"]["image_size"].toString()));
    } catch (const Error&) {
        throw Error(ErrorCode::checkpointDamaged, file.string());
    }
}

std::string labelRows(const PhotoList& photos, const train::SnapshotTensors& snapshot)
{
    std::string text = csvRow({"id", "path", "code", "confidence"});
    for (std::size_t row = 0; row < photos.rows.size(); ++row) {
        const std::uint16_t code = snapshot.codes[row * train::topCodes];
        const bool known = code != train::noCode;
        text += csvRow({std::to_string(photos.rows[row].photo.value), photos.rows[row].path, known ? std::to_string(code) : "",
                        known ? numberText(snapshot.confidence[row * train::topCodes]) : ""});
    }
    return text;
}

} // namespace

EmbedOutcome embedPhotos(const EmbedRequest& request, const PhotoList& photos, const std::function<void(ErrorCode, const std::string&)>& note,
                         const std::function<void(std::int64_t, std::int64_t)>& progress, std::stop_token stop)
{
    const std::filesystem::path checkpoint = checkpointAt(request.checkpoint);
    const int imageSize = imageSizeOf(checkpoint);
    const int threads = request.threads > 0 ? request.threads : static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
    AtomicFolder folder(request.out);
    const std::filesystem::path packFile = folder.path() / "photos.pack";
    const data::PackReport report = data::buildPhotoPack(photos, packSideFor(imageSize), packFile, progress, stop, threads);
    for (const data::PhotoProblem& problem : report.problems)
        note(problem.code, problem.path);
    const train::SnapshotTensors snapshot = train::evaluateCheckpoint(checkpoint, PhotoPackReader(packFile), request.device, request.threads);
    std::filesystem::remove(packFile);

    SnapshotMap map(1);
    writeSnapshotFiles(folder.path(), snapshot, map.update(snapshot), std::nullopt);
    writePhotoRows(folder.path() / "photos.csv", photos);
    writeFile(folder.path() / "labels.csv", labelRows(photos, snapshot));
    if (request.report)
        writeReport({request.out.filename().string(), photos, folder.path(), {}, {}}, folder.path() / "report");
    folder.commit();
    return {snapshot.photos, static_cast<std::int64_t>(report.problems.size()), static_cast<int>(snapshot.activeCodes.size()), snapshot.codesInUse};
}

} // namespace plumage::run
