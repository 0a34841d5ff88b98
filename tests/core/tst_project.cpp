// SPDX-License-Identifier: GPL-3.0-or-later
// A project on disk: ids that stay, runs that are complete or absent, snapshots that are checked before anybody sees them, a log that is still being written.
#include "core/base/atomicpath.h"
#include "core/base/error.h"
#include "core/project/metricslog.h"
#include "core/project/photoscan.h"
#include "core/project/phototable.h"
#include "core/project/projectfolder.h"
#include "core/project/snapshotfile.h"
#include "tests/fakes/fakesnapshot.h"

#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>

#include <array>
#include <cmath>

using namespace plumage;
using namespace plumage::project;
namespace fs = std::filesystem;

class TestProject : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { m_dir = std::make_unique<QTemporaryDir>(); }
    void aNewFolderBecomesAProject();
    void aFolderWithOtherFilesIsLeftAlone();
    void runsAreNumberedAndNeverReused();
    void aRunKeepsWhatItWasMadeWith();
    void tooManyCodesMakeNoRun();
    void aNewerRunIsRefused();
    void aDamagedRunNamesTheLine();
    void rememberedPhotosSurviveAndMayBeLost();
    void photosKeepTheirIds();
    void anEmptyFolderSaysNoPhotos();
    void snapshotsAreListedInOrder();
    void aSnapshotFillsTheTable();
    void decisionsSayWhereAPhotoLies();
    void newPhotosAreNotPlacedYet();
    void damagedSnapshotsAreRefused_data();
    void damagedSnapshotsAreRefused();
    void changedPhotosAreCounted();
    void theLogIgnoresAnUnfinishedLine();
    void theLogDropsOldNews();
    void thinningKeepsTheNewerHalf();

private:
    fs::path path(const char* name) const { return fs::path(m_dir->path().toStdString()) / name; }
    PhotoList somePhotos(int count) const;
    RunFolder someRun(int photos = 60);
    std::unique_ptr<QTemporaryDir> m_dir;
};

namespace {

ErrorCode codeOf(const std::function<void()>& work)
{
    try {
        work();
    } catch (const Error& error) {
        return error.code();
    }
    return ErrorCode::none;
}

} // namespace

PhotoList TestProject::somePhotos(int count) const
{
    PhotoList photos;
    photos.roots = {path("photos").string()};
    for (int i = 1; i <= count; ++i)
        photos.rows.push_back({PhotoId{i}, 0, "kind-" + std::to_string(i % 3) + "/" + std::to_string(i) + ".jpg", {}, std::string(31, '0') + std::to_string(i % 10)});
    return photos;
}

RunFolder TestProject::someRun(int photos)
{
    RunManifest manifest;
    manifest.options = presetOptions("demo");
    manifest.options.schedule.kinds = 4;
    return ProjectFolder::create(path("a.plumage")).newRun(manifest, somePhotos(photos));
}

void TestProject::aNewFolderBecomesAProject()
{
    QVERIFY(!ProjectFolder::isProject(path("birds.plumage")));
    const ProjectFolder made = ProjectFolder::create(path("birds.plumage"));
    QVERIFY(fs::is_directory(made.path() / "runs"));
    QVERIFY(fs::is_directory(made.cache()));
    QCOMPARE(made.name(), std::string("birds"));
    QCOMPARE(ProjectFolder::open(path("birds.plumage")).path(), made.path());
    QCOMPARE(codeOf([&] { ProjectFolder::open(path("missing.plumage")); }), ErrorCode::folderMissing);
}

void TestProject::aFolderWithOtherFilesIsLeftAlone()
{
    fs::create_directories(path("photos"));
    writeFile(path("photos") / "1.jpg", "x");
    QCOMPARE(codeOf([&] { ProjectFolder::create(path("photos")); }), ErrorCode::folderNotEmpty);
    QCOMPARE(codeOf([&] { ProjectFolder::open(path("photos")); }), ErrorCode::runMissing);
    QVERIFY(!fs::exists(path("photos") / "runs"));
}

void TestProject::runsAreNumberedAndNeverReused()
{
    const RunFolder first = someRun(), second = someRun();
    QCOMPARE(first.run.value, 1);
    QCOMPARE(second.run.value, 2);
    fs::remove(first.path / "run.toml");    // damaged: not listed, its number stays taken
    const ProjectFolder project = ProjectFolder::open(path("a.plumage"));
    QCOMPARE(project.runs().size(), std::size_t{1});
    QCOMPARE(someRun().run.value, 3);
}

