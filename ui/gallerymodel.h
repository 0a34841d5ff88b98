// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/photofacts.h"
#include "ui/snapshotview.h"

#include <QtCore/QAbstractListModel>
#include <QtCore/QItemSelection>

#include <cstdint>
#include <optional>
#include <vector>

namespace plumage::ui {

class Selection;

// The photos of the selection's scope in display order, as index vector into the photo table; owns no photo data, never decodes. GUI thread only.
class GalleryModel final : public QAbstractListModel
{
    Q_OBJECT
public:
    enum Role { PhotoIdRole = Qt::UserRole, ClusterIdRole, DoubtRole, FlagsRole };    // DoubtRole: 0..1, best minus second best confidence, turned round
    enum class Order { Surest, Doubtful, Folder, Taken, LooksAlike, LikeSeed };    // from LooksAlike on: made in a job, see setRows()
    enum class Filter { All, Unchecked, Checked, Rejected, PutAway, Changed, Missing };

    explicit GalleryModel(const Selection& selection, QObject* parent = nullptr);
    void setSnapshot(SnapshotPointer snapshot);
    void setOrder(Order order);
    Order order() const { return m_order; }
    void setFilter(Filter filter);
    Filter filter() const { return m_filter; }
    bool wantsFacts() const { return !m_facts && (m_order == Order::Taken || m_filter == Filter::Missing); }
    void setFacts(std::shared_ptr<const PhotoFacts> facts);             // for Taken and Missing; null: not known
    void setNewcomers(std::vector<PhotoId> photos);                     // for Changed; ascending
    const std::vector<std::uint32_t>& rows() const { return m_rows; }
    void setRows(std::vector<std::uint32_t> rows);    // the same rows in another order
    void setManual() { m_manual = true; }             // rows come by setRows() only, whatever the selection's scope
    void rebuild();    // the scope has changed

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    QMimeData* mimeData(const QModelIndexList& indexes) const override;    // the photos, for the clusters panel
    PhotoId photo(int row) const;
    std::optional<ClusterId> cluster(int row) const;
    double doubt(int row) const;
    QString nameOf(ClusterId cluster) const;
    QModelIndex indexOf(PhotoId photo) const;
    QItemSelection rangesOf(const std::vector<PhotoId>& photos) const;    // as few ranges as their places allow
    std::vector<PhotoId> photosOf(const QItemSelection& selection) const; // ascending
    std::size_t allPhotos() const { return m_snapshot ? m_snapshot->photos->rows() : 0; }

private:
    std::vector<std::uint32_t> scopeRows() const;
    bool passes(std::uint32_t row) const;
    void fill(std::vector<std::uint32_t> rows);

    const Selection& m_selection;
    SnapshotPointer m_snapshot;
    Order m_order = Order::Surest;
    Filter m_filter = Filter::All;
    bool m_manual = false;
    std::shared_ptr<const PhotoFacts> m_facts;
    std::vector<PhotoId> m_newcomers;
    std::vector<std::uint32_t> m_rows;         // of the photo table
    std::vector<std::int32_t> m_positions;     // in m_rows, by row of the photo table; -1 = not shown
};

} // namespace plumage::ui
