// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/librarystate.h"
#include "core/review/changes.h"
#include "core/review/duplicates.h"
#include "core/review/suggestions.h"
#include "ui/lookalikes.h"

#include <QtCore/QObject>

#include <map>
#include <vector>

namespace plumage::ui {

// What waits for an answer in each queue of the Review page, most useful first. Recounted after every snapshot and decision; what takes long comes later as
// changed(). GUI thread only.
class ReviewQueues final : public QObject
{
    Q_OBJECT
public:
    enum Queue { Duplicates, Validate, Grow, Doubt, Suggestions, Changed };
    static constexpr int count = 6;

    explicit ReviewQueues(QObject* parent = nullptr);
    LookAlikes& lookAlikes() { return m_lookAlikes; }
    void setSnapshot(SnapshotPointer snapshot, const project::LibraryState& state);
    void setChanges(std::map<ClusterId, review::Changes> changes);    // since each cluster was looked at last
    std::vector<PhotoId> newcomers(ClusterId cluster) const;          // that lie there now and nobody has checked
    void later(Queue queue, const std::string& key) { m_later[queue].push_back(key); }    // at the end of the queue, until the project is closed

    std::size_t waiting(Queue queue) const;
    const std::vector<review::Pair>& pairs() const { return m_pairs; }
    const std::vector<ClusterId>& clusters(Queue queue) const { return queue == Grow ? m_grow : queue == Changed ? m_changed : m_validate; }
    const std::vector<review::Cohort>& cohorts() const { return m_cohorts; }
    const std::vector<PhotoId>& doubts() const { return m_doubts; }    // 24 at a time
    static std::string cohortKey(const review::Cohort& cohort) { return std::to_string(cohort.from.value) + ">" + std::to_string(cohort.to.value); }

Q_SIGNALS:
    void changed();

private:
    void findPairs(const project::LibraryState& state);
    void findCohorts(const project::LibraryState& state);
    void findDoubts();
    void listChanged();
    void dropSettledDoubts();
    template<class Items, class Key> void putLaterLast(Queue queue, Items& items, Key key);

    SnapshotPointer m_snapshot;
    LookAlikes m_lookAlikes;
    std::vector<std::string> m_later[count];
    std::vector<review::Pair> m_pairs;
    std::vector<ClusterId> m_validate, m_grow, m_changed;
    std::map<ClusterId, review::Changes> m_changes;
    std::vector<review::Cohort> m_cohorts;
    std::vector<PhotoId> m_doubts;
    bool m_findingDoubts = false;
    quint64 m_generation = 0;
};

} // namespace plumage::ui
