// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/uifixture.h"

#include "core/project/projectfolder.h"

using namespace plumage;

MadeUpProject::MadeUpProject() : m_made(ui::makeUpProject(m_dir.path().toStdString())) { }

std::filesystem::path MadeUpProject::copy()
{
    const std::filesystem::path to = std::filesystem::path(m_dir.path().toStdString()) / ("copy-" + std::to_string(++m_copies) + ".plumage");
    std::filesystem::copy(m_made.project, to, std::filesystem::copy_options::recursive);
    return to;
}

namespace {

// A cluster for every code, as a window gives them: #1 for code 0.
project::LibraryState codesAsClusters(RunId run)
{
    project::LibraryState state;
    for (std::uint16_t code = 0; code < 6; ++code) {
        const ClusterId id{code + 1};
        state.apply({project::ClusterEdit{id, {}, project::Cluster{.id = id}}, project::CodeEdit{run, CodeIndex{code}, {}, id}});
    }
    return state;
}

} // namespace

const ui::SnapshotPointer& MadeUpProject::snapshot(std::size_t index)
{
    const project::RunFolder run = project::ProjectFolder::open(m_made.project).runs().back();
    if (!m_photos)
        m_photos = std::make_shared<const PhotoList>(project::readPhotos(run));
    ui::SnapshotPointer& snapshot = m_snapshots[index];
    if (!snapshot)
        snapshot = ui::withDecisions(*ui::readSnapshot(run.run, project::listSnapshots(run).at(index).path, m_photos), codesAsClusters(run.run));
    return snapshot;
}
