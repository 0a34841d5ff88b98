// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/changewatch.h"

#include "ui/job.h"
#include "ui/selection.h"
#include "ui/workspace.h"

#include <algorithm>

namespace plumage::ui {
namespace {

constexpr int lookMs = 2000, soonMs = 400;

using LookedAt = std::unordered_map<ClusterId, std::vector<PhotoId>>;
using Found = std::map<ClusterId, review::Changes>;

} // namespace

ChangeWatch::ChangeWatch(Workspace& workspace, Selection& selection, QObject* parent) : QObject(parent), m_workspace(workspace), m_selection(selection)
{
    m_looking.setSingleShot(true);
    m_looking.setInterval(lookMs);
    m_soon.setSingleShot(true);
    m_soon.setInterval(soonMs);
    const auto soon = [this] {
        if (!m_soon.isActive())
            m_soon.start();
    };
    connect(&workspace, &Workspace::opened, this, &ChangeWatch::load);
    connect(&workspace, &Workspace::closed, this, &ChangeWatch::forget);
    connect(&workspace, &Workspace::snapshotShown, this, soon);
    connect(&workspace, &Workspace::decisionsShown, this, soon);
    connect(&selection, &Selection::scopeChanged, this, &ChangeWatch::scopeChanged);
    connect(&m_soon, &QTimer::timeout, this, &ChangeWatch::count);
    connect(&m_looking, &QTimer::timeout, this, [this] {
        if (m_open)
            lookedAt(*m_open);
    });
}

void ChangeWatch::forget()
{
    ++m_generation;
    m_looking.stop();
    m_soon.stop();
    m_lookedAt.clear();
    m_changes.clear();
    m_open.reset();
    m_loaded = false;
    Q_EMIT changed();
}

void ChangeWatch::load()
{
    forget();
    project::Library* library = m_workspace.curation().library();
    if (!library)
        return;
    startJob<std::shared_ptr<const LookedAt>>(this, [own = std::make_shared<project::Library>(library->another())] { return std::make_shared<const LookedAt>(own->lookedAt()); },
        [this, generation = m_generation](const JobResult<std::shared_ptr<const LookedAt>>& result) {
            if (generation != m_generation || !std::holds_alternative<std::shared_ptr<const LookedAt>>(result))    // without it there are no badges
                return;
            m_lookedAt = *std::get<0>(result);
            m_loaded = true;
            count();
        });
}

void ChangeWatch::count()
{
    const SnapshotPointer& snapshot = m_workspace.snapshot();
    if (!m_loaded || !snapshot)
        return;
    startJob<std::shared_ptr<const Found>>(this, [table = snapshot->photos, before = m_lookedAt] {
            std::vector<PhotoId> photos;
            for (std::size_t row = 0; row < table->rows(); ++row)
                photos.push_back(table->photo(row));
            return std::make_shared<const Found>(review::changesSince(before, photos, table->clusters()));
        },
        [this, generation = ++m_generation](const JobResult<std::shared_ptr<const Found>>& result) {
            if (generation != m_generation || !std::holds_alternative<std::shared_ptr<const Found>>(result))
                return;
            Found found = *std::get<0>(result);
            if (m_open) {    // what was news when it was opened stays until it is left
                found.erase(*m_open);
                if (const auto kept = m_changes.find(*m_open); kept != m_changes.end())
                    found.insert(*kept);
            }
            if (std::exchange(m_changes, std::move(found)) != m_changes)
                Q_EMIT changed();
        });
}

std::vector<PhotoId> ChangeWatch::membersOf(ClusterId cluster) const
{
    std::vector<PhotoId> members;
    const auto& table = *m_workspace.snapshot()->photos;
    for (std::size_t row = 0; row < table.rows(); ++row)
        if (table.clusters()[row] == static_cast<std::uint32_t>(cluster.value))
            members.push_back(table.photo(row));
    return members;
}

void ChangeWatch::lookedAt(ClusterId cluster)
{
    if (!m_loaded || !m_workspace.snapshot())
        return;
    std::vector<PhotoId> members = membersOf(cluster);
    m_lookedAt[cluster] = members;
    if (!m_workspace.curation().canWrite())
        return;
    startJob<bool>(this, [cluster, members = std::move(members), library = std::make_shared<project::Library>(m_workspace.curation().library()->another())] {
            library->setLookedAt(cluster, members);
            return true;
        }, [](const JobResult<bool>&) { });    // not stored: it is news again the next time
}

void ChangeWatch::scopeChanged()
{
    m_looking.stop();
    if (std::exchange(m_open, m_selection.cluster()))
        m_soon.start();
    if (m_open)
        m_looking.start();
}

std::vector<PhotoId> ChangeWatch::newcomers() const
{
    std::vector<PhotoId> photos;
    for (const auto& [cluster, change] : m_changes)
        photos.insert(photos.end(), change.came.begin(), change.came.end());
    std::ranges::sort(photos);
    return photos;
}

} // namespace plumage::ui
