// SPDX-License-Identifier: GPL-3.0-or-later
// Models, the shared selection and the map's geometry.
#include "tests/ui/uifixture.h"
#include "ui/clustermark.h"
#include "ui/clustermodel.h"
#include "ui/clusterpanel.h"
#include "ui/gallerymodel.h"
#include "ui/gallerypanel.h"
#include "ui/mapview.h"
#include "ui/plot.h"
#include "ui/selection.h"
#include "ui/theme.h"
#include "ui/thumbnailcache.h"

#include <QtTest/QAbstractItemModelTester>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QListView>

#include <cmath>
#include <set>

using namespace plumage;
using namespace plumage::ui;

class TestUiModels : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { m_made = std::make_unique<MadeUpProject>(); }
    void galleryModelKeepsTheRules();
    void clusterModelKeepsTheRules();
    void galleryFollowsTheScope();
    void sameRowsDoNotReset();
    void choosingAClusterReachesEverybody();
    void pickingIsTwoWay();
    void mapFindsThePhotoUnderThePointer();
    void clickOnTheMapTakesPhotoAndCluster();
    void clickOnADiamondTakesTheCluster();
    void rectangleTakesPhotos();
    void theLassoTakesWhatItSurrounds();
    void pointsGlideFromWhereTheyStand();
    void marksDiffer();
    void inksCanBeRead();

private:
    std::unique_ptr<MadeUpProject> m_made;
};

void TestUiModels::galleryModelKeepsTheRules()
{
    Selection selection;
    GalleryModel model(selection);
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setSnapshot(untrainedView(m_made->newest()->photos->sharedList()));
    QCOMPARE(model.rowCount(), 144);
    model.setSnapshot(m_made->snapshot(0));
    model.setOrder(GalleryModel::Order::Doubtful);
    for (int row = 1; row < model.rowCount(); ++row)
        QVERIFY(model.doubt(row - 1) >= model.doubt(row));
    selection.showCluster(ClusterId{2});
    model.rebuild();
    model.setSnapshot({});
    QCOMPARE(model.rowCount(), 0);
}

void TestUiModels::clusterModelKeepsTheRules()
{
    ClusterModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setSnapshot(m_made->newest());
    QCOMPARE(model.rowCount(), 6);
    model.setOrder(ClusterModel::Order::Largest);
    for (int row = 1; row < model.rowCount(); ++row)
        QVERIFY(model.cluster(row - 1).photos >= model.cluster(row).photos);
    std::size_t photos = 0;
    for (int row = 0; row < model.rowCount(); ++row)
        photos += model.cluster(row).photos;
    QCOMPARE(photos, std::size_t{144});
    model.setSnapshot(m_made->snapshot(2));
    model.setSnapshot({});
}

void TestUiModels::galleryFollowsTheScope()
{
    Selection selection;
    GalleryModel model(selection);
    model.setSnapshot(m_made->newest());
    selection.showCluster(ClusterId{3});
    model.rebuild();
    QCOMPARE(static_cast<std::size_t>(model.rowCount()), m_made->newest()->find(ClusterId{3})->photos);
    for (int row = 0; row < model.rowCount(); ++row)
        QCOMPARE(model.cluster(row)->value, 3);
    selection.showPhotos({PhotoId{9}, PhotoId{4}, PhotoId{9}, PhotoId{9999}});
    model.rebuild();
    QCOMPARE(model.rowCount(), 2);
    QVERIFY(model.indexOf(PhotoId{4}).isValid());
    QVERIFY(!model.indexOf(PhotoId{5}).isValid());
    selection.showAll();
    model.rebuild();
    QCOMPARE(model.rowCount(), 144);
}

