// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/atomicpath.h"
#include "core/base/error.h"
#include "core/data/decode.h"
#include "core/data/demophotos.h"
#include "core/scan/scan.h"

#include <QTemporaryDir>
#include <QTest>
#include <opencv2/core.hpp>
#include <set>

using namespace plumage;
using data::Plumage;
namespace fs = std::filesystem;

namespace {

std::uint64_t hashOf(const cv::Mat& picture, std::uint64_t state = 0xcbf29ce484222325u)    // FNV-1a
{
    for (const std::uint8_t* byte = picture.datastart; byte != picture.dataend; ++byte)
        state = (state ^ *byte) * 0x100000001b3u;
    return state;
}

double colourDistance(const cv::Vec3b& a, const cv::Vec3b& b)
{
    return (std::abs(a[0] - b[0]) + std::abs(a[1] - b[1]) + std::abs(a[2] - b[2])) / 255.0;
}

} // namespace

class TestDemoPhotos : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    fs::path folder(const char* name) const { return fs::path(m_folder.path().toStdString()) / name; }

private Q_SLOTS:
    // The pixels of a seed are a promise: benchmarks name it. A change of the drawing changes these numbers and the benchmarks with them.
    void pixelsAreTheSameOnEveryMachine()
    {
        std::uint64_t state = 0xcbf29ce484222325u;
        for (const Plumage& species : data::demoSpecies(7, 10))
            for (std::uint64_t photo = 1; photo <= 5; ++photo)
                state = hashOf(data::drawDemoPhoto(species, 128, 7, photo), state);
        QCOMPARE(QByteArray::number(qulonglong(state), 16), QByteArray("f2839609d9cc6eb8"));
        QCOMPARE(QByteArray::number(qulonglong(hashOf(data::drawDemoPhoto(data::demoSpecies(3, 40).back(), 96, 3, 1))), 16), QByteArray("1b07291a8ef4e366"));
    }

    void speciesDifferInSeveralTraits()
    {
        for (std::uint64_t seed = 1; seed <= 25; ++seed) {
            const std::vector<Plumage> species = data::demoSpecies(seed, 40);
            std::set<std::string> names;
            for (std::size_t a = 0; a < species.size(); ++a) {
                names.insert(species[a].name);
                for (std::size_t b = 0; b < a; ++b) {
                    const int traits = (colourDistance(species[a].body, species[b].body) > 0.25) + (colourDistance(species[a].wing, species[b].wing) > 0.25)
                        + (colourDistance(species[a].head, species[b].head) > 0.25) + (species[a].pattern != species[b].pattern)
                        + (species[a].crest != species[b].crest);
                    QVERIFY2(traits >= 2, qPrintable(QStringLiteral("seed %1: %2 and %3").arg(seed).arg(a).arg(b)));
                }
            }
            QCOMPARE(names.size(), species.size());
        }
    }
    void speciesDifferAtThirtyTwoPixels()
    {
        const std::vector<Plumage> species = data::demoSpecies(7, 10);
        std::vector<cv::Mat> photos;
        for (const Plumage& plumage : species)
            photos.push_back(data::drawDemoPhoto(plumage, 32, 7, 1));    // the same pose, light and background
        for (std::size_t a = 0; a < photos.size(); ++a)
            for (std::size_t b = 0; b < a; ++b) {
                cv::Mat difference;
                cv::absdiff(photos[a], photos[b], difference);
                const double mean = cv::sum(cv::sum(difference))[0] / 3 / 1024;    // of 0..255; the bird covers about a fifth
                QVERIFY2(mean > 4, QByteArray::number(mean));
            }
    }
    void moreSpeciesKeepTheFirst()
    {
        const std::vector<Plumage> few = data::demoSpecies(7, 3), many = data::demoSpecies(7, 20);
        for (std::size_t i = 0; i < few.size(); ++i)
            QCOMPARE(few[i].name, many[i].name);
    }

    void onlyTheBirdTellsTheSpecies()
    {
        const std::vector<Plumage> species = data::demoSpecies(7, 10);
        for (std::uint64_t photo = 1; photo <= 8; ++photo) {
            const cv::Mat first = data::drawDemoPhoto(species[0], 128, 7, photo);
            for (const Plumage& plumage : species) {
                cv::Mat difference;
                cv::absdiff(first, data::drawDemoPhoto(plumage, 128, 7, photo), difference);
                cv::Mat changed = difference.reshape(1) > 0;
                const double share = cv::countNonZero(changed) / (3.0 * 128 * 128);
                QVERIFY2(share < 0.35, QByteArray::number(share));
                QCOMPARE(cv::norm(difference.row(0)) + cv::norm(difference.row(127)), 0.0);    // above and below the bird
            }
        }
    }

    void filesStandInClassFolders()
    {
        const fs::path out = folder("birds");
        std::int64_t last = 0;
        data::drawDemoPhotos({.species = 3, .each = 4, .size = 64, .seed = 7}, out, [&](std::int64_t done, std::int64_t total) {
            QCOMPARE(total, 12);
            last = done;
        });
        QCOMPARE(last, 12);
        const scan::ScanResult found = scan::scanFolders(std::vector{out});
        QCOMPARE(found.photos.size(), std::size_t(12));
        const std::vector<Plumage> species = data::demoSpecies(7, 3);
        QCOMPARE(found.photos[0].path, "01-" + species[0].name + "/0001.png");
        QCOMPARE(found.photos[11].path, "03-" + species[2].name + "/0004.png");
        std::set<std::string> hashes;
        for (const auto& photo : found.photos)
            hashes.insert(photo.hash);
        QCOMPARE(hashes.size(), std::size_t(12));
        const cv::Mat read = data::decodePhoto(out / found.photos[11].path, std::nullopt, 0);
        QCOMPARE(hashOf(read), hashOf(data::drawDemoPhoto(species[2], 64, 7, 2'000'004)));
    }

    void anEmptyFolderIsUsedAndAFullOneIsNot()
    {
        const fs::path out = folder("used");
        fs::create_directory(out);
        data::drawDemoPhotos({.species = 2, .each = 1, .size = 32}, out / "");
        try {
            data::drawDemoPhotos({.species = 2, .each = 1, .size = 32}, out);
            QFAIL("overwritten");
        } catch (const Error& error) {
            QCOMPARE(error.code(), ErrorCode::folderNotEmpty);
        }
        QCOMPARE(scan::scanFolders(std::vector{out}).photos.size(), std::size_t(2));
    }
    void wrongNumbersAreNamed_data()
    {
        QTest::addColumn<int>("species");
        QTest::addColumn<int>("each");
        QTest::addColumn<int>("size");
        QTest::addColumn<std::string>("field");
        QTest::newRow("one species") << 1 << 1 << 64 << std::string("species");
        QTest::newRow("too many species") << 41 << 1 << 64 << std::string("species");
        QTest::newRow("no photos") << 2 << 0 << 64 << std::string("each");
        QTest::newRow("tiny") << 2 << 1 << 16 << std::string("size");
    }
    void wrongNumbersAreNamed()
    {
        QFETCH(int, species);
        QFETCH(int, each);
        QFETCH(int, size);
        QFETCH(std::string, field);
        try {
            data::drawDemoPhotos({.species = species, .each = each, .size = size}, folder("wrong"));
            QFAIL("no error");
        } catch (const Error& error) {
            QCOMPARE(error.code(), ErrorCode::optionOutOfRange);
            QCOMPARE(error.detail(), field);
        }
        QVERIFY(!fs::exists(folder("wrong")));
    }
    void stoppingLeavesNothing()
    {
        std::stop_source stop;
        QVERIFY_THROWS_EXCEPTION(Error, data::drawDemoPhotos({.species = 2, .each = 50, .size = 32}, folder("stopped"),
                                            [&](std::int64_t done, std::int64_t) { if (done == 10) stop.request_stop(); }, stop.get_token()));
        QVERIFY(!fs::exists(folder("stopped")));
    }
    void aPlaceThatIsNoFolderIsAnError()
    {
        writeFile(folder("file"), "x");
        QVERIFY_THROWS_EXCEPTION(Error, data::drawDemoPhotos({.species = 2, .each = 1, .size = 32}, folder("file") / "birds"));
    }
};

QTEST_GUILESS_MAIN(TestDemoPhotos)
#include "tst_demophotos.moc"
