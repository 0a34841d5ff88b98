// SPDX-License-Identifier: GPL-3.0-or-later
// What changed since one looked, files that are gone and times, in the real window on a real library.
#include "tests/ui/uifixture.h"
#include "ui/changewatch.h"
#include "ui/clustermodel.h"
#include "ui/clusterpanel.h"
#include "ui/gallerymodel.h"
#include "ui/gallerypanel.h"
#include "ui/mainwindow.h"
#include "ui/paths.h"
#include "ui/projectcommands.h"
#include "ui/reviewpage.h"

#include <QtCore/QThreadPool>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QComboBox>

#include <array>

using namespace plumage;
using namespace plumage::ui;

class TestNews : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { m_made = std::make_unique<MadeUpProject>(); }
    void init();
    void cleanup();
    void lookingForTwoSecondsIsRemembered();
    void newcomersAndLeaversAreBadges();
    void newsStayWhileTheyAreLookedAt();
    void newcomersAreAskedAbout();
    void newsSurviveARestart();
    void missingFilesCanBeFiltered();
    void photosCanBeSortedByTime();

private:
    void open();
    void move(std::int64_t photo, std::int64_t cluster);
    void choose(const QString& name, int index) const;
    GalleryPanel& gallery() { return m_window->projectView()->gallery(); }
    ChangeWatch& watch() { return m_window->changes(); }
    ClusterModel& clusters() { return m_window->clusterPanel()->model(); }
    PhotoId firstOf(std::int64_t cluster)
    {
        const auto& table = *m_window->workspace().snapshot()->photos;
        for (std::size_t row = 0; row < table.rows(); ++row)
            if (table.clusters()[row] == cluster)
                return table.photo(row);
        return {};
    }

    std::unique_ptr<MadeUpProject> m_made;
    std::unique_ptr<QTemporaryDir> m_dir;
    std::unique_ptr<MainWindow> m_window;
    ProjectCommands* m_commands = nullptr;
    std::filesystem::path m_project;
};

void TestNews::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
    m_project = m_made->copy();
    open();
}

void TestNews::open()
{
    m_window = std::make_unique<MainWindow>(MainWindow::Settings{.worker = {}, .socket = m_dir->filePath(QStringLiteral("s")), .documents = m_dir->path(), .remember = false});
    m_commands = new ProjectCommands(*m_window);
    m_window->show();
    QSignalSpy opened(&m_window->workspace(), &Workspace::opened);
    m_commands->openProject(fromPath(m_project));
    QTRY_COMPARE(opened.size(), 1);
    QThreadPool::globalInstance()->waitForDone();
    QCoreApplication::processEvents();
}

void TestNews::cleanup()
{
    m_window.reset();
    QThreadPool::globalInstance()->waitForDone();
}

void TestNews::move(std::int64_t photo, std::int64_t cluster)
{
    const std::array photos{PhotoId{photo}};
    m_window->workspace().curation().carryOut([&](const curation::State& state) {
        return curation::assign(state, photos, ClusterId{cluster}, project::LabelSource::seen, [](PhotoId) { return std::optional<ClusterId>(); });
    });
}

void TestNews::choose(const QString& name, int index) const
{
    for (auto* box : m_window->projectView()->gallery().findChildren<QComboBox*>())
        if (box->accessibleName() == name)
            return box->setCurrentIndex(index);
    QFAIL(qPrintable(name));
}

void TestNews::lookingForTwoSecondsIsRemembered()
{
    m_window->selection().showCluster(ClusterId{2});
    const auto stored = [&] { return project::Library::open(m_project, project::Library::Access::read).lookedAt(); };
    QTRY_VERIFY(stored().contains(ClusterId{2}));
    QCOMPARE(stored().at(ClusterId{2}).size(), m_window->workspace().snapshot()->find(ClusterId{2})->photos);
    QVERIFY(!stored().contains(ClusterId{3}));
}

void TestNews::newcomersAndLeaversAreBadges()
{
    watch().lookedAt(ClusterId{2});
    watch().lookedAt(ClusterId{3});
    const PhotoId moved = firstOf(3);
    move(moved.value, 2);
    QTRY_COMPARE(clusters().changeText(ClusterId{2}), QStringLiteral("+1"));
    QCOMPARE(clusters().changeText(ClusterId{3}), QStringLiteral("−1"));
    QVERIFY(clusters().changeText(ClusterId{4}).isEmpty());    // nobody looked at it
    choose(QStringLiteral("Which photos"), static_cast<int>(GalleryModel::Filter::Changed));
    QCOMPARE(gallery().model().rowCount(), 1);
    QCOMPARE(gallery().model().photo(0), moved);
    m_window->workspace().curation().undo();
    QTRY_VERIFY(clusters().changeText(ClusterId{2}).isEmpty());
    QCOMPARE(gallery().model().rowCount(), 0);
}

