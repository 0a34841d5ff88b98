// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/projectcommands.h"

#include "core/text/errortext.h"
#include "ui/curationcommands.h"
#include "ui/effortcommands.h"
#include "ui/exchangecommands.h"
#include "ui/job.h"
#include "ui/mainwindow.h"
#include "ui/matchcommand.h"
#include "ui/messagebar.h"
#include "ui/paths.h"
#include "ui/recentprojects.h"
#include "ui/startpage.h"
#include "ui/starttrainingsheet.h"
#include "ui/workerlog.h"

#include <QtCore/QDir>
#include <QtCore/QLocale>
#include <QtCore/QSaveFile>
#include <QtCore/QStandardPaths>
#include <QtCore/QThread>
#include <QtCore/QUrl>
#include <QtGui/QAction>
#include <QtGui/QClipboard>
#include <QtGui/QDesktopServices>
#include <QtGui/QGuiApplication>
#include <QtWidgets/QFileDialog>

#include <algorithm>

namespace plumage::ui {
namespace {

constexpr QLatin1String projectEnding(".plumage");
constexpr int discardTries = 20, discardPauseMs = 100;

// path: may not exist yet.
bool isInside(const QString& path, const QString& folder)
{
    std::error_code ignored;
    const auto inner = std::filesystem::weakly_canonical(toPath(path), ignored), outer = std::filesystem::weakly_canonical(toPath(folder), ignored);
    return std::ranges::mismatch(outer, inner).in1 == outer.end();
}

} // namespace

ProjectCommands::ProjectCommands(MainWindow& window) : QObject(&window), m_window(window), m_curation(new CurationCommands(window)), m_exchange(new ExchangeCommands(window)), m_effort(new EffortCommands(window)), m_match(new MatchCommand(window)), m_library(window, [this](const QString& path) { openProject(path); })
{
    connectActions();
    connectNews();
}

void ProjectCommands::connectActions()
{
    const auto on = [this](const char* id, auto&& run) {
        connect(m_window.actions().action(QLatin1String(id)), &QAction::triggered, this, run);
    };
    on("project.open-folder", [this] { askForFolder(false); });
    on("project.open", [this] { askForFolder(true); });
    on("project.demo", [this] { tryDemo(); });
    on("project.rescan", [this] { m_window.workspace().rescan(); });
    on("project.close", [this] {
        const bool trains = m_window.training().isTraining();
        m_window.training().close();
        m_window.workspace().close();
        if (trains)
            m_window.messages().post({QStringLiteral("project"), Severity::Info, tr("Training goes on. Open the project again to see it."), {}, 8000});
    });
    on("training.pause", [this] { pauseOrResume(); });
    on("training.stop", [this] { m_window.training().stop(); });
    on("training.continue", [this] { continueRun(); });
    on("edit.copy-paths", [this] { copyPaths(); });
    StartPage* start = &m_window.startPage();
    connect(start, &StartPage::openFolderWanted, this, [this] { askForFolder(false); });
    connect(start, &StartPage::openProjectWanted, this, [this] { askForFolder(true); });
    connect(start, &StartPage::demoWanted, this, &ProjectCommands::tryDemo);
    connect(start, &StartPage::projectWanted, this, &ProjectCommands::openProject);
}

void ProjectCommands::connectNews()
{
    connect(&m_window, &MainWindow::trainingWanted, this, &ProjectCommands::startTraining);
    connect(&m_window, &MainWindow::placeChangeWanted, this, &ProjectCommands::askForPlace);
    Workspace* workspace = &m_window.workspace();
    connect(workspace, &Workspace::opened, this, &ProjectCommands::opened);
    connect(workspace, &Workspace::scanFinished, this, &ProjectCommands::scanFinished);
    connect(workspace, &Workspace::failed, this, &ProjectCommands::failed);
    connect(workspace, &Workspace::runMade, this, [this](RunId run) {
        if (std::exchange(m_startsRun, false))
            m_window.training().start(run, false);
    });
    connect(&m_window.training(), &TrainingControl::interrupted, this, &ProjectCommands::interrupted);
    connect(&m_window.training(), &TrainingControl::changed, this, [this] {
        if (m_demo && m_window.workspace().photoCount() > 0 && m_window.training().isConnected())
            startDemoRun();
    });
    connect(&m_window.thumbnails(), &ThumbnailCache::thumbnailsArrived, this, &ProjectCommands::saveCover);
}

QString ProjectCommands::documents() const
{
    if (!m_window.settings().documents.isEmpty())
        return m_window.settings().documents;
    return QDir(QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation)).filePath(QStringLiteral("Plumage"));    // not shown: a folder name
}

