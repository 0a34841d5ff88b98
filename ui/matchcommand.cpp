// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/matchcommand.h"

#include "core/project/runview.h"
#include "ui/job.h"
#include "ui/mainwindow.h"
#include "ui/messagebar.h"

#include <QtCore/QLocale>
#include <QtGui/QAction>

#include <algorithm>

namespace plumage::ui {
namespace {

// Where photos lay by their labels and the newest earlier run that the library knows; nothing if there is none.
std::unique_ptr<project::PhotoTable> earlierTable(const project::ProjectFolder& project, const project::LibraryState& state, RunId run)
{
    const auto runs = project.runs();
    for (auto earlier = runs.rbegin(); earlier != runs.rend(); ++earlier) {
        const auto snapshots = project::listSnapshots(*earlier);
        if (earlier->run >= run || !state.knowsRun(earlier->run) || snapshots.empty())
            continue;
        try {
            const auto snapshot = std::make_shared<const project::SnapshotFile>(snapshots.back().path);
            const auto photos = std::make_shared<const PhotoList>(project::readPhotos(*earlier));
            return std::make_unique<project::PhotoTable>(project::PhotoTable(photos, snapshot).with(state, earlier->run));
        } catch (const Error&) {    // damaged: the one before it
        }
    }
    return {};
}

std::vector<session::Sighting> sightings(const project::PhotoTable& now, const project::PhotoTable& before)
{
    std::vector<session::Sighting> seen;
    for (std::size_t row = 0; row < now.rows(); ++row) {
        const auto old = before.row(now.photo(row));
        seen.push_back({now.photo(row), CodeIndex{now.codes()[row]}, old ? before.cluster(*old) : std::nullopt});
    }
    return seen;
}

} // namespace

MatchCommand::MatchCommand(MainWindow& window) : QObject(&window), m_window(window)
{
    connect(m_window.actions().action(QStringLiteral("cluster.match")), &QAction::triggered, this, [this] { propose(true); });
    connect(&m_window.training(), &TrainingControl::changed, this, [this] {
        const auto& state = m_window.training().state();
        if (state.state == protocol::WorkerState::finished && state.run > 1 && std::exchange(m_offered, state.run) != state.run)
            propose(false);
    });
}

void MatchCommand::propose(bool asked)
{
    const SnapshotPointer& snapshot = m_window.workspace().snapshot();
    if (!m_window.workspace().isOpen() || !snapshot || !snapshot->hasClusters() || !m_window.workspace().curation().canWrite())
        return;
    using Proposals = std::vector<session::Proposal>;
    startJob<Proposals>(this, [project = m_window.workspace().project(), state = m_window.workspace().curation().state(), photos = snapshot->photos, run = snapshot->run] {
            const auto before = earlierTable(project, state, run);
            return before ? session::proposeCodes(state, sightings(*photos, *before)) : Proposals();
        },
        [this, asked, run = snapshot->run](const JobResult<Proposals>& result) {
            const Proposals* proposals = std::get_if<Proposals>(&result);
            if (proposals && m_window.workspace().snapshot() && m_window.workspace().snapshot()->run == run)
                offer(*proposals, asked);
        });
}

void MatchCommand::offer(const std::vector<session::Proposal>& proposals, bool asked)
{
    const RunId run = m_window.workspace().snapshot()->run;
    auto fitting = session::matched(proposals);
    const curation::State& state = m_window.workspace().curation().state();
    std::erase_if(fitting, [&](const auto& pair) { return state.clusterOfCode(run, pair.first) == pair.second; });
    if (fitting.empty()) {
        if (asked)
            m_window.messages().post({QStringLiteral("match"), Severity::Info, tr("No group of this run fits a cluster better than it does now."), {}, 6000});
        return;
    }
    std::int64_t photos = 0, agreeing = 0;
    for (const session::Proposal& proposal : proposals)
        if (proposal.cluster) {
            photos += proposal.photos;
            agreeing += proposal.agreeing;
        }
    const QLocale locale;
    const auto number = [&](std::int64_t count) { return locale.toString(static_cast<qlonglong>(count)); };
    m_window.messages().post({QStringLiteral("match"), Severity::Info, tr("%1 of %2 groups of this run fit clusters that you know: %3 of their %4 photos lay there before.")
        .arg(number(static_cast<std::int64_t>(fitting.size())), number(static_cast<std::int64_t>(proposals.size())), number(agreeing), number(photos)),
        {{tr("Take them over"), [this, run, fitting] {
            m_window.workspace().curation().carryOut([&](const curation::State& s) { return curation::matchCodes(s, run, fitting); });
        }}}});
}

} // namespace plumage::ui
