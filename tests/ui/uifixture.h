// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/madeupproject.h"
#include "ui/snapshotview.h"

#include <QtCore/QTemporaryDir>

#include <memory>

// The made-up project of the tour, drawn once for a test program; copies of it may be changed.
class MadeUpProject
{
public:
    MadeUpProject();
    std::filesystem::path photos() const { return m_made.photos; }
    std::filesystem::path copy();                            // of the project, fresh
    plumage::ui::SnapshotPointer newest() const;             // its last snapshot
    plumage::ui::SnapshotPointer snapshot(std::size_t index) const;

private:
    QTemporaryDir m_dir;
    plumage::ui::MadeUp m_made;
    int m_copies = 0;
};
