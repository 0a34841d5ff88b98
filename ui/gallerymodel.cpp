// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/gallerymodel.h"

#include "ui/clustermark.h"
#include "ui/drags.h"
#include "ui/selection.h"

#include <QtCore/QFileInfo>
#include <QtCore/QLocale>
#include <QtCore/QMimeData>

#include <algorithm>
#include <numeric>

namespace plumage::ui {

GalleryModel::GalleryModel(const Selection& selection, QObject* parent) : QAbstractListModel(parent), m_selection(selection) { }

void GalleryModel::setSnapshot(SnapshotPointer snapshot)
{
    const bool samePhotos = m_snapshot && snapshot && m_snapshot->photos->sharedList() == snapshot->photos->sharedList();
    const bool sameMoment = samePhotos && m_snapshot->run == snapshot->run && m_snapshot->step == snapshot->step;
    m_snapshot = std::move(snapshot);
    if (samePhotos && (m_manual || sameMoment || scopeRows() == m_rows)) {    // a decided photo keeps its place until the next sort
        if (!m_rows.empty())
            Q_EMIT dataChanged(index(0), index(static_cast<int>(m_rows.size()) - 1));
        return;
    }
    rebuild();
}

void GalleryModel::setOrder(Order order)
{
    m_order = order;
    rebuild();
}

std::vector<std::uint32_t> GalleryModel::scopeRows() const
{
    std::vector<std::uint32_t> rows;
    if (!m_snapshot || m_manual)
        return rows;
    const project::PhotoTable& table = *m_snapshot->photos;
    if (const auto cluster = m_selection.cluster()) {
        const auto id = static_cast<std::uint32_t>(cluster->value);
        for (std::size_t row = 0; row < table.rows(); ++row)
            if (table.clusters()[row] == id)
                rows.push_back(static_cast<std::uint32_t>(row));
    } else if (!m_selection.photos().empty()) {
        for (const PhotoId photo : m_selection.photos())
            if (const auto row = table.row(photo))
                rows.push_back(static_cast<std::uint32_t>(*row));
    } else {
        rows.resize(table.rows());
        std::iota(rows.begin(), rows.end(), 0u);
    }
    std::erase_if(rows, [this](std::uint32_t row) { return !passes(row); });
    const auto gap = [&](std::uint32_t row) { return table.confidence()[row] - table.second()[row]; };
    if (m_order == Order::Surest && m_snapshot->hasClusters())
        std::ranges::stable_sort(rows, std::greater<>(), gap);
    else if (m_order == Order::Doubtful && m_snapshot->hasClusters())
        std::ranges::stable_sort(rows, std::less<>(), gap);
    return rows;
}

bool GalleryModel::passes(std::uint32_t row) const
{
    const int flags = m_snapshot->photos->flags()[row];
    if (m_filter == Filter::PutAway || (flags & project::PhotoTable::Away))
        return m_filter == Filter::PutAway && (flags & project::PhotoTable::Away);
    switch (m_filter) {
    case Filter::Unchecked: return !(flags & project::PhotoTable::Checked);
    case Filter::Checked: return flags & project::PhotoTable::Checked;
    case Filter::Rejected: return flags & project::PhotoTable::Rejected;
    default: return true;
    }
}

void GalleryModel::setFilter(Filter filter)
{
    m_filter = filter;
    rebuild();
}

void GalleryModel::setRows(std::vector<std::uint32_t> rows)
{
    fill(std::move(rows));
}

void GalleryModel::rebuild()
{
    fill(scopeRows());
}

void GalleryModel::fill(std::vector<std::uint32_t> rows)
{
    beginResetModel();
    m_rows = std::move(rows);
    m_positions.clear();
    m_positions.reserve(m_rows.size());
    for (std::size_t i = 0; i < m_rows.size(); ++i)
        m_positions.emplace(m_snapshot->photos->photo(m_rows[i]), static_cast<int>(i));
    endResetModel();
}

int GalleryModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

PhotoId GalleryModel::photo(int row) const
{
    return m_snapshot->photos->photo(m_rows[static_cast<std::size_t>(row)]);
}

std::optional<ClusterId> GalleryModel::cluster(int row) const
{
    return m_snapshot->photos->cluster(m_rows[static_cast<std::size_t>(row)]);
}

double GalleryModel::doubt(int row) const
{
    return m_snapshot->photos->doubt(m_rows[static_cast<std::size_t>(row)]);
}

QString GalleryModel::nameOf(ClusterId cluster) const
{
    return m_snapshot ? m_snapshot->nameOf(cluster) : clusterNumber(cluster);
}

QModelIndex GalleryModel::indexOf(PhotoId photo) const
{
    const auto found = m_positions.find(photo);
    return found == m_positions.end() ? QModelIndex() : index(found->second);
}

Qt::ItemFlags GalleryModel::flags(const QModelIndex& index) const
{
    return QAbstractListModel::flags(index) | (index.isValid() ? Qt::ItemIsDragEnabled : Qt::NoItemFlags);
}

QMimeData* GalleryModel::mimeData(const QModelIndexList& indexes) const
{
    std::vector<PhotoId> photos;
    for (const QModelIndex& index : indexes)
        photos.push_back(photo(index.row()));
    return dragOf(photos).release();    // the drag takes it
}

QVariant GalleryModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const PhotoRow& photo = m_snapshot->photos->list().rows[m_rows[static_cast<std::size_t>(index.row())]];
    const QString path = QString::fromStdString(photo.path);
    const auto found = cluster(index.row());
    switch (role) {
    case PhotoIdRole: return QVariant::fromValue(photo.photo.value);
    case ClusterIdRole: return found ? QVariant::fromValue(found->value) : QVariant();
    case DoubtRole: return doubt(index.row());
    case FlagsRole: return m_snapshot->photos->flags()[m_rows[static_cast<std::size_t>(index.row())]];
    case Qt::DisplayRole: return QFileInfo(path).fileName();
    case Qt::ToolTipRole:
        return found ? tr("%1\n%2, confidence %3 %").arg(path, nameOf(*found))
                           .arg(QLocale().toString(100 * static_cast<double>(m_snapshot->photos->confidence()[m_rows[static_cast<std::size_t>(index.row())]]), 'f', 0))
                     : path;
    case Qt::AccessibleTextRole:
        return found ? tr("Photo %1, %2, %3").arg(QFileInfo(path).fileName(), nameOf(*found),
                           data(index, FlagsRole).toInt() & project::PhotoTable::Checked ? tr("checked") : doubt(index.row()) > 0.5 ? tr("high doubt") : tr("low doubt"))
                     : tr("Photo %1, not in a cluster yet").arg(QFileInfo(path).fileName());
    default: return {};
    }
}

} // namespace plumage::ui
