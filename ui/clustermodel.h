// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/review/changes.h"
#include "ui/snapshotview.h"

#include <QtCore/QAbstractListModel>

#include <map>
#include <optional>
#include <vector>

namespace plumage::ui {

// The clusters of a snapshot in display order. GUI thread only.
class ClusterModel final : public QAbstractListModel
{
    Q_OBJECT
public:
    enum Role { ClusterIdRole = Qt::UserRole };
    enum class Order { Number, Largest, LeastSure, NeedsWork, Name };

    using QAbstractListModel::QAbstractListModel;
    void setSnapshot(SnapshotPointer snapshot);
    void setOrder(Order order);
    void setChanges(std::map<ClusterId, review::Changes> changes);    // since each was looked at last
    QString changeText(ClusterId cluster) const;                      // "+37 −4"; empty: none

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    QMimeData* mimeData(const QModelIndexList& indexes) const override;
    // Photos go onto a cluster or, for a new one, beside the rows; clusters onto another one.
    bool canDropMimeData(const QMimeData* data, Qt::DropAction action, int row, int column, const QModelIndex& parent) const override;
    bool dropMimeData(const QMimeData* data, Qt::DropAction action, int row, int column, const QModelIndex& parent) override;
    QString dropText(const QMimeData& data, const QModelIndex& target) const;    // what dropping it there does; empty: nothing
    const ClusterView& cluster(int row) const;
    QModelIndex indexOf(ClusterId cluster) const;
    const SnapshotPointer& snapshot() const { return m_snapshot; }
    std::size_t inUse() const;    // clusters with at least one photo
    static QString stateWord(project::ClusterState state);

Q_SIGNALS:
    void photosDropped(const std::vector<plumage::PhotoId>& photos, std::optional<plumage::ClusterId> cluster);    // none: on no cluster
    void clustersDropped(const std::vector<plumage::ClusterId>& clusters, plumage::ClusterId into);

private:
    std::vector<std::size_t> sorted() const;
    QString explanation(const ClusterView& view) const;

    SnapshotPointer m_snapshot;
    std::map<ClusterId, review::Changes> m_changes;
    Order m_order = Order::Number;
    std::vector<std::size_t> m_rows;    // into m_snapshot->clusters
};

} // namespace plumage::ui
