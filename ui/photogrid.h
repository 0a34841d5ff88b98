// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/photolistview.h"

namespace plumage::ui {

// A list view whose items stand in a grid of gridSize(), so that nothing is kept or laid out per item: a million rows cost what a hundred cost. (QListView's own
// icon mode makes an object of every row, at every reset and resize.) Columns by the width, rows from the top; right-to-left languages are mirrored.
class PhotoGrid final : public PhotoListView
{
    Q_OBJECT
public:
    explicit PhotoGrid(QWidget* parent = nullptr);
    int columns() const;
    // Rows of the model that are at least partly in the viewport: first and one past the last.
    std::pair<int, int> visibleRows() const;

    QRect visualRect(const QModelIndex& index) const override;
    void scrollTo(const QModelIndex& index, ScrollHint hint = EnsureVisible) override;
    QModelIndex indexAt(const QPoint& position) const override;
    void doItemsLayout() override;

protected:
    int horizontalOffset() const override { return 0; }
    int verticalOffset() const override;
    void updateGeometries() override;
    void scrollContentsBy(int dx, int dy) override;
    void resizeEvent(QResizeEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void startDrag(Qt::DropActions actions) override;
    void dataChanged(const QModelIndex& topLeft, const QModelIndex& bottomRight, const QList<int>& roles = {}) override;
    void rowsInserted(const QModelIndex& parent, int first, int last) override;
    void rowsAboutToBeRemoved(const QModelIndex& parent, int first, int last) override;
    QModelIndex moveCursor(CursorAction action, Qt::KeyboardModifiers modifiers) override;
    void setSelection(const QRect& rect, QItemSelectionModel::SelectionFlags command) override;
    QRegion visualRegionForSelection(const QItemSelection& selection) const override;

private:
    int rows() const { return model() ? model()->rowCount(rootIndex()) : 0; }
    QRect cell(int row) const;    // in the viewport
    QItemSelection inside(const QRect& rect) const;

    QPoint m_pressedAt;    // of the rubber band; from the top of all rows
    QRect m_band;
};

} // namespace plumage::ui
