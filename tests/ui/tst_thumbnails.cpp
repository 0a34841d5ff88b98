// SPDX-License-Identifier: GPL-3.0-or-later
// Thumbnails: decoded in other threads, kept on disk, forgotten in time.
#include "core/base/atomicpath.h"
#include "tests/ui/uifixture.h"
#include "ui/paths.h"
#include "ui/thumbnailcache.h"
#include "ui/thumbnailstore.h"

#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

using namespace plumage;
using namespace plumage::ui;

class TestThumbnails : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { m_made = std::make_unique<MadeUpProject>(); }
    void whatIsWantedArrives();
    void squaresAreScaledOnce();
    void anUnreadablePhotoIsMarked();
    void theStoreServesWhenThePhotoIsGone();
    void boxesAreCutOut();
    void otherPhotosForgetEverything();
    void wishesAfterClosingAreDropped();

private:
    std::shared_ptr<const project::PhotoTable> table(const std::vector<PhotoRow>& rows, const std::string& root) const
    {
        auto list = std::make_shared<PhotoList>();
        list->roots = {root};
        list->rows = rows;
        return std::make_shared<const project::PhotoTable>(list);
    }
    std::unique_ptr<MadeUpProject> m_made;
};

void TestThumbnails::whatIsWantedArrives()
{
    ThumbnailCache cache;
    cache.setPhotos(m_made->newest()->photos, {});
    QVERIFY(cache.find(PhotoId{1}).isNull());
    std::vector<PhotoId> photos;
    for (int id = 1; id <= 40; ++id)
        photos.push_back(PhotoId{id});
    cache.want(ThumbnailCache::Asker::Gallery, photos);
    QVERIFY(cache.find(PhotoId{1}).isNull());    // never in this thread
    for (const PhotoId photo : photos)
        QTRY_VERIFY(!cache.find(photo).isNull());
    QCOMPARE(cache.find(PhotoId{1}).size(), QSize(160, 160));    // never enlarged
    QVERIFY(cache.find(PhotoId{41}).isNull());
}

void TestThumbnails::squaresAreScaledOnce()
{
    ThumbnailCache cache;
    cache.setPhotos(m_made->newest()->photos, {});
    QVERIFY(cache.square(PhotoId{3}, 96).isNull());
    cache.want(ThumbnailCache::Asker::Clusters, {PhotoId{3}});
    QTRY_VERIFY(!cache.square(PhotoId{3}, 96).isNull());
    QCOMPARE(cache.square(PhotoId{3}, 96).size(), QSize(96, 96));
    QCOMPARE(cache.square(PhotoId{3}, 96).cacheKey(), cache.square(PhotoId{3}, 96).cacheKey());
}

void TestThumbnails::anUnreadablePhotoIsMarked()
{
    QTemporaryDir dir;
    writeFile(dir.path().toStdString() + "/bad.jpg", "no picture");
    ThumbnailCache cache;
    cache.setPhotos(table({{PhotoId{1}, 0, "bad.jpg", {}, "h1"}, {PhotoId{2}, 0, "missing.jpg", {}, "h2"}}, dir.path().toStdString()), {});
    cache.want(ThumbnailCache::Asker::Gallery, {PhotoId{1}, PhotoId{2}});
    QTRY_VERIFY(cache.isUnreadable(PhotoId{1}) && cache.isUnreadable(PhotoId{2}));
    QVERIFY(cache.find(PhotoId{1}).isNull());
}

void TestThumbnails::theStoreServesWhenThePhotoIsGone()
{
    QTemporaryDir dir;
    const std::string folder = dir.path().toStdString();
    std::filesystem::copy(m_made->photos() / "species-1" / "0001.jpg", folder + "/a.jpg");
    const auto photos = table({{PhotoId{1}, 0, "a.jpg", {}, "hash-a"}}, folder);
    const QString store = dir.filePath(QStringLiteral("thumbnails.sqlite"));
    {
        ThumbnailCache cache;
        cache.setPhotos(photos, store);
        cache.want(ThumbnailCache::Asker::Gallery, {PhotoId{1}});
        QTRY_VERIFY(!cache.find(PhotoId{1}).isNull());
    }
    QVERIFY(!ThumbnailStore(store).read(QStringLiteral("hash-a")).isEmpty());
    std::filesystem::remove(folder + "/a.jpg");
    ThumbnailCache cache;
    cache.setPhotos(photos, store);
    cache.want(ThumbnailCache::Asker::Gallery, {PhotoId{1}});
    QTRY_VERIFY(!cache.find(PhotoId{1}).isNull());
}

void TestThumbnails::boxesAreCutOut()
{
    QTemporaryDir dir;
    QImage image(400, 200, QImage::Format_RGB32);
    image.fill(Qt::red);
    for (int x = 200; x < 400; ++x)
        for (int y = 0; y < 200; ++y)
            image.setPixelColor(x, y, Qt::blue);
    QVERIFY(image.save(dir.filePath(QStringLiteral("two.png"))));
    ThumbnailCache cache;
    cache.setPhotos(table({{PhotoId{1}, 0, "two.png", Box{0.5, 0, 0.5, 1}, "h"}}, dir.path().toStdString()), {});
    cache.want(ThumbnailCache::Asker::Gallery, {PhotoId{1}});
    QTRY_VERIFY(!cache.find(PhotoId{1}).isNull());
    const QImage cut = cache.find(PhotoId{1});
    QCOMPARE(cut.width(), cut.height());
    QVERIFY(cut.pixelColor(cut.width() / 2, cut.height() / 2).blue() > 240);
    QVERIFY(cut.pixelColor(4, 4).red() < 40);
}

void TestThumbnails::otherPhotosForgetEverything()
{
    ThumbnailCache cache;
    cache.setPhotos(m_made->newest()->photos, {});
    cache.want(ThumbnailCache::Asker::Gallery, {PhotoId{1}});
    QTRY_VERIFY(!cache.find(PhotoId{1}).isNull());
    cache.setPhotos(m_made->snapshot(1)->photos, {});    // the same photos in another snapshot
    QVERIFY(!cache.find(PhotoId{1}).isNull());
    cache.setPhotos(table({{PhotoId{1}, 0, "other.jpg", {}, "h"}}, "/nowhere"), {});
    QVERIFY(cache.find(PhotoId{1}).isNull());
}

void TestThumbnails::wishesAfterClosingAreDropped()
{
    std::vector<PhotoId> photos;
    for (int id = 1; id <= 144; ++id)
        photos.push_back(PhotoId{id});
    for (int round = 0; round < 20; ++round) {    // while threads are at work
        ThumbnailCache cache;
        cache.setPhotos(m_made->newest()->photos, {});
        cache.want(ThumbnailCache::Asker::Gallery, photos);
        QTest::qWait(5);
        cache.setPhotos(nullptr, {});
        cache.want(ThumbnailCache::Asker::Gallery, photos);    // a view that has not heard of it
        QTest::qWait(5);
        QVERIFY(cache.find(PhotoId{1}).isNull());
    }
}

QTEST_MAIN(TestThumbnails)
#include "tst_thumbnails.moc"
