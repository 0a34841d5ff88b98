// SPDX-License-Identifier: GPL-3.0-or-later
// The window without a worker: commands and keys, pages, and projects that are gone, damaged or too new.
#include "core/base/atomicpath.h"
#include "core/project/projectfolder.h"
#include "tests/ui/uifixture.h"
#include "ui/clustermodel.h"
#include "ui/clusterpanel.h"
#include "ui/gallerymodel.h"
#include "ui/gallerypanel.h"
#include "ui/mainwindow.h"
#include "ui/mapview.h"
#include "ui/messagebar.h"
#include "ui/paths.h"
#include "ui/projectcommands.h"
#include "ui/starttrainingsheet.h"
#include "ui/timeslider.h"

#include <QtCore/QThreadPool>
#include <QtGui/QAction>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QAbstractButton>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QListView>
#include <QtWidgets/QMenu>
#include <QtWidgets/QMenuBar>

#include <algorithm>

using namespace plumage;
using namespace plumage::ui;

class TestWindow : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { m_made = std::make_unique<MadeUpProject>(); }
    void init();
    void cleanup();
    void everyCommandHasAKeyAndNoneClash();
    void everyCommandIsInAMenu();
    void everyControlHasAName();
    void anOpenProjectShowsItsNewestSnapshot();
    void timeGoesBackAndLive();
    void pagesAreReachedByKeys();
    void aVanishedSnapshotIsLeftOut();
    void aDamagedSnapshotIsLeftOut();
    void theNewestSnapshotMayBeDamaged();
    void missingPrototypesAreNoTrouble();
    void aNewerRunSaysSo();
    void aMissingProjectSaysSo();
    void aFolderBecomesAProjectAndAsks();
    void theProjectMayBeKeptElsewhere();
    void noProjectInsideThePhotos();
    void theSheetFollowsItsRoom();
    void nothingMovesUnderTheSheet();
    void anEmptyFolderSaysSo();
    void messagesReplaceTheirTopic();
    void closingAProjectForgetsIt();
    void latePagesOfAClosedProjectAreDropped();

private:
    void open(const std::filesystem::path& project);
    bool says(const char* words) const { return m_window->messages().texts().join(QLatin1Char('\n')).contains(QLatin1String(words)); }
    void trigger(const char* id) { m_window->actions().action(QLatin1String(id))->trigger(); }

    std::unique_ptr<MadeUpProject> m_made;
    std::unique_ptr<QTemporaryDir> m_dir;
    std::unique_ptr<MainWindow> m_window;
    ProjectCommands* m_commands = nullptr;
};

void TestWindow::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
    m_window = std::make_unique<MainWindow>(MainWindow::Settings{.worker = {}, .socket = m_dir->filePath(QStringLiteral("s")), .documents = m_dir->path(), .remember = false});
    m_commands = new ProjectCommands(*m_window);
    m_window->show();
    m_window->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));    // else keys are not heard
}

void TestWindow::cleanup()
{
    m_window.reset();
    QThreadPool::globalInstance()->waitForDone();    // jobs that still write to the folder
    m_dir.reset();
}

void TestWindow::open(const std::filesystem::path& project)
{
    QSignalSpy opened(&m_window->workspace(), &Workspace::opened);
    m_commands->open(fromPath(project));
    QTRY_COMPARE(opened.count(), 1);
}

void TestWindow::everyCommandHasAKeyAndNoneClash()
{
    QMap<QString, QString> taken;
    for (const QAction* action : m_window->actions().actions()) {
        const QString key = action->shortcut().toString();
        QVERIFY2(!key.isEmpty(), qPrintable(action->objectName()));
        QVERIFY2(!taken.contains(key), qPrintable(QStringLiteral("%1: %2 and %3").arg(key, taken.value(key), action->objectName())));
        taken.insert(key, action->objectName());
        QVERIFY(!action->text().isEmpty());
    }
    QVERIFY(taken.size() > 25);
}

