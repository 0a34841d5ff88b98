// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/projectaccess.h"

#include "core/base/error.h"
#include "core/exchange/importlabels.h"

#include <QtCore/QDateTime>

namespace plumage::cli {
namespace {

using project::Library;

std::int64_t nowMs()
{
    return QDateTime::currentMSecsSinceEpoch();
}

Library openLibrary(const std::filesystem::path& path)
{
    try {
        return Library::open(path, Library::Access::write);
    } catch (const Error& error) {
        if (error.code() != ErrorCode::libraryLocked && error.code() != ErrorCode::libraryReadOnly)
            throw;
        return Library::open(path, Library::Access::read);
    }
}

} // namespace

OpenProject openProject(const std::filesystem::path& path)
{
    const auto folder = project::ProjectFolder::open(path);
    curation::Curator curator(openLibrary(folder.path()), nowMs);
    project::RunView view = project::readRunView(folder, curator.library());
    const RunId run = view.run ? view.run->run : RunId{};
    project::LibraryState state = curator.state();
    if (view.snapshot) {
        if (!curator.isReadOnly())
            curator.adoptCodes(run, view.snapshot->activeCodes(), view.snapshot->codeClusters());
        state = curator.state();
        state.apply(curation::adoptionOf(state, run, view.snapshot->activeCodes(), view.snapshot->codeClusters()));    // nothing if they were stored
    }
    project::PhotoTable table = view.table(state);
    return {folder, std::move(curator), std::move(view), std::move(state), std::move(table), run};
}

curation::Curator openForWriting(const std::filesystem::path& path)
{
    const auto folder = project::ProjectFolder::create(path);
    return curation::Curator(Library::open(folder.path(), Library::Access::write), nowMs);
}

std::map<PhotoId, std::string> readTruth(const std::string& truth, const Library& library)
{
    std::map<PhotoId, std::string> kinds;
    for (const auto& label : truth == "folders" ? exchange::folderLabels(library) : exchange::readLabels(truth, library).labels)
        kinds[label.photo] = label.name;
    return kinds;
}

} // namespace plumage::cli
