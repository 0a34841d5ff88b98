// SPDX-License-Identifier: GPL-3.0-or-later
// Labels out and back: byte by byte, nothing lost, originals untouched; files of other programs with lines that fit no photo.
#include "core/base/atomicpath.h"
#include "core/base/error.h"
#include "core/base/json.h"
#include "core/exchange/exportcoco.h"
#include "core/exchange/exportcsv.h"
#include "core/exchange/exportfolders.h"
#include "core/exchange/exportplace.h"
#include "core/exchange/importboxes.h"
#include "core/exchange/importkind.h"
#include "core/exchange/importlabels.h"
#include "tests/core/decisions.h"

#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>

using namespace plumage;
using namespace plumage::exchange;
namespace fs = std::filesystem;

class TestExchange : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void csvIsWrittenByteByByte();
    void anExportComesBackWhole();
    void wishesAndReasons();
    void classFoldersLinkAndNeverTouchOriginals();
    void aFullFolderGetsANewOneInside();
    void aFailedExportLeavesNothing();
    void anExportNeverGoesOverAPhoto();
    void namesAreSafeAndUnique();
    void cocoHasBoxesAndCategories();
    void labelsAreFoundByPathNameAndHash();
    void unknownLinesAreToldByNumber();
    void otherEncodingsNameTheLine();
    void aMissingColumnIsNamed();
    void boxesOfThreeKinds();
    void onlyAnimalsOfADetectorCount();
    void filesAreToldApartByTheirContent_data();
    void filesAreToldApartByTheirContent();
    void damagedBoxFilesSayWhere();

private:
    fs::path root() const { return fs::path(m_dir->path().toStdString()); }
    fs::path photos() const { return root() / "photos"; }
    ExportRows rows(const ExportWish& wish = {}) const
    {
        return exportRows(m_curator->library(), m_curator->state(), project::PhotoTable(std::make_shared<const PhotoList>(m_curator->library().allPhotos())).with(m_curator->state(), RunId{}), RunId{}, wish);
    }
    void label(std::initializer_list<std::int64_t> photos, const std::string& name, project::LabelSource source = project::LabelSource::seen);
    template<class Call> static ErrorCode codeOf(Call call)
    {
        try {
            call();
        } catch (const Error& error) {
            return error.code();
        }
        return ErrorCode::none;
    }

    std::unique_ptr<QTemporaryDir> m_dir;
    mutable std::optional<curation::Curator> m_curator;
};

void TestExchange::init()
{
    m_curator.reset();
    m_dir = std::make_unique<QTemporaryDir>();
    fs::create_directories(photos() / "a, b");
    writeFile(photos() / "a, b" / "one.jpg", "1");
    writeFile(photos() / "a, b" / "Zwölf \"12\".jpg", "12");
    writeFile(photos() / "three.png", "3");
    writeFile(photos() / "sub.jpg", "4");
    project::ProjectFolder::create(root() / "p.plumage");
    m_curator.emplace(project::Library::open(root() / "p.plumage", project::Library::Access::write), [] { return std::int64_t{1}; });
    m_curator->library().rescan(std::array{photos()}, {}, {});    // ids by path: "Zwölf", one, sub, three
}

void TestExchange::label(std::initializer_list<std::int64_t> ids, const std::string& name, project::LabelSource source)
{
    std::vector<curation::ImportedLabel> labels;
    for (const std::int64_t id : ids)
        labels.push_back({PhotoId{id}, name, source});
    m_curator->apply(curation::importLabels(m_curator->state(), labels, curation::OnConflict::takeTheirs));
}

void TestExchange::csvIsWrittenByteByByte()
{
    label({1}, "Robin, \"red\"");
    label({2}, "Wren", project::LabelSource::bulk);
    exportCsv(rows().rows, root() / "out.csv");
    const std::string folder = photos().string(), text = readFile(root() / "out.csv");
    const auto hash = [&](int id) { return m_curator->library().record(PhotoId{id})->hash; };
    QCOMPARE(text, "path,hash,cluster_id,label,source,confidence,machine_label,run\n"
        "\"" + folder + "/a, b/Zwölf \"\"12\"\".jpg\"," + hash(1) + ",1,\"Robin, \"\"red\"\"\",seen,0,,\n"
        "\"" + folder + "/a, b/one.jpg\"," + hash(2) + ",2,Wren,bulk,0,,\n");
}

