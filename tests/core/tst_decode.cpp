// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/atomicpath.h"
#include "core/base/error.h"
#include "core/data/decode.h"
#include "core/data/pictureheader.h"
#include "tests/core/photocorpus.h"

#include <QTemporaryDir>
#include <QTest>
#include <opencv2/imgcodecs.hpp>

using namespace plumage;
using namespace photocorpus;

namespace {

const cv::Vec3b red(255, 0, 0), green(0, 255, 0), blue(0, 0, 255), white(255, 255, 255), cyan(0, 255, 255), black(0, 0, 0);

// At a share of width and height.
cv::Vec3b pixel(const cv::Mat& picture, double x, double y) { return picture.at<cv::Vec3b>(int(picture.rows * y), int(picture.cols * x)); }

// What is wrong, or nothing.
QByteArray difference(const cv::Vec3b& got, const cv::Vec3b& wanted, int tolerance)
{
    const auto text = [](const cv::Vec3b& v) { return QByteArray::number(v[0]) + "," + QByteArray::number(v[1]) + "," + QByteArray::number(v[2]); };
    for (int c = 0; c < 3; ++c)
        if (std::abs(got[c] - wanted[c]) > tolerance)
            return text(got) + " instead of " + text(wanted);
    return {};
}

} // namespace

#define COMPARE_PIXEL(picture, x, y, colour, tolerance) QCOMPARE(difference(pixel(picture, x, y), colour, tolerance), QByteArray())

class TestDecode : public QObject
{
    Q_OBJECT

private:
    std::filesystem::path file(const std::string& name, const std::string& bytes)
    {
        const std::filesystem::path path = std::filesystem::path(m_folder.path().toStdString()) / name;
        writeFile(path, bytes);
        return path;
    }
    ErrorCode errorOf(const std::filesystem::path& path, int wantedSide = 72)
    {
        try {
            data::decodePhoto(path, std::nullopt, wantedSide);
            return ErrorCode::none;
        } catch (const Error& error) {
            return error.detail().find(path.string()) == std::string::npos ? ErrorCode::internal : error.code();
        }
    }
    QTemporaryDir m_folder;

private Q_SLOTS:
    void everyFormatGivesTheSameColours_data()
    {
        QTest::addColumn<std::string>("bytes");
        QTest::addColumn<int>("tolerance");
        const cv::Mat picture = quarters(64, 32);
        cv::Mat deep;
        picture.convertTo(deep, CV_16U, 257);
        QTest::newRow("jpg") << encoded(".jpg", picture) << 12;
        QTest::newRow("progressive jpg") << encoded(".jpg", picture, {cv::IMWRITE_JPEG_PROGRESSIVE, 1}) << 12;
        QTest::newRow("png") << encoded(".png", picture) << 0;
        QTest::newRow("16-bit png") << encoded(".png", deep) << 1;
        QTest::newRow("lossy webp") << encoded(".webp", picture, {cv::IMWRITE_WEBP_QUALITY, 90}) << 40;
        QTest::newRow("lossless webp") << encoded(".webp", picture, {cv::IMWRITE_WEBP_QUALITY, 101}) << 0;
        QTest::newRow("tiff") << encoded(".tiff", picture) << 0;
        QTest::newRow("16-bit tiff") << encoded(".tiff", deep) << 1;
        QTest::newRow("bmp") << encoded(".bmp", picture) << 0;
        const std::string first = encoded(".webp", picture, {cv::IMWRITE_WEBP_QUALITY, 101});
        const std::string second = encoded(".webp", cv::Mat(32, 64, CV_8UC3, cv::Scalar(0, 0, 0)), {cv::IMWRITE_WEBP_QUALITY, 101});
        QTest::newRow("animated webp, first frame") << animatedWebp(first, second, 64, 32) << 0;
    }
    void everyFormatGivesTheSameColours()
    {
        QFETCH(std::string, bytes);
        QFETCH(int, tolerance);
        const cv::Mat picture = data::decodePhoto(file("any.name", bytes), std::nullopt, 0);
        QCOMPARE(picture.type(), CV_8UC3);
        QCOMPARE(picture.cols, 64);
        QCOMPARE(picture.rows, 32);
        COMPARE_PIXEL(picture, 0.2, 0.2, red, tolerance);
        COMPARE_PIXEL(picture, 0.8, 0.2, green, tolerance);
        COMPARE_PIXEL(picture, 0.2, 0.8, blue, tolerance);
        COMPARE_PIXEL(picture, 0.8, 0.8, white, tolerance);
    }

