// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/madeupproject.h"
#include "ui/snapshotview.h"

#include <QtCore/QTemporaryDir>

#include <map>
#include <memory>

// The made-up project of the tour, drawn once for a test program; copies of it may be changed.
class MadeUpProject
{
public:
    MadeUpProject();
    std::filesystem::path photos() const { return m_made.photos; }
    std::filesystem::path copy();                            // of the project, fresh
    const plumage::ui::SnapshotPointer& newest() { return snapshot(7); }    // its last snapshot
    const plumage::ui::SnapshotPointer& snapshot(std::size_t index);        // read once; all share one photo list

private:
    QTemporaryDir m_dir;
    plumage::ui::MadeUp m_made;
    std::shared_ptr<const plumage::PhotoList> m_photos;
    std::map<std::size_t, plumage::ui::SnapshotPointer> m_snapshots;
    int m_copies = 0;
};