// Where a new project goes: with the others, or beside its photos where that would be inside of them.
QString ProjectCommands::placeFor(const QString& photos) const
{
    const QString name = QDir(photos).dirName() + projectEnding;
    const QString usual = QDir(documents()).filePath(name);
    return isInside(usual, photos) ? QDir::cleanPath(QDir(photos).filePath(QStringLiteral("../") + name)) : usual;
}

void ProjectCommands::askForFolder(bool project)
{
    auto* dialog = new QFileDialog(&m_window, project ? tr("Open a project") : tr("Open a folder of photos"), project ? documents() : QDir::homePath());
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::fileSelected, this, &ProjectCommands::open);
    dialog->open();
}

void ProjectCommands::open(const QString& path)
{
    if (project::ProjectFolder::isProject(toPath(path)))
        openProject(path);
    else
        openFolder(path);
}

void ProjectCommands::openProject(const QString& path)
{
    m_demo = m_asksAfterScan = false;
    m_photoFolder.clear();
    m_window.training().close();
    m_window.workspace().openProject(QDir(path).absolutePath());
}

void ProjectCommands::openFolder(const QString& photos)
{
    const QString folder = QDir(photos).absolutePath();
    if (!QDir(folder).exists()) {
        failed(QStringLiteral("project"), Error(ErrorCode::folderMissing, folder.toStdString()));
        return;
    }
    m_demo = false;
    m_asksAfterScan = true;
    m_photoFolder = folder;
    m_window.training().close();
    m_window.workspace().openFolder(folder, placeFor(folder));
}

void ProjectCommands::askForPlace()
{
    if (!m_window.workspace().isOpen())
        return;
    auto* dialog = new QFileDialog(&m_window, tr("Choose the folder that the project is kept in"), fromPath(m_window.workspace().project().path().parent_path()));
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::fileSelected, this, &ProjectCommands::keepProjectIn);
    dialog->open();
}

void ProjectCommands::keepProjectIn(const QString& folder)
{
    const Workspace& workspace = m_window.workspace();
    if (!workspace.isOpen() || !workspace.project().runs().empty())
        return;
    const auto& list = workspace.photos();
    const QString photos = list && list->roots.size() == 1 ? fromPath(list->roots.front()) : m_photoFolder;
    const QString from = fromPath(workspace.project().path());
    const QString to = folder.endsWith(projectEnding) ? folder : QDir(folder).filePath(QDir(from).dirName());
    if (photos.isEmpty() || QDir::cleanPath(from) == QDir::cleanPath(to))
        return;
    if (isInside(to, photos)) {
        m_window.messages().post({QStringLiteral("project"), Severity::Warning,
            tr("“%1” lies in the folder of your photos. Choose a place outside of it: Plumage never writes among your photos.").arg(QDir::toNativeSeparators(folder)),
            {{tr("Change…"), [this] { askForPlace(); }}}});
        return;
    }
    startJob<bool>(this, [to] {    // may fail: then everything stays as it is
            if (const QDir there(to); there.exists() && !there.isEmpty())
                throw Error(ErrorCode::folderNotEmpty, to.toStdString());
            project::ProjectFolder::create(toPath(to));
            return true;
        },
        [this, photos, from, to](const JobResult<bool>& result) {
            if (const Error* error = std::get_if<Error>(&result))
                return failed(QStringLiteral("project"), *error);
            auto* client = m_window.training().client();
            if (!client || client->state() == protocol::WorkerClient::State::Disconnected || client->state() == protocol::WorkerClient::State::Lost)
                return moveProject(photos, from, to);
            client->send(protocol::CloseRequest{}, this, [=, this](const auto&) {    // queued: moving lets go of the client that calls here
                QMetaObject::invokeMethod(this, [=, this] { moveProject(photos, from, to); }, Qt::QueuedConnection);
            });
        });
}

