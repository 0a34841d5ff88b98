// SPDX-License-Identifier: GPL-3.0-or-later
// Sorting by keyboard in the real window on a real library: names, moves, merges, undo, restarts, second windows, damaged files, the review loops.
#include "core/base/atomicpath.h"
#include "core/base/npy.h"
#include "tests/ui/uifixture.h"
#include "ui/choiceprompt.h"
#include "ui/clustermodel.h"
#include "ui/clusterpanel.h"
#include "ui/curationcommands.h"
#include "ui/gallerymodel.h"
#include "ui/gallerypanel.h"
#include "ui/loupe.h"
#include "ui/mainwindow.h"
#include "ui/messagebar.h"
#include "ui/paths.h"
#include "ui/projectcommands.h"
#include "ui/reviewpage.h"

#include <QtCore/QThreadPool>
#include <QtCore/QMimeData>
#include <QtGui/QAction>
#include <QtGui/QDropEvent>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QAbstractButton>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QDockWidget>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QListView>
#include <QtWidgets/QListWidget>

using namespace plumage;
using namespace plumage::ui;

class TestSorting : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { m_made = std::make_unique<MadeUpProject>(); }
    void init();
    void cleanup();
    void aClusterGetsItsNameByKey();
    void aKnownNameMerges();
    void numberKeysMovePhotos();
    void lettersBelongToTheTextField();
    void newClustersAndUndo();
    void photosAndClustersAreDropped();
    void splittingProposesAHalf();
    void examplesPickWhatIsLikeThem();
    void decidedPhotosKeepTheirPlace();
    void decisionsAreThereAfterARestart();
    void aSecondWindowOnlyLooks();
    void aDamagedLibraryOffersItsBackup();
    void filtersShowWhatIsWanted();
    void lookAlikesComeFirst();
    void theLoupeFollowsTheKeys();
    void historyGoesBack();
    void validateApprovesAllButThePicked();
    void growJoinsPages();
    void takingBackAnAnswerIsNoUndo();
    void anEmptyGalleryKeepsTheFocus();
    void beforeTheFirstRunTheOrderStays();
    void shiftPicksFromThePhotoAtHand();
    void theClusterInQuestionIsTheChosenOne();
    void whatWasMovedIsPickedNoMore();
    void aPageOfGrowIsSeenWhole();
    void theReviewPageHasALoupe();
    void movedPhotosOfAGrowPageMakeItMixed();
    void aSuggestionLeavesDecidedPhotosAlone();
    void aDoubtfulPhotoIsPlacedByOneKey();
    void whatWasPutAwayStaysAway();
    void theKeyPPinsAnExample();

private:
    ReviewPage& ask(ReviewQueues::Queue queue);
    void open(const std::filesystem::path& project);
    std::unique_ptr<MainWindow> makeWindow();
    void pickRows(std::initializer_list<int> rows);
    bool dropOn(QMimeData* data, const QModelIndex& target);
    void key(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier) { QTest::keyClick(&m_window->projectView()->gallery().view(), key, modifiers); }
    void type(const QString& text)
    {
        auto* line = m_commands->curation().prompt().findChild<QLineEdit*>();
        line->selectAll();
        QTest::keyClicks(line, text);
        QTest::keyClick(line, Qt::Key_Return);
    }
    GalleryModel& model() { return m_window->projectView()->gallery().model(); }
    const SnapshotView& view() { return *m_window->workspace().snapshot(); }
    const curation::State& state() { return m_window->workspace().curation().state(); }
    bool says(const char* words) const { return m_window->messages().texts().join(QLatin1Char('\n')).contains(QLatin1String(words)); }
    void trigger(const char* id) { m_window->actions().action(QLatin1String(id))->trigger(); }

    std::unique_ptr<MadeUpProject> m_made;
    std::unique_ptr<QTemporaryDir> m_dir;
    std::unique_ptr<MainWindow> m_window;
    ProjectCommands* m_commands = nullptr;
    std::filesystem::path m_project;
};

std::unique_ptr<MainWindow> TestSorting::makeWindow()
{
    return std::make_unique<MainWindow>(MainWindow::Settings{.worker = {}, .socket = m_dir->filePath(QStringLiteral("s")), .documents = m_dir->path(), .remember = false});
}

void TestSorting::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
    m_window = makeWindow();
    m_commands = new ProjectCommands(*m_window);
    m_window->show();
    m_window->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));    // else keys are not heard
    m_project = m_made->copy();
    open(m_project);
}

void TestSorting::cleanup()
{
    m_window.reset();
    QThreadPool::globalInstance()->waitForDone();
}

void TestSorting::open(const std::filesystem::path& project)
{
    QSignalSpy opened(&m_window->workspace(), &Workspace::opened);
    m_commands->openProject(fromPath(project));
    QTRY_COMPARE(opened.size(), 1);
    m_window->projectView()->gallery().view().setFocus();
}

