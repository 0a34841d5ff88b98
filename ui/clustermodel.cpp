// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/clustermodel.h"

#include "ui/clustermark.h"
#include "ui/drags.h"
#include "ui/generatedpicture.h"

#include <QtCore/QCollator>
#include <QtCore/QLocale>
#include <QtCore/QMimeData>

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

void ClusterModel::setChanges(std::map<ClusterId, review::Changes> changes)
{
    m_changes = std::move(changes);
    if (m_order == Order::NeedsWork)
        return setOrder(m_order);
    if (!m_rows.empty())
        Q_EMIT dataChanged(index(0), index(static_cast<int>(m_rows.size()) - 1));
}

QString ClusterModel::changeText(ClusterId cluster) const
{
    const auto found = m_changes.find(cluster);
    if (found == m_changes.end())
        return {};
    const QLocale locale;
    QStringList parts;
    if (!found->second.came.empty())
        parts += QStringLiteral("+") + locale.toString(static_cast<qlonglong>(found->second.came.size()));
    if (found->second.left > 0)
        parts += QStringLiteral("−") + locale.toString(static_cast<qlonglong>(found->second.left));
    return parts.join(QLatin1Char(' '));
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
    if (m_order == Order::NeedsWork) {    // flagged, then changed, then what is large and unsure, approved ones last
        const auto rank = [this, photos, sure](std::size_t i) {
            const auto state = m_snapshot->clusters[i].state;
            const double work = (1 - sure(i)) * static_cast<double>(photos(i) - m_snapshot->clusters[i].checked);
            return std::pair(state == project::ClusterState::flagged ? 0 : m_changes.contains(m_snapshot->clusters[i].cluster) ? 1 : state == project::ClusterState::approved ? 3 : 2, -work);
        };
        std::ranges::stable_sort(rows, std::less<>(), rank);
    } else if (m_order == Order::Name) {
        QCollator collator;
        collator.setNumericMode(true);
        std::ranges::stable_sort(rows, [&](std::size_t a, std::size_t b) {
            const QString &left = m_snapshot->clusters[a].name, &right = m_snapshot->clusters[b].name;
            return left.isEmpty() != right.isEmpty() ? right.isEmpty() : collator.compare(left, right) < 0;
        });
    }
    const auto named = [this](std::size_t i) { return !m_snapshot->clusters[i].name.isEmpty(); };
    std::ranges::stable_partition(rows, [&](std::size_t i) { return photos(i) > 0 || named(i); });    // empty codes last
    return rows;
}

// What a row's pictures and numbers mean.
QString ClusterModel::explanation(const ClusterView& view) const
{
    QStringList lines;
    if (const QString change = changeText(view.cluster); !change.isEmpty())
        lines += tr("Since you looked last: %1 photos.").arg(change);
    if (view.checks.all >= review::Checks::enough)
        lines += tr("Trust %1: %2 of %3 photos drawn at random belonged, so with 95 % certainty at least %1 of 100 do.").arg(100 * review::trust(view.checks.right, view.checks.all), 0, 'f', 0).arg(view.checks.right).arg(view.checks.all);
    if (!view.group.isEmpty())
        lines += tr("In the group %1.").arg(view.group);
    if (view.key > 0)
        lines += tr("Key %1 moves photos here.").arg(view.key);
    if (view.codes.empty()) {
        lines += tr("Made by you; the network has no code for it yet.");
    } else {
        QStringList codes;
        for (const CodeIndex code : view.codes)
            codes += QString::number(code.value);
        lines += view.codes.size() == 1 ? tr("Drawn by code %1.").arg(codes.front()) : tr("Drawn by the codes %1.").arg(codes.join(QStringLiteral(", ")));
        lines += tr("◇ left: %1").arg(GeneratedPicture::explanation());
    }
    lines += tr("Right: the photo that fits it best.");
    return lines.join(QLatin1Char('\n'));
}

QString ClusterModel::stateWord(project::ClusterState state)
{
    switch (state) {
    case project::ClusterState::open: return tr("open");
    case project::ClusterState::approved: return tr("approved");
    case project::ClusterState::flagged: return tr("flagged");
    case project::ClusterState::dissolved: return tr("dissolved");
    }
    return {};
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

Qt::ItemFlags ClusterModel::flags(const QModelIndex& index) const
{
    return QAbstractListModel::flags(index) | Qt::ItemIsDropEnabled | (index.isValid() ? Qt::ItemIsDragEnabled : Qt::NoItemFlags);
}

QMimeData* ClusterModel::mimeData(const QModelIndexList& indexes) const
{
    std::vector<ClusterId> clusters;
    for (const QModelIndex& index : indexes)
        clusters.push_back(cluster(index.row()).cluster);
    return dragOf(clusters).release();    // the drag takes it
}

bool ClusterModel::canDropMimeData(const QMimeData* data, Qt::DropAction, int, int, const QModelIndex& parent) const
{
    if (!draggedPhotos(*data).empty())
        return true;
    const std::vector<ClusterId> clusters = draggedClusters(*data);
    return parent.isValid() && !clusters.empty() && std::ranges::find(clusters, cluster(parent.row()).cluster) == clusters.end();
}

bool ClusterModel::dropMimeData(const QMimeData* data, Qt::DropAction action, int row, int column, const QModelIndex& parent)
{
    if (!canDropMimeData(data, action, row, column, parent))
        return false;
    if (const std::vector<PhotoId> photos = draggedPhotos(*data); !photos.empty())
        Q_EMIT photosDropped(photos, parent.isValid() ? std::optional(cluster(parent.row()).cluster) : std::nullopt);
    else
        Q_EMIT clustersDropped(draggedClusters(*data), cluster(parent.row()).cluster);
    return true;
}

QString ClusterModel::dropText(const QMimeData& data, const QModelIndex& target) const
{
    if (!canDropMimeData(&data, Qt::CopyAction, -1, -1, target))
        return {};
    if (const auto photos = static_cast<int>(draggedPhotos(data).size()))
        return target.isValid() ? tr("Move %Ln photo(s) to %1", nullptr, photos).arg(target.data().toString()) : tr("Start a cluster from %Ln photo(s)", nullptr, photos);
    return tr("Merge %Ln cluster(s) into %1", nullptr, static_cast<int>(draggedClusters(data).size())).arg(target.data().toString());
}

QVariant ClusterModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const ClusterView& view = cluster(index.row());
    switch (role) {
    case ClusterIdRole: return QVariant::fromValue(view.cluster.value);
    case Qt::DisplayRole: return view.name.isEmpty() ? tr("%1, no name yet").arg(clusterNumber(view.cluster)) : view.name;
    case Qt::EditRole: return view.name;
    case Qt::AccessibleTextRole:
        return tr("Cluster %1, %Ln photo(s), %2", nullptr, static_cast<int>(view.photos)).arg(data(index).toString(), stateWord(view.state));
    case Qt::ToolTipRole: return explanation(view);
    default: return {};
    }
}

} // namespace plumage::ui
