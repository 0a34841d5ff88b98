// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/snapshotview.h"

#include <QtCore/QAbstractListModel>

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

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    const ClusterView& cluster(int row) const;
    QModelIndex indexOf(ClusterId cluster) const;
    const SnapshotPointer& snapshot() const { return m_snapshot; }
    std::size_t inUse() const;    // clusters with at least one photo
    static QString stateWord(project::ClusterState state);

private:
    std::vector<std::size_t> sorted() const;
    QString explanation(const ClusterView& view) const;

    SnapshotPointer m_snapshot;
    Order m_order = Order::Number;
    std::vector<std::size_t> m_rows;    // into m_snapshot->clusters
};

} // namespace plumage::ui
