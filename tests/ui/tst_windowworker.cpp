// SPDX-License-Identifier: GPL-3.0-or-later
// The window and a worker: the scripted one of tests/fakes, a real process that trains in pretence, dies, stalls and comes back.
#include "core/base/constraints.h"
#include "core/curation/commands.h"
#include "core/project/projectfolder.h"
#include "tests/ui/uifixture.h"
#include "ui/clustermodel.h"
#include "ui/clusterpanel.h"
#include "ui/mainwindow.h"
#include "ui/messagebar.h"
#include "ui/paths.h"
#include "ui/projectcommands.h"
#include "ui/starttrainingsheet.h"
#include "ui/statusstrip.h"

#include <QtCore/QThreadPool>
#include <QtGui/QAction>
#include <QtGui/QDesktopServices>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QAbstractButton>

#include <algorithm>
#include <array>
#include <csignal>

using namespace plumage;
using namespace plumage::ui;
using protocol::WorkerState;

class TestWindowWorker : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void trainingFillsTheWindow();
    void pauseResumeStop();
    void decisionsReachTheWorker();
    void aCrashOffersTheCheckpoint();
    void aCrashOffersTheLog();
    void aCrashBeforeACheckpointOffersANewStart();
    void closingLeavesTheTrainingRunning();
    void aProjectThatMovesEndsItsWorker();
    void anotherWindowOnlyLooks();
    void aFailedRunIsASentence();
    void aRefusedStartIsASentence();
    void aSlowWorkerDoesNotBlockTheWindow();
    void anotherVersionIsNamed();
    void aMissingWorkerLeavesSortingAlive();
    void demoStartsByItself();

public Q_SLOTS:
    void takeUrl(const QUrl& url) { m_shownUrl = url; }    // instead of the desktop

private:
    QUrl m_shownUrl;
    bool offers(const char* button) const;
    void makeWindow(const QString& worker = QStringLiteral(PLUMAGE_FAKE_WORKER));
    void openFolder();
    void startTraining();
    void script(const char* text);
    bool says(const char* words) const { return m_window->messages().texts().join(QLatin1Char('\n')).contains(QLatin1String(words)); }
    void press(const char* button);
    WorkerState state() const { return m_window->training().state().state; }
    QString project() const { return m_dir->filePath(QStringLiteral("feathers.plumage")); }
    qint64 pid() const { return m_window->training().client()->worker().pid; }

    std::unique_ptr<MadeUpProject> m_made;
    std::unique_ptr<QTemporaryDir> m_dir;
    std::unique_ptr<MainWindow> m_window;
    ProjectCommands* m_commands = nullptr;
    QList<qint64> m_pids;
};

void TestWindowWorker::initTestCase()
{
    qputenv("PLUMAGE_FAKE_OWNER", QByteArray::number(QCoreApplication::applicationPid()));    // workers end with this program
    m_made = std::make_unique<MadeUpProject>();
}

void TestWindowWorker::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
    m_pids.clear();
}

void TestWindowWorker::cleanup()
{
    if (m_window && m_window->training().client())
        m_pids.append(pid());
    m_window.reset();
    for (const qint64 pid : m_pids)    // workers are detached: end those of this test
        if (pid > 0)
            ::kill(static_cast<pid_t>(pid), SIGKILL);
    QThreadPool::globalInstance()->waitForDone();    // jobs that still write to the folder
    m_dir.reset();
}

void TestWindowWorker::makeWindow(const QString& worker)
{
    m_window = std::make_unique<MainWindow>(MainWindow::Settings{.worker = worker, .socket = m_dir->filePath(QStringLiteral("w.sock")), .documents = m_dir->path(), .remember = false});
    m_commands = new ProjectCommands(*m_window);
    m_window->show();
    m_window->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));    // else keys are not heard
}

