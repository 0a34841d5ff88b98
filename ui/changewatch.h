// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/review/changes.h"

#include <QtCore/QObject>
#include <QtCore/QTimer>

#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

namespace plumage::ui {

class Selection;
class Workspace;

// What changed in each cluster since the person looked at it last: for two seconds or longer. While it is being looked at, its news stay as they were. Counting and
// storing are jobs. GUI thread only.
class ChangeWatch final : public QObject
{
    Q_OBJECT
public:
    ChangeWatch(Workspace& workspace, Selection& selection, QObject* parent = nullptr);
    const std::map<ClusterId, review::Changes>& changes() const { return m_changes; }
    std::vector<PhotoId> newcomers() const;          // of all clusters, ascending
    void lookedAt(ClusterId cluster);                // now, whatever is shown

Q_SIGNALS:
    void changed();

private:
    void load();
    void forget();
    void count();
    void scopeChanged();
    std::vector<PhotoId> membersOf(ClusterId cluster) const;

    Workspace& m_workspace;
    Selection& m_selection;
    QTimer m_looking, m_soon;
    std::unordered_map<ClusterId, std::vector<PhotoId>> m_lookedAt;
    std::map<ClusterId, review::Changes> m_changes;
    std::optional<ClusterId> m_open;                 // is being looked at and has news that stay until it is left
    quint64 m_generation = 0;
    bool m_loaded = false;
};

} // namespace plumage::ui
