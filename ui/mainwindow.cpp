// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/mainwindow.h"

#include "core/text/errortext.h"
#include "ui/clustermodel.h"
#include "ui/clusterpanel.h"
#include "ui/device.h"
#include "ui/drawingswall.h"
#include "ui/gallerypanel.h"
#include "ui/historypanel.h"
#include "ui/job.h"
#include "ui/lookalikes.h"
#include "ui/lossplot.h"
#include "ui/mapview.h"
#include "ui/messagebar.h"
#include "ui/pagebar.h"
#include "ui/reviewpage.h"
#include "ui/paths.h"
#include "ui/startpage.h"
#include "ui/starttrainingsheet.h"
#include "ui/statusstrip.h"
#include "ui/theme.h"
#include "ui/timeslider.h"
#include "ui/windowactions.h"

#include <QtCore/QLocale>
#include <QtCore/QSettings>
#include <QtGui/QAction>
#include <QtGui/QCloseEvent>
#include <QtWidgets/QApplication>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QDockWidget>
#include <QtWidgets/QListView>
#include <QtWidgets/QMenuBar>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QStatusBar>
#include <QtWidgets/QToolBar>

#include "ui/plot.h"

namespace plumage::ui {

MainWindow::MainWindow(Settings settings, QWidget* parent)
    : QMainWindow(parent), m_settings(std::move(settings)), m_actions(this), m_training(m_settings.worker), m_stack(new QStackedWidget),
      m_messages(new MessageBar), m_status(new StatusStrip), m_start(new StartPage), m_cudaDevice(foundCudaDevice())
{
    setWindowTitle(QStringLiteral("Plumage"));    // not shown: the program's name stays as it is
    setMinimumSize(1024, 640);
    resize(1440, 900);
    WindowActions::add(m_actions);
    m_actions.fill(*menuBar());
    m_pageBar = new PageBar(m_actions);
    auto* bar = new QToolBar(tr("Pages"));
    bar->setObjectName(QStringLiteral("pages"));
    bar->setMovable(false);
    bar->addWidget(m_pageBar);
    addToolBar(bar);
    setContextMenuPolicy(Qt::NoContextMenu);

    auto* centre = new QWidget;
    auto* column = new QVBoxLayout(centre);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_messages);
    column->addWidget(m_stack, 1);
    m_stack->addWidget(m_start);
    setCentralWidget(centre);
    statusBar()->addWidget(m_status, 1);
    statusBar()->setSizeGripEnabled(false);
    setCorner(Qt::BottomLeftCorner, Qt::BottomDockWidgetArea);
    setCorner(Qt::BottomRightCorner, Qt::BottomDockWidgetArea);

    m_training.setSocket(m_settings.socket);
    m_training.setCudaExpected(!m_cudaDevice.isEmpty());
    m_metricsTimer.setSingleShot(true);
    m_metricsTimer.setInterval(250);
    connect(&m_metricsTimer, &QTimer::timeout, this, &MainWindow::showMetrics);
    connectActions();
    connectWorkspace();
    connectTraining();
    if (m_settings.remember)
        restoreGeometry(QSettings().value(QStringLiteral("window/geometry")).toByteArray());
    showProject(false);
}

MainWindow::~MainWindow()
{
    m_workspace.disconnect(this);
    m_training.disconnect(this);
}

void MainWindow::connectActions()
{
    const auto on = [this](const char* id, auto&& run) { connect(m_actions.action(QLatin1String(id)), &QAction::triggered, this, run); };
    on("project.quit", [this] { close(); });
    on("project.saved", [this] { m_messages->post({QStringLiteral("saved"), Severity::Info, tr("Everything is already saved."), {}, 3000}); });
    on("page.map", [this] { setPage(Page::Map); });
    on("page.gallery", [this] { setPage(Page::Gallery); });
    on("page.review", [this] { setPage(Page::Review); });
    on("page.training", [this] { setPage(Page::Training); });
    on("training.start", [this] { showSheet(); });
    on("edit.show-all", [this] { m_selection.showAll(); });
    on("edit.pick-all", [this] { (m_review->isVisible() ? m_review->sheet() : m_view->gallery().view()).selectAll(); });
    on("edit.history", [this] {
        m_docks[4]->show();
        m_docks[4]->raise();
    });
    on("edit.pick-none", [this] { m_selection.pick({}); });
    on("cluster.next", [this] { m_clusters->step(1); });
    on("cluster.previous", [this] { m_clusters->step(-1); });
    on("time.next", [this] { m_time->stepBy(1); });
    on("time.previous", [this] { m_time->stepBy(-1); });
    on("time.live", [this] { m_workspace.goLive(); });
    on("view.next-pane", [this] { movePane(1); });
    on("view.previous-pane", [this] { movePane(-1); });
    on("view.reset", [this] { resetLayout(); });
    on("view.full-screen", [this](bool full) { full ? showFullScreen() : showNormal(); });
    on("view.dark", [](bool dark) { applyTheme(dark ? Theme::dark : Theme::light); });
    on("help.about", [this] {
        m_messages->post({QStringLiteral("about"), Severity::Info, tr("Plumage %1: sorts photos of one kind of thing into kinds. Free software under the GNU GPL, version 3 or later.")
            .arg(QStringLiteral(PLUMAGE_VERSION)), {}});
    });
}

