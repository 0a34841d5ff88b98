// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/splitcommand.h"

#include "core/curation/commands.h"
#include "ui/gallerypanel.h"
#include "ui/lookalikes.h"
#include "ui/mainwindow.h"

#include <algorithm>
#include <array>
#include <unordered_set>

namespace plumage::ui {

SplitCommand::SplitCommand(MainWindow& window) : QObject(&window), m_window(window) { }

void SplitCommand::split(ClusterId from)
{
    const project::PhotoTable& table = *m_window.workspace().snapshot()->photos;
    std::vector<PhotoId> part;
    for (const PhotoId photo : m_window.selection().picked())
        if (const auto row = table.row(photo); row && table.cluster(*row) == from)
            part.push_back(photo);
    if (part.empty())
        return propose(from);
    const std::vector<PhotoId> seen = m_window.projectView()->gallery().seen(from);
    const std::unordered_set<PhotoId> onScreen(seen.begin(), seen.end());
    const bool sawAll = std::ranges::all_of(part, [&](PhotoId photo) { return onScreen.contains(photo); });
    const auto all = std::ranges::count(table.clusters(), static_cast<std::uint32_t>(from.value));
    if (m_window.workspace().curation().carryOut([&](const curation::State& state) {
            return curation::split(state, from, std::array{part}, sawAll ? project::LabelSource::seen : project::LabelSource::bulk, all - std::ssize(part));
        })) {
        m_window.messages().withdraw(QStringLiteral("split"));
        m_window.selection().pick({});
    }
}

// Checked photos stay: a person has placed them.
std::vector<std::uint32_t> SplitCommand::uncheckedRows(ClusterId from) const
{
    const project::PhotoTable& table = *m_window.workspace().snapshot()->photos;
    std::vector<std::uint32_t> rows;
    for (std::size_t row = 0; row < table.rows(); ++row)
        if (table.clusters()[row] == static_cast<std::uint32_t>(from.value) && !(table.flags()[row] & project::PhotoTable::Checked))
            rows.push_back(static_cast<std::uint32_t>(row));
    return rows;
}

void SplitCommand::pickLike(ClusterId from)
{
    const SnapshotPointer snapshot = m_window.workspace().snapshot();
    LookAlikes::Rows rows = uncheckedRows(from), examples;
    const std::vector<PhotoId> picked = m_window.selection().picked();
    for (const PhotoId photo : picked)
        if (const auto row = snapshot->photos->row(photo); row && snapshot->photos->cluster(*row) == from)
            examples.push_back(static_cast<std::uint32_t>(*row));
    if (examples.empty())
        return m_window.messages().post({QStringLiteral("split"), Severity::Info, tr("Pick some photos that should leave the cluster, as examples."), {}, 5000});
    for (const std::uint32_t row : examples)    // a checked one may be an example
        if (!std::ranges::binary_search(rows, row))
            rows.insert(std::ranges::lower_bound(rows, row), row);
    m_window.projectView()->gallery().lookAlikes().halfOfExamples(std::move(examples), std::move(rows), [this, from, snapshot, picked](const embedding::Halves& halves) {
        if (m_window.selection().cluster() != from || m_window.selection().picked() != picked)
            return;    // gone on to something else
        std::vector<PhotoId> part;
        for (const std::uint32_t row : halves.second)
            part.push_back(snapshot->photos->photo(row));
        m_window.messages().post({QStringLiteral("split"), Severity::Info,
            tr("%Ln photo(s) that are more like your examples than like the rest are picked.", nullptr, static_cast<int>(part.size())) + QLatin1Char(' ') + tr("Mend the picks with Space, then S parts them."),
            {{tr("Only my examples"), [this, picked] { m_window.selection().pick(picked); }}}, 0});
        m_window.selection().pick(std::move(part));
    });
}

void SplitCommand::propose(ClusterId from)
{
    const SnapshotPointer& snapshot = m_window.workspace().snapshot();
    m_window.projectView()->gallery().lookAlikes().halves(uncheckedRows(from), [this, from, snapshot](const embedding::Halves& halves) {
        if (m_window.selection().cluster() != from || !m_window.selection().picked().empty())
            return;    // gone on to something else
        std::vector<PhotoId> part;
        for (const std::uint32_t row : halves.second)
            part.push_back(snapshot->photos->photo(row));
        Message message{.topic = QStringLiteral("split"), .severity = Severity::Info, .text = tr("These photos are too few or too much alike to be parted in two."), .actions = {}, .showMs = 8000};
        if (!part.empty()) {
            message.text = tr("%Ln photo(s) that look least like the rest are picked.", nullptr, static_cast<int>(part.size())) + QLatin1Char(' ')
                + (halves.apart < embedding::hardlyApart ? tr("The halves hardly differ: look closely. S parts them all the same.") : tr("Mend the picks with Space, then S parts them."));
            message.actions = {{tr("Keep together"), [this] { m_window.selection().pick({}); }}};
            message.showMs = 0;
        }
        m_window.messages().post(message);
        m_window.selection().pick(std::move(part));
    });
}

} // namespace plumage::ui
