// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QPersistentModelIndex>
#include <QtWidgets/QListView>

#include <optional>

namespace plumage::ui {

// A grid of photos in which Shift and a key that moves picks all photos from the one at hand on. Qt's own range begins where a key or the mouse picked last, not at a photo that was
// picked by the program (the next one after a decision), and would take decided photos along. GUI thread only.
class PhotoListView : public QListView
{
    Q_OBJECT
public:
    using QListView::QListView;

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;

private:
    static std::optional<CursorAction> movement(int key);

    QPersistentModelIndex m_from;    // where the range began; invalid: no range is being picked
};

} // namespace plumage::ui