void TestExchange::anExportComesBackWhole()
{
    label({1, 4}, "Robin");
    label({2}, "Wren", project::LabelSource::bulk);
    label({3}, "Zaunkönig", project::LabelSource::imported);
    const auto before = rows();
    exportCsv(before.rows, root() / "out.csv");

    fs::create_directories(root() / "q.plumage" / "runs");
    curation::Curator other(project::Library::open(root() / "q.plumage", project::Library::Access::write), [] { return std::int64_t{1}; });
    other.library().rescan(std::array{photos()}, {}, {});
    const LabelFile file = readLabels(root() / "out.csv", other.library());
    QCOMPARE(file.labels.size(), std::size_t{4});
    QVERIFY(file.unmatched.empty() && file.ambiguous.empty());
    other.apply(curation::importLabels(other.state(), file.labels, curation::OnConflict::keepMine));
    for (int id = 1; id <= 4; ++id) {
        QCOMPARE(other.state().label(PhotoId{id})->source, m_curator->state().label(PhotoId{id})->source);
        QCOMPARE(curation::shownName(other.state(), other.state().label(PhotoId{id})->cluster), curation::shownName(m_curator->state(), m_curator->state().label(PhotoId{id})->cluster));
    }
}

void TestExchange::wishesAndReasons()
{
    label({1}, "Robin");
    label({2}, "Wren");
    m_curator->apply(curation::putAway(m_curator->state(), std::array{PhotoId{3}}));
    fs::remove(photos() / "three.png");
    m_curator->library().rescan(std::array{photos()}, {}, {});
    const ExportCounts all = rows().counts;
    QCOMPARE(all.photos, std::int64_t{4});
    QCOMPARE(all.written, std::int64_t{2});
    QCOMPARE(all.away, std::int64_t{1});
    QCOMPARE(all.missing, std::int64_t{1});
    const auto one = rows({.clusters = {*m_curator->state().byName("Wren")}});
    QCOMPARE(one.counts.written, std::int64_t{1});
    QCOMPARE(one.counts.otherClusters, std::int64_t{1});
    m_curator->apply(curation::newCluster(m_curator->state(), std::array{PhotoId{1}}, {}, [](PhotoId) { return std::optional<ClusterId>(); }));
    QCOMPARE(rows().counts.unnamed, std::int64_t{1});
    QCOMPARE(rows({.clusters = {}, .all = true}).counts.written, std::int64_t{2});
}

void TestExchange::classFoldersLinkAndNeverTouchOriginals()
{
    label({1, 2}, "Tit/Great: blue?");
    m_curator->apply(curation::newGroup(m_curator->state(), std::array{*m_curator->state().byName("Tit/Great: blue?")}, "Songbirds"));
    const auto time = fs::last_write_time(photos() / "a, b" / "one.jpg");
    for (const auto& [link, name] : {std::pair{Link::hard, "hard"}, {Link::symbolic, "symbolic"}, {Link::copy, "copy"}}) {
        const FoldersReport report = exportFolders(rows().rows, root() / name, link);
        QCOMPARE(report.files, std::int64_t{2});
        const fs::path file = root() / name / "Songbirds" / "Tit_Great_ blue_" / "one.jpg";
        QVERIFY2(fs::exists(file), name);
        QCOMPARE(readFile(file), std::string("1"));
        QCOMPARE(fs::is_symlink(file), link == Link::symbolic);
        QCOMPARE(fs::hard_link_count(photos() / "a, b" / "one.jpg"), static_cast<std::uintmax_t>(2));    // after the first round
        QVERIFY(readFile(root() / name / "manifest.csv").find("Songbirds/Tit_Great_ blue_/one.jpg,") != std::string::npos);
    }
    QVERIFY(fs::last_write_time(photos() / "a, b" / "one.jpg") == time);
    QCOMPARE(readFile(photos() / "a, b" / "one.jpg"), std::string("1"));
    const LabelFile back = readLabels(root() / "copy" / "manifest.csv", m_curator->library());
    QCOMPARE(back.labels.size(), std::size_t{2});
}

void TestExchange::aFullFolderGetsANewOneInside()
{
    label({1}, "Robin");
    QCOMPARE(exportFolders(rows().rows, root() / "out", Link::copy).folder, root() / "out");
    QCOMPARE(exportFolders(rows().rows, root() / "out", Link::copy).folder, root() / "out" / "export-2");
    QCOMPARE(exportFolders(rows().rows, root() / "out", Link::copy).folder, root() / "out" / "export-3");
}