void TestSorting::pickRows(std::initializer_list<int> rows)
{
    std::vector<PhotoId> photos;
    for (const int row : rows)
        photos.push_back(model().photo(row));
    m_window->selection().pick(photos, photos.front());
}

void TestSorting::aClusterGetsItsNameByKey()
{
    m_window->selection().showCluster(ClusterId{2});
    key(Qt::Key_F2);
    type(QStringLiteral("Robin"));
    QCOMPARE(view().find(ClusterId{2})->name, QStringLiteral("Robin"));
    QVERIFY(says("#2 is now Robin."));
    QVERIFY(m_window->projectView()->gallery().view().hasFocus());    // where it was before the question
    key(Qt::Key_Z, Qt::ControlModifier);
    QVERIFY(view().find(ClusterId{2})->name.isEmpty());
    key(Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(view().find(ClusterId{2})->name, QStringLiteral("Robin"));
}

void TestSorting::aKnownNameMerges()
{
    m_window->selection().showCluster(ClusterId{2});
    key(Qt::Key_F2);
    type(QStringLiteral("Robin"));
    const std::size_t together = view().find(ClusterId{2})->photos + view().find(ClusterId{3})->photos;
    m_window->selection().showCluster(ClusterId{3});
    key(Qt::Key_F2);
    type(QStringLiteral("Robin"));
    QVERIFY(!view().find(ClusterId{3}));
    QCOMPARE(view().find(ClusterId{2})->photos, together);
    QCOMPARE(view().find(ClusterId{2})->codes.size(), std::size_t{2});
    QCOMPARE(model().rowCount(), static_cast<int>(together));
    key(Qt::Key_Z, Qt::ControlModifier);
    QVERIFY(view().find(ClusterId{3}));
}

void TestSorting::numberKeysMovePhotos()
{
    m_window->selection().showCluster(ClusterId{4});
    key(Qt::Key_K, Qt::ShiftModifier);
    type(QStringLiteral("7"));
    QCOMPARE(view().find(ClusterId{4})->key, 7);
    m_window->selection().showCluster(ClusterId{1});
    pickRows({0, 2});
    const std::vector<PhotoId> picked = m_window->selection().picked();
    key(Qt::Key_7);
    for (const PhotoId photo : picked)
        QCOMPARE(state().label(photo), std::optional(project::Label{ClusterId{4}, project::LabelSource::seen}));
    QCOMPARE(state().labelCount(), std::int64_t{2});    // the picked ones only
    QVERIFY(says("Moved 2 photos to #4.") || says("Moved 2 photo(s) to #4."));
    pickRows({5});
    key(Qt::Key_C);
    QVERIFY(state().label(model().photo(5)));
    QCOMPARE(m_window->selection().picked(), std::vector{model().photo(6)});    // the next one is at hand
}

void TestSorting::lettersBelongToTheTextField()
{
    m_window->selection().showCluster(ClusterId{1});
    pickRows({0});
    key(Qt::Key_T);
    auto* line = m_commands->curation().prompt().findChild<QLineEdit*>();
    QTest::keyClicks(line, QStringLiteral("xcbwd1"));
    QCOMPARE(line->text(), QStringLiteral("xcbwd1"));
    QCOMPARE(state().labelCount(), std::int64_t{0});
    QTest::keyClick(line, Qt::Key_Escape);
    QVERIFY(!m_commands->curation().prompt().isVisible());
    QVERIFY(!m_window->workspace().curation().nextUndo());
}

void TestSorting::newClustersAndUndo()
{
    m_window->selection().showCluster(ClusterId{1});
    pickRows({0, 1, 2});
    const auto before = view().find(ClusterId{1})->photos;
    key(Qt::Key_B);
    QCOMPARE(view().find(ClusterId{7})->photos, std::size_t{3});
    QCOMPARE(view().find(ClusterId{7})->checked, std::size_t{3});
    QCOMPARE(view().find(ClusterId{1})->photos, before - 3);
    QVERIFY(std::isfinite(view().find(ClusterId{7})->centroid.x()));    // it stands among its photos
    key(Qt::Key_Z, Qt::ControlModifier);
    QVERIFY(!view().find(ClusterId{7}));
    m_window->selection().showCluster(ClusterId{1});
    pickRows({0});
    key(Qt::Key_B);
    QVERIFY(view().find(ClusterId{8}));    // a number is never used again
}

// As a drag ends: the same events that the window system sends, on the panel's viewport.
bool TestSorting::dropOn(QMimeData* data, const QModelIndex& target)
{
    QListView& list = m_window->clusterPanel()->view();
    list.scrollTo(target);
    const std::unique_ptr<QMimeData> owned(data);
    const QPoint at = target.isValid() ? list.visualRect(target).center() : QPoint(10, list.viewport()->height() - 2);
    QDragEnterEvent enter(at, Qt::CopyAction, data, Qt::LeftButton, Qt::NoModifier);
    QDragMoveEvent move(at, Qt::CopyAction, data, Qt::LeftButton, Qt::NoModifier);
    QDropEvent drop(at, Qt::CopyAction, data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(list.viewport(), &enter);
    QCoreApplication::sendEvent(list.viewport(), &move);
    if (!move.isAccepted())
        return false;
    QCoreApplication::sendEvent(list.viewport(), &drop);
    return true;
}

void TestSorting::photosAndClustersAreDropped()
{
    ClusterModel& clusters = m_window->clusterPanel()->model();
    const ClusterId first = clusters.cluster(0).cluster, second = clusters.cluster(1).cluster;
    m_window->selection().showCluster(first);
    pickRows({0, 1, 2});
    const std::vector<PhotoId> photos = m_window->selection().picked();
    QCOMPARE(photos.size(), std::size_t{3});
    QVERIFY(model().flags(model().index(0)) & Qt::ItemIsDragEnabled);
    QVERIFY(clusters.dropText(*std::unique_ptr<QMimeData>(model().mimeData({model().index(0)})), clusters.indexOf(second)).contains(QStringLiteral("1 photo")));
    QVERIFY(dropOn(model().mimeData({model().indexOf(photos[0]), model().indexOf(photos[1]), model().indexOf(photos[2])}), clusters.indexOf(second)));
    for (const PhotoId photo : photos)
        QCOMPARE(view().photos->cluster(*view().photos->row(photo)), std::optional(second));

    const std::size_t listed = view().clusters.size();
    QVERIFY(dropOn(model().mimeData({model().index(0)}), {}));    // beside the rows: a cluster of its own
    QCOMPARE(view().clusters.size(), listed + 1);

    QVERIFY(!dropOn(clusters.mimeData({clusters.indexOf(first)}), clusters.indexOf(first)));    // not onto itself
    QMimeData* rubbish = new QMimeData;
    rubbish->setData(QStringLiteral("application/x-plumage-photos"), "rubbish");
    QVERIFY(!dropOn(rubbish, clusters.indexOf(first)));
    QVERIFY(dropOn(clusters.mimeData({clusters.indexOf(first)}), clusters.indexOf(second)));
    QCOMPARE(state().resolve(first), second);
    for (int i = 0; i < 3; ++i)
        trigger("edit.undo");
    QCOMPARE(view().photos->cluster(*view().photos->row(photos[0])), std::optional(first));
}

void TestSorting::splittingProposesAHalf()
{
    const ClusterId cluster = m_window->clusterPanel()->model().cluster(0).cluster;
    m_window->selection().showCluster(cluster);
    m_window->selection().pick({});
    m_window->projectView()->gallery().view().setFocus();
    const std::size_t before = view().find(cluster)->photos, listed = view().clusters.size();
    key(Qt::Key_S);
    QTRY_VERIFY(!m_window->selection().picked().empty());
    const std::size_t part = m_window->selection().picked().size();
    QVERIFY(part <= before / 2);
    QVERIFY(says("look least like the rest"));
    QCOMPARE(view().clusters.size(), listed);    // only proposed
    key(Qt::Key_S);
    QCOMPARE(view().clusters.size(), listed + 1);
    QCOMPARE(view().find(cluster)->photos, before - part);
    trigger("edit.undo");
    QCOMPARE(view().find(cluster)->photos, before);
}

void TestSorting::examplesPickWhatIsLikeThem()
{
    const ClusterId robin{1}, wren{2};
    std::vector<PhotoId> wrens;
    for (std::size_t row = 0; row < view().photos->rows(); ++row)
        if (view().photos->cluster(row) == wren)
            wrens.push_back(view().photos->photo(row));
    m_window->workspace().curation().carryOut([&](const curation::State& state) { return curation::merge(state, std::array{wren}, robin, 0); });    // two kinds in one pile
    m_window->selection().showCluster(robin);
    m_window->selection().pick({});
    m_window->projectView()->gallery().view().setFocus();
    key(Qt::Key_S, Qt::ShiftModifier);
    QVERIFY(says("as examples"));
    m_window->selection().pick({wrens[0], wrens[1]}, wrens[0]);
    key(Qt::Key_S, Qt::ShiftModifier);
    QTRY_VERIFY(m_window->selection().picked().size() > 2);
    std::size_t right = 0;
    for (const PhotoId photo : m_window->selection().picked())
        right += std::ranges::find(wrens, photo) != wrens.end();
    QVERIFY2(right >= wrens.size() - 2 && right + 2 >= m_window->selection().picked().size(), qPrintable(QString::number(right)));
    const std::size_t part = m_window->selection().picked().size(), listed = view().clusters.size();
    key(Qt::Key_S);
    QCOMPARE(view().clusters.size(), listed + 1);
    QCOMPARE(view().clusters.back().photos, part);
}

void TestSorting::decidedPhotosKeepTheirPlace()
{
    m_window->selection().showCluster(ClusterId{1});
    const int rows = model().rowCount();
    const PhotoId photo = model().photo(3);
    pickRows({3});
    key(Qt::Key_X);
    QCOMPARE(model().rowCount(), rows);
    QCOMPARE(model().photo(3), photo);
    QVERIFY(model().cluster(3) != ClusterId{1});    // its next best, beside the others until the next sort
    key(Qt::Key_O);
    QCOMPARE(model().rowCount(), rows - 1);
}

void TestSorting::decisionsAreThereAfterARestart()
{
    m_window->selection().showCluster(ClusterId{5});
    key(Qt::Key_A);
    key(Qt::Key_F2);
    type(QStringLiteral("Wren"));
    const std::string before = state().canonicalText();
    QCOMPARE(state().labelCount(), static_cast<std::int64_t>(view().find(ClusterId{5})->photos));
    cleanup();
    m_window = makeWindow();
    m_commands = new ProjectCommands(*m_window);
    m_window->show();
    open(m_project);
    QVERIFY(state().canonicalText() == before);
    QCOMPARE(view().find(ClusterId{5})->name, QStringLiteral("Wren"));
    trigger("edit.undo");
    trigger("edit.undo");
    QCOMPARE(state().labelCount(), std::int64_t{0});
}

void TestSorting::aSecondWindowOnlyLooks()
{
    const auto second = makeWindow();
    auto* commands = new ProjectCommands(*second);
    QSignalSpy opened(&second->workspace(), &Workspace::opened);
    commands->openProject(fromPath(m_project));
    QTRY_COMPARE(opened.size(), 1);
    QVERIFY2(second->messages().texts().join(QString()).contains(QStringLiteral("here you can only look")), qPrintable(second->messages().texts().join(QLatin1Char('\n'))));
    QCOMPARE(second->workspace().snapshot()->clusters.size(), std::size_t{6});
    second->selection().showCluster(ClusterId{1});
    second->actions().action(QStringLiteral("cluster.approve"))->trigger();
    QCOMPARE(second->workspace().curation().state().labelCount(), std::int64_t{0});
    QVERIFY(second->messages().texts().front().contains(QStringLiteral("only look")));
}

void TestSorting::aDamagedLibraryOffersItsBackup()
{
    m_window->selection().showCluster(ClusterId{5});
    key(Qt::Key_A);
    trigger("project.close");
    open(m_project);    // keeps a backup of what there is
    trigger("project.close");
    QThreadPool::globalInstance()->waitForDone();
    writeFile(m_project / "library.sqlite", std::string(9000, 'x'));
    open(m_project);
    QVERIFY(says("is damaged"));
    QVERIFY(view().hasClusters());    // the machine's part can be looked at
    QAbstractButton* restore = nullptr;
    for (auto* button : m_window->messages().findChildren<QAbstractButton*>())
        if (button->text() == QStringLiteral("Open the last good backup"))
            restore = button;
    QVERIFY(restore);
    QSignalSpy opened(&m_window->workspace(), &Workspace::opened);
    restore->click();
    QTRY_COMPARE(opened.size(), 1);
    QCOMPARE(state().labelCount(), static_cast<std::int64_t>(view().find(ClusterId{5})->photos));
}

void TestSorting::filtersShowWhatIsWanted()
{
    pickRows({0, 1});
    key(Qt::Key_W);
    pickRows({2, 3, 4});
    key(Qt::Key_C);
    const int all = static_cast<int>(view().photos->rows());
    for (const auto& [filter, rows] : {std::pair{GalleryModel::Filter::All, all - 2}, {GalleryModel::Filter::Checked, 3}, {GalleryModel::Filter::Unchecked, all - 5},
             {GalleryModel::Filter::PutAway, 2}, {GalleryModel::Filter::Rejected, 0}}) {
        model().setFilter(filter);
        QCOMPARE(model().rowCount(), rows);
    }
    model().setFilter(GalleryModel::Filter::PutAway);
    pickRows({0});
    key(Qt::Key_W, Qt::ShiftModifier);
    model().setFilter(GalleryModel::Filter::PutAway);
    QCOMPARE(model().rowCount(), 1);
}

void TestSorting::lookAlikesComeFirst()
{
    m_window->selection().showCluster(ClusterId{3});
    pickRows({0});
    const PhotoId seed = model().photo(0);
    key(Qt::Key_L);
    QTRY_COMPARE(model().photo(0), seed);
    QTRY_VERIFY(model().order() == GalleryModel::Order::LikeSeed && !m_window->projectView()->gallery().lookAlikes().isBusy());
    QCOMPARE(model().rowCount(), static_cast<int>(view().photos->rows()));
    const auto kind = [this](int row) { return (model().photo(row).value - 1) / 24; };
    int same = 0;
    for (int row = 0; row < 12; ++row)
        same += kind(row) == kind(0);
    QVERIFY2(same >= 10, qPrintable(QString::number(same)));    // by the embedding, whatever pile they lie in
}

void TestSorting::theLoupeFollowsTheKeys()
{
    GalleryPanel& gallery = m_window->projectView()->gallery();
    m_window->selection().showCluster(ClusterId{3});
    pickRows({2});
    key(Qt::Key_Return);
    QVERIFY(gallery.isLoupeShown());
    QTest::keyClick(gallery.loupe(), Qt::Key_Right);
    QCOMPARE(m_window->selection().picked(), std::vector{model().photo(3)});
    QTest::keyClick(gallery.loupe(), Qt::Key_C);    // the grid's keys work on what is seen
    QVERIFY(state().label(model().photo(3)));
    QCOMPARE(m_window->selection().picked(), std::vector{model().photo(4)});
    QTest::keyClick(gallery.loupe(), Qt::Key_Escape);
    QVERIFY(!gallery.isLoupeShown());
}

void TestSorting::historyGoesBack()
{
    for (const int cluster : {1, 2, 3}) {
        m_window->selection().showCluster(ClusterId{cluster});
        key(Qt::Key_F);
    }
    trigger("edit.history");
    auto* list = m_window->findChild<QDockWidget*>(QStringLiteral("history"))->findChild<QListWidget*>();
    QTRY_COMPARE(list->count(), 3);
    list->setCurrentRow(2);
    Q_EMIT list->itemActivated(list->item(2));
    QCOMPARE(view().find(ClusterId{1})->state, project::ClusterState::flagged);
    QCOMPARE(view().find(ClusterId{2})->state, project::ClusterState::open);
    QCOMPARE(view().find(ClusterId{3})->state, project::ClusterState::open);
    list->setCurrentRow(0);
    Q_EMIT list->itemActivated(list->item(0));    // and forward again
    QCOMPARE(view().find(ClusterId{3})->state, project::ClusterState::flagged);
}

void TestSorting::validateApprovesAllButThePicked()
{
    m_window->setPage(Page::Review);
    ReviewPage& review = *m_window->review();
    QSignalSpy shown(&review, &ReviewPage::questionShown);
    review.chooseQueue(ReviewQueues::Validate);
    QTRY_VERIFY(!shown.isEmpty());
    const auto cluster = view().photos->cluster(*view().photos->row(review.model().photo(0)));
    const std::size_t photos = view().find(*cluster)->photos;
    const PhotoId odd = review.model().photo(0);
    QTest::keyClick(&review.sheet(), Qt::Key_Space);
    QCOMPARE(m_window->selection().picked(), std::vector{odd});
    QTest::keyClick(&review.sheet(), Qt::Key_Y);
    QCOMPARE(view().find(*cluster)->state, project::ClusterState::approved);
    QVERIFY(state().isRejected(odd, *cluster));
    QVERIFY(!state().label(odd));
    QCOMPARE(view().find(*cluster)->checked, photos - 1);
    const auto effort = m_window->workspace().curation().library()->effort();
    QCOMPARE(effort.size(), std::size_t{1});
    QCOMPARE(effort.front().decisions, std::int64_t{2});    // a pick and an answer
    QCOMPARE(effort.front().photos, static_cast<std::int64_t>(photos - 1));
    const review::Checks checks = view().find(*cluster)->checks;    // the twelve odd ones do not count
    QCOMPARE(checks.all, static_cast<std::int64_t>(photos - review::Validation::oddCount));
    QCOMPARE(checks.right, checks.all);
    QTRY_VERIFY(shown.size() >= 2);    // the next question
    QVERIFY(view().photos->cluster(*view().photos->row(review.model().photo(0))) != cluster);
}

void TestSorting::growJoinsPages()
{
    m_window->selection().showCluster(ClusterId{1});
    pickRows({0, 1, 2});
    key(Qt::Key_C);
    m_window->setPage(Page::Review);
    ReviewPage& review = *m_window->review();
    QSignalSpy shown(&review, &ReviewPage::questionShown);
    review.chooseQueue(ReviewQueues::Grow);
    QTRY_VERIFY(!shown.isEmpty());
    QTest::keyClick(&review.sheet(), Qt::Key_Y);    // page 1 of 3
    QTest::keyClick(&review.sheet(), Qt::Key_N);    // page 3
    QTest::keyClick(&review.sheet(), Qt::Key_N);    // page 2
    QVERIFY2(review.question().contains(QStringLiteral("join #1")), qPrintable(review.question()));
    QCOMPARE(state().labelCount(), std::int64_t{3});    // nothing is stored before the last yes
    QTest::keyClick(&review.sheet(), Qt::Key_Y);
    QCOMPARE(state().labelCount(), std::int64_t{53});
    trigger("edit.undo");
    QCOMPARE(state().labelCount(), std::int64_t{3});    // one command
}

void TestSorting::takingBackAnAnswerIsNoUndo()
{
    m_window->selection().showCluster(ClusterId{1});
    pickRows({0});
    key(Qt::Key_C);
    m_window->setPage(Page::Review);
    ReviewPage& review = *m_window->review();
    QSignalSpy shown(&review, &ReviewPage::questionShown);
    review.chooseQueue(ReviewQueues::Grow);
    QTRY_VERIFY(!shown.isEmpty());
    const PhotoId first = review.model().photo(0);
    QTest::keyClick(&review.sheet(), Qt::Key_Y);
    QVERIFY(review.model().photo(0) != first);
    QTest::keyClick(&review.sheet(), Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(review.model().photo(0), first);
    QCOMPARE(state().labelCount(), std::int64_t{1});
    QTest::keyClick(&review.sheet(), Qt::Key_Z, Qt::ControlModifier);    // now the decision before the loop
    QCOMPARE(state().labelCount(), std::int64_t{0});
}

ReviewPage& TestSorting::ask(ReviewQueues::Queue queue)
{
    m_window->setPage(Page::Review);
    m_window->review()->setSnapshot(m_window->workspace().snapshot());    // counts what waits anew
    QSignalSpy shown(m_window->review(), &ReviewPage::questionShown);
    m_window->review()->chooseQueue(queue);
    const bool isAsked = QTest::qWaitFor([&] { return !shown.isEmpty() && m_window->review()->model().rowCount() > 0; });
    if (!isAsked)
        QTest::qFail("Nothing was asked.", __FILE__, __LINE__);
    return *m_window->review();
}

void TestSorting::theClusterInQuestionIsTheChosenOne()
{
    m_window->selection().showCluster(ClusterId{6});
    ReviewPage& review = ask(ReviewQueues::Validate);
    const ClusterId cluster = *view().photos->cluster(*view().photos->row(review.model().photo(0)));
    QTest::keyClick(&review.sheet(), Qt::Key_F2);
    type(QStringLiteral("Robin"));
    QCOMPARE(view().find(cluster)->name, QStringLiteral("Robin"));
    QVERIFY2(review.question().contains(QStringLiteral("Robin")), qPrintable(review.question()));
    QTest::keyClick(&review.sheet(), Qt::Key_A);
    QCOMPARE(view().find(cluster)->state, project::ClusterState::approved);
    QCOMPARE(view().find(cluster)->bulk, std::size_t{0});    // all were on the sheet
    QTRY_VERIFY(review.model().rowCount() > 0 && view().photos->cluster(*view().photos->row(review.model().photo(0))) != cluster);
    QTest::keyClick(&review.sheet(), Qt::Key_F2);    // a known name: this one is merged away, so another is asked about
    const ClusterId next = *m_window->selection().cluster();
    type(QStringLiteral("Robin"));
    QCOMPARE(state().resolve(next), cluster);
    QTRY_VERIFY(m_window->selection().cluster() != next && !review.question().contains(QStringLiteral("#%1 ").arg(next.value)));
}

void TestSorting::anEmptyGalleryKeepsTheFocus()
{
    m_window->selection().showCluster(ClusterId{1});
    m_window->setPage(Page::Review);
    QComboBox* filter = nullptr;
    for (auto* combo : m_window->projectView()->gallery().findChildren<QComboBox*>())
        filter = combo->accessibleName() == QStringLiteral("Which photos") ? combo : filter;
    filter->setCurrentIndex(static_cast<int>(GalleryModel::Filter::PutAway));    // none is
    m_window->setPage(Page::Gallery);
    filter->setCurrentIndex(static_cast<int>(GalleryModel::Filter::All));
    QVERIFY(m_window->projectView()->gallery().view().hasFocus());
}

// Look-alikes are together from the first minute, and a decision does not throw the photos into another order; Grow works too.
void TestSorting::beforeTheFirstRunTheOrderStays()
{
    trigger("project.close");
    QThreadPool::globalInstance()->waitForDone();
    std::filesystem::remove_all(m_project / "runs");
    open(m_project);
    QVERIFY(!view().hasClusters());
    const std::vector<std::uint32_t> files = model().rows();
    while (model().order() != GalleryModel::Order::LooksAlike)
        key(Qt::Key_O);
    QTRY_VERIFY(model().rows() != files);
    const std::vector<std::uint32_t> alike = model().rows();
    pickRows({3, 4});
    key(Qt::Key_B);
    QCOMPARE(state().labelCount(), std::int64_t{2});
    QVERIFY(model().rows() == alike);
    QCOMPARE(ask(ReviewQueues::Grow).model().rowCount(), 50);
}

// After a decision the next photo is at hand: a range begins there, not at the decided one.
void TestSorting::shiftPicksFromThePhotoAtHand()
{
    m_window->selection().showCluster(ClusterId{1});
    key(Qt::Key_Home);
    key(Qt::Key_C);
    key(Qt::Key_C);
    const auto photos = [this](std::initializer_list<int> rows) {
        std::vector<PhotoId> of;
        for (const int row : rows)
            of.push_back(model().photo(row));
        std::ranges::sort(of);
        return of;
    };
    QCOMPARE(m_window->selection().picked(), photos({2}));
    key(Qt::Key_Right, Qt::ShiftModifier);
    key(Qt::Key_Right, Qt::ShiftModifier);
    QCOMPARE(m_window->selection().picked(), photos({2, 3, 4}));
    key(Qt::Key_Left, Qt::ShiftModifier);
    QCOMPARE(m_window->selection().picked(), photos({2, 3}));
    key(Qt::Key_C);
    key(Qt::Key_Right);
    key(Qt::Key_Right, Qt::ShiftModifier);
    QCOMPARE(m_window->selection().picked(), photos({4, 5}));
}

// Two wrong ones, one after the other: each goes where it is sent, and neither the first one nor a photo out of sight goes along.
void TestSorting::whatWasMovedIsPickedNoMore()
{
    m_window->selection().showCluster(ClusterId{6});
    key(Qt::Key_K, Qt::ShiftModifier);
    type(QStringLiteral("6"));
    m_window->selection().showCluster(ClusterId{5});
    key(Qt::Key_K, Qt::ShiftModifier);
    type(QStringLiteral("5"));
    ReviewPage& review = ask(ReviewQueues::Validate);
    const PhotoId first = review.model().photo(0), second = review.model().photo(1);
    QTest::keyClick(&review.sheet(), Qt::Key_Space);    // the first photo is at hand
    QCOMPARE(m_window->selection().picked(), std::vector{first});
    QTest::keyClick(&review.sheet(), Qt::Key_6);
    QVERIFY(m_window->selection().picked().empty());
    QCOMPARE(review.model().photo(0), second);    // what is decided leaves the sheet
    QTest::keyClick(&review.sheet(), Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(review.model().photo(0), first);
    QTest::keyClick(&review.sheet(), Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
    QTest::keyClick(&review.sheet(), Qt::Key_Space);
    QCOMPARE(m_window->selection().picked(), std::vector{second});
    QTest::keyClick(&review.sheet(), Qt::Key_5);
    QCOMPARE(state().labelledCluster(first), std::optional(ClusterId{6}));
    QCOMPARE(state().labelledCluster(second), std::optional(ClusterId{5}));
    QCOMPARE(state().labelCount(), std::int64_t{2});
    trigger("edit.pick-all");    // what is in sight, not the gallery behind
    std::vector<PhotoId> shown;
    for (int row = 0; row < review.model().rowCount(); ++row)
        shown.push_back(review.model().photo(row));
    std::ranges::sort(shown);
    QCOMPARE(m_window->selection().picked(), shown);
}

void TestSorting::aPageOfGrowIsSeenWhole()
{
    m_window->resize(1440, 900);
    m_window->selection().showCluster(ClusterId{1});
    pickRows({0, 1, 2});
    key(Qt::Key_C);
    ReviewPage& review = ask(ReviewQueues::Grow);
    QCOMPARE(review.model().rowCount(), 50);
    const auto last = [&] { return review.sheet().visualRect(review.model().index(49)).bottom(); };
    QTRY_VERIFY2(last() <= review.sheet().viewport()->height(), qPrintable(QStringLiteral("%1 of %2, tiles %3").arg(last()).arg(review.sheet().viewport()->height()).arg(review.sheet().gridSize().width())));
}

void TestSorting::theReviewPageHasALoupe()
{
    ReviewPage& review = ask(ReviewQueues::Validate);
    QWidget& loupe = review.loupe();
    const PhotoId first = review.model().photo(0), second = review.model().photo(1), third = review.model().photo(2);
    QTest::keyClick(&review.sheet(), Qt::Key_Return);
    QVERIFY(loupe.isVisible() && loupe.hasFocus());
    QTest::keyClick(&loupe, Qt::Key_Right);
    QTest::keyClick(&loupe, Qt::Key_Space);
    QCOMPARE(m_window->selection().picked(), std::vector{second});
    QTest::keyClick(&loupe, Qt::Key_T);
    type(QStringLiteral("Heron"));
    QVERIFY(loupe.isVisible() && loupe.hasFocus());    // what came into its place is seen
    QCOMPARE(m_window->selection().current(), std::optional(third));
    QTest::keyClick(&loupe, Qt::Key_Return);
    QVERIFY(!loupe.isVisible() && review.sheet().hasFocus());
    QCOMPARE(review.model().photo(0), first);
    QTest::keyClick(&review.sheet(), Qt::Key_Return);
    QTest::keyClick(&loupe, Qt::Key_Y);    // answers work there too
    QTRY_VERIFY(!loupe.isVisible() && review.sheet().hasFocus());
}

void TestSorting::movedPhotosOfAGrowPageMakeItMixed()
{
    m_window->selection().showCluster(ClusterId{1});
    pickRows({0, 1, 2});
    key(Qt::Key_C);
    ReviewPage& review = ask(ReviewQueues::Grow);
    QTest::keyClick(&review.sheet(), Qt::Key_Space);
    QTest::keyClick(&review.sheet(), Qt::Key_T);
    type(QStringLiteral("#2"));
    QTest::keyClick(&review.sheet(), Qt::Key_Y);
    QVERIFY2(review.question().contains(QStringLiteral("from here every page is shown")), qPrintable(review.question()));
}

void TestSorting::aSuggestionLeavesDecidedPhotosAlone()
{
    std::vector<std::uint32_t> neighbours;    // [photos,10]: half a kind looks like the next one
    for (std::uint32_t row = 0; row < view().photos->rows(); ++row)
        for (std::uint32_t i = 0; i < 10; ++i)
            neighbours.push_back(row < 12 ? 24 + i : row / 24 * 24 + i);
    writeNpy<std::uint32_t>(view().folder / "neighbours.npy", {view().photos->rows(), 10}, neighbours);
    ReviewPage& review = ask(ReviewQueues::Suggestions);
    const PhotoId mine = review.model().photo(0);
    const int rows = review.model().rowCount();
    QTest::keyClick(&review.sheet(), Qt::Key_Space);
    QTest::keyClick(&review.sheet(), Qt::Key_T);
    type(QStringLiteral("Heron"));
    const auto heron = state().byName("Heron");
    QVERIFY(heron);
    QTest::keyClick(&review.sheet(), Qt::Key_Y);
    QCOMPARE(state().labelledCluster(mine), heron);
    QCOMPARE(state().labelCount(), static_cast<std::int64_t>(rows));
}

void TestSorting::aDoubtfulPhotoIsPlacedByOneKey()
{
    std::vector<std::uint32_t> neighbours;    // [photos,10]: its own kind's first ones
    for (std::uint32_t row = 0; row < view().photos->rows(); ++row)
        for (std::uint32_t i = 0; i < 10; ++i)
            neighbours.push_back(row / 24 * 24 + i);
    writeNpy<std::uint32_t>(view().folder / "neighbours.npy", {view().photos->rows(), 10}, neighbours);
    ReviewPage& review = ask(ReviewQueues::Doubt);
    QCOMPARE(review.model().rowCount(), 1);
    QVERIFY(review.queues().doubts().size() > 3 && review.queues().doubts().size() <= 24);
    const PhotoId first = review.model().photo(0);
    QCOMPARE(m_window->selection().picked(), std::vector{first});    // T, B, W and X act on it
    QCOMPARE(review.candidate(1), view().photos->cluster(*view().photos->row(first)));
    const auto second = review.candidate(2);
    QVERIFY(second && second != review.candidate(1));
    QTest::keyClick(&review.sheet(), Qt::Key_2);
    QCOMPARE(state().labelledCluster(first), second);
    const PhotoId next = review.model().photo(0);
    QVERIFY(next != first && review.model().rowCount() == 1);    // the next one is asked at once
    const auto place = review.candidate(1);
    QTest::keyClick(&review.sheet(), Qt::Key_N);
    QVERIFY(state().isRejected(next, *place) && !state().label(next));
    const PhotoId third = review.model().photo(0);
    QTest::keyClick(&review.sheet(), Qt::Key_U);    // later: it comes last
    QVERIFY(review.model().photo(0) != third);
    QCOMPARE(review.queues().doubts().back(), third);
    const PhotoId fourth = review.model().photo(0);
    QTest::keyClick(&review.sheet(), Qt::Key_T);
    type(QStringLiteral("Heron"));
    QCOMPARE(state().labelledCluster(fourth), state().byName("Heron"));
    QVERIFY(review.model().rowCount() == 1 && review.model().photo(0) != fourth);
    const PhotoId fifth = review.model().photo(0);
    QTest::keyClick(&review.sheet(), Qt::Key_Y);
    QVERIFY(state().label(fifth));
    QTest::keyClick(&review.sheet(), Qt::Key_Z, Qt::ControlModifier);
    QVERIFY(!state().label(fifth));
    const PhotoId asked = review.model().photo(0);
    m_window->setPage(Page::Gallery);
    QVERIFY(m_window->selection().picked().empty());    // the person picked nothing
    m_window->setPage(Page::Review);
    QCOMPARE(m_window->selection().picked(), std::vector{asked});
}

// What was put away on a page of Grow gets no label by the page's Yes.
void TestSorting::whatWasPutAwayStaysAway()
{
    m_window->selection().showCluster(ClusterId{1});
    pickRows({0, 1, 2});
    key(Qt::Key_C);
    ReviewPage& review = ask(ReviewQueues::Grow);
    const PhotoId photo = review.model().photo(0);
    QTest::keyClick(&review.sheet(), Qt::Key_Space);
    QTest::keyClick(&review.sheet(), Qt::Key_W);
    QVERIFY(state().isAway(photo));
    for (int page = 0; page < 20 && state().labelCount() <= 3; ++page)    // to the summary, and join
        QTest::keyClick(&review.sheet(), Qt::Key_Y);
    QVERIFY(state().labelCount() > 3);
    QVERIFY(state().isAway(photo) && !state().label(photo) && state().rejections(photo).empty());
}

void TestSorting::theKeyPPinsAnExample()
{
    m_window->selection().showCluster(ClusterId{1});
    pickRows({3});
    const PhotoId photo = model().photo(3);
    key(Qt::Key_P);
    QCOMPARE(state().exemplars(), (std::set<std::pair<ClusterId, PhotoId>>{{ClusterId{1}, photo}}));
    key(Qt::Key_P);
    QVERIFY(state().exemplars().empty());
}

QTEST_MAIN(TestSorting)
#include "tst_sorting.moc"