void TestUiModels::sameRowsDoNotReset()
{
    Selection selection;
    GalleryModel model(selection);
    model.setSnapshot(m_made->newest());
    model.setOrder(GalleryModel::Order::Folder);
    QSignalSpy resets(&model, &QAbstractItemModel::modelReset), changes(&model, &QAbstractItemModel::dataChanged);
    const auto before = m_made->snapshot(3);
    model.setSnapshot(before);
    QCOMPARE(resets.count(), 0);
    QCOMPARE(changes.count(), 1);
}

void TestUiModels::choosingAClusterReachesEverybody()
{
    Selection selection;
    ThumbnailCache thumbnails;
    ClusterPanel clusters(selection, thumbnails);
    GalleryPanel gallery(selection, thumbnails);
    clusters.setSnapshot(m_made->newest());
    gallery.setSnapshot(m_made->newest());
    clusters.view().setCurrentIndex(clusters.model().indexOf(ClusterId{5}));
    QCOMPARE(selection.cluster()->value, 5);
    QCOMPARE(gallery.model().cluster(0)->value, 5);
    selection.showCluster(ClusterId{2});
    QCOMPARE(clusters.model().cluster(clusters.view().currentIndex().row()).cluster.value, 2);
    clusters.step(1);
    QCOMPARE(selection.cluster()->value, 3);
    clusters.step(-1);
    clusters.setSnapshot(m_made->snapshot(1));    // stays chosen while training goes on
    QCOMPARE(selection.cluster()->value, 2);
    selection.showAll();
    QVERIFY(!clusters.view().selectionModel()->hasSelection());
}

void TestUiModels::pickingIsTwoWay()
{
    Selection selection;
    ThumbnailCache thumbnails;
    GalleryPanel gallery(selection, thumbnails);
    gallery.setSnapshot(m_made->newest());
    gallery.view().setCurrentIndex(gallery.model().index(4));
    QCOMPARE(selection.picked(), std::vector{gallery.model().photo(4)});
    QCOMPARE(*selection.current(), gallery.model().photo(4));
    const PhotoId other = gallery.model().photo(20);
    selection.pick({other}, other);
    QCOMPARE(gallery.view().selectionModel()->selectedIndexes(), QModelIndexList{gallery.model().index(20)});
    gallery.model().setOrder(GalleryModel::Order::Folder);    // rows move, photos stay picked
    gallery.setSnapshot(m_made->snapshot(2));
    QCOMPARE(selection.picked(), std::vector{other});
    QCOMPARE(gallery.view().selectionModel()->selectedIndexes(), QModelIndexList{gallery.model().indexOf(other)});
}

namespace {

struct ShownMap {
    Selection selection;
    ThumbnailCache thumbnails;
    MapView map{selection, thumbnails};
    explicit ShownMap(SnapshotPointer snapshot)
    {
        map.resize(800, 600);
        map.setSnapshot(std::move(snapshot), false);
        map.show();
        QTest::qWait(1);
        map.fit();
    }
};

} // namespace

void TestUiModels::mapFindsThePhotoUnderThePointer()
{
    ShownMap shown(m_made->newest());
    const auto& table = *m_made->newest()->photos;
    for (std::size_t row = 0; row < table.rows(); ++row) {
        const QPointF at = shown.map.pixelOf(table.photo(row));
        QVERIFY(QRectF(0, 0, 800, 600).contains(at));
        const auto found = shown.map.photoAt(at);
        QVERIFY(found.has_value());
        QCOMPARE(shown.map.pixelOf(*found), at);    // itself, or one at the very same place
    }
    QVERIFY(!shown.map.photoAt(QPointF(1, 1)));
}

