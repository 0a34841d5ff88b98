// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QStyledItemDelegate>

namespace plumage::ui {

class ThumbnailCache;

// A row of the clusters panel: swatch and number, generated prototype, the photo that fits best, name, count, how sure the network is.
class ClusterDelegate final : public QStyledItemDelegate
{
    Q_OBJECT
public:
    explicit ClusterDelegate(const ThumbnailCache& thumbnails, QObject* parent = nullptr);
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    const ThumbnailCache& m_thumbnails;
};

} // namespace plumage::ui