void MainWindow::connectWorkspace()
{
    connect(&m_workspace, &Workspace::opened, this, [this] { showProject(true); });
    connect(&m_workspace, &Workspace::closed, this, [this] { showProject(false); });
    connect(&m_workspace, &Workspace::photosChanged, this, &MainWindow::updateActions);
    connect(&m_workspace, &Workspace::snapshotShown, this, &MainWindow::showSnapshot);
    connect(&m_workspace, &Workspace::decisionsShown, this, [this] { showSnapshot(false); });
    connect(&m_workspace.curation(), &Curation::message, m_messages, &MessageBar::post);
    connect(&m_workspace, &Workspace::ticksChanged, this, &MainWindow::showTicks);
    connect(&m_workspace, &Workspace::metricsChanged, this, [this] { if (!m_metricsTimer.isActive()) m_metricsTimer.start(); });
    connect(&m_workspace, &Workspace::runChanged, this, &MainWindow::showMetrics);    // snapshotShown follows and does the rest
    connect(&m_workspace, &Workspace::scanProgressed, this, [this](qint64 done, qint64 found) {
        m_status->setJob(tr("Looking for photos: %1 of %2").arg(QLocale().toString(done), QLocale().toString(found)), done, found, true);
        if (found == 0)
            updateActions();    // it has just begun
    });
    connect(&m_workspace, &Workspace::scanFinished, this, [this] {
        m_status->setJob({}, 0, 0, false);
        updateActions();
    });
    connect(m_status, &StatusStrip::stopJobWanted, this, [this] {
        m_workspace.stopScan();
        m_status->setJob({}, 0, 0, false);
    });
}

void MainWindow::connectTraining()
{
    connect(&m_training, &TrainingControl::changed, this, &MainWindow::updateActions);
    connect(&m_training, &TrainingControl::statusChanged, m_status, &StatusStrip::setState);
    connect(&m_training, &TrainingControl::deviceChanged, m_status, &StatusStrip::setDevice);
    connect(&m_training, &TrainingControl::numbersChanged, m_status, &StatusStrip::setNumbers);
    connect(&m_training, &TrainingControl::jobChanged, this, [this](const QString& text, qint64 done, qint64 total) {
        m_status->setJob(text, done, total, false);
        if (m_view && !text.isEmpty())
            m_view->setEmptyTexts(text + QStringLiteral("…"), text + QStringLiteral("…"));
        else
            updateActions();
    });
    connect(&m_training, &TrainingControl::message, m_messages, &MessageBar::post);
    connect(&m_training, &TrainingControl::messageOver, m_messages, &MessageBar::withdraw);
    connect(&m_training, &TrainingControl::runFound, &m_workspace, &Workspace::followRun);
    connect(&m_training, &TrainingControl::snapshotWritten, this, [this](const protocol::SnapshotEvent& s) { m_workspace.takeSnapshot(RunId{s.run}, s.step, s.folder); });
    connect(&m_training, &TrainingControl::checkpointWritten, this, [this](const protocol::CheckpointEvent& c) { m_workspace.takeCheckpoint(RunId{c.run}, c.step); });
    connect(&m_training, &TrainingControl::previewArrived, this, &MainWindow::showPreview);
    connect(&m_training, &TrainingControl::metricsArrived, this, [this](const protocol::MetricsEvent& m) {
        std::map<std::string, double> terms;
        for (auto term = m.terms.cbegin(); term != m.terms.cend(); ++term)
            terms[term.key().toStdString()] = term.value();
        m_workspace.takeMetrics(RunId{m.run}, m.step, m.seconds, m.imagesPerSecond, terms);
    });
}

