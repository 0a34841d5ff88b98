// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/photogrid.h"

#include <QtGui/QMouseEvent>
#include <QtGui/QPaintEvent>
#include <QtGui/QPainter>
#include <QtWidgets/QAbstractItemDelegate>
#include <QtWidgets/QScrollBar>
#include <QtWidgets/QStyleOptionRubberBand>

#include <algorithm>

namespace plumage::ui {

PhotoGrid::PhotoGrid(QWidget* parent) : PhotoListView(parent)
{
    setViewMode(QListView::IconMode);
    setMovement(QListView::Static);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
}

int PhotoGrid::columns() const
{
    return std::max(1, viewport()->width() / std::max(1, gridSize().width()));
}

int PhotoGrid::verticalOffset() const
{
    return verticalScrollBar()->value();
}

QRect PhotoGrid::cell(int row) const
{
    const QSize grid = gridSize();
    const QRect rect(QPoint(row % columns() * grid.width(), row / columns() * grid.height() - verticalOffset()), grid);
    return isRightToLeft() ? rect.translated(viewport()->width() - rect.right() - rect.left() - 1, 0) : rect;
}

std::pair<int, int> PhotoGrid::visibleRows() const
{
    const int height = std::max(1, gridSize().height()), top = verticalOffset();
    const auto clamped = [this](int line) { return static_cast<int>(std::clamp<qint64>(qint64{line} * columns(), 0, rows())); };
    return {clamped(top / height), clamped((top + viewport()->height() - 1) / height + 1)};
}

QRect PhotoGrid::visualRect(const QModelIndex& index) const
{
    return index.isValid() ? cell(index.row()) : QRect();
}

QModelIndex PhotoGrid::indexAt(const QPoint& position) const
{
    const QSize grid = gridSize();
    const int x = isRightToLeft() ? viewport()->width() - 1 - position.x() : position.x(), y = position.y() + verticalOffset();
    const int column = x / std::max(1, grid.width()), line = y / std::max(1, grid.height());
    if (x < 0 || y < 0 || column >= columns() || qint64{line} * columns() + column >= rows())
        return {};
    return model()->index(line * columns() + column, modelColumn(), rootIndex());
}

void PhotoGrid::scrollTo(const QModelIndex& index, ScrollHint hint)
{
    if (!index.isValid())
        return;
    const QRect rect = visualRect(index);
    const int height = viewport()->height(), value = verticalOffset();
    if (hint == PositionAtTop)
        verticalScrollBar()->setValue(value + rect.top());
    else if (hint == PositionAtBottom)
        verticalScrollBar()->setValue(value + rect.bottom() + 1 - height);
    else if (hint == PositionAtCenter)
        verticalScrollBar()->setValue(value + rect.center().y() - height / 2);
    else if (rect.top() < 0)
        verticalScrollBar()->setValue(value + rect.top());
    else if (rect.bottom() >= height)
        verticalScrollBar()->setValue(value + std::min(rect.top(), rect.bottom() + 1 - height));
}

void PhotoGrid::doItemsLayout()
{
    QAbstractItemView::doItemsLayout();    // nothing to lay out
}

void PhotoGrid::updateGeometries()
{
    const int height = gridSize().height(), lines = (rows() + columns() - 1) / columns();
    verticalScrollBar()->setSingleStep(std::max(1, height));
    verticalScrollBar()->setPageStep(viewport()->height());
    verticalScrollBar()->setRange(0, std::max(0, lines * height - viewport()->height()));
    QAbstractItemView::updateGeometries();
}

void PhotoGrid::scrollContentsBy(int dx, int dy)
{
    scrollDirtyRegion(dx, dy);
    viewport()->scroll(dx, dy);
}

void PhotoGrid::resizeEvent(QResizeEvent* event)
{
    QAbstractItemView::resizeEvent(event);
    viewport()->update();    // other columns
}

void PhotoGrid::dataChanged(const QModelIndex&, const QModelIndex&, const QList<int>&)
{
    viewport()->update();    // Qt would ask for the place of every row in between
}

void PhotoGrid::rowsInserted(const QModelIndex& parent, int first, int last)
{
    QAbstractItemView::rowsInserted(parent, first, last);
    scheduleDelayedItemsLayout();
}

void PhotoGrid::rowsAboutToBeRemoved(const QModelIndex& parent, int first, int last)
{
    QAbstractItemView::rowsAboutToBeRemoved(parent, first, last);
    scheduleDelayedItemsLayout();
}

void PhotoGrid::paintEvent(QPaintEvent* event)
{
    QPainter painter(viewport());
    QStyleOptionViewItem option;
    initViewItemOption(&option);
    const QStyle::State plain = option.state & ~(QStyle::State_HasFocus | QStyle::State_Selected | QStyle::State_MouseOver);
    const auto [first, last] = visibleRows();
    for (int row = first; row < last; ++row) {
        option.rect = cell(row);
        if (!event->region().intersects(option.rect))
            continue;
        const QModelIndex index = model()->index(row, modelColumn(), rootIndex());
        option.state = plain;
        option.state.setFlag(QStyle::State_Selected, selectionModel()->isSelected(index));
        option.state.setFlag(QStyle::State_HasFocus, hasFocus() && index == currentIndex());
        itemDelegateForIndex(index)->paint(&painter, option, index);
    }
    if (m_band.isValid()) {
        QStyleOptionRubberBand band;
        band.initFrom(this);
        band.shape = QRubberBand::Rectangle;
        band.opaque = false;
        band.rect = m_band.translated(0, -verticalOffset()).intersected(viewport()->rect().adjusted(-16, -16, 16, 16));
        style()->drawControl(QStyle::CE_RubberBand, &band, &painter);
    }
}

void PhotoGrid::mousePressEvent(QMouseEvent* event)
{
    m_pressedAt = event->position().toPoint() + QPoint(0, verticalOffset());
    PhotoListView::mousePressEvent(event);
}

void PhotoGrid::mouseMoveEvent(QMouseEvent* event)
{
    QAbstractItemView::mouseMoveEvent(event);
    if (state() != DragSelectingState)
        return;
    m_band = QRect(m_pressedAt, event->position().toPoint() + QPoint(0, verticalOffset())).normalized();
    viewport()->update();
}

void PhotoGrid::mouseReleaseEvent(QMouseEvent* event)
{
    QAbstractItemView::mouseReleaseEvent(event);
    if (m_band.isValid())
        viewport()->update();
    m_band = {};
}

void PhotoGrid::startDrag(Qt::DropActions actions)
{
    QAbstractItemView::startDrag(actions);
}

QModelIndex PhotoGrid::moveCursor(CursorAction action, Qt::KeyboardModifiers)
{
    if (rows() == 0)
        return {};
    const int now = currentIndex().row(), page = std::max(1, viewport()->height() / std::max(1, gridSize().height())) * columns(), side = isRightToLeft() ? -1 : 1;
    if (now < 0)
        return model()->index(0, modelColumn(), rootIndex());
    int to = now;
    switch (action) {
    case MoveLeft: to -= side; break;
    case MoveRight: to += side; break;
    case MovePrevious: --to; break;
    case MoveNext: ++to; break;
    case MoveUp: to = now < columns() ? now : now - columns(); break;
    case MoveDown: to = now / columns() == (rows() - 1) / columns() ? now : std::min(now + columns(), rows() - 1); break;
    case MovePageUp: to = now < page ? now % columns() : now - page; break;
    case MovePageDown: to = now + page; break;
    case MoveHome: to = 0; break;
    case MoveEnd: to = rows() - 1; break;
    }
    return model()->index(std::clamp(to, 0, rows() - 1), modelColumn(), rootIndex());
}

// What a rectangle of the viewport touches: a range a line.
QItemSelection PhotoGrid::inside(const QRect& rect) const
{
    const QSize grid = gridSize();
    QRect area = rect.translated(0, verticalOffset());
    if (isRightToLeft())
        area.moveLeft(viewport()->width() - 1 - rect.right());
    QItemSelection selection;
    const int left = std::max(0, area.left() / grid.width()), right = std::min(columns() - 1, area.right() / grid.width());
    if (area.right() < 0 || area.bottom() < 0 || left > right)
        return selection;
    const auto select = [&](int from, int to) {
        if (to = std::min(to, rows() - 1); from <= to)
            selection.append(QItemSelectionRange(model()->index(from, modelColumn(), rootIndex()), model()->index(to, modelColumn(), rootIndex())));
    };
    const int top = std::max(0, area.top()) / grid.height(), bottom = std::min(area.bottom() / grid.height(), (rows() - 1) / columns());
    if (left == 0 && right == columns() - 1)
        select(top * columns(), bottom * columns() + right);
    else
        for (int line = top; line <= bottom; ++line)
            select(line * columns() + left, line * columns() + right);
    return selection;
}

// The rubber band picks what it touches; keys and Shift pick everything between two photos, in their order.
void PhotoGrid::setSelection(const QRect& rect, QItemSelectionModel::SelectionFlags command)
{
    QItemSelection selection;
    if (state() == DragSelectingState && rows() > 0) {
        selection = inside(rect.normalized());
    } else {
        QModelIndex from = indexAt(rect.topLeft()), to = indexAt(rect.bottomRight());
        if (rect.width() != 1 || rect.height() != 1) {
            from = from.isValid() ? from : currentIndex();
            to = to.isValid() ? to : currentIndex();
        }
        if (from.isValid() && to.isValid())
            selection.select(from.row() <= to.row() ? from : to, from.row() <= to.row() ? to : from);
    }
    selectionModel()->select(selection, command);
}

QRegion PhotoGrid::visualRegionForSelection(const QItemSelection& selection) const
{
    const auto [first, last] = visibleRows();
    QRegion region;
    for (const QItemSelectionRange& range : selection)
        for (int row = std::max(first, range.top()); row <= std::min(last - 1, range.bottom()); ++row)
            region += cell(row);
    return region;
}

} // namespace plumage::ui
