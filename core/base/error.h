// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace plumage {

// What went wrong, as a code. core/text turns a code and its detail into a sentence with a next step, in one place for all programs.
// The wire carries the names (errorName), never the numbers.
enum class ErrorCode {
    none,
    // files and folders
    folderMissing, folderUnreadable, folderNotWritable, folderNotEmpty, fileMissing, fileUnreadable, fileDamaged, fileTooNew, diskFull, writeFailed,
    // photos
    noPhotos, photoUnreadable, photoEmpty, photoTooLarge, photoHidden, brokenLink, linkLoop, tooFewPhotos, photosMissing,
    // options and arguments
    optionUnknown, optionMissing, optionInvalid, optionOutOfRange, tooManyCodes, batchTooLarge,
    // runs, snapshots, checkpoints
    runMissing, runTooNew, runDamaged, checkpointMissing, checkpointDamaged, checkpointMismatch, packMismatch, runInUse,
    // the library and what a person decides in it
    libraryMissing, libraryDamaged, libraryTooNew, libraryLocked, libraryReadOnly, staleEdit, nothingPicked, clusterMissing, nameTaken, groupTooDeep,
    nothingToUndo, nothingToRedo,
    // files of other programs
    columnMissing, textEncoding, labelsUnmatched, boxInvalid, amongPhotos,
    // numbers
    shapeMismatch, emptyTable, diverged,
    // devices
    deviceMissing, outOfMemory, recordingRefused,
    // wire
    protocolMismatch, frameTooLarge, frameDamaged, messageUnknown, messageInvalid, notCommanding, busy, notReady, workerLost, workerMissing, workerStartFailed,
    // the rest
    cancelled, internal,
};

// The name that stands on the wire and in logs, for example "diskFull".
std::string_view errorName(ErrorCode code);
std::optional<ErrorCode> errorFromName(std::string_view name);

// The only exception that core throws. `detail` names the file, field or row; it is for the sentence's %1 and for the log, never a sentence itself.
class Error : public std::runtime_error {
public:
    Error(ErrorCode code, std::string detail) : std::runtime_error(std::string(errorName(code)) + ": " + detail), m_code(code), m_detail(std::move(detail)) { }
    ErrorCode code() const { return m_code; }
    const std::string& detail() const { return m_detail; }

private:
    ErrorCode m_code;
    std::string m_detail;
};

// Error for a failed system call on `path`: diskFull for ENOSPC and EDQUOT, folderNotWritable for EACCES, EPERM and EROFS on writing, else `otherwise`.
Error systemError(int errorNumber, const std::string& path, ErrorCode otherwise);

} // namespace plumage