void TestExchange::aFailedExportLeavesNothing()
{
    label({1, 2}, "Robin");
    const auto wanted = rows();
    fs::remove(photos() / "a, b" / "one.jpg");
    QCOMPARE(codeOf([&] { exportFolders(wanted.rows, root() / "out", Link::copy); }), ErrorCode::fileMissing);
    QVERIFY(!fs::exists(root() / "out"));
    std::stop_source stop;
    stop.request_stop();
    QCOMPARE(codeOf([&] { exportFolders(wanted.rows, root() / "out", Link::copy, {}, stop.get_token()); }), ErrorCode::cancelled);
    QVERIFY(!fs::exists(root() / "out"));
    writeFile(root() / "file", "x");
    QVERIFY(codeOf([&] { exportFolders(wanted.rows, root() / "file" / "out", Link::copy); }) != ErrorCode::none);
    QVERIFY(codeOf([&] { exportCsv(wanted.rows, root() / "nowhere" / "out.csv"); }) != ErrorCode::none);
}

void TestExchange::anExportNeverGoesOverAPhoto()
{
    fs::create_symlink(photos(), root() / "other-way");
    QCOMPARE(codeOf([&] { keepOffPhotos(m_curator->library(), photos() / "sub.jpg"); }), ErrorCode::amongPhotos);
    QCOMPARE(codeOf([&] { keepOffPhotos(m_curator->library(), root() / "other-way" / "sub.jpg"); }), ErrorCode::amongPhotos);
    writeFile(root() / "elsewhere.jpg", "5");
    fs::create_symlink(root() / "elsewhere.jpg", photos() / "a, b" / "link.jpg");
    m_curator->library().rescan(std::array{photos()}, {}, {});
    QCOMPARE(codeOf([&] { keepOffPhotos(m_curator->library(), photos() / "a, b" / "link.jpg"); }), ErrorCode::amongPhotos);    // the link would go
    QCOMPARE(codeOf([&] { keepOffPhotos(m_curator->library(), root() / "elsewhere.jpg"); }), ErrorCode::amongPhotos);
    writeFile(root() / "sub.jpg", "an older export of the same name");
    QCOMPARE(codeOf([&] { keepOffPhotos(m_curator->library(), root() / "sub.jpg"); }), ErrorCode::none);
    QCOMPARE(codeOf([&] { keepOffPhotos(m_curator->library(), photos() / "new.csv"); }), ErrorCode::none);
}

void TestExchange::namesAreSafeAndUnique()
{
    QCOMPARE(safeName("a/b\\c:d*e?\"<>|"), std::string("a_b_c_d_e_____"));
    QCOMPARE(safeName(" .. hidden. "), std::string("hidden"));
    QCOMPARE(safeName("con.jpg"), std::string("_con.jpg"));
    QCOMPARE(safeName("COM3"), std::string("_COM3"));
    QCOMPARE(safeName("\n"), std::string("_"));
    QCOMPARE(safeName("Бекас 鴫"), std::string("Бекас 鴫"));
    QCOMPARE(safeName(".."), std::string("_"));
    QVERIFY(safeName(std::string(400, 'x')).size() <= 120);
    UniqueNames names;
    QCOMPARE(names.take("a.jpg"), std::string("a.jpg"));
    QCOMPARE(names.take("A.jpg"), std::string("A (2).jpg"));
    QCOMPARE(names.take("a.jpg"), std::string("a (3).jpg"));
}

void TestExchange::cocoHasBoxesAndCategories()
{
    m_curator->library().addBoxes(std::array{project::BoxRow{"sub.jpg", {0.25, 0.5, 0.5, 0.25}}}, false);
    label({1, 5}, "Robin");    // 5: the box
    exportCoco(rows().rows, root() / "coco.json", [](const fs::path&) { return std::optional(PictureSize{200, 100}); });
    const Json json = Json::parse(readFile(root() / "coco.json"));
    QCOMPARE(json["images"].toArray().size(), std::size_t{2});
    const Json& whole = json["annotations"].toArray()[0];
    QCOMPARE(whole["bbox"].toArray()[2].toDouble(), 200.0);
    QVERIFY(!whole.find("score"));
    const Json& box = json["annotations"].toArray()[1];
    QCOMPARE(box["bbox"].toArray()[0].toDouble(), 50.0);
    QCOMPARE(box["bbox"].toArray()[3].toDouble(), 25.0);
    QCOMPARE(json["categories"].toArray()[0]["name"].toString(), std::string("Robin"));
    QCOMPARE(readBoxes(root() / "coco.json").size(), std::size_t{2});    // and it is read back
}