// A rejection sends a photo to its next best cluster, where it is a newcomer that nobody has checked.
void TestNews::newcomersAreAskedAbout()
{
    for (std::int64_t cluster = 1; cluster <= 6; ++cluster)
        watch().lookedAt(ClusterId{cluster});
    const PhotoId photo = firstOf(3);
    m_window->workspace().curation().carryOut([&](const curation::State& state) { return curation::rejectFrom(state, std::array{photo}, ClusterId{3}); });
    const auto& table = [this]() -> const project::PhotoTable& { return *m_window->workspace().snapshot()->photos; };
    const auto to = table().cluster(*table().row(photo));
    QVERIFY(to && to != ClusterId{3});
    QTRY_COMPARE(clusters().changeText(*to), QStringLiteral("+1"));
    m_window->setPage(Page::Review);
    ReviewPage& review = *m_window->review();
    QTRY_COMPARE(review.queues().clusters(ReviewQueues::Changed), std::vector{*to});
    review.chooseQueue(ReviewQueues::Changed);
    QCOMPARE(review.model().rowCount(), 1);
    QVERIFY2(review.question().contains(QStringLiteral(" came to ")), qPrintable(review.question()));
    review.answer(true);
    QCOMPARE(m_window->workspace().curation().state().labelledCluster(photo), to);
    QCOMPARE(review.queues().waiting(ReviewQueues::Changed), std::size_t{0});
    m_window->workspace().curation().undo();
    QVERIFY(!m_window->workspace().curation().state().label(photo));
    QTRY_COMPARE(review.model().rowCount(), 1);    // asked again
    review.answer(false);
    QVERIFY(m_window->workspace().curation().state().isRejected(photo, *to));
}

void TestNews::newsStayWhileTheyAreLookedAt()
{
    watch().lookedAt(ClusterId{2});
    move(firstOf(3).value, 2);
    QTRY_COMPARE(clusters().changeText(ClusterId{2}), QStringLiteral("+1"));
    m_window->selection().showCluster(ClusterId{2});
    watch().lookedAt(ClusterId{2});    // as after two seconds
    move(firstOf(4).value, 5);         // something else happens
    QTest::qWait(600);
    QCOMPARE(clusters().changeText(ClusterId{2}), QStringLiteral("+1"));
    m_window->selection().showCluster(ClusterId{4});
    QTRY_VERIFY(clusters().changeText(ClusterId{2}).isEmpty());
}

void TestNews::newsSurviveARestart()
{
    watch().lookedAt(ClusterId{2});
    QThreadPool::globalInstance()->waitForDone();
    move(firstOf(3).value, 2);
    QTRY_COMPARE(clusters().changeText(ClusterId{2}), QStringLiteral("+1"));
    m_window.reset();
    QThreadPool::globalInstance()->waitForDone();
    open();
    QTRY_COMPARE(clusters().changeText(ClusterId{2}), QStringLiteral("+1"));
}

void TestNews::missingFilesCanBeFiltered()
{
    const PhotoList& photos = *m_window->workspace().photos();
    const std::filesystem::path file = photos.file(5), aside = file.string() + ".aside";
    const PhotoId photo = photos.rows[5].photo;
    choose(QStringLiteral("Which photos"), static_cast<int>(GalleryModel::Filter::Missing));
    QTRY_COMPARE(gallery().model().rowCount(), 0);
    std::filesystem::rename(file, aside);
    QSignalSpy scanned(&m_window->workspace(), &Workspace::scanFinished);
    m_window->workspace().rescan();
    QTRY_COMPARE(scanned.size(), 1);
    QTRY_COMPARE(gallery().model().rowCount(), 1);
    QCOMPARE(gallery().model().photo(0), photo);
    std::filesystem::rename(aside, file);
}

void TestNews::photosCanBeSortedByTime()
{
    auto facts = std::make_shared<PhotoFacts>();
    const PhotoList& photos = *m_window->workspace().photos();
    facts->taken = {{photos.rows[9].photo, 20240517063102}, {photos.rows[4].photo, 20230101000000}};
    gallery().setFacts(facts);
    choose(QStringLiteral("Order of the photos"), static_cast<int>(GalleryModel::Order::Taken));
    QCOMPARE(gallery().model().photo(0), photos.rows[4].photo);
    QCOMPARE(gallery().model().photo(1), photos.rows[9].photo);
    QCOMPARE(gallery().model().rowCount(), static_cast<int>(photos.rows.size()));    // those without a time are there, too
}

QTEST_MAIN(TestNews)
#include "tst_news.moc"