void TestWindow::everyCommandIsInAMenu()
{
    QSet<const QAction*> inMenus;
    for (const QAction* menu : m_window->menuBar()->actions()) {
        QSet<QChar> letters;
        for (const QAction* action : menu->menu()->actions()) {
            inMenus.insert(action);
            if (const qsizetype at = action->text().indexOf(QLatin1Char('&')); at >= 0) {
                const QChar letter = action->text().at(at + 1).toLower();
                QVERIFY2(!letters.contains(letter), qPrintable(action->text()));
                letters.insert(letter);
            }
        }
    }
    for (const QAction* action : m_window->actions().actions())
        QVERIFY2(inMenus.contains(action), qPrintable(action->objectName()));
}

void TestWindow::everyControlHasAName()
{
    open(m_made->copy());
    m_window->setPage(Page::Training);
    m_window->showSheet();
    m_window->sheet()->setAdvanced(true);
    for (const QWidget* widget : m_window->findChildren<QWidget*>()) {
        if (widget->focusPolicy() == Qt::NoFocus || !widget->isVisible() || widget->objectName().startsWith(QLatin1String("qt_")) || widget->objectName().startsWith(QLatin1String("Scroll")))
            continue;
        const auto* button = qobject_cast<const QAbstractButton*>(widget);
        const bool named = !widget->accessibleName().isEmpty() || (button && !button->text().isEmpty());
        const bool control = button || qobject_cast<const QComboBox*>(widget) || qobject_cast<const QLineEdit*>(widget) || qobject_cast<const QAbstractItemView*>(widget);
        if (control && !qobject_cast<const QLineEdit*>(widget->parentWidget()) && !(widget->parentWidget() && widget->parentWidget()->inherits("QAbstractSpinBox"))
            && !widget->inherits("QComboBoxListView"))
            QVERIFY2(named, qPrintable(QLatin1String(widget->metaObject()->className()) + QLatin1Char(' ') + widget->objectName()));
    }
}

void TestWindow::anOpenProjectShowsItsNewestSnapshot()
{
    open(m_made->copy());
    QCOMPARE(m_window->workspace().photoCount(), 144);
    QCOMPARE(m_window->workspace().snapshot()->step, std::int64_t{1600});
    QCOMPARE(m_window->workspace().ticks().size(), std::size_t{8});
    QVERIFY(m_window->workspace().ticks()[3].changed > 0);
    QCOMPARE(m_window->clusterPanel()->model().rowCount(), 6);
    QCOMPARE(m_window->projectView()->gallery().model().rowCount(), 144);
    QVERIFY(!m_window->workspace().metrics().isEmpty());
    QVERIFY(m_window->windowTitle().contains(QLatin1String("copy-")));
}

void TestWindow::timeGoesBackAndLive()
{
    open(m_made->copy());
    trigger("time.previous");
    QTRY_COMPARE(m_window->workspace().snapshot()->step, std::int64_t{1400});
    QVERIFY(!m_window->workspace().isLive());
    QVERIFY(says("You see step 1,400"));
    m_window->workspace().showSnapshot(0);
    m_window->workspace().showSnapshot(2);    // the newest wish wins
    QTRY_COMPARE(m_window->workspace().snapshot()->step, std::int64_t{600});
    trigger("time.live");
    QTRY_COMPARE(m_window->workspace().snapshot()->step, std::int64_t{1600});
    QVERIFY(m_window->workspace().isLive());
    QVERIFY(!says("You see step"));
}

void TestWindow::pagesAreReachedByKeys()
{
    QTest::keyClick(m_window.get(), Qt::Key_2, Qt::ControlModifier);    // without a project: nothing
    QVERIFY(!m_window->projectView());
    open(m_made->copy());
    for (const auto& [key, page] : {std::pair{Qt::Key_2, Page::Gallery}, {Qt::Key_4, Page::Training}, {Qt::Key_1, Page::Map}}) {
        QTest::keyClick(m_window.get(), key, Qt::ControlModifier);
        QCOMPARE(m_window->projectView()->page(), page);
    }
    QTest::keyClick(m_window.get(), Qt::Key_Down, Qt::ControlModifier);
    QCOMPARE(m_window->selection().cluster()->value, 1);
    QTest::keyClick(m_window.get(), Qt::Key_A, Qt::ControlModifier);
    QCOMPARE(m_window->selection().picked().size(), m_window->workspace().snapshot()->find(ClusterId{1})->photos);
    QTest::keyClick(m_window.get(), Qt::Key_A, Qt::ControlModifier | Qt::ShiftModifier);
    QVERIFY(m_window->selection().picked().empty());
}

