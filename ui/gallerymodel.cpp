// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/gallerymodel.h"

#include "ui/clustermark.h"
#include "ui/drags.h"
#include "ui/selection.h"

#include <QtCore/QFileInfo>
#include <QtCore/QLocale>
#include <QtCore/QMimeData>

#include <algorithm>
#include <array>
#include <bit>
#include <limits>
#include <numeric>

namespace plumage::ui {

namespace {

// By the gap between best and second best, stable: three passes over parts of the number, some 15 ms for a million (comparing takes ten times that).
void sortByGap(std::vector<std::uint32_t>& rows, const project::PhotoTable& table, bool falling)
{
    constexpr std::uint32_t bits = 11, buckets = 1u << bits;
    struct Keyed { std::uint32_t key, row; };
    std::vector<Keyed> from, to(rows.size());
    from.reserve(rows.size());
    std::array<std::vector<std::uint32_t>, 3> places;
    places.fill(std::vector<std::uint32_t>(buckets, 0));
    for (const std::uint32_t row : rows) {
        const auto gap = std::bit_cast<std::uint32_t>(table.confidence()[row] - table.second()[row] + 0.f);
        const std::uint32_t rising = gap & 0x80000000u ? ~gap : gap | 0x80000000u;    // in the order of the numbers
        from.push_back({falling ? ~rising : rising, row});
        for (std::uint32_t pass = 0; pass < places.size(); ++pass)
            ++places[pass][from.back().key >> (bits * pass) & (buckets - 1)];
    }
    for (std::uint32_t pass = 0; pass < places.size(); ++pass) {
        std::exclusive_scan(places[pass].begin(), places[pass].end(), places[pass].begin(), 0u);
        for (const Keyed& keyed : from)
            to[places[pass][keyed.key >> (bits * pass) & (buckets - 1)]++] = keyed;
        from.swap(to);
    }
    std::ranges::transform(from, rows.begin(), &Keyed::row);
}

// Photos without a time last, in the order of the table.
void sortByTime(std::vector<std::uint32_t>& rows, const project::PhotoTable& table, const PhotoFacts& facts)
{
    std::vector<std::pair<std::int64_t, std::uint32_t>> timed;
    timed.reserve(rows.size());
    for (const std::uint32_t row : rows) {
        const auto taken = facts.taken.find(table.photo(row));
        timed.emplace_back(taken == facts.taken.end() ? std::numeric_limits<std::int64_t>::max() : taken->second, row);
    }
    std::ranges::sort(timed);
    std::ranges::transform(timed, rows.begin(), &std::pair<std::int64_t, std::uint32_t>::second);
}

} // namespace

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
    if ((m_order == Order::Surest || m_order == Order::Doubtful) && m_snapshot->hasClusters())
        sortByGap(rows, table, m_order == Order::Surest);
    else if (m_order == Order::Taken && m_facts)
        sortByTime(rows, table, *m_facts);
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
    case Filter::Changed: return std::ranges::binary_search(m_newcomers, m_snapshot->photos->photo(row));
    case Filter::Missing: return m_facts && m_facts->missing.contains(m_snapshot->photos->photo(row));
    default: return true;
    }
}

void GalleryModel::setFilter(Filter filter)
{
    m_filter = filter;
    rebuild();
}

void GalleryModel::setFacts(std::shared_ptr<const PhotoFacts> facts)
{
    m_facts = std::move(facts);
    if (m_order == Order::Taken || m_filter == Filter::Missing)
        rebuild();
}

void GalleryModel::setNewcomers(std::vector<PhotoId> photos)
{
    m_newcomers = std::move(photos);
    if (m_filter == Filter::Changed)
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
    m_positions.assign(allPhotos(), -1);
    for (std::size_t i = 0; i < m_rows.size(); ++i)
        m_positions[m_rows[i]] = static_cast<std::int32_t>(i);
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
    const auto row = m_snapshot ? m_snapshot->photos->row(photo) : std::nullopt;
    return row && *row < m_positions.size() && m_positions[*row] >= 0 ? index(m_positions[*row]) : QModelIndex();
}

QItemSelection GalleryModel::rangesOf(const std::vector<PhotoId>& photos) const
{
    std::vector<int> places;
    for (const PhotoId photo : photos)
        if (const QModelIndex found = indexOf(photo); found.isValid())
            places.push_back(found.row());
    if (!std::ranges::is_sorted(places))
        std::ranges::sort(places);
    QItemSelection ranges;
    for (std::size_t from = 0, to = 0; from < places.size(); from = to) {
        while (to < places.size() && places[to] == places[from] + static_cast<int>(to - from))
            ++to;
        ranges.append(QItemSelectionRange(index(places[from]), index(places[to - 1])));
    }
    return ranges;
}

std::vector<PhotoId> GalleryModel::photosOf(const QItemSelection& selection) const
{
    std::vector<bool> picked(allPhotos(), false);
    for (const QItemSelectionRange& range : selection)
        for (int row = range.top(); row <= range.bottom(); ++row)
            picked[m_rows[static_cast<std::size_t>(row)]] = true;
    std::vector<PhotoId> photos;
    for (std::size_t row = 0; row < picked.size(); ++row)
        if (picked[row])
            photos.push_back(m_snapshot->photos->photo(row));
    if (!std::ranges::is_sorted(photos))
        std::ranges::sort(photos);
    return photos;
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