QDockWidget* MainWindow::addDock(const QString& name, const QString& title, QWidget* content, Qt::DockWidgetArea area)
{
    auto* dock = new QDockWidget(title);
    dock->setObjectName(name);
    dock->setWidget(content);
    dock->setFeatures(QDockWidget::DockWidgetMovable | QDockWidget::DockWidgetFloatable | QDockWidget::DockWidgetClosable);
    addDockWidget(area, dock);
    m_docks.push_back(dock);
    return dock;
}

// Pages and docks of an open project: made when the first one opens, so that the start page is there at once.
void MainWindow::buildProjectParts()
{
    if (m_view)
        return;
    m_view = new ProjectView(m_selection, m_thumbnails, m_actions);
    m_stack->addWidget(m_view);
    m_review = new ReviewPage(m_workspace, m_selection, m_thumbnails, m_actions);
    m_view->setReviewPage(m_review);
    m_clusters = new ClusterPanel(m_selection, m_thumbnails);
    m_losses = new LossPlot;
    m_wall = new DrawingsWall(m_selection);
    m_time = new TimeSlider;
    addDock(QStringLiteral("clusters"), tr("Clusters"), m_clusters, Qt::LeftDockWidgetArea);
    addDock(QStringLiteral("drawings"), tr("Drawn by the network"), m_wall, Qt::RightDockWidgetArea);
    addDock(QStringLiteral("losses"), tr("Losses"), m_losses, Qt::RightDockWidgetArea);
    addDock(QStringLiteral("time"), tr("Time"), m_time, Qt::BottomDockWidgetArea);
    addDock(QStringLiteral("history"), tr("History"), new HistoryPanel(m_workspace.curation()), Qt::RightDockWidgetArea);
    feedFacts(m_workspace, m_view->gallery());
    connect(&m_changes, &ChangeWatch::changed, this, [this] {
        m_clusters->model().setChanges(m_changes.changes());
        m_view->gallery().setNewcomers(m_changes.newcomers());
        m_review->queues().setChanges(m_changes.changes());
    });
    connect(&m_view->gallery().lookAlikes(), &LookAlikes::failed, this, [this](const Error& error) {
        if (error.code() != ErrorCode::cancelled)
            m_messages->post({QStringLiteral("alike"), Severity::Warning, text::errorText(error), {}, 8000});
    });
    for (QWidget* grid : {static_cast<QWidget*>(&m_view->gallery().view()), m_view->gallery().loupe(), static_cast<QWidget*>(&m_clusters->view()), static_cast<QWidget*>(&m_view->map().plot())})
        m_actions.attachOneKey(*grid);
    connect(m_time, &TimeSlider::snapshotWanted, &m_workspace, &Workspace::showSnapshot);
    connect(m_time, &TimeSlider::liveWanted, &m_workspace, &Workspace::goLive);
    resetLayout();
    if (m_settings.remember)
        restoreState(QSettings().value(QStringLiteral("window/docks")).toByteArray());
    setPage(Page::Map);
}

void MainWindow::resetLayout()
{
    if (!m_view)
        return;
    const Qt::DockWidgetArea areas[] = {Qt::LeftDockWidgetArea, Qt::RightDockWidgetArea, Qt::RightDockWidgetArea, Qt::BottomDockWidgetArea, Qt::RightDockWidgetArea};
    for (std::size_t i = 0; i < m_docks.size(); ++i) {
        m_docks[i]->setFloating(false);
        addDockWidget(areas[i], m_docks[i]);
        m_docks[i]->show();
    }
    tabifyDockWidget(m_docks[2], m_docks[4]);    // losses and history share a place
    m_docks[2]->raise();
    resizeDocks({m_docks[0], m_docks[1]}, {300, 310}, Qt::Horizontal);
    resizeDocks({m_docks[1], m_docks[2]}, {330, 360}, Qt::Vertical);
    resizeDocks({m_docks[3]}, {92}, Qt::Vertical);
    setPage(m_view->page());
}