void TestWindow::aVanishedSnapshotIsLeftOut()
{
    const auto project = m_made->copy();
    open(project);
    std::filesystem::remove_all(project / "runs" / "0001" / "snapshots" / "000600");
    m_window->workspace().showSnapshot(2);
    QTRY_COMPARE(m_window->workspace().ticks().size(), std::size_t{7});
    QCOMPARE(m_window->workspace().snapshot()->step, std::int64_t{1600});    // what was on screen stays
    m_window->workspace().showSnapshot(2);
    QTRY_COMPARE(m_window->workspace().snapshot()->step, std::int64_t{800});
}

void TestWindow::aDamagedSnapshotIsLeftOut()
{
    const auto project = m_made->copy();
    open(project);
    writeFile(project / "runs" / "0001" / "snapshots" / "000600" / "layout.npy", "rubbish");
    m_window->workspace().showSnapshot(2);
    QTRY_COMPARE(m_window->workspace().ticks().size(), std::size_t{7});
    QVERIFY(says("layout.npy"));
    QCOMPARE(m_window->clusterPanel()->model().rowCount(), 6);
}

void TestWindow::theNewestSnapshotMayBeDamaged()
{
    const auto project = m_made->copy();
    for (const char* step : {"001600", "001400"})
        writeFile(project / "runs" / "0001" / "snapshots" / step / "snapshot.json", "{");
    open(project);
    QCOMPARE(m_window->workspace().snapshot()->step, std::int64_t{1200});
    QCOMPARE(m_window->workspace().ticks().size(), std::size_t{6});
}

void TestWindow::missingPrototypesAreNoTrouble()
{
    const auto project = m_made->copy();
    std::filesystem::remove(project / "runs" / "0001" / "snapshots" / "001600" / "prototypes.png");
    open(project);
    QCOMPARE(m_window->workspace().snapshot()->step, std::int64_t{1600});
    m_window->setPage(Page::Training);
    m_window->grab();
}

void TestWindow::aNewerRunSaysSo()
{
    const auto project = m_made->copy();
    writeFile(project / "runs" / "0001" / "run.toml", "format = 99\n");
    open(project);
    QVERIFY(!m_window->messages().texts().isEmpty());
    QVERIFY(!m_window->workspace().run());
    QCOMPARE(m_window->workspace().photoCount(), 144);    // the photos are there all the same
}

void TestWindow::aMissingProjectSaysSo()
{
    m_commands->openProject(m_dir->filePath(QStringLiteral("gone.plumage")));
    QTRY_VERIFY(says("gone.plumage"));
    QVERIFY(!m_window->workspace().isOpen());
    m_commands->open(m_dir->filePath(QStringLiteral("no-folder")));
    QTRY_VERIFY(says("no-folder"));
}

void TestWindow::aFolderBecomesAProjectAndAsks()
{
    m_commands->open(fromPath(m_made->photos()));
    QTRY_VERIFY(m_window->sheet() && m_window->sheet()->isVisible());
    QCOMPARE(m_window->workspace().photoCount(), 144);
    QCOMPARE(m_window->projectView()->gallery().model().rowCount(), 144);
    QVERIFY(project::ProjectFolder::isProject(m_dir->path().toStdString() + "/feathers.plumage"));
    QTRY_VERIFY(!m_window->thumbnails().find(PhotoId{1}).isNull());
    QTRY_VERIFY(QFile::exists(m_dir->filePath(QStringLiteral("feathers.plumage/cache/cover.png"))));
    QVERIFY(!QFile::exists(fromPath(m_made->photos() / "runs")));    // nothing inside of the photos
}

