// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/constraints.h"
#include "core/curation/command.h"
#include "core/project/library.h"

#include <functional>
#include <optional>
#include <vector>

namespace plumage::curation {

// A new cluster for every active code of the run that has none yet: first the cluster, then the code. `given`: codes that training gave to a listed cluster take that.
project::Edits adoptionOf(const project::LibraryState& state, RunId run, std::span<const std::uint16_t> activeCodes, std::span<const Constraints::Code> given = {});

// The one way by which decisions are stored: every command is one transaction of the library with its line in the journal, then the same edits in memory.
// Undo and redo go back and forth without limit, also after a restart. Used in one thread. All throw what Library throws; then neither disk nor memory changed.
class Curator {
public:
    using Clock = std::function<std::int64_t()>;    // ms since 1970, UTC
    Curator(project::Library library, Clock nowMs);

    const project::LibraryState& state() const { return m_state; }
    project::Library& library() { return m_library; }
    bool isReadOnly() const { return m_library.isReadOnly(); }

    // Does nothing for an empty command. Throws Error staleEdit, libraryReadOnly and those of Library.
    void apply(const Command& command);
    std::optional<project::JournalEntry> nextUndo() const;    // what undo() would take back
    std::optional<project::JournalEntry> nextRedo() const;
    project::JournalEntry undo();    // throws Error nothingToUndo
    project::JournalEntry redo();    // throws Error nothingToRedo
    // Codes that the run uses and the library does not know yet get a cluster each. No journal line: nobody decided that. Returns the new clusters.
    std::vector<ClusterId> adoptCodes(RunId run, std::span<const std::uint16_t> activeCodes, std::span<const Constraints::Code> given = {});

    const std::vector<PhotoId>& touched() const { return m_touched; }    // photos of the last apply(), undo() or redo(); with repeats
    // Number of changes since this object was made, for views that compare.
    std::uint64_t generation() const { return m_generation; }

private:
    project::Library m_library;
    project::LibraryState m_state;
    Clock m_now;
    std::vector<PhotoId> m_touched;
    std::uint64_t m_generation = 0;
};

} // namespace plumage::curation
