// SPDX-License-Identifier: GPL-3.0-or-later
// Files of other programs in the real window: lists of kinds, boxes, labels; what they are is told by their content.
#include "core/base/atomicpath.h"
#include "tests/ui/uifixture.h"
#include "ui/effortcommands.h"
#include "ui/exchangecommands.h"
#include "ui/mainwindow.h"
#include "ui/messagebar.h"
#include "ui/paths.h"
#include "ui/projectcommands.h"

#include <QtCore/QThreadPool>
#include <QtGui/QAction>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QAbstractButton>

using namespace plumage;
using namespace plumage::ui;

class TestImporting : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { m_made = std::make_unique<MadeUpProject>(); }
    void init();
    void cleanup();
    void aListOfKindsBecomesEmptyClusters();
    void boxesBecomePhotos();
    void boxesOfUnknownFilesAreAskedAbout();
    void labelsAreTaken();
    void anEmptyFileIsASentence();
    void theLogOfWorkIsSavedStoppedAndErased();

private:
    QString file(const char* name, const std::string& text) const
    {
        writeFile(toPath(m_dir->filePath(QLatin1String(name))), text);
        return m_dir->filePath(QLatin1String(name));
    }
    bool says(const char* words) const { return m_window->messages().texts().join(QLatin1Char('\n')).contains(QLatin1String(words)); }
    void press(const char* button);
    const curation::State& state() { return m_window->workspace().curation().state(); }
    ExchangeCommands& exchange() { return m_commands->exchange(); }

    std::unique_ptr<MadeUpProject> m_made;
    std::unique_ptr<QTemporaryDir> m_dir;
    std::unique_ptr<MainWindow> m_window;
    ProjectCommands* m_commands = nullptr;
};

void TestImporting::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
    m_window = std::make_unique<MainWindow>(MainWindow::Settings{.worker = {}, .socket = m_dir->filePath(QStringLiteral("s")), .documents = m_dir->path(), .remember = false});
    m_commands = new ProjectCommands(*m_window);
    m_window->show();
    QSignalSpy opened(&m_window->workspace(), &Workspace::opened);
    m_commands->openProject(fromPath(m_made->copy()));
    QTRY_COMPARE(opened.size(), 1);
}

void TestImporting::cleanup()
{
    m_window.reset();
    QThreadPool::globalInstance()->waitForDone();
}

void TestImporting::press(const char* button)
{
    for (auto* candidate : m_window->messages().findChildren<QAbstractButton*>())
        if (candidate->text() == QLatin1String(button))
            return candidate->click();
    QFAIL(button);
}

void TestImporting::aListOfKindsBecomesEmptyClusters()
{
    exchange().importFile(file("kinds.txt", "Robin\nWren\nRobin\n"));
    QTRY_VERIFY(says("Robin, Wren"));
    QVERIFY(!state().byName("Wren"));    // nothing before it is asked for
    press("Make the clusters");
    QVERIFY(state().byName("Robin") && state().byName("Wren"));
    m_window->workspace().curation().undo();
    QVERIFY(!state().byName("Robin") && !state().byName("Wren"));
}

void TestImporting::boxesBecomePhotos()
{
    const PhotoList& photos = *m_window->workspace().photos();
    const qint64 before = m_window->workspace().photoCount();
    const std::string path = photos.rows[0].path;
    exchange().importFile(file("boxes.csv", "path,x,y,w,h\n" + path + ",0,0,0.5,0.5\n" + path + ",0.5,0.5,0.5,0.5\n"));
    QTRY_VERIFY(says("The file has 2 box(es)."));
    press("Import the boxes");
    QTRY_COMPARE(m_window->workspace().photoCount(), before + 1);    // two in place of the file
}

void TestImporting::boxesOfUnknownFilesAreAskedAbout()
{
    const qint64 before = m_window->workspace().photoCount();
    const std::string path = m_window->workspace().photos()->rows[0].path;
    exchange().importFile(file("boxes.csv", "path,x,y,w,h\n" + path + ",0,0,0.5,0.5\nnowhere.jpg,0,0,1,1\n"));
    QTRY_VERIFY(says("The file has 2 box(es)."));
    press("Import the boxes");
    QTRY_VERIFY(says("nowhere.jpg"));
    QCOMPARE(m_window->workspace().photoCount(), before);
    press("Import the rest");
    QTRY_VERIFY(says("1 new photo(s) from boxes."));
}

void TestImporting::labelsAreTaken()
{
    const PhotoRow row = m_window->workspace().photos()->rows[3];
    exchange().importFile(file("labels.csv", "path,label\n" + row.path + ",Robin\n"));
    QTRY_VERIFY(state().byName("Robin"));
    QCOMPARE(state().labelledCluster(row.photo), state().byName("Robin"));
}

void TestImporting::anEmptyFileIsASentence()
{
    exchange().importFile(file("empty.csv", "\n"));
    QTRY_VERIFY(says("empty.csv"));
}

void TestImporting::theLogOfWorkIsSavedStoppedAndErased()
{
    project::Library& library = *m_window->workspace().curation().library();
    const auto action = [&](const char* id) { return m_window->actions().action(QLatin1String(id)); };
    QVERIFY(action("effort.keep")->isChecked());
    library.logEffort({1'700'000'010'500, "grow", 3, 150, 10'500});
    m_commands->effort().saveTo(m_dir->filePath(QStringLiteral("effort.csv")));
    QVERIFY(says("Wrote 1 line(s)"));
    QCOMPARE(readFile(toPath(m_dir->filePath(QStringLiteral("effort.csv")))), std::string("started,loop,decisions,photos,seconds\n2023-11-14T22:13:20Z,grow,3,150,10.5\n"));
    action("effort.keep")->trigger();
    library.logEffort({1'700'000'020'000, "grow", 1, 1, 1});
    QCOMPARE(library.effort().size(), std::size_t{1});
    action("effort.keep")->trigger();
    library.logEffort({1'700'000'020'000, "grow", 1, 1, 1});
    QCOMPARE(library.effort().size(), std::size_t{2});
    action("effort.erase")->trigger();
    QCOMPARE(library.effort().size(), std::size_t{2});    // asked first
    press("Erase the log");
    QVERIFY(library.effort().empty());
}

QTEST_MAIN(TestImporting)
#include "tst_importing.moc"
