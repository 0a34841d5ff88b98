// SPDX-License-Identifier: GPL-3.0-or-later
// The library on disk: made, opened, locked, backed up, refused; photos that are new, changed, moved, missing; boxes.
#include "core/base/atomicpath.h"
#include "core/base/error.h"
#include "core/project/database.h"
#include "core/project/library.h"
#include "core/project/projectfolder.h"
#include "tests/core/decisions.h"

#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>

#include <exiv2/exiv2.hpp>

#include <csignal>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace plumage;
using namespace plumage::project;
namespace fs = std::filesystem;

class TestLibrary : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void aNewProjectHasAnEmptyLibrary();
    void anOlderProjectKeepsItsPhotoIds();
    void oneWriterAndAnyNumberOfReaders();
    void aLockOfADeadProcessIsNone();
    void readOnlyFoldersCanBeLookedAt();
    void aNewerLibraryIsNotTouched();
    void aDamagedLibraryIsRefusedAndItsBackupOffered();
    void aLaterBackupIsTheSame();
    void listsAreReadByOneLook();
    void everyVersionOpens();
    void aFullDiskStoresNothing();
    void rescanFindsNewChangedMovedAndMissing();
    void equalPhotosStayTwo();
    void aMovedFolderIsFoundByContent();
    void anUnreadableRootChangesNothing();
    void camerasTellDateAndPlace();
    void boxesBecomePhotos();
    void theWindowRemembers();

private:
    fs::path project() const { return fs::path(m_dir->path().toStdString()) / "birds.plumage"; }
    fs::path photos() const { return fs::path(m_dir->path().toStdString()) / "photos"; }
    Library open(Library::Access access = Library::Access::write) const { return Library::open(project(), access); }
    ScanReport rescan(Library& library) const { return library.rescan(std::array{photos()}, {}, {}); }
    template<class Call> static ErrorCode codeOf(Call call)
    {
        try {
            call();
        } catch (const Error& error) {
            return error.code();
        }
        return ErrorCode::none;
    }
    static PhotoId idOf(const Library& library, const std::string& path)
    {
        for (const PhotoRow& row : library.allPhotos().rows)
            if (row.path == path)
                return row.photo;
        return {};
    }

    std::unique_ptr<QTemporaryDir> m_dir;
};

void TestLibrary::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
    ProjectFolder::create(project());
    fs::create_directories(photos() / "sub");
    writeFile(photos() / "a.jpg", "a");
    writeFile(photos() / "b.jpg", "b");
    writeFile(photos() / "sub" / "c.png", "c");
}

void TestLibrary::aNewProjectHasAnEmptyLibrary()
{
    QCOMPARE(codeOf([&] { open(Library::Access::read); }), ErrorCode::libraryMissing);
    Library library = open();
    QVERIFY(!library.isReadOnly());
    QCOMPARE(library.photoCount(), std::int64_t{0});
    QVERIFY(library.state().canonicalText().empty());
    QVERIFY(!library.lastDone());
}

void TestLibrary::anOlderProjectKeepsItsPhotoIds()
{
    PhotoList list = decisions::somePhotos(5);
    list.rows[3].photo = PhotoId{40};
    list.rows[4].box = Box{0.25, 0.5, 0.25, 0.25};
    const ProjectFolder folder = ProjectFolder::open(project());
    RunManifest manifest;
    manifest.options = presetOptions("demo");
    manifest.options.schedule.kinds = 2;
    folder.newRun(manifest, list);
    Library library = open();
    const PhotoList known = library.photos();
    QCOMPARE(known.rows.size(), std::size_t{5});
    QCOMPARE(known.rows[4].photo, PhotoId{40});
    QCOMPARE(known.rows[3].box, std::optional(Box{0.25, 0.5, 0.25, 0.25}));
    QCOMPARE(known.rows[0].path, list.rows[0].path);
    QCOMPARE(known.roots.front(), list.roots.front());
}

