// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/tour.h"

#include "core/text/errortext.h"
#include "ui/clusterpanel.h"
#include "ui/curationcommands.h"
#include "ui/exchangecommands.h"
#include "ui/gallerymodel.h"
#include "ui/gallerypanel.h"
#include "ui/job.h"
#include "ui/madeupproject.h"
#include "ui/mainwindow.h"
#include "ui/mapview.h"
#include "ui/messagebar.h"
#include "ui/optionsform.h"
#include "ui/paths.h"
#include "ui/projectcommands.h"
#include "ui/reviewpage.h"
#include "ui/starttrainingsheet.h"
#include "ui/statusstrip.h"
#include "ui/theme.h"
#include "ui/timeslider.h"

#include <QtCore/QDir>
#include <QtCore/QTemporaryDir>
#include <QtCore/QTimer>
#include <QtGui/QAction>
#include <QtGui/QMouseEvent>
#include <QtWidgets/QApplication>
#include <QtWidgets/QListView>

#include "ui/plot.h"

#include <cstdio>
#include <functional>

namespace plumage::ui {
namespace {

constexpr int themeMs = 150;    // until every widget has followed the palette

struct Stop {
    QString name;                   // of the picture
    std::function<void()> show;     // brings the state about
    int settleMs = 600;             // for glides, thumbnails and queued replots
};

class Tour final : public QObject
{
public:
    Tour(const QString& folder, const QString& project)
        : m_folder(folder), m_project(project), m_window({.worker = {}, .socket = m_scratch.filePath(QStringLiteral("none.sock")), .documents = m_scratch.path(), .remember = false}),
          m_commands(m_window)
    {
        QDir().mkpath(folder);
        addStops();
        m_window.show();
        connect(&m_window.workspace(), &Workspace::opened, this, [this] {
            if (std::exchange(m_waitsForProject, false))
                QTimer::singleShot(1500, this, [this] { next(); });
        });
        QTimer::singleShot(0, this, [this] { next(); });
    }

private:
    void addStops();
    void addDecisions();
    void addStates();
    void next();
    bool shoot(const QString& name);
    void openProject();
    void message(Severity severity, const QString& text, const QStringList& actions);