void TestProject::aRunKeepsWhatItWasMadeWith()
{
    const RunFolder run = someRun(50);
    const RunManifest manifest = readManifest(run);
    const PhotoList photos = readPhotos(run);
    QCOMPARE(manifest.photos, std::int64_t{50});
    QCOMPARE(manifest.options.preset, std::string("demo"));
    QCOMPARE(manifest.options.schedule.kinds, 4);
    QCOMPARE(manifest.photoListHash, photos.hash());
    QCOMPARE(photos.rows.size(), std::size_t{50});
    QCOMPARE(photos.file(0), path("photos") / "kind-1/1.jpg");
}

void TestProject::tooManyCodesMakeNoRun()
{
    RunManifest manifest;
    manifest.options = presetOptions("demo");
    manifest.options.schedule.kinds = 80;
    const ProjectFolder project = ProjectFolder::create(path("a.plumage"));
    QCOMPARE(codeOf([&] { project.newRun(manifest, somePhotos(60)); }), ErrorCode::tooManyCodes);
    QVERIFY(project.runs().empty());
    QVERIFY(fs::is_empty(project.path() / "runs"));
}

void TestProject::aNewerRunIsRefused()
{
    const RunFolder run = someRun();
    writeFile(run.path / "run.toml", "format = 99\n");
    QCOMPARE(codeOf([&] { readManifest(run); }), ErrorCode::runTooNew);
}

void TestProject::aDamagedRunNamesTheLine()
{
    const RunFolder run = someRun();
    writeFile(run.path / "run.toml", "format = 1\nseed = = 3\n");
    try {
        readManifest(run);
        QFAIL("a damaged run.toml was read");
    } catch (const Error& error) {
        QCOMPARE(error.code(), ErrorCode::runDamaged);
        QVERIFY(error.detail().ends_with("line 2"));
    }
}

void TestProject::rememberedPhotosSurviveAndMayBeLost()
{
    const ProjectFolder project = ProjectFolder::create(path("a.plumage"));
    QVERIFY(!project.rememberedPhotos());
    project.rememberPhotos(somePhotos(7));
    QCOMPARE(project.rememberedPhotos()->hash(), somePhotos(7).hash());
    QCOMPARE(project.rememberedPhotos()->roots, somePhotos(7).roots);
    writeFile(project.cache() / "photolist" / "roots.json", "[");
    QVERIFY(!project.rememberedPhotos());
    fs::remove_all(project.cache());
    QVERIFY(!project.rememberedPhotos());
}

void TestProject::photosKeepTheirIds()
{
    const std::array roots{path("photos")};
    scan::ScanResult found;
    const auto add = [&](const char* file, const char* hash) { found.photos.push_back({0, file, 1, 0, hash}); };
    add("a.jpg", "aa");
    add("b.jpg", "bb");
    add("c.jpg", "cc");
    const PhotoList first = numberPhotos(roots, found, {});
    QCOMPARE(first.rows[2].photo, PhotoId{3});

    found.photos.clear();
    add("0.jpg", "new");       // sorts first, but is new
    add("b.jpg", "changed");   // same place, other content
    add("z/c.jpg", "cc");      // moved
    add("z/d.jpg", "cc");      // a copy of it
    const PhotoList second = numberPhotos(roots, found, first);
    QCOMPARE(second.rows[0].photo, PhotoId{4});
    QCOMPARE(second.rows[1].photo, PhotoId{2});
    QCOMPARE(second.rows[2].photo, PhotoId{3});
    QCOMPARE(second.rows[3].photo, PhotoId{5});
    QCOMPARE(second.roots.front(), path("photos").string());
}

void TestProject::anEmptyFolderSaysNoPhotos()
{
    fs::create_directories(path("photos"));
    const std::array roots{path("photos")};
    QCOMPARE(codeOf([&] { scanPhotos(roots, {}, {}, {}); }), ErrorCode::noPhotos);
}