void TestExchange::labelsAreFoundByPathNameAndHash()
{
    const std::string hash = m_curator->library().record(PhotoId{4})->hash;
    writeFile(root() / "in.csv", "File;x\n");
    writeFile(root() / "in.tsv", "Filename\tSpecies\thash\na, b/one.jpg\tWren\t\nC:\\other\\sub.jpg\tRobin\t\nrenamed.png\tDunnock\t" + hash + "\r\n");
    const LabelFile file = readLabels(root() / "in.tsv", m_curator->library());
    QCOMPARE(file.labels.size(), std::size_t{3});
    QCOMPARE(file.labels[0].photo, PhotoId{2});
    QCOMPARE(file.labels[1].photo, PhotoId{3});
    QCOMPARE(file.labels[2].photo, PhotoId{4});
    QCOMPARE(file.labels[2].name, std::string("Dunnock"));
    QCOMPARE(folderLabels(m_curator->library()).size(), std::size_t{2});
    QCOMPARE(folderLabels(m_curator->library())[0].name, std::string("a, b"));
}

void TestExchange::unknownLinesAreToldByNumber()
{
    fs::create_directories(photos() / "more");
    writeFile(photos() / "more" / "one.jpg", "another one");
    m_curator->library().rescan(std::array{photos()}, {}, {});
    writeFile(root() / "in.csv", "path,label\nthree.png,Wren\nwho.jpg,Robin\none.jpg,Robin\n");
    const LabelFile file = readLabels(root() / "in.csv", m_curator->library());
    QCOMPARE(file.labels.size(), std::size_t{1});
    QCOMPARE(file.unmatched.size(), std::size_t{1});
    QCOMPARE(file.unmatched[0].line, std::int64_t{3});
    QCOMPARE(file.unmatched[0].text, std::string("who.jpg"));
    QCOMPARE(file.ambiguous.size(), std::size_t{1});
    QCOMPARE(file.ambiguous[0].line, std::int64_t{4});
}

void TestExchange::otherEncodingsNameTheLine()
{
    writeFile(root() / "in.csv", "path,label\nthree.png,Wren\nsub.jpg,Zaunk\xF6nig\n");
    try {
        readLabels(root() / "in.csv", m_curator->library());
        QFAIL("read Latin-1 as UTF-8");
    } catch (const Error& error) {
        QCOMPARE(error.code(), ErrorCode::textEncoding);
        QVERIFY2(error.detail().ends_with("in.csv, line 3"), error.what());
    }
}

void TestExchange::aMissingColumnIsNamed()
{
    writeFile(root() / "in.csv", "path,colour\nthree.png,red\n");
    QCOMPARE(codeOf([&] { readLabels(root() / "in.csv", m_curator->library()); }), ErrorCode::columnMissing);
    QCOMPARE(readLabels(root() / "in.csv", m_curator->library(), {}, "Colour").labels.size(), std::size_t{1});
    QCOMPARE(codeOf([&] { readLabels(root() / "in.csv", m_curator->library(), "photo", "colour"); }), ErrorCode::columnMissing);
    writeFile(root() / "empty.csv", "");
    QCOMPARE(codeOf([&] { readLabels(root() / "empty.csv", m_curator->library()); }), ErrorCode::emptyTable);
    QCOMPARE(codeOf([&] { readClassList(root() / "empty.csv"); }), ErrorCode::emptyTable);
    writeFile(root() / "quote.csv", "path,label\n\"three.png,Wren\n");
    QCOMPARE(codeOf([&] { readLabels(root() / "quote.csv", m_curator->library()); }), ErrorCode::fileDamaged);
    writeFile(root() / "classes.txt", "Wren\n\nRobin\n");
    QCOMPARE(readClassList(root() / "classes.txt"), (std::vector<std::string>{"Wren", "Robin"}));
}

