// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curation/curator.h"

#include "core/base/error.h"
#include "core/project/phototable.h"

#include <algorithm>
#include <set>
#include <variant>

namespace plumage::curation {

using project::Edits;
using project::JournalEntry;

Curator::Curator(project::Library library, Clock nowMs) : m_library(std::move(library)), m_state(m_library.state()), m_now(std::move(nowMs)) { }

void Curator::apply(const Command& command)
{
    if (command.isEmpty())
        return;
    m_state.apply(command.edits);    // checks every row first: what does not fit never reaches the disk
    try {
        m_library.commit(command.facts, command.edits, m_now());
    } catch (...) {
        m_state.apply(project::inverse(command.edits));
        throw;
    }
    m_touched = project::photosOf(command.edits);
    ++m_generation;
}

std::optional<JournalEntry> Curator::nextUndo() const
{
    return m_library.lastDone();
}

std::optional<JournalEntry> Curator::nextRedo() const
{
    return m_library.firstUndone();
}

JournalEntry Curator::undo()
{
    const auto entry = nextUndo();
    if (!entry)
        throw Error(ErrorCode::nothingToUndo, {});
    const Edits edits = m_library.edits(entry->id), back = project::inverse(edits);
    m_state.apply(back);
    try {
        m_library.storeUndone(*entry, back);
    } catch (...) {
        m_state.apply(edits);
        throw;
    }
    m_touched = project::photosOf(edits);
    ++m_generation;
    return *entry;
}

JournalEntry Curator::redo()
{
    const auto entry = nextRedo();
    if (!entry)
        throw Error(ErrorCode::nothingToRedo, {});
    const Edits edits = m_library.edits(entry->id);
    m_state.apply(edits);
    try {
        m_library.storeRedone(*entry, edits);
    } catch (...) {
        m_state.apply(project::inverse(edits));
        throw;
    }
    m_touched = project::photosOf(edits);
    ++m_generation;
    return *entry;
}

std::vector<ClusterId> Curator::adoptCodes(RunId run, std::span<const std::uint16_t> activeCodes, std::span<const Constraints::Code> given)
{
    const Edits edits = adoptionOf(m_state, run, activeCodes, given);
    if (edits.empty())
        return {};
    m_state.apply(edits);
    try {
        m_library.commitSilently(edits);
    } catch (...) {
        m_state.apply(project::inverse(edits));
        throw;
    }
    ++m_generation;
    std::vector<ClusterId> made;
    for (const project::Edit& edit : edits)
        if (const auto* cluster = std::get_if<project::ClusterEdit>(&edit))
            made.push_back(cluster->cluster);
    return made;
}

Edits adoptionOf(const project::LibraryState& state, RunId run, std::span<const std::uint16_t> activeCodes, std::span<const Constraints::Code> given)
{
    Edits edits;
    std::int64_t next = state.nextClusterId().value;
    for (const std::uint16_t code : std::set<std::uint16_t>(activeCodes.begin(), activeCodes.end()))
        if (code != project::PhotoTable::noCode && !state.clusterOfCode(run, CodeIndex{code})) {
            const auto trained = std::ranges::find(given, CodeIndex{code}, &Constraints::Code::code);
            if (const ClusterId known = trained == given.end() ? ClusterId{} : state.resolve(trained->cluster); state.isListed(known)) {
                edits.push_back(project::CodeEdit{run, CodeIndex{code}, {}, known});
                continue;
            }
            project::ClusterEdit cluster{.cluster = ClusterId{next++}};
            cluster.after.emplace().id = cluster.cluster;
            edits.push_back(project::CodeEdit{run, CodeIndex{code}, {}, cluster.cluster});
            edits.insert(edits.end() - 1, std::move(cluster));
        }
    return edits;
}

} // namespace plumage::curation