void TestLibrary::oneWriterAndAnyNumberOfReaders()
{
    Library writer = open();
    QCOMPARE(codeOf([&] { open(); }), ErrorCode::libraryLocked);
    Library reader = open(Library::Access::read), second = writer.another();
    QVERIFY(reader.isReadOnly() && !second.isReadOnly());
    const Edits edits{ClusterEdit{ClusterId{1}, {}, Cluster{.id = ClusterId{1}, .name = "Robin"}}};
    writer.commit({.kind = CommandKind::newCluster}, edits, 5);
    QCOMPARE(reader.state().find(ClusterId{1})->name, std::string("Robin"));
    QCOMPARE(second.state().find(ClusterId{1})->name, std::string("Robin"));
    QCOMPARE(codeOf([&] { reader.commit({}, edits, 5); }), ErrorCode::libraryReadOnly);
}

void TestLibrary::aLockOfADeadProcessIsNone()
{
    open();
    const pid_t child = fork();
    if (child == 0) {
        const Library library = open();
        ::kill(getpid(), SIGKILL);
    }
    QVERIFY(child > 0);
    int status = 0;
    QCOMPARE(waitpid(child, &status, 0), child);
    QVERIFY(!open().isReadOnly());
}

void TestLibrary::readOnlyFoldersCanBeLookedAt()
{
    {
        Library library = open();
        rescan(library);
    }
    if (geteuid() == 0)
        QSKIP("root may write everywhere");
    fs::permissions(project(), fs::perms::owner_read | fs::perms::owner_exec);
    QCOMPARE(codeOf([&] { open(); }), ErrorCode::libraryReadOnly);
    QCOMPARE(open(Library::Access::read).photoCount(), std::int64_t{3});
    fs::permissions(project(), fs::perms::owner_all);
}

void TestLibrary::aNewerLibraryIsNotTouched()
{
    open();
    std::string bytes = readFile(Library::fileOf(project()));
    bytes[63] = 99;    // user_version
    writeFile(Library::fileOf(project()), bytes);
    for (const auto access : {Library::Access::write, Library::Access::read})
        QCOMPARE(codeOf([&] { open(access); }), ErrorCode::libraryTooNew);
    QVERIFY(readFile(Library::fileOf(project())) == bytes);
}

void TestLibrary::aDamagedLibraryIsRefusedAndItsBackupOffered()
{
    {
        Library library = open();
        rescan(library);
    }
    open();    // keeps the backup
    const fs::path file = Library::fileOf(project());
    std::string bytes = readFile(file);
    std::fill(bytes.begin() + 4096, bytes.begin() + 3 * 4096, 'x');
    writeFile(file, bytes);
    QCOMPARE(codeOf([&] { open(); }), ErrorCode::libraryDamaged);
    writeFile(file, "no database at all, but long enough to be taken for one: " + std::string(4096, '-'));
    QCOMPARE(codeOf([&] { open(); }), ErrorCode::libraryDamaged);
    const auto backup = Library::lastGoodBackup(project());
    QVERIFY(backup);
    Library::restoreBackup(project(), *backup, 77);
    QCOMPARE(open().photoCount(), std::int64_t{3});
    QVERIFY(fs::exists(project() / "library-damaged-77.sqlite"));
}

void TestLibrary::aLaterBackupIsTheSame()
{
    {
        Library library = open();
        rescan(library);
    }
    const fs::path backup = project() / "library-backup.sqlite";
    fs::remove(backup);
    {
        const Database database(Library::fileOf(project()), Database::Mode::write);    // 24 MB: large
        database.run("CREATE TABLE filling (bytes BLOB); INSERT INTO filling VALUES (zeroblob(25165824)); PRAGMA wal_checkpoint(TRUNCATE);");
    }
    Library library = Library::open(project(), Library::Access::write, Library::Backup::later);
    QVERIFY(!fs::exists(backup));
    std::stop_source stopped;
    stopped.request_stop();
    Library::keepBackup(project(), stopped.get_token());
    QVERIFY(!fs::exists(backup));
    QVERIFY(!fs::exists(project() / "library-backup.tmp"));
    Library::keepBackup(project(), {});    // while the library is open for writing
    QCOMPARE(Library::lastGoodBackup(project()), std::optional(backup));
    QCOMPARE(Database(backup, Database::Mode::read).number("SELECT count(*) FROM photos"), library.photoCount());
}