    void orientationIsUndone_data()
    {
        QTest::addColumn<int>("orientation");
        QTest::addColumn<QList<int>>("corners");    // of the stored picture 0 red, 1 green, 2 blue, 3 white: where they come to stand
        QTest::newRow("upright") << 1 << QList<int>{0, 1, 2, 3};
        QTest::newRow("mirrored") << 2 << QList<int>{1, 0, 3, 2};
        QTest::newRow("upside down") << 3 << QList<int>{3, 2, 1, 0};
        QTest::newRow("mirrored upside down") << 4 << QList<int>{2, 3, 0, 1};
        QTest::newRow("transposed") << 5 << QList<int>{0, 2, 1, 3};
        QTest::newRow("turn to the right") << 6 << QList<int>{2, 0, 3, 1};
        QTest::newRow("transversed") << 7 << QList<int>{3, 1, 2, 0};
        QTest::newRow("turn to the left") << 8 << QList<int>{1, 3, 0, 2};
    }
    void orientationIsUndone()
    {
        QFETCH(int, orientation);
        QFETCH(QList<int>, corners);
        const std::string jpeg = withOrientation(encoded(".jpg", quarters(640, 320)), orientation);
        const std::string tiff = tiffWithOrientation(quarters(640, 320), orientation);
        for (const auto& [bytes, wantedSide] : {std::pair(jpeg, 0), std::pair(jpeg, 72), std::pair(tiff, 0)}) {
            const cv::Mat picture = data::decodePhoto(file("turned", bytes), std::nullopt, wantedSide);
            QCOMPARE(picture.cols > picture.rows, orientation < 5);
            const std::array colours{red, green, blue, white};
            COMPARE_PIXEL(picture, 0.2, 0.2, colours[std::size_t(corners[0])], 12);
            COMPARE_PIXEL(picture, 0.8, 0.2, colours[std::size_t(corners[1])], 12);
            COMPARE_PIXEL(picture, 0.2, 0.8, colours[std::size_t(corners[2])], 12);
            COMPARE_PIXEL(picture, 0.8, 0.8, colours[std::size_t(corners[3])], 12);
        }
    }

    void greyPaletteAndCmykBecomeRgb()
    {
        const cv::Mat grey = data::decodePhoto(file("grey.png", encoded(".png", cv::Mat(8, 8, CV_8UC1, cv::Scalar(77)))), std::nullopt, 0);
        COMPARE_PIXEL(grey, 0.5, 0.5, cv::Vec3b(77, 77, 77), 0);
        const cv::Mat cmyk = data::decodePhoto(file("cmyk.jpg", cmykJpeg()), std::nullopt, 0);
        COMPARE_PIXEL(cmyk, 0.2, 0.5, red, 12);
        COMPARE_PIXEL(cmyk, 0.8, 0.5, cyan, 12);
        const cv::Mat palette = data::decodePhoto(file("palette.png", palettePng()), std::nullopt, 0);
        COMPARE_PIXEL(palette, 0.2, 0.5, red, 0);
        COMPARE_PIXEL(palette, 0.8, 0.5, white, 0);
    }

