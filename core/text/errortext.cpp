// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/errortext.h"

#include <QtCore/QCoreApplication>

#include <algorithm>
#include <array>
#include <span>

namespace plumage::text {
namespace {

struct Sentence {
    ErrorCode code;
    const char* source;    // %1: the detail; " (%1)" goes where there is none
};

// In the order of ErrorCode; one for each.
constexpr auto sentences = std::to_array<Sentence>({
    {ErrorCode::none, QT_TRANSLATE_NOOP("ErrorText", "Everything is in order (%1).")},
    // files and folders
    {ErrorCode::folderMissing, QT_TRANSLATE_NOOP("ErrorText", "The folder “%1” does not exist. Check its name, or choose another folder.")},
    {ErrorCode::folderUnreadable, QT_TRANSLATE_NOOP("ErrorText", "The folder “%1” cannot be read. Allow reading it, or choose another folder.")},
    {ErrorCode::folderNotWritable, QT_TRANSLATE_NOOP("ErrorText", "Nothing can be written to “%1”. Allow writing there, or choose another folder.")},
    {ErrorCode::folderNotEmpty, QT_TRANSLATE_NOOP("ErrorText", "The folder “%1” is not empty. Choose an empty one, or resume the run that lies there.")},
    {ErrorCode::fileMissing, QT_TRANSLATE_NOOP("ErrorText", "The file “%1” does not exist. Check its name, or choose another file.")},
    {ErrorCode::fileUnreadable, QT_TRANSLATE_NOOP("ErrorText", "The file “%1” cannot be read. Allow reading it, or choose another file.")},
    {ErrorCode::fileDamaged, QT_TRANSLATE_NOOP("ErrorText", "The file “%1” is damaged or of another kind. Make it again, or take it from a backup.")},
    {ErrorCode::fileTooNew, QT_TRANSLATE_NOOP("ErrorText", "The file “%1” was written by a newer Plumage. Update Plumage, then open it again.")},
    {ErrorCode::diskFull,
        QT_TRANSLATE_NOOP("ErrorText", "The disk is full: “%1” was not written. Free some space, then try again; what was stored before is kept.")},
    {ErrorCode::writeFailed,
        QT_TRANSLATE_NOOP("ErrorText", "Writing “%1” failed. Check that the disk is connected and has no errors, then try again.")},
    // photos
    {ErrorCode::noPhotos, QT_TRANSLATE_NOOP("ErrorText", "There are no readable photos in “%1”. Choose a folder with JPEG, PNG, WebP, TIFF or BMP files.")},
    {ErrorCode::photoUnreadable, QT_TRANSLATE_NOOP("ErrorText", "The photo “%1” cannot be read. Copy it again from the camera, or leave it out.")},
    {ErrorCode::photoEmpty, QT_TRANSLATE_NOOP("ErrorText", "The photo “%1” is an empty file. Copy it again from the camera, or delete it.")},
    {ErrorCode::photoTooLarge, QT_TRANSLATE_NOOP("ErrorText", "The photo “%1” has too many pixels. Save a smaller copy of it.")},
    {ErrorCode::photoHidden, QT_TRANSLATE_NOOP("ErrorText", "“%1” is hidden and was left out. Rename it without the first dot if it should take part.")},
    {ErrorCode::brokenLink, QT_TRANSLATE_NOOP("ErrorText", "The link “%1” leads nowhere. Put its target back, or delete the link.")},
    {ErrorCode::linkLoop, QT_TRANSLATE_NOOP("ErrorText", "The link “%1” leads back to a folder that is being read. Nothing is lost; delete the link if it is not needed.")},
    {ErrorCode::tooFewPhotos, QT_TRANSLATE_NOOP("ErrorText", "There are too few photos to find kinds: %1. Add photos; at least 2 are needed, and some hundreds are better.")},
    {ErrorCode::photosMissing, QT_TRANSLATE_NOOP("ErrorText", "Photos of this run are missing: “%1”. Put them back where they were, or start a new run.")},
    // options and arguments
    {ErrorCode::optionUnknown, QT_TRANSLATE_NOOP("ErrorText", "“%1” is not known here. See --help for what is.")},
    {ErrorCode::optionMissing, QT_TRANSLATE_NOOP("ErrorText", "“%1” is needed here and was not given. Add it; --help shows how.")},
    {ErrorCode::optionInvalid, QT_TRANSLATE_NOOP("ErrorText", "The option “%1” does not make sense. Correct it; --help lists what is possible.")},
    {ErrorCode::optionOutOfRange, QT_TRANSLATE_NOOP("ErrorText", "The option “%1” is too small or too large. Choose a value in its range; --help lists them.")},
    {ErrorCode::tooManyCodes, QT_TRANSLATE_NOOP("ErrorText", "There are more clusters than photos (%1). Ask for fewer clusters, or add photos.")},
    {ErrorCode::batchTooLarge, QT_TRANSLATE_NOOP("ErrorText", "The batch is larger than the set of photos (%1). Choose a smaller batch, or add photos.")},
    // runs, snapshots, checkpoints
    {ErrorCode::runMissing, QT_TRANSLATE_NOOP("ErrorText", "There is no run in “%1”. Check the folder, or start a new run.")},
    {ErrorCode::runTooNew, QT_TRANSLATE_NOOP("ErrorText", "The run “%1” was made by a newer Plumage. Update Plumage, then try again; nothing was changed.")},
    {ErrorCode::runDamaged, QT_TRANSLATE_NOOP("ErrorText", "The run cannot be used: “%1” is damaged. Take it from a backup, or start a new run.")},
    {ErrorCode::checkpointMissing, QT_TRANSLATE_NOOP("ErrorText", "There is no checkpoint to go on from in “%1”. Start the run anew, or choose another one.")},
    {ErrorCode::checkpointDamaged, QT_TRANSLATE_NOOP("ErrorText", "The checkpoint “%1” is damaged. Delete its folder to go on from the one before it.")},
    {ErrorCode::checkpointMismatch, QT_TRANSLATE_NOOP("ErrorText", "The checkpoint does not fit this run (%1). Use the options and photos it was made with, or start a new run.")},
    {ErrorCode::packMismatch, QT_TRANSLATE_NOOP("ErrorText", "The photo pack does not fit this run (%1). Delete the pack; it is made again.")},
    {ErrorCode::runInUse, QT_TRANSLATE_NOOP("ErrorText", "Another worker is busy with “%1”. Stop that one first, or wait until it has finished.")},
    // the library, and files of other programs
    {ErrorCode::libraryMissing, QT_TRANSLATE_NOOP("ErrorText", "There is no library in “%1”. Open the folder of a project (its name ends in .plumage), or make one with “import”.")},
    {ErrorCode::libraryDamaged, QT_TRANSLATE_NOOP("ErrorText", "The library “%1” is damaged and was not changed. Open the last good backup, or restore the file from a copy of your own.")},
    {ErrorCode::libraryTooNew, QT_TRANSLATE_NOOP("ErrorText", "The project “%1” was written by a newer Plumage. Update Plumage, then open it again; nothing was changed.")},
    {ErrorCode::libraryLocked, QT_TRANSLATE_NOOP("ErrorText", "The project is open in another window (%1), so here you can only look. Close that one to make changes.")},
    {ErrorCode::libraryReadOnly, QT_TRANSLATE_NOOP("ErrorText", "Nothing can be stored in “%1”: it is read-only. Allow writing there, or copy the project to another place.")},
    {ErrorCode::staleEdit, QT_TRANSLATE_NOOP("ErrorText", "This does not fit what is stored any more (%1). Nothing was changed; look again and repeat it.")},
    {ErrorCode::nothingPicked, QT_TRANSLATE_NOOP("ErrorText", "Pick at least one photo first (%1).")},
    {ErrorCode::clusterMissing, QT_TRANSLATE_NOOP("ErrorText", "The cluster “%1” is not there any more. Choose another one.")},
    {ErrorCode::nameTaken, QT_TRANSLATE_NOOP("ErrorText", "Another cluster is called “%1” already. Choose another name, or merge the two.")},
    {ErrorCode::groupTooDeep, QT_TRANSLATE_NOOP("ErrorText", "Groups go at most 4 levels deep, and not into themselves (%1). Choose another group.")},
    {ErrorCode::nothingToUndo, QT_TRANSLATE_NOOP("ErrorText", "There is nothing to undo (%1). Every decision so far has been taken back, or none was made.")},
    {ErrorCode::nothingToRedo, QT_TRANSLATE_NOOP("ErrorText", "There is nothing to redo (%1). Undo a decision first.")},
    {ErrorCode::columnMissing, QT_TRANSLATE_NOOP("ErrorText", "The column “%1” is not in the file. Name the columns in its first line.")},
    {ErrorCode::textEncoding, QT_TRANSLATE_NOOP("ErrorText", "“%1” is not UTF-8 text. Save the file as UTF-8, then import it again.")},
    {ErrorCode::labelsUnmatched, QT_TRANSLATE_NOOP("ErrorText", "Some lines match no photo: %1. Nothing was imported; correct them, or import the rest only.")},
    {ErrorCode::boxInvalid, QT_TRANSLATE_NOOP("ErrorText", "A box does not fit its photo: %1. Correct it; boxes lie inside the picture and are not empty.")},
    {ErrorCode::amongPhotos, QT_TRANSLATE_NOOP("ErrorText", "“%1” is one of the photos, and those are never written over. Choose another name for the export.")},
    // numbers
    {ErrorCode::shapeMismatch, QT_TRANSLATE_NOOP("ErrorText", "Sizes do not fit together: “%1”. Make the file again, or start a new run.")},
    {ErrorCode::emptyTable, QT_TRANSLATE_NOOP("ErrorText", "There is nothing to compare (%1). Check that the photos have known kinds.")},
    {ErrorCode::diverged, QT_TRANSLATE_NOOP("ErrorText", "The numbers ran away again and again (%1), so training stopped. Resume from the last checkpoint with half the learning rate.")},
    // devices
    {ErrorCode::deviceMissing, QT_TRANSLATE_NOOP("ErrorText", "There is no usable device “%1”. Update its driver (CUDA 13 needs 580 or newer), or use the processor.")},
    {ErrorCode::outOfMemory, QT_TRANSLATE_NOOP("ErrorText", "The memory is full (%1). Choose a smaller batch or smaller pictures, or close other programs.")},
    {ErrorCode::recordingRefused, QT_TRANSLATE_NOOP("ErrorText", "The device cannot replay training steps, so each is prepared anew, which is slower (%1). Update its driver, or train on as it is.")},
    // wire
    {ErrorCode::protocolMismatch, QT_TRANSLATE_NOOP("ErrorText", "Worker and window are of different versions (%1). Stop the worker, then start the one that came with this window.")},
    {ErrorCode::frameTooLarge, QT_TRANSLATE_NOOP("ErrorText", "The other program sent more than is allowed (%1). Start both programs again.")},
    {ErrorCode::frameDamaged, QT_TRANSLATE_NOOP("ErrorText", "The other program sent something that cannot be read (%1). Start both programs again.")},
    {ErrorCode::messageUnknown, QT_TRANSLATE_NOOP("ErrorText", "The worker does not know the message “%1”. Start the worker that came with this window.")},
    {ErrorCode::messageInvalid, QT_TRANSLATE_NOOP("ErrorText", "A message between the programs is not complete: “%1”. Start both programs again.")},
    {ErrorCode::notCommanding, QT_TRANSLATE_NOOP("ErrorText", "Another window commands this worker (%1). Use that window, or close it.")},
    {ErrorCode::busy, QT_TRANSLATE_NOOP("ErrorText", "The worker is busy with something else (%1). Wait until that is done, or stop it.")},
    {ErrorCode::notReady, QT_TRANSLATE_NOOP("ErrorText", "The worker cannot do this now (%1). Start a run first, or wait until it trains.")},
    {ErrorCode::workerLost, QT_TRANSLATE_NOOP("ErrorText", "The connection to the worker of “%1” is lost. Start it again; training goes on from the last checkpoint.")},
    {ErrorCode::workerMissing, QT_TRANSLATE_NOOP("ErrorText", "The worker “%1” is not there. Build or install it beside the window, then try again.")},
    {ErrorCode::workerStartFailed, QT_TRANSLATE_NOOP("ErrorText", "The worker “%1” does not start. Run it with “info” in a terminal to see why.")},
    // the rest
    {ErrorCode::cancelled, QT_TRANSLATE_NOOP("ErrorText", "Stopped before it was finished (%1). Start it again to do the rest.")},
    {ErrorCode::internal, QT_TRANSLATE_NOOP("ErrorText", "This should not have happened (%1). Try again, and report it with the log file if it comes back.")},
});
static_assert([] {
    for (std::size_t i = 0; i < sentences.size(); ++i)
        if (static_cast<std::size_t>(sentences[i].code) != i)
            return false;
    return sentences.size() == static_cast<std::size_t>(ErrorCode::internal) + 1;
}());

// Codes that read differently as news of something that goes on.
constexpr auto notes = std::to_array<Sentence>({
    {ErrorCode::diverged, QT_TRANSLATE_NOOP("ErrorText", "The numbers ran away (%1). Training goes on from the last good state, more slowly for a while.")},
    {ErrorCode::diskFull, QT_TRANSLATE_NOOP("ErrorText", "The disk is full, so “%1” was left out. Training goes on; free some space.")},
    {ErrorCode::writeFailed, QT_TRANSLATE_NOOP("ErrorText", "“%1” could not be written and was left out. Training goes on; check the disk.")},
    {ErrorCode::folderNotWritable, QT_TRANSLATE_NOOP("ErrorText", "“%1” could not be written and was left out. Training goes on; allow writing there.")},
    {ErrorCode::photoUnreadable, QT_TRANSLATE_NOOP("ErrorText", "“%1” cannot be read and was left out.")},
    {ErrorCode::photoTooLarge, QT_TRANSLATE_NOOP("ErrorText", "“%1” has too many pixels and was left out.")},
    {ErrorCode::photoEmpty, QT_TRANSLATE_NOOP("ErrorText", "“%1” is an empty file and was left out.")},
    {ErrorCode::photosMissing, QT_TRANSLATE_NOOP("ErrorText", "Photos are missing and were left out: “%1”.")},
    {ErrorCode::fileMissing, QT_TRANSLATE_NOOP("ErrorText", "“%1” is not there any more and was left out.")},
    {ErrorCode::fileUnreadable, QT_TRANSLATE_NOOP("ErrorText", "“%1” cannot be read and was left out.")},
    {ErrorCode::folderUnreadable, QT_TRANSLATE_NOOP("ErrorText", "The folder “%1” cannot be read and was left out.")},
    {ErrorCode::brokenLink, QT_TRANSLATE_NOOP("ErrorText", "The link “%1” leads nowhere and was left out.")},
    {ErrorCode::linkLoop, QT_TRANSLATE_NOOP("ErrorText", "The link “%1” leads back to a folder that is read anyway and was left out.")},
    {ErrorCode::deviceMissing, QT_TRANSLATE_NOOP("ErrorText", "The device “%1” cannot be used, so the processor does the work. CUDA 13 needs driver 580 or newer.")},
    {ErrorCode::outOfMemory, QT_TRANSLATE_NOOP("ErrorText", "The memory is nearly full (%1). Training goes on; close other programs.")},
    {ErrorCode::recordingRefused, QT_TRANSLATE_NOOP("ErrorText", "The device cannot replay training steps, so each is prepared anew, which is slower (%1).")},
});

// One line: a file name may hold line breaks.
QString shown(QString detail)
{
    for (QChar& c : detail)
        if (c.category() == QChar::Other_Control)
            c = u'\u23ce';
    return detail;
}

QString sentence(const char* source, const QString& detail)
{
    QString text = QCoreApplication::translate("ErrorText", source);
    if (detail.isEmpty())
        text.remove(QStringLiteral(" (%1)"));
    return text.replace(QStringLiteral("%1"), shown(detail));
}

} // namespace

QString errorText(ErrorCode code, const QString& detail)
{
    return sentence(sentences[static_cast<std::size_t>(code)].source, detail);
}

QString errorText(const Error& error)
{
    return errorText(error.code(), QString::fromStdString(error.detail()));
}

QString noteText(ErrorCode code, const QString& detail)
{
    const auto note = std::ranges::find(notes, code, &Sentence::code);
    return note == notes.end() ? errorText(code, detail) : sentence(note->source, detail);
}

} // namespace plumage::text
