// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QStyledItemDelegate>

namespace plumage::ui {

class Selection;
class ThumbnailCache;

// A tile: photo, cluster stripe with its shape, doubt bar, frame when picked. Draws what the cache has, never decodes.
class GalleryDelegate final : public QStyledItemDelegate
{
    Q_OBJECT
public:
    GalleryDelegate(const ThumbnailCache& thumbnails, const Selection& selection, QObject* parent = nullptr);
    void setTileSize(int pixels) { m_size = pixels; }
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    void paintOrigin(QPainter& painter, const QRect& box, int flags) const;
    void paintMissing(QPainter& painter, const QRect& box, const QStyleOptionViewItem& option, const QModelIndex& index, bool unreadable) const;

    const ThumbnailCache& m_thumbnails;
    const Selection& m_selection;
    int m_size = 140;
};

} // namespace plumage::ui
