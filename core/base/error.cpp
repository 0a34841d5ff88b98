// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace plumage {
namespace {

constexpr auto names = std::to_array<std::pair<ErrorCode, std::string_view>>({
    {ErrorCode::none, "none"},
    {ErrorCode::folderMissing, "folderMissing"},
    {ErrorCode::folderUnreadable, "folderUnreadable"},
    {ErrorCode::folderNotWritable, "folderNotWritable"},
    {ErrorCode::folderNotEmpty, "folderNotEmpty"},
    {ErrorCode::fileMissing, "fileMissing"},
    {ErrorCode::fileUnreadable, "fileUnreadable"},
    {ErrorCode::fileDamaged, "fileDamaged"},
    {ErrorCode::fileTooNew, "fileTooNew"},
    {ErrorCode::diskFull, "diskFull"},
    {ErrorCode::writeFailed, "writeFailed"},
    {ErrorCode::noPhotos, "noPhotos"},
    {ErrorCode::photoUnreadable, "photoUnreadable"},
    {ErrorCode::photoEmpty, "photoEmpty"},
    {ErrorCode::photoTooLarge, "photoTooLarge"},
    {ErrorCode::photoHidden, "photoHidden"},
    {ErrorCode::brokenLink, "brokenLink"},
    {ErrorCode::linkLoop, "linkLoop"},
    {ErrorCode::tooFewPhotos, "tooFewPhotos"},
    {ErrorCode::photosMissing, "photosMissing"},
    {ErrorCode::optionUnknown, "optionUnknown"},
    {ErrorCode::optionMissing, "optionMissing"},
    {ErrorCode::optionInvalid, "optionInvalid"},
    {ErrorCode::optionOutOfRange, "optionOutOfRange"},
    {ErrorCode::tooManyCodes, "tooManyCodes"},
    {ErrorCode::batchTooLarge, "batchTooLarge"},
    {ErrorCode::runMissing, "runMissing"},
    {ErrorCode::runTooNew, "runTooNew"},
    {ErrorCode::runDamaged, "runDamaged"},
    {ErrorCode::checkpointMissing, "checkpointMissing"},
    {ErrorCode::checkpointDamaged, "checkpointDamaged"},
    {ErrorCode::checkpointMismatch, "checkpointMismatch"},
    {ErrorCode::packMismatch, "packMismatch"},
    {ErrorCode::runInUse, "runInUse"},
    {ErrorCode::libraryMissing, "libraryMissing"},
    {ErrorCode::libraryDamaged, "libraryDamaged"},
    {ErrorCode::libraryTooNew, "libraryTooNew"},
    {ErrorCode::libraryLocked, "libraryLocked"},
    {ErrorCode::libraryReadOnly, "libraryReadOnly"},
    {ErrorCode::staleEdit, "staleEdit"},
    {ErrorCode::nothingPicked, "nothingPicked"},
    {ErrorCode::clusterMissing, "clusterMissing"},
    {ErrorCode::nameTaken, "nameTaken"},
    {ErrorCode::groupTooDeep, "groupTooDeep"},
    {ErrorCode::nothingToUndo, "nothingToUndo"},
    {ErrorCode::nothingToRedo, "nothingToRedo"},
    {ErrorCode::columnMissing, "columnMissing"},
    {ErrorCode::textEncoding, "textEncoding"},
    {ErrorCode::labelsUnmatched, "labelsUnmatched"},
    {ErrorCode::boxInvalid, "boxInvalid"},
    {ErrorCode::amongPhotos, "amongPhotos"},
    {ErrorCode::shapeMismatch, "shapeMismatch"},
    {ErrorCode::emptyTable, "emptyTable"},
    {ErrorCode::diverged, "diverged"},
    {ErrorCode::deviceMissing, "deviceMissing"},
    {ErrorCode::outOfMemory, "outOfMemory"},
    {ErrorCode::recordingRefused, "recordingRefused"},
    {ErrorCode::protocolMismatch, "protocolMismatch"},
    {ErrorCode::frameTooLarge, "frameTooLarge"},
    {ErrorCode::frameDamaged, "frameDamaged"},
    {ErrorCode::messageUnknown, "messageUnknown"},
    {ErrorCode::messageInvalid, "messageInvalid"},
    {ErrorCode::notCommanding, "notCommanding"},
    {ErrorCode::busy, "busy"},
    {ErrorCode::notReady, "notReady"},
    {ErrorCode::workerLost, "workerLost"},
    {ErrorCode::workerMissing, "workerMissing"},
    {ErrorCode::workerStartFailed, "workerStartFailed"},
    {ErrorCode::cancelled, "cancelled"},
    {ErrorCode::internal, "internal"},
});

} // namespace

std::string_view errorName(ErrorCode code)
{
    for (const auto& [candidate, name] : names)
        if (candidate == code)
            return name;
    return "internal";
}

std::optional<ErrorCode> errorFromName(std::string_view name)
{
    for (const auto& [code, candidate] : names)
        if (candidate == name)
            return code;
    return std::nullopt;
}

Error systemError(int errorNumber, const std::string& path, ErrorCode otherwise)
{
    switch (errorNumber) {
    case ENOSPC:
    case EDQUOT:
        return Error(ErrorCode::diskFull, path);
    case EACCES:
    case EPERM:
    case EROFS:
        return Error(otherwise == ErrorCode::writeFailed ? ErrorCode::folderNotWritable : otherwise, path);
    default:
        return Error(otherwise, path + " (" + std::strerror(errorNumber) + ")");
    }
}

} // namespace plumage