void TestProject::snapshotsAreListedInOrder()
{
    const RunFolder run = someRun();
    QVERIFY(listSnapshots(run).empty());
    const fakes::FakeRun fake{.folder = run.path};
    for (const int step : {400, 50, 1200})
        fakes::writeFakeSnapshot(fake, step, step);
    fs::create_directories(run.path / "snapshots" / "000300");    // nothing in it
    fakes::writeFakeCheckpoint(fake, 1000);
    const auto snapshots = listSnapshots(run);
    QCOMPARE(snapshots.size(), std::size_t{3});
    QCOMPARE(snapshots.front().step, std::int64_t{50});
    QCOMPARE(snapshots.back().step, std::int64_t{1200});
    QCOMPARE(listCheckpoints(run).size(), std::size_t{1});
}

void TestProject::aSnapshotFillsTheTable()
{
    const RunFolder run = someRun();
    const auto shared = std::make_shared<const SnapshotFile>(fakes::writeFakeSnapshot({.folder = run.path}, 100, 5));
    const SnapshotFile& file = *shared;
    QCOMPARE(file.step(), std::int64_t{100});
    QCOMPARE(file.photos(), std::size_t{60});
    QCOMPARE(file.activeCodes().size(), std::size_t{4});
    const PhotoTable table(std::make_shared<const PhotoList>(readPhotos(run)), shared);
    for (std::size_t row = 0; row < table.rows(); ++row) {
        QCOMPARE(table.codes()[row], file.codes()[row * 5]);
        QCOMPARE(table.x()[row], file.layout()[row * 2]);
        QCOMPARE(*table.row(table.photo(row)), row);
        QVERIFY(!table.cluster(row));    // whose code it is stands in the library
    }
    QVERIFY(!table.row(PhotoId{999}));
}

void TestProject::decisionsSayWhereAPhotoLies()
{
    const RunFolder run = someRun();
    const auto file = std::make_shared<const SnapshotFile>(fakes::writeFakeSnapshot({.folder = run.path}, 100, 5));
    const PhotoTable machine(std::make_shared<const PhotoList>(readPhotos(run)), file);
    LibraryState state;
    for (std::int64_t id = 1; id <= 3; ++id)
        state.apply({ClusterEdit{ClusterId{id}, {}, Cluster{.id = ClusterId{id}}}});
    for (const std::uint16_t code : file->activeCodes())
        state.apply({CodeEdit{run.run, CodeIndex{code}, {}, ClusterId{1 + code % 2}}});    // two codes, one cluster
    state.apply({LabelEdit{machine.photo(0), {}, Label{ClusterId{3}, LabelSource::bulk}}, AwayEdit{machine.photo(1), false, true}});
    const PhotoTable table = machine.with(state, run.run);
    QCOMPARE(table.cluster(0), std::optional(ClusterId{3}));
    QCOMPARE(int(table.flags()[0]), int(PhotoTable::Checked | PhotoTable::Bulk));
    QVERIFY(!table.cluster(1));
    for (std::size_t row = 2; row < table.rows(); ++row) {
        QCOMPARE(table.cluster(row)->value, std::int64_t{1 + table.codes()[row] % 2});
        QVERIFY(table.confidence()[row] >= machine.confidence()[row]);    // shares of its codes added
        QVERIFY(table.confidence()[row] >= table.second()[row]);
    }
    QVERIFY(&table.codes() == &machine.codes());    // shared, not copied
}

void TestProject::newPhotosAreNotPlacedYet()
{
    const RunFolder run = someRun();
    const auto file = std::make_shared<const SnapshotFile>(fakes::writeFakeSnapshot({.folder = run.path}, 100, 5));
    const PhotoTable longer(std::make_shared<const PhotoList>(somePhotos(61)), file);
    QCOMPARE(longer.codes()[60], PhotoTable::noCode);
    QVERIFY(std::isnan(longer.x()[60]));
    QVERIFY(!longer.cluster(60));
    QCOMPARE(codeOf([&] { PhotoTable(std::make_shared<const PhotoList>(somePhotos(59)), file); }), ErrorCode::shapeMismatch);
}