void MainWindow::showProject(bool open)
{
    hideSheet();
    m_messages->clear();
    m_selection.clear();
    if (open) {
        buildProjectParts();
        setWindowTitle(tr("%1 — Plumage").arg(m_workspace.name()));
        showTicks();
        showMetrics();
        showSnapshot(false);
    } else {
        m_thumbnails.setPhotos(nullptr, {});
        setWindowTitle(QStringLiteral("Plumage"));    // not shown: the program's name stays as it is
        m_start->refresh();
        m_status->setJob({}, 0, 0, false);
    }
    m_stack->setCurrentWidget(open ? static_cast<QWidget*>(m_view) : m_start);
    for (QDockWidget* dock : m_docks)
        dock->setVisible(open);
    open ? setPage(m_view->page()) : updateActions();
}

void MainWindow::setPage(Page page)
{
    if (!m_view)
        return;
    if (page != Page::Review && m_review->isVisible())
        m_review->leave();
    m_view->setPage(page);
    for (const std::size_t dock : {1u, 2u})
        m_docks[dock]->setVisible(page != Page::Training && page != Page::Review);
    m_docks[3]->setVisible(page != Page::Review);    // its room is for the photos in question
    updateActions();
}

void MainWindow::showSnapshot(bool glide)
{
    const SnapshotPointer& snapshot = m_workspace.snapshot();
    const QString store = fromPath(m_workspace.project().cache() / "thumbnails.sqlite");
    m_thumbnails.setPhotos(snapshot ? snapshot->photos : nullptr, store);
    for (LookAlikes* lookAlikes : {&m_view->gallery().lookAlikes(), &m_review->queues().lookAlikes()})
        lookAlikes->setSnapshot(snapshot, m_workspace.embedding(), store);
    m_review->setSnapshot(snapshot);
    m_view->setSnapshot(snapshot, glide, !m_workspace.isLive());
    m_clusters->setSnapshot(snapshot);
    m_wall->setSnapshot(snapshot);
    showTicks();
    updateActions();
}

void MainWindow::showTicks()
{
    if (!m_time)
        return;
    m_time->setTicks(m_workspace.ticks(), m_workspace.checkpoints());
    m_time->setCurrent(m_workspace.current(), m_workspace.isLive());
    const int current = m_workspace.current();
    if (!m_workspace.isLive() && current >= 0)
        m_messages->post({QStringLiteral("past"), Severity::Warning,
            tr("You see step %1. Decisions still apply to the present.").arg(QLocale().toString(static_cast<qlonglong>(m_workspace.ticks()[static_cast<std::size_t>(current)].step))),
            {{tr("Back to live"), [this] { m_workspace.goLive(); }}}});
    else
        m_messages->withdraw(QStringLiteral("past"));
}

void MainWindow::showMetrics()
{
    if (!m_view)
        return;
    m_losses->setWeights(m_workspace.options().losses);
    m_losses->setLog(m_workspace.metrics());
    m_view->setMetrics(m_workspace.options().losses, m_workspace.metrics());
}

void MainWindow::showPreview(const protocol::PreviewEvent& preview)
{
    std::vector<std::uint16_t> codes;
    for (const qint64 code : preview.codes)
        codes.push_back(static_cast<std::uint16_t>(code));
    startJob<QImage>(this, [png = preview.png] { return QImage::fromData(png, "PNG").convertToFormat(QImage::Format_RGB32); },
        [this, codes](const JobResult<QImage>& result) {
            const QImage* picture = std::get_if<QImage>(&result);
            if (!picture || picture->isNull() || !m_workspace.isLive() || !m_view)
                return;
            m_wall->setPreview(*picture, codes);
            m_view->setPreview(*picture, codes);
        });
}