void TestLibrary::listsAreReadByOneLook()
{
    Library library = open();
    rescan(library);
    const auto whole = library.photoLists();
    QVERIFY(whole.photos == whole.all);    // nothing is hidden: one object
    library.commitSilently({AwayEdit{whole.all->rows[1].photo, false, true}});
    fs::remove(whole.all->file(2));
    rescan(library);
    const auto lists = library.photoLists();
    const auto ids = [](const PhotoList& list) {
        std::vector<PhotoId> ids;
        for (const PhotoRow& row : list.rows)
            ids.push_back(row.photo);
        return ids;
    };
    QVERIFY(ids(*lists.all) == ids(library.allPhotos()));
    QVERIFY(ids(*lists.photos) == ids(library.photos()));
    QCOMPARE(lists.photos->rows.size(), whole.all->rows.size() - 2);
}

// tests/data/library/version-N.sqlite: a library of three photos, one of them labelled, as that version wrote it.
void TestLibrary::everyVersionOpens()
{
    int versions = 0;
    for (const auto& entry : fs::directory_iterator(fs::path(PLUMAGE_SOURCE_DIR) / "tests/data/library")) {
        if (entry.path().extension() != ".sqlite")
            continue;
        fs::copy_file(entry.path(), Library::fileOf(project()), fs::copy_options::overwrite_existing);
        const Library library = open();
        QCOMPARE(library.photos().rows.size(), std::size_t{3});
        const LibraryState state = library.state();
        QCOMPARE(state.labelCount(), std::int64_t{1});
        QCOMPARE(state.find(*state.labelledCluster(PhotoId{2}))->name, std::string("Robin"));
        QCOMPARE(library.journal(9).size(), std::size_t{1});
        ++versions;
    }
    QVERIFY(versions >= 1);
}