void TestProject::damagedSnapshotsAreRefused_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<ErrorCode>("code");
    QTest::newRow("no array") << "codes.npy" << QByteArray() << ErrorCode::fileMissing;
    QTest::newRow("cut array") << "layout.npy" << QByteArray("\x93NUMPY\1\0") << ErrorCode::fileDamaged;
    QTest::newRow("no json") << "snapshot.json" << QByteArray() << ErrorCode::fileMissing;
    QTest::newRow("rubbish") << "snapshot.json" << QByteArray("{]") << ErrorCode::fileDamaged;
    QTest::newRow("field missing") << "snapshot.json" << QByteArray("{\"format\":1,\"step\":4}") << ErrorCode::fileDamaged;
    QTest::newRow("newer") << "snapshot.json" << QByteArray("{\"format\":2}") << ErrorCode::fileTooNew;
    QTest::newRow("other number of photos") << "snapshot.json" << QByteArray("photos") << ErrorCode::fileDamaged;
    QTest::newRow("code out of range") << "snapshot.json" << QByteArray("active") << ErrorCode::fileDamaged;
}

void TestProject::damagedSnapshotsAreRefused()
{
    QFETCH(QString, file);
    QFETCH(QByteArray, content);
    QFETCH(ErrorCode, code);
    const RunFolder run = someRun();
    const fs::path folder = fakes::writeFakeSnapshot({.folder = run.path}, 100, 5), target = folder / file.toStdString();
    std::string text = readFile(target);
    const auto replace = [&](const std::string& from, const std::string& to) {
        const auto at = text.find(from);
        QVERIFY(at != std::string::npos);
        text.replace(at, from.size(), to);
    };
    if (content == "photos")
        replace("\"photos\"", "\"photos\":7,\"was\"");
    else if (content == "active")
        replace("\"active_codes\":", "\"active_codes\":[60000],\"was\":");
    else
        text = content.toStdString();
    fs::remove(target);
    if (!text.empty())
        writeFile(target, text);
    QCOMPARE(codeOf([&] { SnapshotFile opened(folder); }), code);
}

void TestProject::changedPhotosAreCounted()
{
    const RunFolder run = someRun();
    const SnapshotFile a(fakes::writeFakeSnapshot({.folder = run.path}, 100, 5)), b(fakes::writeFakeSnapshot({.folder = run.path}, 200, 9));
    QCOMPARE(changedPhotos(a, a), std::size_t{0});
    std::size_t expected = 0;
    for (std::size_t row = 0; row < a.photos(); ++row)
        expected += a.codes()[row * 5] != b.codes()[row * 5];
    QCOMPARE(changedPhotos(a, b), expected);
}

void TestProject::theLogIgnoresAnUnfinishedLine()
{
    QVERIFY(readMetrics(path("none.csv")).isEmpty());
    writeFile(path("metrics.csv"), "step,seconds,images_per_second,d.info\n10,1.5,300,0.75\n20,2.5,310,\n30,3.5,x");
    const MetricsLog log = readMetrics(path("metrics.csv"));
    QCOMPARE(log.steps, (std::vector<double>{10, 20}));
    QCOMPARE(log.imagesPerSecond, (std::vector<double>{300, 310}));
    QCOMPARE(log.terms.at("d.info").front(), 0.75);
    QVERIFY(std::isnan(log.terms.at("d.info").back()));
    writeFile(path("metrics.csv"), "step,sec");
    QVERIFY(readMetrics(path("metrics.csv")).isEmpty());
}

void TestProject::theLogDropsOldNews()
{
    MetricsLog log;
    log.append(10, 1, 300, {{"a", 1.0}});
    log.append(10, 1, 300, {{"a", 2.0}});
    log.append(20, 2, 300, {{"b", 3.0}});
    QCOMPARE(log.steps.size(), std::size_t{2});
    QCOMPARE(log.terms.at("a").front(), 1.0);
    QVERIFY(std::isnan(log.terms.at("a").back()));
    QVERIFY(std::isnan(log.terms.at("b").front()));
}

void TestProject::thinningKeepsTheNewerHalf()
{
    MetricsLog log;
    for (int step = 1; step <= 100; ++step)
        log.append(step, step, 1, {{"a", static_cast<double>(step)}});
    log.thin();
    QCOMPARE(log.steps.size(), std::size_t{75});
    QCOMPARE(log.steps.back(), 100.0);
    QCOMPARE(log.steps[1], 3.0);
    QCOMPARE(log.terms.at("a"), log.steps);
}

QTEST_GUILESS_MAIN(TestProject)
#include "tst_project.moc"
