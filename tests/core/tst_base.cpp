// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/atomicpath.h"
#include "core/base/csv.h"
#include "core/base/error.h"
#include "core/base/half.h"
#include "core/base/json.h"
#include "core/base/manifest.h"
#include "core/base/npy.h"
#include "core/base/photolist.h"
#include "core/base/photopack.h"
#include "core/base/random.h"

#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <limits>
#include <sys/wait.h>
#include <thread>
#include <toml++/toml.h>
#include <unistd.h>

using namespace plumage;

namespace {

std::filesystem::path inside(const QTemporaryDir& folder, const char* name)
{
    return std::filesystem::path(folder.path().toStdString()) / name;
}

template<class Call>
ErrorCode codeOf(Call call)
{
    try {
        call();
    } catch (const Error& error) {
        return error.code();
    }
    return ErrorCode::none;
}

PhotoList someList()
{
    PhotoList list{{"/photos", "/more"}, {}};
    list.rows.push_back({PhotoId{1}, 0, "a/plain.jpg", std::nullopt, std::string(32, '1')});
    list.rows.push_back({PhotoId{2}, 1, "a \"b\",\nc\xff/\xe9\xb8\x9f.png", Box{0.25, 0.5, 0.125, 1.0 / 3}, std::string(32, '2')});
    list.rows.push_back({PhotoId{9}, 0, "top.bmp", std::nullopt, std::string(32, '3')});
    return list;
}

} // namespace

class TestBase : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyErrorNameReadsBack();
    void halvesRoundTripAndRoundToEven();
    void randomNumbersAreTheSameEverywhere();
    void csvKeepsAnyField();
    void csvRefusesAnOpenQuote();
    void jsonKeepsWhatWasPut();
    void jsonRefusesRubbish_data();
    void jsonRefusesRubbish();
    void arraysReadBack();
    void damagedArraysAreRefused();
    void aFolderIsCompleteOrAbsent();
    void aFullDiskIsNamed();
    void photoRowsReadBack();
    void theListHashSeesEveryChangeButTheRoots();
    void optionsNameTheBrokenField_data();
    void optionsNameTheBrokenField();
    void presetsAreValid();
    void kindsFollowThePhotos();
    void theManifestReadsBack();
    void aNewerManifestIsRefused();
    void thePackReadsBack();
    void damagedPacksAreRefused();
    void rowsAreDecodedInTheirOrderButTheWantedFirst();
    void rowsAreWaitedFor();
    void whatEndsDecodingIsThrownToThoseWhoWait();
    void whatAKilledProcessLeftOfAPackIsRemoved();
};

void TestBase::everyErrorNameReadsBack()
{
    for (int i = 0; i <= static_cast<int>(ErrorCode::internal); ++i) {
        const auto code = static_cast<ErrorCode>(i);
        QVERIFY2(errorFromName(errorName(code)) == code, std::to_string(i).c_str());
    }
    QVERIFY(!errorFromName("no such thing"));
}

void TestBase::halvesRoundTripAndRoundToEven()
{
    for (std::uint32_t bits = 0; bits < 0x10000; ++bits) {
        const float value = floatFromHalf(static_cast<std::uint16_t>(bits));
        if (!std::isnan(value))
            QCOMPARE(halfFromFloat(value), static_cast<std::uint16_t>(bits));
        else
            QVERIFY(std::isnan(floatFromHalf(halfFromFloat(value))));
    }
    QCOMPARE(halfFromFloat(1.0F + 0x1p-11F), std::uint16_t{0x3c00});              // a tie goes to the even neighbour
    QCOMPARE(halfFromFloat(1.0F + 0x3p-11F), std::uint16_t{0x3c02});
    QCOMPARE(halfFromFloat(1e6F), std::uint16_t{0x7c00});
    QCOMPARE(floatFromHalf(halfFromFloat(0.1F)), 0.0999755859375F);
}