    void transparencyLiesOnWhite_data()
    {
        QTest::addColumn<std::string>("bytes");
        cv::Mat picture(8, 16, CV_8UC4, cv::Scalar(0, 0, 0, 255));
        picture(cv::Rect(8, 0, 8, 8)).setTo(cv::Scalar(0, 0, 0, 0));
        cv::Mat deep;
        picture.convertTo(deep, CV_16U, 257);
        QTest::newRow("png") << encoded(".png", picture);
        QTest::newRow("16-bit png") << encoded(".png", deep);
        QTest::newRow("grey png") << greyAlphaPng();
        QTest::newRow("webp") << encoded(".webp", picture, {cv::IMWRITE_WEBP_QUALITY, 101});
        QTest::newRow("tiff") << encoded(".tiff", picture);
    }
    void transparencyLiesOnWhite()
    {
        QFETCH(std::string, bytes);
        const cv::Mat picture = data::decodePhoto(file("alpha", bytes), std::nullopt, 0);
        COMPARE_PIXEL(picture, 0.2, 0.5, black, 0);
        COMPARE_PIXEL(picture, 0.8, 0.5, white, 0);
    }

    void manyPagesGiveTheFirst()
    {
        const std::filesystem::path path = std::filesystem::path(m_folder.path().toStdString()) / "pages.tiff";
        cv::imwritemulti(path.string(), std::vector<cv::Mat>{cv::Mat(8, 8, CV_8UC1, cv::Scalar(10)), cv::Mat(8, 8, CV_8UC1, cv::Scalar(200))});
        COMPARE_PIXEL(data::decodePhoto(path, std::nullopt, 0), 0.5, 0.5, cv::Vec3b(10, 10, 10), 0);
    }

    void badFilesAreUnreadable_data()
    {
        QTest::addColumn<std::string>("bytes");
        const cv::Mat picture = quarters(200, 100);
        const auto cut = [](const std::string& bytes) { return bytes.substr(0, bytes.size() * 6 / 10); };
        QTest::newRow("empty") << std::string();
        QTest::newRow("text") << std::string("This is no photo.\n");
        QTest::newRow("only the start of a JPEG") << std::string("\xff\xd8\xff\xe0\x00\x10JFIF", 10);
        QTest::newRow("cut jpg") << cut(encoded(".jpg", picture));
        QTest::newRow("cut progressive jpg") << cut(encoded(".jpg", picture, {cv::IMWRITE_JPEG_PROGRESSIVE, 1}));
        QTest::newRow("cut png") << cut(encoded(".png", picture));
        QTest::newRow("cut webp") << cut(encoded(".webp", picture));
        QTest::newRow("cut tiff") << cut(encoded(".tiff", picture));
        QTest::newRow("cut bmp") << cut(encoded(".bmp", picture));
        QTest::newRow("cut animation") << cut(animatedWebp(encoded(".webp", picture), encoded(".webp", picture), 200, 100)).substr(0, 60);
        QTest::newRow("png without size") << png(0, 0, 8, 2, "");
        QTest::newRow("gif") << std::string("GIF89a\x01\x00\x01\x00\x00\x00\x00;", 14);
    }
    void badFilesAreUnreadable()
    {
        QFETCH(std::string, bytes);
        QCOMPARE(errorOf(file("bad.jpg", bytes)), ErrorCode::photoUnreadable);
    }
    void missingFilesAndFoldersAreTold()
    {
        QCOMPARE(errorOf(std::filesystem::path(m_folder.path().toStdString()) / "not there.jpg"), ErrorCode::fileMissing);
        QCOMPARE(errorOf(m_folder.path().toStdString()), ErrorCode::photoUnreadable);
    }