void TestWindow::theProjectMayBeKeptElsewhere()
{
    const auto place = [this] { return m_window->workspace().isOpen() ? fromPath(m_window->workspace().project().path()) : QString(); };
    const QString usual = m_dir->filePath(QStringLiteral("feathers.plumage")), elsewhere = m_dir->filePath(QStringLiteral("disk"));
    QVERIFY(QDir().mkpath(elsewhere + QStringLiteral("/taken/feathers.plumage/letters")));
    m_commands->open(fromPath(m_made->photos()));
    QTRY_VERIFY(m_window->sheet() && m_window->sheet()->isVisible());
    QCOMPARE(place(), usual);
    m_commands->keepProjectIn(fromPath(m_made->photos() / "species-1"));
    QVERIFY(says("lies in the folder of your photos"));
    QVERIFY(!QFile::exists(fromPath(m_made->photos() / "species-1/feathers.plumage")));
    m_commands->keepProjectIn(elsewhere + QStringLiteral("/taken"));
    QTRY_VERIFY(says("is not empty"));
    QCOMPARE(place(), usual);
    m_commands->keepProjectIn(elsewhere);
    QTRY_COMPARE(place(), elsewhere + QStringLiteral("/feathers.plumage"));
    QTRY_VERIFY(m_window->sheet()->isVisible());
    QCOMPARE(m_window->workspace().photoCount(), 144);
    QTRY_VERIFY(!QFile::exists(usual));
    QVERIFY(QFile::exists(elsewhere + QStringLiteral("/taken/feathers.plumage/letters")));
    m_window->workspace().makeRun(m_window->sheet()->wish());    // from now on it stays
    QTRY_VERIFY(m_window->workspace().run());
    m_commands->keepProjectIn(m_dir->path());
    QTest::qWait(200);
    QCOMPARE(place(), elsewhere + QStringLiteral("/feathers.plumage"));
    QVERIFY(!QFile::exists(usual));
}

void TestWindow::theSheetFollowsItsRoom()
{
    open(m_made->copy());
    m_window->resize(1024, 640);
    m_window->showSheet();
    const QWidget* sheet = m_window->sheet();
    const auto fits = [sheet] { return sheet->parentWidget()->rect().contains(sheet->geometry()); };
    QTRY_VERIFY(fits());
    const int before = sheet->height();
    m_window->messages().post({QStringLiteral("test"), Severity::Error, QStringLiteral("Takes room."), {}});
    QTRY_VERIFY(sheet->height() < before);    // nothing of it is cut off
    QVERIFY(fits());
}

