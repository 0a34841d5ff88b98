// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/curation.h"

#include "core/text/commandtext.h"
#include "core/text/errortext.h"

namespace plumage::ui {

void Curation::open(std::unique_ptr<curation::Curator> curator, std::optional<Error> whyNot)
{
    m_curator = std::move(curator);
    m_touched.clear();
    m_whyNot = std::move(whyNot);
    m_made.reset();
}

void Curation::close()
{
    m_curator.reset();
    m_whyNot.reset();
    m_made.reset();
}

const project::LibraryState& Curation::state() const
{
    return m_made ? *m_made : m_curator ? m_curator->state() : m_none;
}

std::optional<project::JournalEntry> Curation::nextUndo() const
{
    return canWrite() ? m_curator->nextUndo() : std::nullopt;
}

std::optional<project::JournalEntry> Curation::nextRedo() const
{
    return canWrite() ? m_curator->nextRedo() : std::nullopt;
}

void Curation::rememberTouched()
{
    m_touched.insert(m_touched.end(), m_curator->touched().begin(), m_curator->touched().end());
}

void Curation::refuse(const Error& error)
{
    const bool warns = error.code() == ErrorCode::nothingPicked || error.code() == ErrorCode::nothingToUndo || error.code() == ErrorCode::nothingToRedo;
    Q_EMIT message({QStringLiteral("command"), warns ? Severity::Info : Severity::Error, text::errorText(error), {}, warns ? 4000 : 0});
}

bool Curation::carryOut(const std::function<curation::Command(const project::LibraryState&)>& plan, bool quiet)
{
    if (!canWrite()) {
        refuse(m_whyNot.value_or(Error(ErrorCode::libraryReadOnly, {})));
        return false;
    }
    try {
        return carryOut(plan(state()), quiet);
    } catch (const Error& error) {
        refuse(error);
        return false;
    }
}

bool Curation::carryOut(const curation::Command& command, bool quiet)
{
    if (!canWrite()) {
        refuse(m_whyNot.value_or(Error(ErrorCode::libraryReadOnly, {})));
        return false;
    }
    if (command.isEmpty()) {
        if (!quiet)
            Q_EMIT message({QStringLiteral("command"), Severity::Info, tr("That is so already."), {}, 3000});
        return false;
    }
    try {
        m_curator->apply(command);
        rememberTouched();
    } catch (const Error& error) {
        refuse(error);
        return false;
    }
    if (!quiet)
        Q_EMIT message({QStringLiteral("command"), Severity::Info, text::afterText(command.facts), {{tr("Undo"), [this] { undo(); }}}, 8000});
    Q_EMIT changed();
    return true;
}

bool Curation::step(bool back, bool quiet)
{
    try {
        if (!canWrite())
            throw m_whyNot.value_or(Error(ErrorCode::libraryReadOnly, {}));
        const project::JournalEntry entry = back ? m_curator->undo() : m_curator->redo();
        rememberTouched();
        if (quiet)
            return true;
        Message done{QStringLiteral("command"), Severity::Info, back ? text::undoneText(entry.facts) : text::redoneText(entry.facts), {}, 5000};
        if (back)
            done.actions.push_back({tr("Redo"), [this] { redo(); }});
        Q_EMIT message(done);
    } catch (const Error& error) {
        refuse(error);
        return false;
    }
    Q_EMIT changed();
    return true;
}

void Curation::undo()
{
    step(true, false);
}

void Curation::redo()
{
    step(false, false);
}

std::vector<project::JournalEntry> Curation::journal(std::int64_t newest) const
{
    try {
        return m_curator ? m_curator->library().journal(newest) : std::vector<project::JournalEntry>();
    } catch (const Error&) {    // a look at the past is not worth a message
        return {};
    }
}

void Curation::goTo(std::int64_t entry, bool wasUndone)
{
    bool moved = false;
    if (wasUndone)
        for (auto next = nextRedo(); next && next->id <= entry && step(false, true); next = nextRedo())
            moved = true;
    else
        for (auto next = nextUndo(); next && next->id > entry && step(true, true); next = nextUndo())
            moved = true;
    if (moved)
        Q_EMIT changed();
}

void Curation::adoptCodes(RunId run, const std::vector<std::uint16_t>& activeCodes, const std::vector<Constraints::Code>& given)
{
    const project::Edits edits = curation::adoptionOf(state(), run, activeCodes, given);
    if (edits.empty())
        return;
    try {
        if (canWrite()) {
            m_curator->adoptCodes(run, activeCodes, given);
            return;
        }
    } catch (const Error& error) {
        refuse(error);
    }
    if (!m_made)
        m_made = state();
    m_made->apply(edits);
}

} // namespace plumage::ui
