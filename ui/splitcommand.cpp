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
void SplitCommand::propose(ClusterId from)
{
    const SnapshotPointer& snapshot = m_window.workspace().snapshot();
    LookAlikes::Rows rows;
    for (std::size_t row = 0; row < snapshot->photos->rows(); ++row)
        if (snapshot->photos->clusters()[row] == static_cast<std::uint32_t>(from.value) && !(snapshot->photos->flags()[row] & project::PhotoTable::Checked))
            rows.push_back(static_cast<std::uint32_t>(row));
    m_window.projectView()->gallery().lookAlikes().halves(std::move(rows), [this, from, snapshot](const embedding::Halves& halves) {
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