void TestWindow::nothingMovesUnderTheSheet()
{
    open(m_made->copy());
    MessageBar& bar = m_window->messages();
    bar.post({QStringLiteral("short"), Severity::Info, QStringLiteral("Soon over."), {}, 50});
    bar.post({QStringLiteral("long"), Severity::Info, QStringLiteral("Stays."), {}, 60'000});
    m_window->showSheet();
    const auto top = [this] { return m_window->sheet()->mapTo(m_window.get(), QPoint()).y(); };
    const int before = top();
    QTest::qWait(150);
    QCOMPARE(top(), before);
    QVERIFY(says("Soon over."));
    QTest::keyClick(m_window->sheet(), Qt::Key_Escape);
    QTRY_VERIFY(!m_window->sheet()->isVisible());
    QCOMPARE(bar.texts(), QStringList{QStringLiteral("Stays.")});
    bar.post({QStringLiteral("short"), Severity::Info, QStringLiteral("Soon over."), {}, 50});
    QTRY_VERIFY(!says("Soon over."));
}

void TestWindow::noProjectInsideThePhotos()
{
    // all documents are one folder of photos: the usual place would be among them
    const QString photos = m_dir->filePath(QStringLiteral("all"));
    std::filesystem::copy(m_made->photos(), toPath(photos), std::filesystem::copy_options::recursive);
    m_window = std::make_unique<MainWindow>(MainWindow::Settings{.worker = {}, .socket = m_dir->filePath(QStringLiteral("s")), .documents = photos + QStringLiteral("/Plumage"), .remember = false});
    m_commands = new ProjectCommands(*m_window);
    m_commands->open(photos);
    QTRY_VERIFY(m_window->workspace().isOpen());
    QCOMPARE(fromPath(m_window->workspace().project().path()), photos + QStringLiteral(".plumage"));
    QVERIFY(!QFile::exists(photos + QStringLiteral("/Plumage")));
}

void TestWindow::anEmptyFolderSaysSo()
{
    QVERIFY(QDir(m_dir->path()).mkdir(QStringLiteral("empty")));
    const auto galleryTells = [this](const char* words) {
        return std::ranges::any_of(m_window->projectView()->gallery().findChildren<QLabel*>(),
            [words](const QLabel* label) { return label->text().contains(QLatin1String(words)); });
    };
    bool toldWhileScanning = false;
    connect(&m_window->workspace(), &Workspace::scanProgressed, this, [&] { toldWhileScanning |= galleryTells("Looking for photos"); });
    m_commands->open(m_dir->filePath(QStringLiteral("empty")));
    QTRY_VERIFY(says("empty"));
    QTRY_VERIFY(!m_window->workspace().isScanning());
    QVERIFY(toldWhileScanning);
    QVERIFY(galleryTells("Open a folder of photos to begin."));
    QVERIFY(!m_window->sheet() || !m_window->sheet()->isVisible());
    QVERIFY(!m_window->actions().action(QStringLiteral("training.start"))->isEnabled());
}

void TestWindow::messagesReplaceTheirTopic()
{
    MessageBar& bar = m_window->messages();
    bool ran = false;
    bar.post({QStringLiteral("a"), Severity::Info, QStringLiteral("one"), {}});
    bar.post({QStringLiteral("b"), Severity::Error, QStringLiteral("two"), {{QStringLiteral("do"), [&] { ran = true; }}}});
    bar.post({QStringLiteral("a"), Severity::Info, QStringLiteral("three"), {}});
    QCOMPARE(bar.texts(), (QStringList{QStringLiteral("three"), QStringLiteral("two")}));
    bar.post({QStringLiteral("c"), Severity::Info, QStringLiteral("four"), {}});
    QCOMPARE(bar.texts(), (QStringList{QStringLiteral("four"), QStringLiteral("three")}));
    bar.post({QStringLiteral("b"), Severity::Error, QStringLiteral("two"), {{QStringLiteral("do"), [&] { ran = true; }}}});
    for (auto* button : bar.findChildren<QAbstractButton*>())
        if (button->text() == QLatin1String("do") && button->isVisibleTo(&bar))
            button->click();
    QVERIFY(ran);
    QVERIFY(!bar.texts().contains(QStringLiteral("two")));
    bar.clear();
    QVERIFY(!bar.isVisible());
}

void TestWindow::closingAProjectForgetsIt()
{
    open(m_made->copy());
    m_window->selection().showCluster(ClusterId{2});
    trigger("project.close");
    QVERIFY(!m_window->workspace().isOpen());
    QVERIFY(!m_window->selection().cluster());
    QVERIFY(!m_window->actions().action(QStringLiteral("page.map"))->isEnabled());
    open(m_made->copy());
    QCOMPARE(m_window->workspace().photoCount(), 144);
}

void TestWindow::latePagesOfAClosedProjectAreDropped()
{
    const auto project = m_made->copy();
    QSignalSpy opened(&m_window->workspace(), &Workspace::opened);
    m_window->workspace().openProject(fromPath(project));
    m_window->workspace().openProject(fromPath(m_made->copy()));    // before the first one was read
    QTRY_COMPARE(opened.count(), 1);
    QTest::qWait(100);
    QCOMPARE(opened.count(), 1);
    QVERIFY(m_window->workspace().project().path() != project);
    m_window->workspace().showSnapshot(1);
    m_window->workspace().close();
    QTest::qWait(100);
    QVERIFY(!m_window->workspace().snapshot());
}

QTEST_MAIN(TestWindow)
#include "tst_window.moc"
