// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/snapshotview.h"

#include <QtWidgets/QWidget>

class QLabel;
class QSplitter;
class QStackedWidget;
class QToolButton;

namespace plumage::project {
struct MetricsLog;
}

namespace plumage {
struct LossOptions;
}

namespace plumage::ui {

class ActionRegistry;
class DrawingsWall;
class GalleryPanel;
class LossPlot;
class MapView;
class Selection;
class ThumbnailCache;

enum class Page { Map, Gallery, Review, Training };

// The centre of the window while a project is open. The Training page is built on its first visit.
class ProjectView final : public QWidget
{
    Q_OBJECT
public:
    ProjectView(Selection& selection, ThumbnailCache& thumbnails, const ActionRegistry& actions, QWidget* parent = nullptr);
    void setReviewPage(QWidget* page);    // made by the window, shown here
    void setPage(Page page);
    Page page() const { return m_page; }
    void setSnapshot(SnapshotPointer snapshot, bool glide, bool past);
    void setMetrics(const LossOptions& losses, const project::MetricsLog& log);
    void setPreview(const QImage& picture, const std::vector<std::uint16_t>& codes);
    void setEmptyTexts(const QString& map, const QString& gallery);    // what stands where nothing is to be shown
    MapView& map() { return *m_map; }
    GalleryPanel& gallery() { return *m_gallery; }
    LossPlot* losses() { return m_losses; }    // null until the Training page was visited

private:
    QWidget* makeMapHead(const ActionRegistry& actions);
    void buildTrainingPage();
    QString stateWords() const;

    Selection& m_selection;
    Page m_page = Page::Map;
    QStackedWidget* m_stack;
    QSplitter* m_splitter;
    QWidget* m_mapHolder;
    MapView* m_map;
    GalleryPanel* m_gallery;
    QWidget *m_review = nullptr, *m_training = nullptr;
    LossPlot* m_losses = nullptr;
    DrawingsWall* m_wall = nullptr;
    QLabel *m_mapText, *m_stateText = nullptr;
    SnapshotPointer m_snapshot;
    const project::MetricsLog* m_log = nullptr;
    const LossOptions* m_lossOptions = nullptr;
};

} // namespace plumage::ui