// Nothing was trained yet: the library goes along, the photos are looked at again, and what the old place held of them is deleted.
void ProjectCommands::moveProject(const QString& photos, const QString& from, const QString& to)
{
    m_window.training().close();
    m_window.workspace().close();
    startJob<bool>(this, [old = toPath(from), place = toPath(to)] {
            std::error_code error;
            if (const auto library = project::Library::fileOf(old); std::filesystem::exists(library, error))
                std::filesystem::copy_file(library, project::Library::fileOf(place), std::filesystem::copy_options::overwrite_existing, error);
            if (error)
                throw systemError(error.value(), place.string(), ErrorCode::writeFailed);
            return true;
        },
        [this, photos, from, to](const JobResult<bool>& result) {
            if (const Error* error = std::get_if<Error>(&result)) {
                failed(QStringLiteral("project"), *error);
                return openProject(from);
            }
            m_asksAfterScan = true;
            m_window.workspace().openFolder(photos, to);
            if (m_window.settings().remember)
                forgetProject(from);
            deleteOldPlace(from);
        });
}

void ProjectCommands::deleteOldPlace(const QString& from)
{
    startJob<bool>(this, [old = toPath(from)] {
            std::error_code ignored;
            std::filesystem::remove(old / "runs", ignored);    // fails if a run is in it
            if (std::filesystem::exists(old / "runs", ignored))
                return false;
            for (int i = 0; i < discardTries; ++i) {    // the worker and a thumbnail may just be writing
                std::filesystem::remove_all(old / "cache", ignored);
                for (const char* file : {"library.sqlite", "library.sqlite-wal", "library.sqlite-shm", "library-backup.sqlite", "library-backup-1.sqlite", "library-backup.lock", "library.lock"})
                    std::filesystem::remove(old / file, ignored);
                if (std::filesystem::remove(old, ignored))
                    return true;
                QThread::msleep(discardPauseMs);
            }
            return false;
        },
        [](const JobResult<bool>&) { });
}

void ProjectCommands::tryDemo()
{
    m_demo = true;
    m_asksAfterScan = false;
    m_photoFolder.clear();
    m_window.training().close();
    m_window.workspace().openFolder({}, QDir(documents()).filePath(QStringLiteral("Aviary.plumage")));    // not shown: a folder name
}