void TestBase::randomNumbersAreTheSameEverywhere()
{
    Random zero(0);
    QCOMPARE(zero.next(), std::uint64_t{0xe220a8397b1dcdaf});                     // the published SplitMix64 sequence of seed 0
    QCOMPARE(zero.next(), std::uint64_t{0x6e789e6aa1b965f4});
    Random first(7, 1);
    Random again(7, 1);
    Random other(7, 2);
    QCOMPARE(first.next(), again.next());
    QVERIFY(first.next() != other.next());
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < 20'000; ++i) {
        const double value = first.normal();
        sum += value;
        squares += value * value;
        QVERIFY(first.below(7) < 7);
    }
    QVERIFY(std::abs(sum / 20'000) < 0.03);
    QVERIFY(std::abs(squares / 20'000 - 1) < 0.05);
}

void TestBase::csvKeepsAnyField()
{
    const std::vector<std::string> fields{"", "plain", "a,b", "say \"hi\"", "line\nbreak", "\r\n", " spaces ", "\xff\xfe"};
    const auto rows = parseCsv("\xef\xbb\xbf" + csvRow(fields) + csvRow({"x", "y"}));
    QCOMPARE(rows.size(), std::size_t{2});
    QVERIFY(rows[0] == fields);
    QVERIFY((rows[1] == std::vector<std::string>{"x", "y"}));
    QVERIFY((parseCsv("a,b\r\nc,d") == std::vector<std::vector<std::string>>{{"a", "b"}, {"c", "d"}}));
}

void TestBase::csvRefusesAnOpenQuote()
{
    try {
        parseCsv("a,b\n\"open,c\n");
        QFAIL("no error");
    } catch (const Error& error) {
        QVERIFY(error.code() == ErrorCode::fileDamaged);
        QCOMPARE(error.detail(), std::string("line 2"));
    }
}

void TestBase::jsonKeepsWhatWasPut()
{
    Json json;
    json.set("seed", std::numeric_limits<std::uint64_t>::max());
    json.set("small", std::numeric_limits<std::int64_t>::min());
    json.set("third", 1.0 / 3);
    json.set("text", std::string("\"\\\n\t\x01 \xe9\xb8\x9f"));
    json.set("nothing", std::nan(""));
    json.set("yes", true);
    Json list;
    list.push(1);
    list.push("two");
    list.push(Json::object());
    json.set("list", list);
    for (const int indent : {-1, 2}) {
        const Json read = Json::parse(json.text(indent));
        QCOMPARE(read.text(), json.text());
        QCOMPARE(read["seed"].toUint(), std::numeric_limits<std::uint64_t>::max());
        QCOMPARE(read["small"].toInt(), std::numeric_limits<std::int64_t>::min());
        QCOMPARE(read["third"].toDouble(), 1.0 / 3);
        QVERIFY(read["nothing"].isNull());
    }
    QCOMPARE(Json::parse(R"("\u00e9\ud83d\ude00")").toString(), std::string("\xc3\xa9\xf0\x9f\x98\x80"));
    QVERIFY(codeOf([&] { json["list"].toInt(); }) == ErrorCode::fileDamaged);
    QVERIFY(codeOf([&] { json["absent"]; }) == ErrorCode::fileDamaged);
}

void TestBase::jsonRefusesRubbish_data()
{
    QTest::addColumn<QByteArray>("text");
    for (const char* text : {"", "{", "[1,]", "{\"a\" 1}", "nul", "1 2", "\"open", "\"\\q\"", "{\"a\":1,}", "+1", "\"\\u12\"", "-"})
        QTest::newRow(text) << QByteArray(text);
    QTest::newRow("too deep") << QByteArray(1000, '[');
}

void TestBase::jsonRefusesRubbish()
{
    QFETCH(QByteArray, text);
    QVERIFY(codeOf([&] { Json::parse(text.toStdString()); }) == ErrorCode::fileDamaged);
}

void TestBase::arraysReadBack()
{
    const QTemporaryDir folder;
    const std::vector<float> values{1, 2.5F, -3, 0.1F, 5, 6};
    writeNpy<float>(inside(folder, "f.npy"), {2, 3}, values);
    writeNpyHalf(inside(folder, "h.npy"), {6}, values);
    const NpyMap map(inside(folder, "f.npy"));
    QVERIFY((map.shape() == std::vector<std::size_t>{2, 3}));
    QVERIFY(map.floats() == values);
    QCOMPARE(reinterpret_cast<std::uintptr_t>(map.bytes().data()) % 64, std::uintptr_t{0});
    const NpyMap half(inside(folder, "h.npy"));
    QCOMPARE(half.floats()[3], floatFromHalf(halfFromFloat(0.1F)));
    QVERIFY(codeOf([&] { half.values<float>(); }) == ErrorCode::shapeMismatch);
    QVERIFY(codeOf([&] { writeNpy<float>(inside(folder, "x.npy"), {7}, values); }) == ErrorCode::shapeMismatch);
    writeNpy<std::uint16_t>(inside(folder, "empty.npy"), {0, 5}, {});
    QCOMPARE(NpyMap(inside(folder, "empty.npy")).rows(), std::size_t{0});
}

void TestBase::damagedArraysAreRefused()
{
    const QTemporaryDir folder;
    const auto path = inside(folder, "a.npy");
    const std::vector<float> values(100, 1);
    writeNpy<float>(path, {100}, values);
    const std::string good = readFile(path);
    for (std::size_t length = 0; length < good.size(); length += 7) {
        writeFile(path, good.substr(0, length));
        QVERIFY(codeOf([&] { NpyMap map(path); }) == ErrorCode::fileDamaged);
    }
    std::string lying = good;
    lying.replace(lying.find("(100,)"), 6, "(999,)");
    writeFile(path, lying);
    QVERIFY(codeOf([&] { NpyMap map(path); }) == ErrorCode::fileDamaged);
    QVERIFY(codeOf([&] { NpyMap map(inside(folder, "none.npy")); }) == ErrorCode::fileMissing);
}

void TestBase::aFolderIsCompleteOrAbsent()
{
    const QTemporaryDir folder;
    const auto target = inside(folder, "000120");
    {
        AtomicFolder unfinished(target);
        writeFile(unfinished.path() / "a", "1");
        QVERIFY(AtomicFolder::isTemporaryName(unfinished.path().filename().string()));
    }
    QVERIFY(std::filesystem::is_empty(target.parent_path()));
    AtomicFolder finished(target);
    writeFile(finished.path() / "a", "2");
    finished.commit();
    QCOMPARE(readFile(target / "a"), std::string("2"));
    std::filesystem::create_directory(inside(folder, ".tmp-1-000130"));
    AtomicFolder::removeLeftovers(target.parent_path());
    QCOMPARE(std::distance(std::filesystem::directory_iterator(target.parent_path()), {}), std::ptrdiff_t{1});
    QCOMPARE(numberedName(120, 6), std::string("000120"));
}

void TestBase::aFullDiskIsNamed()
{
    QVERIFY(codeOf([] { writeFile("/dev/full", "x"); }) == ErrorCode::diskFull);
    QVERIFY(codeOf([] { writeFileAtomically("/no/such/folder/file", "x"); }) == ErrorCode::writeFailed);
    QVERIFY(codeOf([] { readFile("/no/such/file"); }) == ErrorCode::fileMissing);
    QVERIFY(codeOf([] { readFile("/tmp"); }) == ErrorCode::fileUnreadable);
}

void TestBase::photoRowsReadBack()
{
    const QTemporaryDir folder;
    const PhotoList list = someList();
    writePhotoRows(inside(folder, "photos.csv"), list);
    PhotoList read{list.roots, readPhotoRows(inside(folder, "photos.csv"), 2)};
    QCOMPARE(read.hash(), list.hash());
    QVERIFY(read.rows[1].box == list.rows[1].box);
    QCOMPARE(read.rows[1].path, list.rows[1].path);
    QCOMPARE(read.folder(0), std::string("a"));
    QCOMPARE(read.folder(2), std::string());
    QVERIFY(codeOf([&] { readPhotoRows(inside(folder, "photos.csv"), 1); }) == ErrorCode::fileDamaged);
}

void TestBase::theListHashSeesEveryChangeButTheRoots()
{
    const PhotoList list = someList();
    PhotoList moved = list;
    moved.roots = {"/x", "/y"};
    QCOMPARE(moved.hash(), list.hash());
    PhotoList other = list;
    other.rows[1].box->x += 1e-9;
    QVERIFY(other.hash() != list.hash());
    other = list;
    std::swap(other.rows[0], other.rows[2]);
    QVERIFY(other.hash() != list.hash());
}

void TestBase::optionsNameTheBrokenField_data()
{
    QTest::addColumn<TrainOptions>("options");
    QTest::addColumn<QString>("field");
    TrainOptions options;
    QTest::newRow("defaults are valid") << options << QString();
    options.losses.areaMin = 0.95;
    QTest::newRow("limits swapped") << options << QStringLiteral("losses.area_min");
    options = {};
    options.network.temperature = std::nan("");
    QTest::newRow("not a number") << options << QStringLiteral("network.temperature");
    options = {};
    options.network.imageSize = 100;
    QTest::newRow("side is no power of two") << options << QStringLiteral("network.image_size");
    options = {};
    options.schedule.batchSize = 7;
    QTest::newRow("batch too small") << options << QStringLiteral("schedule.batch_size");
}

void TestBase::optionsNameTheBrokenField()
{
    QFETCH(TrainOptions, options);
    QFETCH(QString, field);
    QCOMPARE(QString::fromStdString(options.check().value_or("")), field);
}

void TestBase::presetsAreValid()
{
    for (const std::string_view name : presetNames)
        QVERIFY2(!presetOptions(name).check(), std::string(name).c_str());
    QVERIFY(codeOf([] { presetOptions("fast"); }) == ErrorCode::optionInvalid);
}

void TestBase::kindsFollowThePhotos()
{
    TrainOptions options = presetOptions("quick");
    fitToPhotos(options, 1000);
    QCOMPARE(options.codes(), 20);
    options.schedule.kinds = 600;
    QVERIFY(codeOf([&] { fitToPhotos(options, 1000); }) == ErrorCode::tooManyCodes);
    options.schedule.kinds = 0;
    QVERIFY(codeOf([&] { fitToPhotos(options, 1); }) == ErrorCode::tooFewPhotos);
    fitToPhotos(options, 3);
    QVERIFY(options.codes() <= 3);
    QCOMPARE(codeTableRows(10), 96);
    QCOMPARE(codeTableRows(400), 800);
}

void TestBase::theManifestReadsBack()
{
    RunManifest manifest;
    manifest.options = presetOptions("demo");
    manifest.options.seed = 0xfedcba9876543210;
    manifest.options.views.colourClue = Clue::no;
    manifest.options.views.rightWayUp = false;
    manifest.options.network.temperature = 1;
    manifest.roots = {"/a \"quoted\"\\path", "/\xe9\xb8\x9f\n"};
    manifest.photos = 1000;
    const RunManifest read = manifestFromToml(toml::parse(toToml(manifest)));
    QCOMPARE(toToml(read), toToml(manifest));
    QVERIFY(read.options.seed == manifest.options.seed);
    QVERIFY(read.options.views.colourClue == Clue::no);
    QVERIFY(read.roots == manifest.roots);
}

void TestBase::aNewerManifestIsRefused()
{
    QVERIFY(codeOf([] { manifestFromToml(toml::parse("format = 99")); }) == ErrorCode::runTooNew);
    QVERIFY(codeOf([] { manifestFromToml(toml::parse("a = 1")); }) == ErrorCode::runDamaged);
    QVERIFY(codeOf([] { manifestFromToml(toml::parse("format = 1\n[network]\nngf = \"x\"")); }) == ErrorCode::optionInvalid);
    QVERIFY(codeOf([] { manifestFromToml(toml::parse("format = 1\n[network]\nngf = 7")); }) == ErrorCode::optionOutOfRange);
}

void TestBase::thePackReadsBack()
{
    const QTemporaryDir folder;
    const auto path = inside(folder, "cache/photos.pack");
    const PhotoList list = someList();
    std::vector<std::uint8_t> planes(3 * 8 * 8);
    for (std::size_t i = 0; i < planes.size(); ++i)
        planes[i] = static_cast<std::uint8_t>(i);
    {
        PhotoPackWriter writer(path, 8, list);
        writer.write(0, planes, 1.5F);
        writer.writeUnreadable(1);
        writer.write(2, planes, 0.5F);
        QVERIFY(!std::filesystem::exists(path));
        writer.commit();
    }
    const PhotoPackReader pack(path);
    QCOMPARE(pack.photos(), std::size_t{3});
    QCOMPARE(pack.aspects()[2], 0.5F);
    QCOMPARE(pack.flags()[1], std::uint8_t{packUnreadable});
    QVERIFY(std::equal(planes.begin(), planes.end(), pack.images().begin() + 2 * 192));
    QCOMPARE(pack.halves()[0], static_cast<std::uint8_t>((0 + 1 + 8 + 9 + 2) / 4));
    QCOMPARE(pack.list().rows[1].path, list.rows[1].path);
    QVERIFY(PhotoPackReader::matches(path, 8, list.hash()));
    QVERIFY(!PhotoPackReader::matches(path, 16, list.hash()));
    {
        PhotoPackWriter abandoned(path, 8, list);
    }
    QCOMPARE(std::distance(std::filesystem::directory_iterator(path.parent_path()), {}), std::ptrdiff_t{1});
}

void TestBase::damagedPacksAreRefused()
{
    const QTemporaryDir folder;
    const auto path = inside(folder, "p.pack");
    PhotoPackWriter(path, 8, someList()).commit();
    const std::string good = readFile(path);
    for (const std::size_t length : {std::size_t{0}, std::size_t{100}, std::size_t{4096}, good.size() - 1}) {
        writeFile(path, good.substr(0, length));
        QVERIFY(codeOf([&] { PhotoPackReader pack(path); }) == ErrorCode::fileDamaged);
    }
    std::string newer = good;
    newer.replace(newer.find("\"format\": 1"), 11, "\"format\": 9");
    writeFile(path, newer);
    QVERIFY(codeOf([&] { PhotoPackReader pack(path); }) == ErrorCode::fileTooNew);
    std::string lying = good;
    lying.replace(lying.find("\"photos\": 3"), 11, "\"photos\": 9");
    writeFile(path, lying);
    QVERIFY(codeOf([&] { PhotoPackReader pack(path); }) == ErrorCode::fileDamaged);
}

void TestBase::rowsAreDecodedInTheirOrderButTheWantedFirst()
{
    PackFilling filling({3, 0, 2, 4, 1});
    QCOMPARE(filling.next(), std::optional<std::size_t>(3));
    filling.want(1);
    filling.want(4);
    filling.want(3);    // is being decoded
    std::vector<std::size_t> given;
    while (const auto row = filling.next())
        given.push_back(*row);
    QCOMPARE(given, (std::vector<std::size_t>{1, 4, 0, 2}));
}

void TestBase::rowsAreWaitedFor()
{
    PackFilling filling({0, 1, 2});
    filling.set(0, packPhoto);
    QCOMPARE(filling.wait(0), packPhoto);
    QVERIFY(!filling.isComplete());
    QCOMPARE(filling.photos(), (std::vector<std::int64_t>{0}));
    std::jthread decoder([&] {
        filling.set(1, packUnreadable);
        filling.set(2, packPhoto);
        filling.end();
    });
    QCOMPARE(filling.wait(1), packUnreadable);
    filling.waitFor(3);
    QVERIFY(filling.isComplete());
    QCOMPARE(filling.photos(), (std::vector<std::int64_t>{0, 2}));
    PackFilling never({0});
    std::stop_source stop;
    stop.request_stop();
    never.waitFor(1, stop.get_token());    // returns
}

void TestBase::whatEndsDecodingIsThrownToThoseWhoWait()
{
    PackFilling filling({0, 1});
    filling.set(1, packPhoto);
    std::jthread decoder([&] { filling.end(std::make_exception_ptr(Error(ErrorCode::diskFull, "x"))); });
    QCOMPARE(codeOf([&] { filling.wait(0); }), ErrorCode::diskFull);
    QCOMPARE(codeOf([&] { filling.waitFor(2); }), ErrorCode::diskFull);
    QCOMPARE(filling.wait(1), packPhoto);    // what is there can be used
}

void TestBase::whatAKilledProcessLeftOfAPackIsRemoved()
{
    const pid_t dead = ::fork();
    if (dead == 0)
        ::_exit(0);
    ::waitpid(dead, nullptr, 0);
    const QTemporaryDir folder;
    const auto left = inside(folder, ("a.pack.tmp-" + std::to_string(dead)).c_str()), used = inside(folder, ("a.pack.tmp-" + std::to_string(::getppid())).c_str()),
               other = inside(folder, ("b.pack.tmp-" + std::to_string(dead)).c_str());
    for (const auto& file : {left, used, other})
        writeFile(file, "bytes");
    const PhotoPackWriter writer(inside(folder, "a.pack"), 4, someList());
    QVERIFY(!std::filesystem::exists(left));
    QVERIFY(std::filesystem::exists(used) && std::filesystem::exists(other));
}

QTEST_GUILESS_MAIN(TestBase)
#include "tst_base.moc"