void TestWindowWorker::openFolder()
{
    makeWindow();
    m_commands->open(fromPath(m_made->photos()));
    QTRY_VERIFY_WITH_TIMEOUT(m_window->sheet() && m_window->sheet()->isVisible(), 20'000);
    QTRY_VERIFY_WITH_TIMEOUT(m_window->training().isConnected(), 20'000);
    m_pids.append(pid());
}

void TestWindowWorker::startTraining()
{
    m_window->sheet()->setKinds(4);
    QTest::keyClick(m_window->sheet(), Qt::Key_Return);
    QTRY_COMPARE_WITH_TIMEOUT(state(), WorkerState::training, 20'000);
}

void TestWindowWorker::script(const char* text)
{
    QDir().mkpath(project());
    QFile file(project() + QStringLiteral("/fakeworker.script"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(text);
}

void TestWindowWorker::press(const char* button)
{
    for (auto* candidate : m_window->messages().findChildren<QAbstractButton*>())
        if (candidate->text() == QLatin1String(button) && candidate->isVisible())
            return candidate->click();
    QFAIL(button);
}

void TestWindowWorker::trainingFillsTheWindow()
{
    openFolder();
    startTraining();
    QTRY_VERIFY_WITH_TIMEOUT(m_window->workspace().snapshot()->hasClusters(), 20'000);
    QCOMPARE(m_window->clusterPanel()->model().rowCount(), 8);    // 4 kinds, 2 codes each
    const std::int64_t first = m_window->workspace().snapshot()->step;
    QTRY_VERIFY_WITH_TIMEOUT(m_window->workspace().snapshot()->step > first, 20'000);
    QVERIFY(!m_window->workspace().metrics().isEmpty());
    QTRY_VERIFY_WITH_TIMEOUT(!m_window->workspace().checkpoints().empty(), 20'000);
    QCOMPARE(m_window->status().stateText(), QStringLiteral("Training"));
    const auto run = project::ProjectFolder::open(toPath(project())).runs();
    QCOMPARE(run.size(), std::size_t{1});
    QCOMPARE(project::readManifest(run[0]).options.schedule.kinds, 4);
}

void TestWindowWorker::pauseResumeStop()
{
    openFolder();
    startTraining();
    QTest::keyClick(m_window.get(), Qt::Key_F9);
    QTRY_COMPARE(state(), WorkerState::paused);
    QVERIFY(m_window->actions().action(QStringLiteral("training.pause"))->text().contains(QLatin1String("Resume")));
    QTest::keyClick(m_window.get(), Qt::Key_F9);
    QTRY_COMPARE(state(), WorkerState::training);
    QTest::keyClick(m_window.get(), Qt::Key_F9, Qt::ControlModifier);
    QTRY_COMPARE(state(), WorkerState::finished);
    QTRY_VERIFY(says("Stopped and saved at step") || says("Training has finished"));
    QVERIFY(m_window->actions().action(QStringLiteral("training.start"))->isEnabled());
}

void TestWindowWorker::decisionsReachTheWorker()
{
    script("set checkpoint-every 50\n");
    openFolder();
    const auto decide = [&](std::int64_t photo, const std::string& name) {
        const std::array photos{PhotoId{photo}};
        m_window->workspace().curation().carryOut([&](const auto& state) {
            return curation::newCluster(state, photos, name, [](PhotoId) { return std::optional<ClusterId>(); });
        });
    };
    const auto received = [&] {
        QFile file(project() + QStringLiteral("/constraints.1"));
        return file.open(QIODevice::ReadOnly) && file.size() > 0 ? constraintsFromBytes(file.readAll().toStdString()) : Constraints();
    };
    decide(3, "Robin");    // nothing trains: it goes out with the start
    startTraining();
    QTRY_COMPARE(received().labels.size(), std::size_t{1});
    QCOMPARE(received().labels[0].photo, PhotoId{3});
    QTRY_VERIFY_WITH_TIMEOUT(m_window->workspace().snapshot()->hasClusters(), 20'000);
    QTRY_COMPARE(received().codes.size(), std::size_t{8});    // two for each kind: the run's codes have clusters since
    decide(9, "Wren");
    QTRY_COMPARE(received().labels.size(), std::size_t{2});
    QTest::keyClick(m_window.get(), Qt::Key_Z, Qt::ControlModifier);
    QTRY_COMPARE(received().labels.size(), std::size_t{1});

    const qint64 before = pid();    // a worker that knows nothing gets all again
    ::kill(static_cast<pid_t>(before), SIGKILL);
    QTRY_VERIFY_WITH_TIMEOUT(says("The worker stopped at step"), 20'000);
    QFile::remove(project() + QStringLiteral("/constraints.1"));
    m_pids.append(pid());
    press("Resume from the last checkpoint");
    QTRY_COMPARE_WITH_TIMEOUT(received().labels.size(), std::size_t{1}, 20'000);
}

void TestWindowWorker::aCrashOffersTheCheckpoint()
{
    script("set checkpoint-every 50\nstep 130: crash once\n");
    openFolder();
    startTraining();
    QTRY_VERIFY_WITH_TIMEOUT(says("The worker stopped at step"), 30'000);
    QVERIFY(says("training can go on from step 100"));
    QVERIFY(m_window->workspace().snapshot()->hasClusters());    // what was on screen stays
    m_pids.append(pid());
    press("Resume from the last checkpoint");
    QTRY_COMPARE_WITH_TIMEOUT(state(), WorkerState::training, 20'000);
    QTRY_VERIFY_WITH_TIMEOUT(m_window->workspace().snapshot()->step > 130, 20'000);
    QCOMPARE(project::ProjectFolder::open(toPath(project())).runs().size(), std::size_t{1});
}

bool TestWindowWorker::offers(const char* button) const
{
    return std::ranges::any_of(m_window->messages().findChildren<QAbstractButton*>(),
        [button](const QAbstractButton* candidate) { return candidate->text() == QLatin1String(button) && candidate->isVisible(); });
}

void TestWindowWorker::aCrashOffersTheLog()
{
    script("set checkpoint-every 50\nstep 70: crash once\n");
    QVERIFY(QDir().mkpath(project() + QStringLiteral("/cache")));
    QFile log(project() + QStringLiteral("/cache/worker.log"));
    QVERIFY(log.open(QIODevice::WriteOnly));
    openFolder();
    startTraining();
    QTRY_VERIFY_WITH_TIMEOUT(says("The worker stopped at step"), 30'000);
    m_pids.append(pid());
    QVERIFY(offers("Resume from the last checkpoint"));
    QDesktopServices::setUrlHandler(QStringLiteral("file"), this, "takeUrl");
    press("Show log");
    QDesktopServices::unsetUrlHandler(QStringLiteral("file"));
    QCOMPARE(m_shownUrl, QUrl::fromLocalFile(log.fileName()));
    QVERIFY(offers("Resume from the last checkpoint"));    // still
}

void TestWindowWorker::aCrashBeforeACheckpointOffersANewStart()
{
    script("step 60: crash once\n");
    openFolder();
    startTraining();
    QTRY_VERIFY_WITH_TIMEOUT(says("before its first checkpoint"), 30'000);
    QVERIFY(!offers("Show log"));    // this worker wrote none
    m_pids.append(pid());
    press("Start again");
    QTRY_COMPARE_WITH_TIMEOUT(state(), WorkerState::training, 20'000);
    QCOMPARE(project::ProjectFolder::open(toPath(project())).runs().size(), std::size_t{2});
}

void TestWindowWorker::closingLeavesTheTrainingRunning()
{
    script("set steps 100000\n");
    openFolder();
    startTraining();
    const qint64 worker = pid();
    m_window->close();
    m_window.reset();
    QCOMPARE(::kill(static_cast<pid_t>(worker), 0), 0);
    makeWindow();
    m_commands->open(project());
    QTRY_VERIFY_WITH_TIMEOUT(says("Attached to the run that was going on"), 20'000);
    QCOMPARE(pid(), worker);
    QCOMPARE(state(), WorkerState::training);
    QTRY_VERIFY_WITH_TIMEOUT(m_window->workspace().snapshot() && m_window->workspace().snapshot()->hasClusters(), 20'000);
    const std::int64_t step = m_window->workspace().snapshot()->step;
    QTRY_VERIFY_WITH_TIMEOUT(m_window->workspace().snapshot()->step > step, 20'000);
    m_window->actions().action(QStringLiteral("project.close"))->trigger();
    QVERIFY(says("Training goes on."));
}

void TestWindowWorker::aProjectThatMovesEndsItsWorker()
{
    openFolder();
    const qint64 before = pid();
    m_commands->keepProjectIn(m_dir->filePath(QStringLiteral("disk")));
    QTRY_VERIFY_WITH_TIMEOUT(::kill(static_cast<pid_t>(before), 0) != 0, 20'000);
    QTRY_VERIFY_WITH_TIMEOUT(m_window->training().isConnected() && pid() != before, 20'000);
    m_pids.append(pid());
    QTRY_VERIFY_WITH_TIMEOUT(m_window->sheet()->isVisible(), 20'000);
    startTraining();
    QTRY_VERIFY(!QFile::exists(project()));
    QCOMPARE(project::ProjectFolder::open(toPath(m_dir->filePath(QStringLiteral("disk/feathers.plumage")))).runs().size(), std::size_t{1});
}

void TestWindowWorker::anotherWindowOnlyLooks()
{
    script("after 300: send {\"type\": \"role\", \"role\": \"observer\"}\n");
    openFolder();
    QTRY_VERIFY_WITH_TIMEOUT(says("open in another window"), 20'000);
}

void TestWindowWorker::aFailedRunIsASentence()
{
    script("step 40: fail diskFull /somewhere/full\n");
    openFolder();
    m_window->sheet()->setKinds(4);
    QTest::keyClick(m_window->sheet(), Qt::Key_Return);
    QTRY_COMPARE_WITH_TIMEOUT(state(), WorkerState::failed, 20'000);
    QTRY_VERIFY(says("/somewhere/full"));
    QVERIFY(!says("diskFull"));
}

void TestWindowWorker::aRefusedStartIsASentence()
{
    script("on start: error outOfMemory 9 GB\n");
    openFolder();
    m_window->sheet()->setKinds(4);
    QTest::keyClick(m_window->sheet(), Qt::Key_Return);
    QTRY_VERIFY_WITH_TIMEOUT(says("9 GB") || says("memory"), 20'000);
    QVERIFY(m_window->actions().action(QStringLiteral("training.start"))->isEnabled());
}

void TestWindowWorker::aSlowWorkerDoesNotBlockTheWindow()
{
    script("on hello: slow 400; builtin\n");
    makeWindow();
    m_commands->open(fromPath(m_made->photos()));
    QTRY_COMPARE_WITH_TIMEOUT(m_window->workspace().photoCount(), 144, 20'000);    // sorting goes on meanwhile
    QElapsedTimer longest;
    QTRY_VERIFY_WITH_TIMEOUT(m_window->training().isConnected(), 20'000);
    m_pids.append(pid());
    longest.start();
    m_window->training().pause();    // an answer that takes its time
    QVERIFY(longest.elapsed() < 300);
}

void TestWindowWorker::anotherVersionIsNamed()
{
    script("set protocol 99\n");
    makeWindow();
    m_commands->open(fromPath(m_made->photos()));
    QTRY_VERIFY_WITH_TIMEOUT(says("do not fit"), 20'000);
    m_pids.append(pid());
}

void TestWindowWorker::aMissingWorkerLeavesSortingAlive()
{
    makeWindow(m_dir->filePath(QStringLiteral("no-worker")));
    m_commands->open(fromPath(m_made->photos()));
    QTRY_VERIFY_WITH_TIMEOUT(says("no-worker"), 20'000);
    QTRY_COMPARE(m_window->workspace().photoCount(), 144);
    QCOMPARE(m_window->status().stateText(), QStringLiteral("No worker"));
}

void TestWindowWorker::demoStartsByItself()
{
    makeWindow();
    // the pretended worker draws nothing: its photos are there already
    std::filesystem::copy(m_made->photos(), toPath(m_dir->filePath(QStringLiteral("Aviary"))), std::filesystem::copy_options::recursive);
    m_commands->tryDemo();
    QTRY_COMPARE_WITH_TIMEOUT(state(), WorkerState::training, 30'000);
    m_pids.append(pid());
    QTRY_VERIFY_WITH_TIMEOUT(m_window->workspace().snapshot()->hasClusters(), 20'000);
    const auto run = project::ProjectFolder::open(toPath(m_dir->filePath(QStringLiteral("Aviary.plumage")))).runs();
    QCOMPARE(run.size(), std::size_t{1});
    QCOMPARE(project::readManifest(run[0]).options.preset, std::string("demo"));
    QCOMPARE(project::readManifest(run[0]).truth, std::string("folders"));
}

QTEST_MAIN(TestWindowWorker)
#include "tst_windowworker.moc"