void ProjectCommands::opened()
{
    m_coverSaved = false;
    const QString path = fromPath(m_window.workspace().project().path());
    m_window.training().open(path);
    if (m_window.settings().remember)
        rememberProject({path, m_window.workspace().name(), m_window.workspace().photoCount()});
    if (const auto& whyNot = m_window.workspace().curation().whyNot())
        m_library.tell(*whyNot);
    if (m_demo && m_window.workspace().photoCount() == 0) {
        const QString photos = QDir(documents()).filePath(QStringLiteral("Aviary"));    // not shown: a folder name
        m_window.training().drawDemoPhotos(photos, [this, photos] { m_window.workspace().scan(photos); });
    } else if (!m_demo && m_asksAfterScan) {
        m_window.messages().post({QStringLiteral("project"), Severity::Info, tr("The project is kept in %1. Your photos stay as they are.").arg(QDir::toNativeSeparators(path)),
            {{tr("Show folder"), [path] { QDesktopServices::openUrl(QUrl::fromLocalFile(path)); }, true}, {tr("Change…"), [this] { askForPlace(); }}}, 15'000});
    }
}

void ProjectCommands::scanFinished(const project::ScanReport& report)
{
    Workspace& workspace = m_window.workspace();
    const auto leftOut = static_cast<int>(report.problems.size());
    m_library.tell(report, m_asksAfterScan || m_demo);
    if (leftOut > 0)
        m_window.messages().post({QStringLiteral("scan"), Severity::Warning, tr("%Ln file(s) could not be read and were left out.", nullptr, leftOut),
            {{tr("Try again"), [this] { m_window.workspace().rescan(); }}}});
    if (m_window.settings().remember && workspace.photoCount() > 0)
        rememberProject({fromPath(workspace.project().path()), workspace.name(), workspace.photoCount()});
    if (m_demo && m_window.training().isConnected())
        startDemoRun();
    else if (std::exchange(m_asksAfterScan, false) && workspace.photoCount() > 0 && !workspace.run())
        m_window.showSheet();
}

void ProjectCommands::startDemoRun()
{
    if (!m_window.training().canStart() || m_window.training().state().state == protocol::WorkerState::failed)
        m_demo = false;
    if (!std::exchange(m_demo, false))
        return;
    TrainingWish wish;
    wish.options = presetOptions("demo");
    wish.truth = "folders";
    startTraining(wish);
}

void ProjectCommands::startTraining(const TrainingWish& wish)
{
    m_startsRun = true;
    m_window.workspace().makeRun(wish);
}

void ProjectCommands::pauseOrResume()
{
    if (m_window.training().isPaused())
        m_window.training().resume();
    else
        m_window.training().pause();
}

void ProjectCommands::continueRun()
{
    if (const auto& run = m_window.workspace().run())
        m_window.training().start(run->run, true);
}

void ProjectCommands::interrupted(RunId run, qint64 step)
{
    Workspace& workspace = m_window.workspace();
    const bool hasCheckpoint = workspace.run() && workspace.run()->run == run && !workspace.checkpoints().empty();
    Message message{QStringLiteral("run"), Severity::Error, {}, {}};
    if (hasCheckpoint) {
        message.text = tr("The worker stopped at step %1. Nothing that was saved is lost; training can go on from step %2.")
            .arg(QLocale().toString(step), QLocale().toString(static_cast<qlonglong>(workspace.checkpoints().back())));
        message.actions.push_back({tr("Resume from the last checkpoint"), [this] { continueRun(); }});
    } else {
        message.text = tr("The worker stopped at step %1, before its first checkpoint.").arg(QLocale().toString(step));
        TrainingWish wish;
        wish.options = workspace.options();
        message.actions.push_back({tr("Start again"), [this, wish] { startTraining(wish); }});
    }
    offerWorkerLog(message, fromPath(workspace.project().path()));
    m_window.messages().post(message);
}

void ProjectCommands::failed(const QString& topic, const Error& error)
{
    if (error.code() == ErrorCode::cancelled)
        return;
    Message message{topic, Severity::Error, text::errorText(error), {}};
    if (topic == QLatin1String("snapshot")) {
        message.severity = Severity::Warning;
        message.showMs = 10'000;
    } else if (topic == QLatin1String("run")) {
        m_startsRun = m_demo = false;
    } else if (error.code() == ErrorCode::folderMissing && m_window.settings().remember) {
        forgetProject(QString::fromStdString(error.detail()));
        m_window.startPage().refresh();
    }
    m_window.messages().post(message);
}

void ProjectCommands::copyPaths()
{
    const SnapshotPointer& snapshot = m_window.workspace().snapshot();
    QStringList paths;
    for (const PhotoId photo : m_window.selection().picked())
        if (const auto row = snapshot->photos->row(photo))
            paths.append(fromPath(snapshot->photos->list().file(*row)));
    QGuiApplication::clipboard()->setText(paths.join(QLatin1Char('\n')));
    m_window.messages().post({QStringLiteral("copied"), Severity::Info,
        paths.isEmpty() ? tr("Pick at least one photo first.") : tr("%Ln path(s) copied.", nullptr, static_cast<int>(paths.size())), {}, 3000});
}

// The picture of the project on the start page: one of its photos.
void ProjectCommands::saveCover()
{
    const Workspace& workspace = m_window.workspace();
    if (m_coverSaved || !workspace.isOpen() || !workspace.snapshot() || workspace.snapshot()->photos->rows() == 0)
        return;
    const QPixmap cover = m_window.thumbnails().square(workspace.snapshot()->photos->photo(0), 192);
    if (cover.isNull())
        return;
    m_coverSaved = true;
    startJob<bool>(this, [image = cover.toImage(), path = fromPath(workspace.project().cache() / "cover.png")] {
            QSaveFile file(path);
            return file.open(QIODevice::WriteOnly) && image.save(&file, "PNG") && file.commit();
        },
        [](const JobResult<bool>&) { });
}

} // namespace plumage::ui