    QTemporaryDir m_scratch;
    QString m_folder, m_project;
    MainWindow m_window;
    ProjectCommands m_commands;
    std::vector<Stop> m_stops;
    std::size_t m_at = 0;
    bool m_waitsForProject = false;
};

void Tour::message(Severity severity, const QString& text, const QStringList& actions)
{
    Message message{QStringLiteral("tour"), severity, text, {}};
    for (const QString& action : actions)
        message.actions.push_back({action, [] { }});
    m_window.messages().clear();
    m_window.messages().post(message);
}

void Tour::openProject()
{
    m_waitsForProject = true;
    if (!m_project.isEmpty())
        return m_commands.openProject(m_project);
    startJob<QString>(this, [scratch = toPath(m_scratch.path())] { return fromPath(makeUpProject(scratch).project); },
        [this](const JobResult<QString>& result) {
            if (const Error* error = std::get_if<Error>(&result)) {
                std::fprintf(stderr, "%s\n", error->what());
                return QApplication::exit(1);
            }
            m_project = std::get<QString>(result);
            m_commands.openProject(m_project);
        });
}

void Tour::addStops()
{
    m_stops.push_back({QStringLiteral("start"), [] { }});
    m_stops.push_back({{}, [this] { openProject(); }});
    m_stops.push_back({QStringLiteral("map"), [this] {
        m_window.messages().clear();
        m_window.status().setState(StatusStrip::Dot::Idle, MainWindow::tr("Ready"));
    }});
    m_stops.push_back({QStringLiteral("map-cluster"), [this] {
        m_window.clusterPanel()->step(1);
        m_window.actions().action(QStringLiteral("map.drawings"))->setChecked(true);
        m_window.status().setState(StatusStrip::Dot::Working, MainWindow::tr("Training"));
        m_window.status().setDevice(MainWindow::tr("%Ln processor core(s)", nullptr, 2));
        m_window.status().setNumbers(640, 1640);
    }});
    m_stops.push_back({QStringLiteral("map-hover"), [this] {
        const PhotoId photo = m_window.workspace().snapshot()->photos->photo(m_window.workspace().snapshot()->photos->rows() / 2);
        m_window.selection().showAll();
        const QPointF at = m_window.projectView()->map().pixelOf(photo);
        QMouseEvent move(QEvent::MouseMove, at, m_window.projectView()->map().plot().mapToGlobal(at), Qt::NoButton, Qt::NoButton, Qt::NoModifier);
        QApplication::sendEvent(&m_window.projectView()->map().plot(), &move);
    }});
    m_stops.push_back({QStringLiteral("map-picked"), [this] {
        const auto& model = m_window.projectView()->gallery().model();
        std::vector<PhotoId> picked;
        for (int row = 0; row < std::min(3, model.rowCount()); ++row)
            picked.push_back(model.photo(row));
        m_window.selection().hover({});
        m_window.selection().pick(picked, picked.front());
    }});
    m_stops.push_back({QStringLiteral("gallery"), [this] {
        m_window.selection().pick({});
        m_window.setPage(Page::Gallery);
    }});
    m_stops.push_back({QStringLiteral("training"), [this] { m_window.setPage(Page::Training); }});
    m_stops.push_back({QStringLiteral("past"), [this] {
        m_window.setPage(Page::Map);
        m_window.workspace().showSnapshot(std::max(0, m_window.workspace().current() / 2));
    }, 1200});
    m_stops.push_back({QStringLiteral("sheet"), [this] {
        m_window.workspace().goLive();
        m_window.showSheet();
    }, 1200});
    m_stops.push_back({QStringLiteral("sheet-first-run"), [this] {
        const QString device = QStringLiteral("NVIDIA H200");    // not shown: a name
        const QString place = QStringLiteral("/home/me/Documents/Plumage/Surveys of the northern coast/birds.plumage");    // not shown: a folder name
        m_window.sheet()->ask({.photos = 20'000, .hasSubfolders = true, .cudaDevice = device, .project = place, .placeMayChange = true,
            .speed = MeasuredSpeed{presetOptions("standard").network, "auto", 6100}});
    }});
    m_stops.push_back({QStringLiteral("sheet-advanced"), [this] {
        m_window.showSheet();
        m_window.sheet()->setAdvanced(true);
        m_window.sheet()->form().type("network.ngf", QStringLiteral("5"));
    }});
    if (m_project.isEmpty())    // never in somebody's project
        addDecisions();
    addStates();
}

void Tour::addDecisions()
{
    const auto trigger = [this](const char* id) { m_window.actions().action(QLatin1String(id))->trigger(); };
    const auto pick = [this](int first, int count) {
        const auto& model = m_window.projectView()->gallery().model();
        std::vector<PhotoId> picked;
        for (int row = first; row < std::min(first + count, model.rowCount()); ++row)
            picked.push_back(model.photo(row));
        m_window.selection().pick(picked, picked.empty() ? std::nullopt : std::optional(picked.front()));
    };
    m_stops.push_back({QStringLiteral("decided"), [this, trigger, pick] {
        m_window.hideSheet();
        Curation& curation = m_window.workspace().curation();
        for (const auto& [id, name] : {std::pair{1, "Jay"}, {2, "Tawny owl"}, {3, "Barn owl"}, {5, "Goshawk"}})    // not shown: made-up names
            curation.carryOut([id = id, name = name](const curation::State& s) { return curation::rename(s, ClusterId{id}, name); }, true);
        for (int key = 1; key <= 3; ++key)
            curation.carryOut([key](const curation::State& s) { return curation::setKey(s, ClusterId{key}, key); }, true);
        m_window.selection().showCluster(ClusterId{3});
        trigger("cluster.approve");
        m_window.selection().showCluster(ClusterId{5});
        trigger("cluster.flag");
        m_window.selection().showCluster(ClusterId{1});
        pick(0, 4);
        trigger("photos.confirm");
        pick(5, 1);
        trigger("photos.reject");
        pick(8, 3);
        trigger("photos.key-2");
        pick(12, 2);
    }, 900});
    m_stops.push_back({QStringLiteral("decided-move"), [trigger] { trigger("photos.assign"); }});
    m_stops.push_back({QStringLiteral("decided-merge"), [this, trigger] {
        m_window.selection().showCluster(ClusterId{4});
        trigger("cluster.merge");
    }});
    m_stops.push_back({QStringLiteral("decided-history"), [this, trigger] {
        m_commands.curation().prompt().dismiss();
        trigger("edit.undo");
        trigger("edit.history");
    }});
    m_stops.push_back({QStringLiteral("gallery-look-alikes"), [this, trigger, pick] {
        m_window.setPage(Page::Gallery);
        m_window.selection().showCluster(ClusterId{6});
        pick(0, 1);
        trigger("photos.look-alikes");
    }, 1200});
    m_stops.push_back({QStringLiteral("loupe"), [this, trigger] {
        m_window.projectView()->gallery().view().setCurrentIndex(m_window.projectView()->gallery().model().index(3));
        trigger("photos.loupe");
    }, 1200});
    const auto queue = [this](const char* name, ReviewQueues::Queue which) {
        m_stops.push_back({QLatin1String(name), [this, which] {
            m_window.messages().clear();
            m_window.setPage(Page::Review);
            m_window.review()->chooseQueue(which);
        }, 1500});
    };
    m_stops.push_back({QStringLiteral("export"), [this] { m_commands.exchange().showExport(); }, 1000});
    m_stops.push_back({{}, [this] { m_commands.exchange().sheet()->hide(); }});
    queue("review-validate", ReviewQueues::Validate);
    queue("review-grow", ReviewQueues::Grow);
    queue("review-doubt", ReviewQueues::Doubt);
    queue("review-duplicates", ReviewQueues::Duplicates);
    queue("review-suggestions", ReviewQueues::Suggestions);
    m_stops.push_back({{}, [this, trigger] {
        m_window.setPage(Page::Gallery);
        trigger("photos.loupe");
        m_window.setPage(Page::Map);
    }});
}

void Tour::addStates()
{
    const QString showLog = QCoreApplication::translate("plumage::ui::WorkerLog", "Show log");
    const auto state = [this](const char* name, Severity severity, const QString& text, const QStringList& actions, const QString& status) {
        m_stops.push_back({QLatin1String(name), [=, this] {
            m_window.hideSheet();
            message(severity, text, actions);
            m_window.status().setNumbers(-1, -1);
            m_window.status().setState(status == TrainingControl::tr("Ready") ? StatusStrip::Dot::Idle : StatusStrip::Dot::Trouble, status);
        }});
    };
    state("state-lost", Severity::Warning, TrainingControl::tr("Connection to the worker lost. Training may still go on; next try in %1 s.").arg(3),
        {TrainingControl::tr("Try now"), showLog}, TrainingControl::tr("Connection lost"));
    state("state-crashed", Severity::Error,
        ProjectCommands::tr("The worker stopped at step %1. Nothing that was saved is lost; training can go on from step %2.").arg(QStringLiteral("1,640"), QStringLiteral("1,600")),
        {ProjectCommands::tr("Resume from the last checkpoint"), showLog}, TrainingControl::tr("Ready"));
    state("state-disk-full", Severity::Error, text::errorText(ErrorCode::diskFull, QStringLiteral("/home/me/Documents/Plumage/birds.plumage/runs/0001")), {}, TrainingControl::tr("Training has failed"));
    state("state-newer-project", Severity::Error, text::errorText(ErrorCode::runTooNew, QStringLiteral("runs/0002/run.toml")), {}, TrainingControl::tr("No worker"));
    state("state-photos-missing", Severity::Error, text::errorText(ErrorCode::folderMissing, QStringLiteral("/media/survey-2026")), {}, TrainingControl::tr("Ready"));
    m_stops.push_back({QStringLiteral("project-empty"), [this] {
        m_window.workspace().openFolder({}, m_scratch.filePath(QStringLiteral("empty.plumage")));
    }, 1500});
    m_stops.push_back({QStringLiteral("project-scanning"), [this] {
        m_window.messages().clear();
        m_window.projectView()->setEmptyTexts(MainWindow::tr("Looking for photos…"), MainWindow::tr("Looking for photos…"));
        m_window.status().setState(StatusStrip::Dot::Idle, TrainingControl::tr("Starting the worker…"));
        m_window.status().setJob(MainWindow::tr("Looking for photos: %1 of %2").arg(QStringLiteral("12,480"), QStringLiteral("20,000")), 12480, 20000, true);
    }});
    m_stops.push_back({{}, [this] {
        m_window.status().setJob({}, 0, 0, false);
        m_window.resize(1024, 640);
        openProject();
    }});
    m_stops.push_back({QStringLiteral("small-window"), [this] { m_window.messages().clear(); }});
    m_stops.push_back({QStringLiteral("small-window-sheet"), [this] {
        m_window.showSheet();
        message(Severity::Error, ProjectCommands::tr("The worker stopped at step %1, before its first checkpoint.").arg(QStringLiteral("1,640")),
            {ProjectCommands::tr("Start again"), QCoreApplication::translate("plumage::ui::WorkerLog", "Show log")});
    }});
}

// One picture in the theme that holds now; false: it could not be written.
bool Tour::shoot(const QString& name)
{
    const QString file = QDir(m_folder).filePath(QStringLiteral("%1-%2.png").arg(name, isDark(m_window.palette()) ? QStringLiteral("dark") : QStringLiteral("light")));
    const bool written = m_window.grab().save(file);
    if (written)
        std::printf("%s\n", qPrintable(file));
    else
        std::fprintf(stderr, "%s\n", qPrintable(text::errorText(ErrorCode::folderNotWritable, m_folder)));
    return written;
}

// Shows a stop, lets it settle, takes it in both themes, and goes on.
void Tour::next()
{
    if (m_at == m_stops.size())
        return QApplication::exit(0);
    const Stop& stop = m_stops[m_at++];
    stop.show();
    if (m_waitsForProject)
        return;    // goes on when the project is open
    QTimer::singleShot(stop.settleMs, this, [this, name = stop.name] {
        if (name.isEmpty())
            return next();
        const bool dark = shoot(name);
        applyTheme(Theme::light);
        QTimer::singleShot(themeMs, this, [this, name, dark] {
            if (!shoot(name) || !dark)
                return QApplication::exit(1);
            applyTheme(Theme::dark);
            QTimer::singleShot(themeMs, this, [this] { next(); });
        });
    });
}

} // namespace

std::unique_ptr<QObject> startTour(const QString& folder, const QString& project)
{
    applyTheme(Theme::dark);
    return std::make_unique<Tour>(folder, project);
}

} // namespace plumage::ui
