// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/changewatch.h"
#include "ui/decisionsender.h"
#include "ui/actionregistry.h"
#include "ui/projectview.h"
#include "ui/selection.h"
#include "ui/thumbnailcache.h"
#include "ui/trainingcontrol.h"
#include "ui/workspace.h"

#include <QtWidgets/QMainWindow>
#include <QtWidgets/QStackedWidget>

class QDockWidget;
class QStackedWidget;

namespace plumage::ui {

class ClusterPanel;
class DrawingsWall;
class LossPlot;
class MessageBar;
class PageBar;
class ReviewPage;
class StartPage;
class StartTrainingSheet;
class StatusStrip;
class TimeSlider;

// The window: owns pages and docks and connects them; computes nothing. What a command does to project and worker is in ProjectCommands.
class MainWindow final : public QMainWindow
{
    Q_OBJECT
public:
    struct Settings {
        QString worker;       // path of plumage-worker; empty = attach only
        QString socket;       // empty = the project's own
        QString documents;    // where "Open a folder" makes projects; empty = Documents/Plumage
        bool remember = true; // layout and recent projects
    };
    explicit MainWindow(Settings settings, QWidget* parent = nullptr);
    ~MainWindow() override;

    const Settings& settings() const { return m_settings; }
    ActionRegistry& actions() { return m_actions; }
    Workspace& workspace() { return m_workspace; }
    TrainingControl& training() { return m_training; }
    Selection& selection() { return m_selection; }
    ThumbnailCache& thumbnails() { return m_thumbnails; }
    MessageBar& messages() { return *m_messages; }
    ChangeWatch& changes() { return m_changes; }
    StatusStrip& status() { return *m_status; }
    ProjectView* projectView() { return m_view; }        // null until a project was open
    ClusterPanel* clusterPanel() { return m_clusters; }
    TimeSlider* timeSlider() { return m_time; }
    ReviewPage* review() { return m_review; }            // null until a project was open
    StartPage& startPage() { return *m_start; }
    StartTrainingSheet* sheet() { return m_sheet; }      // null until it was shown

    QWidget* centre() { return m_stack; }                // what sheets lie over
    void setPage(Page page);
    void showSheet();
    void hideSheet();

Q_SIGNALS:
    void trainingWanted(const plumage::ui::TrainingWish& wish);    // from the sheet
    void placeChangeWanted();                                      // the same

protected:
    void closeEvent(QCloseEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void connectActions();
    void connectWorkspace();
    void connectTraining();
    void buildProjectParts();
    QDockWidget* addDock(const QString& name, const QString& title, QWidget* content, Qt::DockWidgetArea area);
    void showProject(bool open);
    void showSnapshot(bool glide);
    void showTicks();
    void showMetrics();
    void showPreview(const protocol::PreviewEvent& preview);
    void updateActions();
    void resetLayout();
    void movePane(int by);
    void saveLayout();

    Settings m_settings;
    ActionRegistry m_actions;
    Selection m_selection;
    ThumbnailCache m_thumbnails;
    Workspace m_workspace;
    TrainingControl m_training;
    DecisionSender m_decisions{m_workspace, m_training};
    ChangeWatch m_changes{m_workspace, m_selection};
    QStackedWidget* m_stack;
    MessageBar* m_messages;
    StatusStrip* m_status;
    PageBar* m_pageBar;
    StartPage* m_start;
    ProjectView* m_view = nullptr;
    ClusterPanel* m_clusters = nullptr;
    LossPlot* m_losses = nullptr;
    DrawingsWall* m_wall = nullptr;
    TimeSlider* m_time = nullptr;
    ReviewPage* m_review = nullptr;
    StartTrainingSheet* m_sheet = nullptr;
    std::vector<QDockWidget*> m_docks;
    QString m_cudaDevice;
    QTimer m_metricsTimer;    // losses are drawn at most four times a second
};

} // namespace plumage::ui