    void everyDamagedHeaderIsAnErrorOrAPicture()
    {
        const std::string jpeg = withOrientation(encoded(".jpg", quarters(16, 16)), 6);
        const std::string webp = encoded(".webp", quarters(16, 16)), tiff = tiffWithOrientation(quarters(16, 16), 6);
        for (const std::string& good : {jpeg, encoded(".png", quarters(16, 16)), webp, tiff, encoded(".bmp", quarters(16, 16))}) {
            for (std::size_t length = 0; length < std::min<std::size_t>(good.size(), 300); ++length)
                (void)data::readPictureHeader(std::string_view(good).substr(0, length));    // under the sanitizers: no read behind the end
            for (std::size_t i = 0; i < std::min<std::size_t>(good.size(), 40); ++i) {
                std::string bad = good;
                bad[i] = static_cast<char>(bad[i] ^ 0xff);
                const ErrorCode code = errorOf(file("damaged", bad));
                QVERIFY(code == ErrorCode::none || code == ErrorCode::photoUnreadable || code == ErrorCode::photoTooLarge);
            }
        }
    }

    void hugePictures()
    {
        QCOMPARE(errorOf(file("huge.png", hugePng(20'000))), ErrorCode::photoTooLarge);
        const auto jpeg = file("huge.jpg", hugeGreyJpeg(20'000));
        QCOMPARE(errorOf(jpeg, 0), ErrorCode::photoTooLarge);    // at full size
        const cv::Mat reduced = data::decodePhoto(jpeg, std::nullopt, 288);
        QCOMPARE(reduced.cols, 2500);
        COMPARE_PIXEL(reduced, 0.9, 0.9, cv::Vec3b(128, 128, 128), 1);
    }

    void jpegsAreDecodedSmallerButNotTooSmall()
    {
        const auto path = file("large.jpg", encoded(".jpg", quarters(1024, 768)));
        QCOMPARE(data::decodePhoto(path, std::nullopt, 0).rows, 768);
        QCOMPARE(data::decodePhoto(path, std::nullopt, 72).rows, 96);
        QCOMPARE(data::decodePhoto(path, std::nullopt, 97).rows, 192);
        QCOMPARE(data::decodePhoto(path, Box{0, 0, 0.25, 0.5}, 72).rows, 192);    // the picture at 1/2
    }

    void boxesAreCutAfterTurning()
    {
        const auto path = file("box.jpg", withOrientation(encoded(".jpg", quarters(64, 32)), 6));    // upright: blue red / white green
        const cv::Mat part = data::decodePhoto(path, Box{0.5, 0, 0.5, 0.5}, 0);
        QCOMPARE(part.cols, 16);
        QCOMPARE(part.rows, 32);
        COMPARE_PIXEL(part, 0.5, 0.5, red, 12);
        const cv::Mat edge = data::decodePhoto(path, Box{1.0, 1.0, 0.0, 0.0}, 0);    // nothing left of it: one pixel, never none
        QCOMPARE(edge.total(), std::size_t(1));
    }

    void packedFormKeepsTheMiddleAndTheAspect()
    {
        const data::PackedPhoto wide = data::packedForm(quarters(1000, 100), 72);
        QCOMPARE(wide.aspect, 3.0F);
        QCOMPARE(wide.picture.cols, 72);
        QCOMPARE(wide.picture.rows, 72);
        COMPARE_PIXEL(wide.picture, 0.1, 0.1, red, 0);
        COMPARE_PIXEL(wide.picture, 0.9, 0.9, white, 0);
        QCOMPARE(data::packedForm(quarters(30, 40), 72).aspect, 0.75F);
        QCOMPARE(data::packedForm(quarters(1, 1), 72).picture.total(), std::size_t(72 * 72));
    }
    void packedFormAverages()
    {
        cv::Mat stripes(144, 144, CV_8UC3);
        for (int x = 0; x < 144; ++x)
            stripes.col(x).setTo(cv::Scalar::all(x % 2 ? 200 : 100));
        const cv::Mat packed = data::packedForm(stripes, 72).picture;
        COMPARE_PIXEL(packed, 0.3, 0.7, cv::Vec3b(150, 150, 150), 0);
    }
};

QTEST_GUILESS_MAIN(TestDecode)
#include "tst_decode.moc"
