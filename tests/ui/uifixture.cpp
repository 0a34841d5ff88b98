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

const ui::SnapshotPointer& MadeUpProject::snapshot(std::size_t index)
{
    const project::RunFolder run = project::ProjectFolder::open(m_made.project).runs().back();
    if (!m_photos)
        m_photos = std::make_shared<const PhotoList>(project::readPhotos(run));
    ui::SnapshotPointer& snapshot = m_snapshots[index];
    if (!snapshot)
        snapshot = ui::readSnapshot(run.run, project::listSnapshots(run).at(index).path, m_photos);
    return snapshot;
}
