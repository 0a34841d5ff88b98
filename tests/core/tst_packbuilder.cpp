// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/atomicpath.h"
#include "core/base/photopack.h"
#include "core/data/packbuilder.h"
#include "core/scan/scan.h"
#include "tests/core/photocorpus.h"

#include <QTemporaryDir>
#include <QTest>
#include <csignal>
#include <future>
#include <numeric>
#include <opencv2/imgcodecs.hpp>
#include <sys/resource.h>

using namespace plumage;
using namespace photocorpus;
namespace fs = std::filesystem;

class TestPackBuilder : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    fs::path m_photos, m_pack;

    PhotoList listOf() { return scan::toPhotoList(scan::scanFolders(std::vector{m_photos}), std::vector{m_photos}); }
    data::PackReport build(const PhotoList& list, int side = 72) { return data::buildPhotoPack(list, side, m_pack, {}, {}, 2); }
    ErrorCode errorOf(const PhotoList& list)
    {
        try {
            build(list);
            return ErrorCode::none;
        } catch (const Error& error) {
            return error.code();
        }
    }
    std::size_t filesInPackFolder() const
    {
        return static_cast<std::size_t>(std::distance(fs::directory_iterator(m_pack.parent_path()), fs::directory_iterator()));
    }

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_photos = fs::path(m_folder->path().toStdString()) / "photos";
        m_pack = fs::path(m_folder->path().toStdString()) / "cache" / "photos.pack";
        fs::create_directory(m_photos);
        fs::create_directory(m_pack.parent_path());
    }

    void rowsHoldTheirPhotos()
    {
        writeFile(m_photos / "a.png", encoded(".png", quarters(144, 288)));
        writeFile(m_photos / "b.jpg", encoded(".jpg", cv::Mat(100, 100, CV_8UC3, cv::Scalar(200, 100, 50))));
        const PhotoList list = listOf();
        const data::PackReport report = build(list);
        QCOMPARE(report.decoded, 2);
        QVERIFY(report.problems.empty() && !report.reused);

        const PhotoPackReader pack(m_pack);
        QCOMPARE(pack.side(), 72);
        QCOMPARE(pack.photos(), std::size_t(2));
        QCOMPARE(pack.aspects()[0], 0.5F);
        QCOMPARE(pack.aspects()[1], 1.0F);
        constexpr std::size_t plane = 72 * 72;
        const auto value = [&](std::size_t row, std::size_t channel, std::size_t y, std::size_t x) { return int(pack.images()[(3 * row + channel) * plane + y * 72 + x]); };
        QCOMPARE(value(0, 0, 10, 10), 255);    // red above at the left
        QCOMPARE(value(0, 1, 10, 10), 0);
        QCOMPARE(value(0, 1, 10, 60), 255);    // green at the right
        QCOMPARE(value(0, 2, 60, 10), 255);    // blue below
        QVERIFY(std::abs(value(1, 0, 36, 36) - 200) < 6 && std::abs(value(1, 2, 36, 36) - 50) < 6);
        QCOMPARE(int(pack.halves()[5 * 36 + 5]), 255);
        QCOMPARE(pack.list().rows[1].path, std::string("b.jpg"));
    }

    void badPhotosKeepTheirRow()
    {
        const std::string jpeg = encoded(".jpg", quarters(200, 100));
        writeFile(m_photos / "0 good.jpg", jpeg);
        writeFile(m_photos / "1 cut.jpg", jpeg.substr(0, jpeg.size() / 2));
        writeFile(m_photos / "2 text.jpg", "no photo");
        writeFile(m_photos / "3 huge.png", hugePng(20'000));
        writeFile(m_photos / "4 gone.jpg", jpeg);
        writeFile(m_photos / "5 good.jpg", jpeg);
        const PhotoList list = listOf();
        fs::remove(m_photos / "4 gone.jpg");
        const data::PackReport report = build(list);
        QCOMPARE(report.decoded, 2);
        QCOMPARE(report.problems.size(), std::size_t(4));
        const std::array codes{ErrorCode::photoUnreadable, ErrorCode::photoUnreadable, ErrorCode::photoTooLarge, ErrorCode::fileMissing};
        for (std::size_t i = 0; i < codes.size(); ++i) {
            QCOMPARE(report.problems[i].row, i + 1);
            QCOMPARE(report.problems[i].code, codes[i]);
            QCOMPARE(report.problems[i].path, list.file(i + 1).string());
        }
        const PhotoPackReader pack(m_pack);
        for (std::size_t row = 0; row < 6; ++row)
            QCOMPARE(pack.flags()[row], row == 0 || row == 5 ? packPhoto : packUnreadable);
        QCOMPARE(int(pack.images()[2 * 3 * 72 * 72]), 128);
    }

    void aMatchingPackIsKept()
    {
        writeFile(m_photos / "a.png", encoded(".png", quarters(20, 20)));
        writeFile(m_photos / "b.png", "no photo");
        PhotoList list = listOf();
        build(list);
        const auto written = fs::last_write_time(m_pack);
        const data::PackReport again = build(list);
        QVERIFY(again.reused);
        QCOMPARE(again.decoded, 1);
        QCOMPARE(again.problems.size(), std::size_t(1));
        QCOMPARE(again.problems[0].path, list.file(1).string());
        QCOMPARE(fs::last_write_time(m_pack), written);

        QVERIFY(!build(list, 144).reused);    // another size
        list.rows[0].box = Box{0, 0, 0.5, 0.5};
        QVERIFY(!build(list, 144).reused);    // another list
        writeFile(m_pack, "rubbish");
        QVERIFY(!build(list, 144).reused);
    }

    void boxesOfOneFileAreDifferentPhotos()
    {
        writeFile(m_photos / "a.png", encoded(".png", quarters(80, 80)));
        PhotoList list = listOf();
        list.rows.push_back(list.rows[0]);
        list.rows[0].box = Box{0, 0, 0.5, 0.5};
        list.rows[1].box = Box{0.5, 0, 0.5, 0.25};
        list.rows[1].photo.value = 2;
        build(list);
        const PhotoPackReader pack(m_pack);
        constexpr std::size_t plane = 72 * 72;
        QCOMPARE(int(pack.images()[0]), 255);                  // red
        QCOMPARE(int(pack.images()[1 * plane]), 0);
        QCOMPARE(int(pack.images()[3 * plane]), 0);            // green
        QCOMPARE(int(pack.images()[4 * plane]), 255);
        QCOMPARE(pack.aspects()[1], 2.0F);
    }

    void nothingToDecodeIsAnError()
    {
        QCOMPARE(errorOf(listOf()), ErrorCode::noPhotos);
        writeFile(m_photos / "a.jpg", "text");
        writeFile(m_photos / "b.jpg", "more text");
        QCOMPARE(errorOf(listOf()), ErrorCode::noPhotos);
        QCOMPARE(filesInPackFolder(), std::size_t(0));
    }

    void stoppingLeavesNothing()
    {
        for (int i = 0; i < 20; ++i)
            writeFile(m_photos / (std::to_string(i) + ".png"), encoded(".png", quarters(20, 20)));
        std::stop_source stop;
        std::int64_t last = 0;
        try {
            data::buildPhotoPack(listOf(), 72, m_pack, [&](std::int64_t done, std::int64_t total) {
                QCOMPARE(total, 20);
                last = done;
                if (done == 5)
                    stop.request_stop();
            }, stop.get_token(), 2);
            QFAIL("not stopped");
        } catch (const Error& error) {
            QCOMPARE(error.code(), ErrorCode::cancelled);
        }
        QVERIFY(last >= 5 && last < 20);
        QCOMPARE(filesInPackFolder(), std::size_t(0));
    }

    void aPackIsReadWhileItIsBuilt()
    {
        for (int i = 0; i < 12; ++i)
            writeFile(m_photos / (std::to_string(i) + ".png"), encoded(".png", cv::Mat(30, 30, CV_8UC3, cv::Scalar(10 * i, 0, 0))));
        const PhotoList list = listOf();
        writeFile(list.file(4), "no picture");
        std::vector<std::int64_t> order;
        for (std::int64_t row = 11; row >= 0; --row)
            order.push_back(row);
        std::int64_t last = 0;
        std::vector<data::PhotoProblem> problems;
        data::PackBuilding building(list, 72, m_pack, order, 2, {[&](std::int64_t done, std::int64_t) { last = done; },
            [&](const data::PackReport& report) { problems = report.problems; }, [](ErrorCode, const std::string& detail) { QFAIL(detail.c_str()); }});
        const PhotoPackReader& pack = building.pack();
        constexpr std::size_t picture = 3 * 72 * 72;
        for (std::size_t row = 0; row < 12; ++row) {
            QCOMPARE(pack.isReadable(row), row != 4);
            if (row != 4)
                QCOMPARE(int(pack.images()[row * picture]), 10 * std::stoi(list.rows[row].path));
        }
        QCOMPARE(building.finish().decoded, 11);
        QCOMPARE(last, 12);
        QCOMPARE(problems.size(), std::size_t(1));
        QCOMPARE(problems[0].row, std::size_t(4));
        QVERIFY(pack.isComplete());
        QCOMPARE(pack.readable().size(), std::size_t(11));
        QCOMPARE(int(pack.images()[picture]), 10 * std::stoi(list.rows[1].path));    // also after it got its name

        const fs::path other = m_pack.parent_path() / "other.pack";
        data::buildPhotoPack(list, 72, other, {}, {}, 2);
        QVERIFY(readFile(other) == readFile(m_pack));
        int built = 0;
        const data::PackBuilding again(list, 72, m_pack, order, 2, {{}, [&](const data::PackReport& report) { built += report.reused; }, {}});
        QCOMPARE(built, 1);
    }

    void aStoppedBuildingLeavesNothing()
    {
        for (int i = 0; i < 20; ++i)
            writeFile(m_photos / (std::to_string(i) + ".png"), encoded(".png", quarters(20, 20)));
        const PhotoList list = listOf();
        std::vector<std::int64_t> order(20);
        std::iota(order.begin(), order.end(), 0);
        std::promise<void> five, stopped;
        const auto progress = [&, wait = stopped.get_future().share()](std::int64_t done, std::int64_t) {
            if (done == 5) {
                five.set_value();
                wait.wait();
            }
        };
        {
            data::PackBuilding building(list, 72, m_pack, order, 2, {progress, [](const data::PackReport&) { QFAIL("built"); }, {}});
            five.get_future().wait();
            building.stop();
            stopped.set_value();
            try {
                building.finish();
                QFAIL("not stopped");
            } catch (const Error& error) {
                QCOMPARE(error.code(), ErrorCode::cancelled);
            }
        }
        QCOMPARE(filesInPackFolder(), std::size_t(0));
    }

    void aPackThatCannotBeKeptIsReadableMeanwhile()
    {
        for (int i = 0; i < 3; ++i)
            writeFile(m_photos / (std::to_string(i) + ".png"), encoded(".png", quarters(20, 20)));
        const PhotoList list = listOf();
        std::promise<void> taken;
        const auto progress = [&, wait = taken.get_future().share()](std::int64_t, std::int64_t) { wait.wait(); };
        ErrorCode code = ErrorCode::none;
        data::PackBuilding building(list, 72, m_pack, {2, 0, 1}, 1, {progress, [](const data::PackReport&) { QFAIL("built"); },
            [&](ErrorCode told, const std::string& detail) { code = detail.empty() ? ErrorCode::none : told; }});
        fs::create_directories(m_pack / "something");    // its name is a folder now
        taken.set_value();
        QCOMPARE(building.finish().decoded, 3);
        QCOMPARE(code, ErrorCode::writeFailed);
        QCOMPARE(building.pack().readable().size(), std::size_t(3));
        QVERIFY(building.pack().images()[0] > 0);
        QCOMPARE(filesInPackFolder(), std::size_t(1));
    }

    // A limit on the size of files stands for the full disk: both fail when the pack's length is reserved.
    void noRoomLeavesNothing()
    {
        writeFile(m_photos / "a.png", encoded(".png", quarters(20, 20)));
        const PhotoList list = listOf();
        rlimit before{};
        getrlimit(RLIMIT_FSIZE, &before);
        const auto handler = std::signal(SIGXFSZ, SIG_IGN);
        rlimit small = before;
        small.rlim_cur = 8192;
        setrlimit(RLIMIT_FSIZE, &small);
        const ErrorCode code = errorOf(list);
        setrlimit(RLIMIT_FSIZE, &before);
        std::signal(SIGXFSZ, handler);
        QCOMPARE(code, ErrorCode::writeFailed);
        QCOMPARE(filesInPackFolder(), std::size_t(0));
    }
    void aFolderThatCannotBeMadeIsAnError()
    {
        writeFile(m_photos / "a.png", encoded(".png", quarters(20, 20)));
        m_pack = m_photos / "a.png" / "photos.pack";    // below a file
        QCOMPARE(errorOf(listOf()), ErrorCode::writeFailed);
    }
};

QTEST_GUILESS_MAIN(TestPackBuilder)
#include "tst_packbuilder.moc"
