// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/curation/commands.h"
#include "core/curation/curator.h"
#include "ui/messagebar.h"

#include <QtCore/QObject>

#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace plumage::ui {

// The decisions of the open project as the window makes them: carries commands out, says what they did, goes back and forth in the journal. Without a
// library that can be written every command is refused with the reason. GUI thread only; a command is one short transaction.
class Curation final : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;

    // Null: the library cannot be used; then the machine's clusters are shown and nothing can be decided.
    void open(std::unique_ptr<curation::Curator> curator, std::optional<Error> whyNot);
    void close();

    const project::LibraryState& state() const;
    project::Library* library() { return m_curator ? &m_curator->library() : nullptr; }
    bool canWrite() const { return m_curator && !m_curator->isReadOnly(); }
    const std::optional<Error>& whyNot() const { return m_whyNot; }    // why nothing can be decided
    std::optional<project::JournalEntry> nextUndo() const, nextRedo() const;

    // Plans and carries out; every Error becomes a message. quiet: no message of what was done (a review loop shows it itself). True if something changed.
    bool carryOut(const std::function<curation::Command(const project::LibraryState&)>& plan, bool quiet = false);
    bool carryOut(const curation::Command& command, bool quiet = false);
    void undo();
    void redo();
    std::vector<project::JournalEntry> journal(std::int64_t newest) const;
    // Undoes all that was decided after the entry; an undone one: does everything up to it again.
    void goTo(std::int64_t entry, bool wasUndone);
    // Clusters for the codes of a run that has none yet: stored, or (only looking) made up for this window.
    void adoptCodes(RunId run, const std::vector<std::uint16_t>& activeCodes, const std::vector<Constraints::Code>& given);
    // Photos that were touched since the last call; then nobody remembers them any more.
    std::vector<PhotoId> takeTouched() { return std::exchange(m_touched, {}); }
    bool knowsRun(RunId run) const { return state().knowsRun(run); }

Q_SIGNALS:
    void changed();                                    // other decisions than before
    void message(const plumage::ui::Message& message);

private:
    bool step(bool back, bool quiet);
    void refuse(const Error& error);
    void rememberTouched();

    std::unique_ptr<curation::Curator> m_curator;
    std::optional<Error> m_whyNot;
    std::optional<project::LibraryState> m_made;       // the state with codes that could not be stored
    project::LibraryState m_none;
    std::vector<PhotoId> m_touched;
};

} // namespace plumage::ui