void TestExchange::boxesOfThreeKinds()
{
    writeFile(root() / "b.csv", "path,x,y,w,h\nsub.jpg,0.1,0.2,0.3,0.4\n");
    QCOMPARE(readBoxes(root() / "b.csv")[0].box, (Box{0.1, 0.2, 0.3, 0.4}));
    writeFile(root() / "b.json", R"({"images": [{"id": 7, "file_name": "sub.jpg", "width": 100, "height": 50}], "annotations": [{"image_id": 7, "bbox": [10, 10, 50, 25]}]})");
    QCOMPARE(readBoxes(root() / "b.json")[0].box, (Box{0.1, 0.2, 0.5, 0.5}));
    writeFile(root() / "m.json", R"({"images": [{"file": "sub.jpg", "detections": [{"category": "1", "conf": 0.9, "bbox": [0, 0, 0.5, 1]}, {"category": "1", "conf": 0.1, "bbox": [0, 0, 1, 1]}]},
        {"file": "broken.jpg", "failure": "image access failure", "detections": null}]})");
    QCOMPARE(readBoxes(root() / "m.json").size(), std::size_t{1});
    QCOMPARE(readBoxes(root() / "m.json", 0.05).size(), std::size_t{2});
}

void TestExchange::onlyAnimalsOfADetectorCount()
{
    const std::string detections = R"("detections": [{"category": "1", "conf": 0.9, "bbox": [0, 0, 0.5, 1]}, {"category": "2", "conf": 0.9, "bbox": [0, 0, 1, 1]}])";
    const auto write = [&](const std::string& categories) {
        writeFile(root() / "m.json", "{" + categories + R"("images": [{"file": "sub.jpg", )" + detections + "}]}");
        return readBoxes(root() / "m.json").size();
    };
    QCOMPARE(write(R"("detection_categories": {"1": "animal", "2": "person", "3": "vehicle"}, )"), std::size_t{1});
    QCOMPARE(write(""), std::size_t{2});
}

void TestExchange::filesAreToldApartByTheirContent_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("kind");
    const auto row = [](const char* name, const char* text, ImportKind kind) { QTest::newRow(name) << QByteArray(text) << static_cast<int>(kind); };
    row("labels", "path,label\na.jpg,Robin\n", ImportKind::labels);
    row("labels, quoted", "\"File\",\"Species\"\n", ImportKind::labels);
    row("labels of a table without a known name", "a,b,c\n1,2,3\n", ImportKind::labels);
    row("labels with tabs", "filename\tclass\n", ImportKind::labels);
    row("boxes", "path,x,y,w,h\na.jpg,0,0,1,1\n", ImportKind::boxes);
    row("boxes, JSON", "\xEF\xBB\xBF {\"images\": []}", ImportKind::boxes);
    row("classes", "Robin\nGreat tit\n", ImportKind::classes);
    row("one class", "Robin", ImportKind::classes);
    row("classes with a remark", "Robin,12\nWren,4\n", ImportKind::classes);
}

void TestExchange::filesAreToldApartByTheirContent()
{
    QFETCH(QByteArray, text);
    QFETCH(int, kind);
    writeFile(root() / "f", text.toStdString());
    QCOMPARE(static_cast<int>(importKindOf(root() / "f")), kind);
    writeFile(root() / "f", "\n \n");
    QCOMPARE(codeOf([&] { importKindOf(root() / "f"); }), ErrorCode::emptyTable);
}

void TestExchange::damagedBoxFilesSayWhere()
{
    writeFile(root() / "b.csv", "path,x,y,w,h\nsub.jpg,0.1,zwei,0.3,0.4\n");
    QCOMPARE(codeOf([&] { readBoxes(root() / "b.csv"); }), ErrorCode::fileDamaged);
    writeFile(root() / "b.csv", "path,x,y,w\n");
    QCOMPARE(codeOf([&] { readBoxes(root() / "b.csv"); }), ErrorCode::columnMissing);
    writeFile(root() / "b.json", "{\"images\": 3}");
    QCOMPARE(codeOf([&] { readBoxes(root() / "b.json"); }), ErrorCode::fileDamaged);
    writeFile(root() / "b.json", "{");
    QCOMPARE(codeOf([&] { readBoxes(root() / "b.json"); }), ErrorCode::fileDamaged);
    QCOMPARE(codeOf([&] { readBoxes(root() / "none.json"); }), ErrorCode::fileMissing);
}

QTEST_GUILESS_MAIN(TestExchange)
#include "tst_exchange.moc"
