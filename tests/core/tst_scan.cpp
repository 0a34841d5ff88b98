// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/atomicpath.h"
#include "core/scan/scan.h"

#include <QByteArrayList>
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace plumage;
namespace fs = std::filesystem;

class TestScan : public QObject
{
    Q_OBJECT

private:
    fs::path m_root;
    std::unique_ptr<QTemporaryDir> m_folder;

    void put(const fs::path& relative, const std::string& bytes)
    {
        fs::create_directories((m_root / relative).parent_path());
        writeFile(m_root / relative, bytes);
    }
    scan::ScanResult scanned(const fs::path& below = {}) { return scan::scanFolders(std::vector{m_root / below}); }
    static QByteArrayList paths(const scan::ScanResult& result)
    {
        QByteArrayList list;
        for (const scan::FoundPhoto& photo : result.photos)
            list << QByteArray::fromStdString(photo.path);
        return list;
    }
    // "code path" of every problem, paths relative to the root
    QByteArrayList problems(const scan::ScanResult& result)
    {
        QByteArrayList list;
        for (const scan::ScanProblem& problem : result.problems)
            list << QByteArray::fromStdString(std::string(errorName(problem.code)) + " " + fs::path(problem.path).lexically_relative(m_root).string());
        return list;
    }

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_root = fs::path(m_folder->path().toStdString()) / "photos";
        fs::create_directory(m_root);
    }

    void cleanup() { fs::remove_all(m_root); }    // QTemporaryDir does not remove links to themselves

    void photosAreFoundByTheirNameInAnyDepthAndInOrder()
    {
        for (const char* name : {"b.JPG", "a.jpeg", "sub/deep/c.Png", "sub/d.webp", "sub/e.tif", "sub/f.TIFF", "sub/g.bmp", "sub.jpg/h.jpg"})
            put(name, name);
        for (const char* name : {"notes.txt", "jpg", "a.jpg.txt", "movie.mp4"})
            put(name, "x");
        const scan::ScanResult result = scanned();
        QCOMPARE(paths(result), QByteArrayList({"a.jpeg", "b.JPG", "sub.jpg/h.jpg", "sub/d.webp", "sub/deep/c.Png", "sub/e.tif", "sub/f.TIFF", "sub/g.bmp"}));
        QCOMPARE(result.otherFiles, 4);
        QCOMPARE(result.photos[0].bytes, 6u);
        QVERIFY(result.photos[0].modifiedNs > 1'600'000'000'000'000'000);
        QVERIFY(result.problems.empty());
    }

    void hashesAreThoseOfXxhsum()
    {
        put("a.jpg", "Plumage");
        put("b.jpg", std::string(1'000'000, 'x'));
        const scan::ScanResult result = scanned();
        QCOMPARE(result.photos[0].hash, std::string("3a56407fcf6681abdfb8811240a8e969"));    // printf Plumage | xxhsum -H128
        QCOMPARE(result.photos[1].hash, std::string("408b717d132ab248ef02eeb2d3625399"));
    }

    void emptyFolderHasNoPhotos()
    {
        const scan::ScanResult result = scanned();
        QVERIFY(result.photos.empty() && result.problems.empty());
    }
    void aMissingFolderIsAnError()
    {
        put("file", "x");
        for (const char* name : {"not there", "file"})
            try {
                scanned(name);
                QFAIL("no error");
            } catch (const Error& error) {
                QCOMPARE(error.code(), ErrorCode::folderMissing);
                QCOMPARE(error.detail(), (m_root / name).string());
            }
    }

    void hiddenFilesAndFoldersAreCounted()
    {
        put(".hidden.jpg", "x");
        put(".git/a.jpg", "x");
        put("._mac.jpg", "x");
        put("a.jpg", "x");
        const scan::ScanResult result = scanned();
        QCOMPARE(paths(result), QByteArrayList{"a.jpg"});
        QCOMPARE(result.hiddenFiles, 3);
    }

    void anyNameSurvives()
    {
        const QByteArrayList names{"a b.jpg", "new\nline.jpg", "quote\"'.jpg", "синица.jpg", "鳥/カラス.jpg", "comma,.jpg", " .jpg"};
        for (const QByteArray& name : names)
            put(name.toStdString(), "x");
        put("not utf-8 \xff\xfe.jpg", "x");
        const scan::ScanResult result = scanned();
        QCOMPARE(result.photos.size(), std::size_t(names.size() + 1));
        for (const QByteArray& name : names)
            QVERIFY2(paths(result).contains(name), name);
        QVERIFY(std::ranges::any_of(result.photos, [](const auto& photo) { return photo.path == "not utf-8 \xff\xfe.jpg"; }));
        // and through photos.csv
        const PhotoList list = scan::toPhotoList(result, std::vector{m_root});
        const auto rows = photoRowsFromText(photoRowsText(list), 1, "test");
        for (std::size_t i = 0; i < rows.size(); ++i) {
            QCOMPARE(rows[i].path, result.photos[i].path);
            QCOMPARE(rows[i].photo.value, std::int64_t(i) + 1);
            QVERIFY(fs::exists(list.file(i)));
        }
    }

    void emptyFilesAndBrokenLinksAreProblems()
    {
        put("empty.jpg", "");
        put("good.jpg", "x");
        fs::create_symlink("gone.jpg", m_root / "broken.jpg");
        fs::create_symlink("itself.jpg", m_root / "itself.jpg");
        const scan::ScanResult result = scanned();
        QCOMPARE(paths(result), QByteArrayList{"good.jpg"});
        QCOMPARE(problems(result), QByteArrayList({"brokenLink broken.jpg", "photoEmpty empty.jpg", "linkLoop itself.jpg"}));
    }

    void linksAreFollowedOnce()
    {
        put("real/a.jpg", "x");
        fs::create_directory(fs::path(m_folder->path().toStdString()) / "outside");
        put("../outside/b.jpg", "x");
        fs::create_symlink("real/a.jpg", m_root / "0.jpg");              // its target is found anyway
        fs::create_symlink("../outside", m_root / "linked");
        fs::create_symlink("../outside", m_root / "linked again");
        fs::create_symlink("../outside/b.jpg", m_root / "once more.jpg");
        const scan::ScanResult result = scanned();
        QCOMPARE(paths(result), QByteArrayList({"linked/b.jpg", "real/a.jpg"}));
        QCOMPARE(problems(result), QByteArrayList({"linkLoop linked again"}));
    }
    void linkToAFileOutsideIsAPhoto()
    {
        put("../outside.jpg", "x");
        fs::create_symlink("../outside.jpg", m_root / "a.jpg");
        fs::create_symlink("../outside.jpg", m_root / "b.jpg");
        QCOMPARE(paths(scanned()), QByteArrayList{"a.jpg"});
    }
    void loopsEnd()
    {
        put("sub/a.jpg", "x");
        put("../beside.jpg", "x");
        fs::create_symlink("..", m_root / "sub" / "up");
        fs::create_symlink("../..", m_root / "sub" / "above the root");
        fs::create_symlink("sub", m_root / "again");
        const scan::ScanResult result = scanned();
        QCOMPARE(paths(result), QByteArrayList{"sub/a.jpg"});
        QCOMPARE(problems(result), QByteArrayList({"linkLoop again", "linkLoop sub/above the root", "linkLoop sub/up"}));
    }

    void pipesAreNotOpened()
    {
        put("a.jpg", "x");
        QCOMPARE(::mkfifo((m_root / "pipe.jpg").c_str(), 0600), 0);
        const scan::ScanResult result = scanned();
        QCOMPARE(paths(result), QByteArrayList{"a.jpg"});
        QCOMPARE(result.otherFiles, 1);
    }

    void whatMayNotBeReadIsAProblem()
    {
        if (::geteuid() == 0)
            QSKIP("root may read everything");
        put("good.jpg", "x");
        put("secret.jpg", "x");
        put("closed/a.jpg", "x");
        fs::permissions(m_root / "secret.jpg", fs::perms::none);
        fs::permissions(m_root / "closed", fs::perms::none);
        const scan::ScanResult result = scanned();
        fs::permissions(m_root / "closed", fs::perms::owner_all);
        QCOMPARE(paths(result), QByteArrayList{"good.jpg"});
        QCOMPARE(problems(result), QByteArrayList({"folderUnreadable closed", "fileUnreadable secret.jpg"}));
    }

    void aDisappearedFileIsAProblem()
    {
        for (int i = 0; i < 200; ++i)
            put(std::to_string(i) + ".jpg", "x");
        bool removed = false;
        const scan::ScanResult result = scan::scanFolders(std::vector{m_root}, [&](std::int64_t done, std::int64_t) {
            if (done > 0 && !removed)
                removed = fs::remove(m_root / "99.jpg");    // the last one
        });
        QVERIFY(removed);
        QCOMPARE(result.photos.size(), std::size_t(199));
        QCOMPARE(problems(result), QByteArrayList({"fileUnreadable 99.jpg"}));
    }

    void rootsInsideEachOtherGiveEveryPhotoOnce()
    {
        put("a.jpg", "x");
        put("sub/b.jpg", "x");
        const scan::ScanResult outerFirst = scan::scanFolders(std::vector{m_root, m_root / "sub"});
        QCOMPARE(paths(outerFirst), QByteArrayList({"a.jpg", "sub/b.jpg"}));
        const scan::ScanResult innerFirst = scan::scanFolders(std::vector{m_root / "sub", m_root});
        QCOMPARE(paths(innerFirst), QByteArrayList({"b.jpg", "a.jpg"}));
        QCOMPARE(innerFirst.photos[1].root, 1);
    }

    void progressGrowsAndStopStops()
    {
        for (int i = 0; i < 50; ++i)
            put(std::to_string(i) + ".jpg", "x");
        std::int64_t lastDone = 0;
        bool grows = true;
        std::stop_source stop;
        (void)scan::scanFolders(std::vector{m_root}, [&](std::int64_t done, std::int64_t found) {
            grows = grows && done >= lastDone && found <= 50;
            lastDone = done;
        });
        QVERIFY(grows);
        QCOMPARE(lastDone, 50);
        try {
            (void)scan::scanFolders(std::vector{m_root}, [&](std::int64_t, std::int64_t) { stop.request_stop(); }, stop.get_token());
            QFAIL("not stopped");
        } catch (const Error& error) {
            QCOMPARE(error.code(), ErrorCode::cancelled);
        }
    }
};

QTEST_GUILESS_MAIN(TestScan)
#include "tst_scan.moc"