void TestUiModels::clickOnTheMapTakesPhotoAndCluster()
{
    ShownMap shown(m_made->newest());
    const auto& table = *m_made->newest()->photos;
    std::size_t row = 0;    // one that lies well outside of its diamond
    const auto farOff = [&](std::size_t r) {
        const ClusterView* cluster = m_made->newest()->find(*table.cluster(r));
        return std::hypot(static_cast<double>(table.x()[r]) - cluster->centroid.x(), static_cast<double>(table.y()[r]) - cluster->centroid.y()) > 1.2;
    };
    while (!farOff(row))
        ++row;
    const QPoint at = shown.map.pixelOf(table.photo(row)).toPoint();
    const PhotoId expected = *shown.map.photoAt(at);
    QTest::mouseClick(&shown.map.plot(), Qt::LeftButton, {}, at);
    QCOMPARE(shown.selection.picked(), std::vector{expected});
    QCOMPARE(*shown.selection.cluster(), *table.cluster(*table.row(expected)));
    QTest::mouseClick(&shown.map.plot(), Qt::LeftButton, {}, QPoint(2, 2));
    QVERIFY(shown.selection.picked().empty());
    QVERIFY(!shown.selection.cluster());
}

void TestUiModels::clickOnADiamondTakesTheCluster()
{
    ShownMap shown(m_made->newest());
    const ClusterView& cluster = m_made->newest()->clusters[3];
    const QPoint at(static_cast<int>(std::lround(shown.map.plot().xAxis->coordToPixel(cluster.centroid.x()))),
        static_cast<int>(std::lround(shown.map.plot().yAxis->coordToPixel(cluster.centroid.y()))));
    QTest::mouseClick(&shown.map.plot(), Qt::LeftButton, {}, at);
    QCOMPARE(*shown.selection.cluster(), cluster.cluster);
    QVERIFY(shown.selection.picked().empty());
}

void TestUiModels::rectangleTakesPhotos()
{
    ShownMap shown(m_made->newest());
    QTest::mousePress(&shown.map.plot(), Qt::LeftButton, Qt::ShiftModifier, QPoint(1, 1));
    QTest::mouseMove(&shown.map.plot(), QPoint(400, 300));
    QTest::mouseRelease(&shown.map.plot(), Qt::LeftButton, Qt::ShiftModifier, QPoint(400, 300));
    std::set<std::int64_t> expected, got;
    for (const auto& row : m_made->newest()->photos->list().rows)
        if (QRectF(1, 1, 399, 299).contains(shown.map.pixelOf(row.photo)))
            expected.insert(row.photo.value);
    for (const PhotoId photo : shown.selection.photos())
        got.insert(photo.value);
    QVERIFY(!expected.empty());
    QCOMPARE(got, expected);
}

// A triangle over the upper left half. Without a cluster in focus they are shown; with one, its photos are picked; Ctrl takes them away again.
void TestUiModels::theLassoTakesWhatItSurrounds()
{
    ShownMap shown(m_made->newest());
    QWidget& plot = shown.map.plot();
    const int wide = plot.width() - 2, high = plot.height() - 2;
    const auto isInside = [&](PhotoId photo) {
        const QPointF at = shown.map.pixelOf(photo);
        return at.x() / wide + at.y() / high < 1;
    };
    const auto draw = [&](Qt::KeyboardModifiers modifiers) {
        QTest::mousePress(&plot, Qt::LeftButton, modifiers, QPoint(1, 1));
        for (const QPoint corner : {QPoint(wide / 2, 1), QPoint(wide, 1), QPoint(wide / 2, high / 2), QPoint(1, high), QPoint(1, 2)})
            QTest::mouseMove(&plot, corner);
        QTest::mouseRelease(&plot, Qt::LeftButton, modifiers, QPoint(1, 2));    // ends where it began: no click
    };
    const auto expect = [&](const std::vector<PhotoId>& got, auto&& isMeant) {
        const std::set<PhotoId> taken(got.begin(), got.end());
        int meant = 0;
        for (const auto& row : m_made->newest()->photos->list().rows) {
            const QPointF at = shown.map.pixelOf(row.photo);
            if (std::abs(at.x() / wide + at.y() / high - 1) < 0.01)
                continue;    // on the line
            meant += isMeant(row.photo);
            QCOMPARE(taken.contains(row.photo), isMeant(row.photo));
        }
        QVERIFY(meant > 3);
    };
    shown.map.setTool(MapView::Tool::Lasso);
    draw(Qt::NoModifier);
    expect(shown.selection.photos(), isInside);
    std::map<ClusterId, int> inside;
    for (const auto& row : m_made->newest()->photos->list().rows)
        inside[*m_made->newest()->photos->cluster(*m_made->newest()->photos->row(row.photo))] += isInside(row.photo);
    const ClusterId cluster = std::ranges::max_element(inside, {}, [](const auto& entry) { return entry.second; })->first;
    shown.selection.showCluster(cluster);
    draw(Qt::NoModifier);
    QCOMPARE(shown.selection.cluster(), std::optional(cluster));
    expect(shown.selection.picked(), [&](PhotoId photo) { return isInside(photo) && m_made->newest()->photos->cluster(*m_made->newest()->photos->row(photo)) == cluster; });
    draw(Qt::ControlModifier);
    QVERIFY(shown.selection.picked().empty());
}

