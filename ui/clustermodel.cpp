// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/clustermodel.h"

#include "ui/clustermark.h"
#include "ui/generatedpicture.h"

#include <QtCore/QLocale>

#include <algorithm>
#include <numeric>

namespace plumage::ui {

void ClusterModel::setSnapshot(SnapshotPointer snapshot)
{
    const SnapshotPointer old = std::move(m_snapshot);
    m_snapshot = std::move(snapshot);
    std::vector<std::size_t> rows = sorted();
    const bool sameClusters = old && m_snapshot && std::ranges::equal(old->clusters, m_snapshot->clusters, {}, &ClusterView::cluster, &ClusterView::cluster);
    if (sameClusters && rows == m_rows) {    // the usual case while training: numbers and pictures change, places do not
        if (!rows.empty())
            Q_EMIT dataChanged(index(0), index(static_cast<int>(rows.size()) - 1));
        return;
    }
    beginResetModel();
    m_rows = std::move(rows);
    endResetModel();
}

void ClusterModel::setOrder(Order order)
{
    m_order = order;
    beginResetModel();
    m_rows = sorted();
    endResetModel();
}

std::vector<std::size_t> ClusterModel::sorted() const
{
    std::vector<std::size_t> rows(m_snapshot ? m_snapshot->clusters.size() : 0);
    std::iota(rows.begin(), rows.end(), std::size_t{0});
    const auto photos = [this](std::size_t i) { return m_snapshot->clusters[i].photos; };
    const auto sure = [this](std::size_t i) { return m_snapshot->clusters[i].meanConfidence; };
    if (m_order == Order::Largest)
        std::ranges::stable_sort(rows, std::greater<>(), photos);
    else if (m_order == Order::LeastSure)
        std::ranges::stable_sort(rows, std::less<>(), sure);
    std::ranges::stable_partition(rows, [&](std::size_t i) { return photos(i) > 0; });    // empty ones last
    return rows;
}

int ClusterModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

const ClusterView& ClusterModel::cluster(int row) const
{
    return m_snapshot->clusters[m_rows[static_cast<std::size_t>(row)]];
}

QModelIndex ClusterModel::indexOf(ClusterId cluster) const
{
    for (std::size_t row = 0; row < m_rows.size(); ++row)
        if (m_snapshot->clusters[m_rows[row]].cluster == cluster)
            return index(static_cast<int>(row));
    return {};
}

std::size_t ClusterModel::inUse() const
{
    return m_snapshot ? static_cast<std::size_t>(std::ranges::count_if(m_snapshot->clusters, [](const ClusterView& c) { return c.photos > 0; })) : 0;
}

QVariant ClusterModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const ClusterView& view = cluster(index.row());
    switch (role) {
    case ClusterIdRole: return QVariant::fromValue(view.cluster.value);
    case Qt::DisplayRole: return tr("%1, no name yet").arg(clusterNumber(view.cluster));
    case Qt::AccessibleTextRole: return tr("Cluster %1, no name yet, %Ln photo(s)", nullptr, static_cast<int>(view.photos)).arg(clusterNumber(view.cluster));
    case Qt::ToolTipRole:
        return tr("Drawn by code %1.").arg(view.code.value) + QLatin1Char('\n') + tr("◇ left: %1").arg(GeneratedPicture::explanation()) + QLatin1Char('\n')
            + tr("Right: the photo that fits it best.");
    default: return {};
    }
}

} // namespace plumage::ui