void MainWindow::updateActions()
{
    const bool open = m_workspace.isOpen(), clusters = open && m_workspace.snapshot() && m_workspace.snapshot()->hasClusters();
    const auto enable = [this](std::initializer_list<const char*> ids, bool on) {
        for (const char* id : ids)
            m_actions.action(QLatin1String(id))->setEnabled(on);
    };
    enable({"project.import", "project.export", "page.map", "page.gallery", "page.review", "page.training", "edit.pick-all", "edit.pick-none", "edit.copy-paths", "edit.show-all", "edit.history", "project.close",
               "project.saved", "view.next-pane", "view.previous-pane", "view.reset"}, open);
    enable({"project.rescan"}, open && m_workspace.photoCount() > 0 && !m_workspace.isScanning());
    enable({"map.fit", "map.drawings", "map.pan", "map.rectangle", "map.lasso", "cluster.next", "cluster.previous", "time.next", "time.previous", "time.live"}, clusters);
    const bool trains = m_training.isTraining(), canStart = open && m_training.canStart() && m_workspace.photoCount() > 0;
    enable({"training.start"}, canStart);
    enable({"training.continue"}, canStart && m_workspace.run() && !m_workspace.checkpoints().empty());
    enable({"training.pause", "training.stop"}, trains && m_training.isConnected());
    QAction* pause = m_actions.action(QStringLiteral("training.pause"));
    pause->setText(m_training.isPaused() ? tr("Resume") : tr("&Pause"));
    m_actions.action(QStringLiteral("training.start"))->setVisible(!trains);
    for (const char* id : {"training.pause", "training.stop"})
        m_actions.action(QLatin1String(id))->setVisible(trains || !open);
    m_actions.action(QStringLiteral("view.dark"))->setChecked(isDark(palette()));
    if (m_view) {
        m_actions.action(QStringLiteral("page.map"))->setChecked(open && m_view->page() == Page::Map);
        m_actions.action(QStringLiteral("page.gallery"))->setChecked(open && m_view->page() == Page::Gallery);
        m_actions.action(QStringLiteral("page.review"))->setChecked(open && m_view->page() == Page::Review);
        m_actions.action(QStringLiteral("page.training"))->setChecked(open && m_view->page() == Page::Training);
        const QString noPhotos = m_workspace.isScanning() ? tr("Looking for photos…") : tr("Open a folder of photos to begin.");
        m_view->setEmptyTexts(m_training.isTraining() ? tr("The network is learning. The first map comes in less than a minute.")
            : m_workspace.photoCount() == 0 || m_workspace.isScanning() ? noPhotos : tr("No clusters yet: start training."), noPhotos);
        m_clusters->setEmptyText(m_training.isTraining() ? tr("Clusters come with the first map.") : tr("No clusters yet: start training."));
    }
    m_pageBar->setProject(open ? m_workspace.name() : QStringLiteral("Plumage"),    // not shown: the program's name stays as it is
        open ? tr("%Ln photo(s)", nullptr, static_cast<int>(m_workspace.photoCount())) : QString());
    m_pageBar->parentWidget()->setVisible(open);
}

void MainWindow::showSheet()
{
    if (!m_sheet) {
        m_sheet = new StartTrainingSheet(m_stack);
        connect(m_sheet, &StartTrainingSheet::closed, this, &MainWindow::hideSheet);
        connect(m_sheet, &StartTrainingSheet::placeChangeWanted, this, &MainWindow::placeChangeWanted);
        connect(m_sheet, &StartTrainingSheet::startWanted, this, [this](const TrainingWish& wish) {
            hideSheet();
            Q_EMIT trainingWanted(wish);
        });
    }
    m_messages->hold(true);
    m_sheet->show();
    m_sheet->raise();
    m_sheet->ask(factsOf(m_workspace, m_cudaDevice));
}

void MainWindow::hideSheet()
{
    if (m_sheet)
        m_sheet->hide();
    m_messages->hold(false);
}

void MainWindow::movePane(int by)
{
    const QList<QWidget*> panes{&m_clusters->view(), &m_view->map().plot(), &m_view->gallery().view(), &m_review->sheet(), m_wall, &m_losses->plot(), m_time};
    qsizetype now = -1;
    for (qsizetype i = 0; i < panes.size(); ++i)
        if (panes[i] == focusWidget() || panes[i]->isAncestorOf(focusWidget()))
            now = i;
    for (qsizetype tried = 0; tried < panes.size(); ++tried) {
        now = (now + by + panes.size()) % panes.size();
        if (panes[now]->isVisible())
            return (panes[now] == m_time ? m_time->nextInFocusChain() : panes[now])->setFocus(Qt::ShortcutFocusReason);
    }
}

void MainWindow::saveLayout()
{
    if (!m_settings.remember)
        return;
    QSettings settings;
    settings.setValue(QStringLiteral("window/geometry"), saveGeometry());
    if (m_view && m_workspace.isOpen() && m_view->page() == Page::Map)
        settings.setValue(QStringLiteral("window/docks"), saveState());
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    saveLayout();
    m_training.close();    // the worker goes on
    event->accept();
}

void MainWindow::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange)
        m_actions.action(QStringLiteral("view.dark"))->setChecked(isDark(palette()));
    QMainWindow::changeEvent(event);
}

} // namespace plumage::ui