void TestLibrary::aFullDiskStoresNothing()
{
    Library library = open();
    rescan(library);
    Edits edits{ClusterEdit{ClusterId{1}, {}, Cluster{.id = ClusterId{1}}}};
    for (int i = 1; i <= 20'000; ++i)
        edits.push_back(LabelEdit{PhotoId{i}, {}, Label{ClusterId{1}, LabelSource::seen}});
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit before{}, small{};
    getrlimit(RLIMIT_FSIZE, &before);
    small = before;
    small.rlim_cur = 200'000;
    setrlimit(RLIMIT_FSIZE, &small);
    const ErrorCode code = codeOf([&] { library.commit({.kind = CommandKind::assign}, edits, 1); });
    setrlimit(RLIMIT_FSIZE, &before);
    QVERIFY2(code == ErrorCode::diskFull || code == ErrorCode::writeFailed, std::string(errorName(code)).c_str());
    QVERIFY(library.state().canonicalText().empty());
    QVERIFY(library.journal(1).empty());
    library.commit({.kind = CommandKind::assign}, edits, 1);    // there is room again
    QCOMPARE(library.state().labelCount(), std::int64_t{20'000});
}

void TestLibrary::rescanFindsNewChangedMovedAndMissing()
{
    Library library = open();
    ScanReport report = rescan(library);
    QCOMPARE(report.added, std::int64_t{3});
    const PhotoId a = idOf(library, "a.jpg"), b = idOf(library, "b.jpg"), c = idOf(library, "sub/c.png");
    QVERIFY(a.value > 0 && b.value > 0 && c.value > 0);

    writeFile(photos() / "a.jpg", "other pixels");
    fs::rename(photos() / "b.jpg", photos() / "sub" / "renamed.jpg");
    fs::remove(photos() / "sub" / "c.png");
    writeFile(photos() / "d.jpg", "d");
    report = rescan(library);
    QCOMPARE(report.changed, std::int64_t{1});
    QCOMPARE(report.moved, std::int64_t{1});
    QCOMPARE(report.missing, std::int64_t{1});
    QCOMPARE(report.added, std::int64_t{1});
    QCOMPARE(idOf(library, "a.jpg"), a);
    QCOMPARE(idOf(library, "sub/renamed.jpg"), b);
    QCOMPARE(library.missingPhotos(), std::vector{c});
    QCOMPARE(library.photoCount(), std::int64_t{3});
    QVERIFY(library.record(c)->missing);

    writeFile(photos() / "sub" / "c.png", "c");
    report = rescan(library);
    QCOMPARE(report.back, std::int64_t{1});
    QCOMPARE(report.same, std::int64_t{3});
    QCOMPARE(idOf(library, "sub/c.png"), c);
    QVERIFY(library.missingPhotos().empty());
}

void TestLibrary::equalPhotosStayTwo()
{
    writeFile(photos() / "twin.jpg", "a");
    Library library = open();
    rescan(library);
    const PhotoId a = idOf(library, "a.jpg"), twin = idOf(library, "twin.jpg");
    QVERIFY(a != twin && a.value > 0 && twin.value > 0);
    fs::remove(photos() / "a.jpg");
    rescan(library);
    QCOMPARE(library.missingPhotos(), std::vector{a});    // gone, not moved: the twin was there before
    QCOMPARE(idOf(library, "twin.jpg"), twin);
}

void TestLibrary::aMovedFolderIsFoundByContent()
{
    Library library = open();
    rescan(library);
    const PhotoId c = idOf(library, "sub/c.png");
    const fs::path elsewhere = photos().parent_path() / "elsewhere";
    fs::rename(photos(), elsewhere);
    QCOMPARE(codeOf([&] { rescan(library); }), ErrorCode::folderMissing);
    const ScanReport report = library.rescan(std::array{elsewhere}, {}, {});
    QCOMPARE(report.moved, std::int64_t{3});
    QCOMPARE(library.record(c)->file, elsewhere / "sub" / "c.png");
    QCOMPARE(library.photoCount(), std::int64_t{3});
}

void TestLibrary::anUnreadableRootChangesNothing()
{
    Library library = open();
    rescan(library);
    std::stop_source stop;
    stop.request_stop();
    QCOMPARE(codeOf([&] { library.rescan(std::array{photos()}, {}, stop.get_token()); }), ErrorCode::cancelled);
    QCOMPARE(codeOf([&] { library.rescan(std::array{photos() / "nowhere"}, {}, {}); }), ErrorCode::folderMissing);
    QCOMPARE(library.photoCount(), std::int64_t{3});
}

void TestLibrary::camerasTellDateAndPlace()
{
    // the smallest JPEG that exiv2 takes: one grey block
    const QByteArray jpeg = QByteArray::fromBase64("/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////////////wAALCAABAAEBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAACf/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AVN//2Q==");
    writeFile(photos() / "camera.jpg", jpeg.toStdString());
    const auto image = Exiv2::ImageFactory::open((photos() / "camera.jpg").string());
    image->readMetadata();
    image->exifData()["Exif.Photo.DateTimeOriginal"] = "2024:05:17 06:31:02";
    image->exifData()["Exif.Image.Make"] = "NIKON";
    image->exifData()["Exif.Image.Model"] = "NIKON Z 8";
    image->exifData()["Exif.GPSInfo.GPSLatitude"] = "54/1 30/1 0/1";
    image->exifData()["Exif.GPSInfo.GPSLatitudeRef"] = "N";
    image->exifData()["Exif.GPSInfo.GPSLongitude"] = "8/1 15/1 36/1";
    image->exifData()["Exif.GPSInfo.GPSLongitudeRef"] = "W";
    image->writeMetadata();
    Library library = open();
    rescan(library);
    const auto record = library.record(idOf(library, "camera.jpg"));
    QCOMPARE(record->exposure.taken, std::string("2024-05-17T06:31:02"));
    QCOMPARE(record->exposure.camera, std::string("NIKON Z 8"));
    QCOMPARE(*record->exposure.latitude, 54.5);
    QVERIFY(std::abs(*record->exposure.longitude + 8.26) < 1e-6);
    QVERIFY(library.record(idOf(library, "a.jpg"))->exposure == Exposure());    // no picture at all: nothing stored, nothing thrown
}

void TestLibrary::boxesBecomePhotos()
{
    Library library = open();
    rescan(library);
    const PhotoId a = idOf(library, "a.jpg");
    const std::array boxes{BoxRow{"a.jpg", {0, 0, 0.5, 0.5}}, BoxRow{(photos() / "a.jpg").string(), {0.5, 0.5, 0.5, 0.5}}, BoxRow{"c.png", {0.1, 0.1, 0.2, 0.2}}};
    QCOMPARE(library.addBoxes(boxes, false), std::int64_t{3});
    QCOMPARE(library.photoCount(), std::int64_t{4});    // b, and three boxes
    for (const PhotoRow& row : library.photos().rows)
        QVERIFY(row.photo != a);
    QCOMPARE(library.addBoxes(boxes, false), std::int64_t{0});    // they are there already
    const std::array bad{BoxRow{"b.jpg", {0.9, 0, 0.5, 0.5}}, BoxRow{"who.jpg", {0, 0, 1, 1}}};
    QCOMPARE(codeOf([&] { library.addBoxes(bad, false); }), ErrorCode::boxInvalid);
    QCOMPARE(codeOf([&] { library.addBoxes(std::span(bad).last(1), false); }), ErrorCode::labelsUnmatched);
    QCOMPARE(library.addBoxes(bad, true), std::int64_t{0});
    QCOMPARE(library.photoCount(), std::int64_t{4});
}

void TestLibrary::theWindowRemembers()
{
    Library library = open();
    library.setLookedAt(ClusterId{3}, std::array{PhotoId{5}, PhotoId{2}});
    library.setLookedAt(ClusterId{4}, std::array{PhotoId{1}});
    library.setLookedAt(ClusterId{4}, {});
    QCOMPARE(library.lookedAt().size(), std::size_t{1});
    QCOMPARE(library.lookedAt()[ClusterId{3}], (std::vector{PhotoId{2}, PhotoId{5}}));
    library.logEffort({100, "grow", 11, 1150, 65'000});
    QCOMPARE(library.effort().size(), std::size_t{1});
    QCOMPARE(library.effort()[0].photos, std::int64_t{1150});
    library.eraseEffort();
    QVERIFY(library.effort().empty());
}

// tst_library --make-fixture FOLDER: writes version-N.sqlite as this program's version does, for tests/data/library.
static int makeFixture(const fs::path& folder)
{
    const QTemporaryDir dir;
    const fs::path project = fs::path(dir.path().toStdString()) / "fixture.plumage";
    ProjectFolder::create(project).rememberPhotos(decisions::somePhotos(3));
    {
        curation::Curator curator = decisions::openCurator(project);
        curator.apply(curation::newCluster(curator.state(), std::array{PhotoId{2}}, "Robin", [](PhotoId) { return std::optional<ClusterId>(); }));
    }
    Library::open(project, Library::Access::write);    // keeps a backup: one file, without companions
    fs::copy_file(project / "library-backup.sqlite", folder / "version-1.sqlite", fs::copy_options::overwrite_existing);
    return 0;
}

int main(int argc, char** argv)
{
    if (argc == 3 && std::string_view(argv[1]) == "--make-fixture")
        return makeFixture(argv[2]);
    QCoreApplication app(argc, argv);
    TestLibrary test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_library.moc"