void TestUiModels::pointsGlideFromWhereTheyStand()
{
    MapPoints points;
    points.setSnapshot(m_made->snapshot(0));
    const float before = points.x()[10];
    points.setSnapshot(m_made->snapshot(7));
    QCOMPARE(points.x()[10], before);
    points.setProgress(0.5);
    const float half = points.x()[10];
    QVERIFY(half != before);
    points.setSnapshot(m_made->snapshot(3));    // in the middle of a glide
    QCOMPARE(points.x()[10], half);
    points.finish();
    QCOMPARE(points.x()[10], m_made->snapshot(3)->photos->x()[10]);
}

void TestUiModels::marksDiffer()
{
    std::set<std::pair<int, int>> marks;
    for (int cluster = 1; cluster <= 72; ++cluster)
        marks.insert({clusterMark(ClusterId{cluster}).colour, clusterMark(ClusterId{cluster}).shape});
    QCOMPARE(marks.size(), std::size_t{72});
    for (int cluster = 1; cluster < 12; ++cluster)
        QVERIFY(clusterMark(ClusterId{cluster}).shape != clusterMark(ClusterId{cluster + 1}).shape);
}

void TestUiModels::inksCanBeRead()
{
    const auto luminance = [](const QColor& c) {
        const auto linear = [](double v) { return v <= 0.03928 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4); };
        return 0.2126 * linear(c.redF()) + 0.7152 * linear(c.greenF()) + 0.0722 * linear(c.blueF());
    };
    const auto contrast = [&](const QColor& a, const QColor& b) {
        const double x = luminance(a), y = luminance(b);
        return (std::max(x, y) + 0.05) / (std::min(x, y) + 0.05);
    };
    for (const Theme theme : {Theme::dark, Theme::light}) {
        applyTheme(theme);
        const QPalette palette = QApplication::palette();
        QCOMPARE(isDark(palette), theme == Theme::dark);
        const Inks ink = inks(palette);
        for (const QPalette::ColorRole ground : {QPalette::Window, QPalette::Base}) {
            for (const QColor& text : {palette.color(QPalette::Text), palette.color(QPalette::PlaceholderText), ink.quiet, ink.bad})
                QVERIFY2(contrast(text, palette.color(ground)) >= 4.5, qPrintable(text.name()));
            for (const QColor& mark : {ink.generated, ink.good, ink.warning, ink.accent})
                QVERIFY2(contrast(mark, palette.color(ground)) >= 3, qPrintable(mark.name()));
            for (int colour = 0; colour < ClusterMark::colours; ++colour)
                QVERIFY2(contrast(markColour({colour, {}}, palette), palette.color(ground)) >= 3, qPrintable(markColour({colour, {}}, palette).name()));
        }
    }
}

QTEST_MAIN(TestUiModels)
#include "tst_uimodels.moc"
