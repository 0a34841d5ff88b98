// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/photolistview.h"

#include <QtGui/QKeyEvent>

#include <algorithm>

namespace plumage::ui {

std::optional<QAbstractItemView::CursorAction> PhotoListView::movement(int key)
{
    switch (key) {
    case Qt::Key_Left: return MoveLeft;
    case Qt::Key_Right: return MoveRight;
    case Qt::Key_Up: return MoveUp;
    case Qt::Key_Down: return MoveDown;
    case Qt::Key_Home: return MoveHome;
    case Qt::Key_End: return MoveEnd;
    case Qt::Key_PageUp: return MovePageUp;
    case Qt::Key_PageDown: return MovePageDown;
    default: return {};
    }
}

void PhotoListView::keyPressEvent(QKeyEvent* event)
{
    const auto move = movement(event->key());
    if (event->key() != Qt::Key_Shift && (event->modifiers() != Qt::ShiftModifier || !move))
        m_from = QModelIndex();
    if (event->modifiers() != Qt::ShiftModifier || !move || !currentIndex().isValid())
        return QListView::keyPressEvent(event);
    if (!m_from.isValid())
        m_from = currentIndex();
    const QModelIndex to = moveCursor(*move, Qt::NoModifier);
    if (to.isValid()) {
        selectionModel()->setCurrentIndex(to, QItemSelectionModel::NoUpdate);
        const auto [first, last] = std::minmax({m_from.row(), to.row()});
        selectionModel()->select(QItemSelection(model()->index(first, 0), model()->index(last, 0)), QItemSelectionModel::ClearAndSelect);
    }
    event->accept();
}

void PhotoListView::mousePressEvent(QMouseEvent* event)
{
    m_from = QModelIndex();
    QListView::mousePressEvent(event);
}

} // namespace plumage::ui
