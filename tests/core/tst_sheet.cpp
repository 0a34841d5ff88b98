// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/atomicpath.h"
#include "core/base/error.h"
#include "core/data/decode.h"
#include "core/data/drawtext.h"
#include "core/data/plot.h"
#include "core/data/sheet.h"

#include <QTemporaryDir>
#include <QTest>
#include <cmath>
#include <limits>
#include <opencv2/core.hpp>

using namespace plumage;
using namespace plumage::data;

namespace {

int countColour(const cv::Mat& picture, const cv::Scalar& colour)
{
    cv::Mat found;
    cv::inRange(picture, colour, colour, found);
    return cv::countNonZero(found);
}

cv::Mat plain(int side, const cv::Scalar& colour) { return cv::Mat(side, side, CV_8UC3, colour); }

} // namespace

class TestSheet : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void planesBecomePictures()
    {
        const std::vector<float> planes{-1, 0, 1, 2, /* g */ 1, 1, 1, 1, /* b */ -3, -1, -1, NAN};
        const cv::Mat picture = pictureFromPlanes(std::span<const float>(planes).first(12), 2);
        QVERIFY(picture.at<cv::Vec3b>(0, 0) == cv::Vec3b(0, 255, 0));
        QVERIFY(picture.at<cv::Vec3b>(0, 1) == cv::Vec3b(128, 255, 0));
        QCOMPARE(int(picture.at<cv::Vec3b>(1, 1)[0]), 255);
        const std::vector<std::uint8_t> bytes{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
        QVERIFY(pictureFromPlanes(std::span<const std::uint8_t>(bytes), 2).at<cv::Vec3b>(0, 1) == cv::Vec3b(2, 6, 10));
        const std::vector<float> mask{0, 1, 0.5F, 1};
        QVERIFY(pictureFromMask(mask, 2).at<cv::Vec3b>(1, 0) == cv::Vec3b(128, 128, 128));
        QVERIFY_THROWS_EXCEPTION(Error, pictureFromMask(mask, 3));
        QVERIFY_THROWS_EXCEPTION(Error, pictureFromPlanes(std::span<const float>(mask), 2));
    }

    void tilesLieWithoutMargins()
    {
        const cv::Mat sheet = joinTiles({{plain(8, {1, 1, 1}), plain(8, {2, 2, 2})}, {plain(8, {3, 3, 3})}}, 8);
        QCOMPARE(sheet.cols, 16);
        QCOMPARE(sheet.rows, 16);
        QCOMPARE(int(sheet.at<cv::Vec3b>(7, 8)[0]), 2);
        QCOMPARE(int(sheet.at<cv::Vec3b>(8, 7)[0]), 3);
        QCOMPARE(int(sheet.at<cv::Vec3b>(15, 15)[0]), 0);
        QVERIFY_THROWS_EXCEPTION(Error, joinTiles({{plain(7, {})}}, 8));
    }

    void generatedPicturesCarryTheMark()
    {
        cv::Mat large = plain(96, {200, 200, 200}), small = plain(95, {200, 200, 200});
        markGenerated(large);
        markGenerated(small);
        QVERIFY(countColour(large.row(0), generatedViolet) > 40);
        QVERIFY(countColour(large.row(0), {200, 200, 200}) > 20);    // dashed
        QVERIFY(countColour(large.col(95), generatedViolet) > 40);
        const cv::Rect word(6, 80, 50, 10);
        QCOMPARE(countColour(large(word), {200, 200, 200}), 0);      // a label lies there
        QCOMPARE(countColour(small(word), {200, 200, 200}), 500);
        QCOMPARE(int(large.at<cv::Vec3b>(48, 48)[0]), 200);
        cv::Mat tiny = plain(8, {});
        markGenerated(tiny);    // nothing but no crash
    }

    void sheetsHoldEveryTileAndMarkOnlyGeneratedOnes()
    {
        const std::vector<SheetRow> rows{{"#1 blackbird", codeColour(1), {{plain(50, {10, 200, 10}), "drawn", true}, {plain(80, {10, 10, 200}), "IMG 0001"}}},
            {"a very long name of a cluster that cannot fit", cv::Scalar(-1), {{cv::Mat(), "missing"}}}};
        const cv::Mat sheet = drawSheet(rows, 100);
        QVERIFY(countColour(sheet, {10, 200, 10}) > 7000);
        QVERIFY(countColour(sheet, {10, 10, 200}) >= 9900);
        QVERIFY(countColour(sheet, generatedViolet) > 300);
        QVERIFY(countColour(sheet, codeColour(1)) == 14 * 14);
        QVERIFY(!drawSheet({}, 100).empty());
    }

    void captionsAreAscii()
    {
        QCOMPARE(asciiText("Blaumeise 3"), std::string("Blaumeise 3"));
        QCOMPARE(asciiText("für\nзя"), std::string("f?r ??"));
        QVERIFY(textWidth(shortened("a very long name of a cluster", 10, 100), 10) <= 100);
        QCOMPARE(shortened("short", 10, 100), std::string("short"));
    }

    void mapsShowPhotosCentroidsAndDrawings()
    {
        const std::vector<float> photos{0, 0, 10, 5, 10, 5, std::numeric_limits<float>::quiet_NaN(), 0}, centroids{5, 2}, drawings{2, 2};
        const std::vector<std::uint16_t> codes{0, 3, 3, 3}, centroidCodes{7};
        MapPlot plot{"map", photos, codes, centroids, centroidCodes, {}};
        const cv::Mat without = drawMap(plot);
        QCOMPARE(without.size(), cv::Size(1200, 900));
        QVERIFY(countColour(without, codeColour(0)) > 60);    // point and legend
        QVERIFY(countColour(without, codeColour(3)) > 60);
        QVERIFY(countColour(without, codeColour(7)) > 60);
        QCOMPARE(countColour(without, generatedViolet), 0);
        plot.drawings = drawings;
        QVERIFY(countColour(drawMap(plot), generatedViolet) > 0);
        plot.photoCodes = {};
        QVERIFY_THROWS_EXCEPTION(Error, drawMap(plot));
    }
    void mapsOfNothingAndOfOnePointAreDrawn()
    {
        QVERIFY(!drawMap({}).empty());
        const std::vector<float> one{3, 3};
        const std::vector<std::uint16_t> code{65'535};
        QVERIFY(!drawMap({"one", one, code, {}, {}, {}}).empty());
    }

    void coloursAreTwelveAndNotViolet()
    {
        for (int i = 0; i < codeColours; ++i) {
            QVERIFY(cv::norm(codeColour(i), generatedViolet) > 80);
            for (int k = 0; k < i; ++k)
                QVERIFY(cv::norm(codeColour(i), codeColour(k)) > 40);
        }
        QVERIFY(codeColour(12) == codeColour(0));
    }

    void curvesKeepGapsAndAllLengths()
    {
        const float gap = std::numeric_limits<float>::quiet_NaN();
        const std::vector<std::int64_t> steps{0, 10, 20, 30};
        const std::vector<Strip> strips{{"losses", {{"d.total", {3, 2, gap, 1}}, {"g.total", {gap, gap, gap, gap}}}}, {"flat", {{"mask", {0.5F, 0.5F, 0.5F, 0.5F}}}}};
        const cv::Mat picture = drawStrips(steps, strips);
        QCOMPARE(picture.size(), cv::Size(1200, 2 * 220 + 40));
        QVERIFY(countColour(picture.rowRange(0, 220), codeColour(0)) > 100);
        QVERIFY(!drawStrips({}, {}).empty());
        const std::vector<Strip> wrong{{"x", {{"y", {1}}}}};
        QVERIFY_THROWS_EXCEPTION(Error, drawStrips(steps, wrong));
        const std::vector<Strip> single{{"x", {{"y", {1}}}}};
        QVERIFY(!drawStrips(std::span(steps).first(1), single).empty());
    }

    void pngFilesReadBack()
    {
        QTemporaryDir folder;
        const std::filesystem::path file = std::filesystem::path(folder.path().toStdString()) / "a.png";
        writePng(file, plain(8, {255, 128, 0}));
        QVERIFY(decodePhoto(file, std::nullopt, 0).at<cv::Vec3b>(3, 3) == cv::Vec3b(255, 128, 0));
        try {
            writePng(file / "below a file.png", plain(8, {}));
            QFAIL("written");
        } catch (const Error& error) {
            QCOMPARE(error.code(), ErrorCode::writeFailed);
        }
    }
};

QTEST_GUILESS_MAIN(TestSheet)
#include "tst_sheet.moc"
