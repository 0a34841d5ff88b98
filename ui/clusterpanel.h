// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/snapshotview.h"

#include <QtWidgets/QWidget>

class QLabel;
class QListView;
class QStackedLayout;

namespace plumage::ui {

class ClusterModel;
class Selection;
class ThumbnailCache;

// The list of clusters. A click chooses one, for the map and the gallery too.
class ClusterPanel final : public QWidget
{
    Q_OBJECT
public:
    ClusterPanel(Selection& selection, ThumbnailCache& thumbnails, QWidget* parent = nullptr);
    void setSnapshot(SnapshotPointer snapshot);
    void setEmptyText(const QString& text);          // what stands there while there are no clusters
    ClusterModel& model() { return *m_model; }
    QListView& view() { return *m_view; }
    void step(int by);    // Ctrl+Down, Ctrl+Up: the next, the previous cluster
    std::vector<ClusterId> picked() const;    // the selected rows; several for merging and grouping

protected:
    bool eventFilter(QObject* object, QEvent* event) override;    // a drag says what it would do

private:
    void showChosen();
    void takeChosen();

    Selection& m_selection;
    ThumbnailCache& m_thumbnails;
    ClusterModel* m_model;
    QListView* m_view;
    QLabel *m_count, *m_empty;
    QStackedLayout* m_stack;
    bool m_following = false;
};

} // namespace plumage::ui
