// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/atomicpath.h"
#include "core/train/checkpoint.h"
#include "core/train/trainer.h"
#include "tests/torch/trainfixture.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>

using namespace plumage;
using namespace plumage::train;

class TestCheckpoint final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void everyOptionSurvives();
    void damagedFilesAreNamed_data();
    void damagedFilesAreNamed();
    void missingAndNewerCheckpointsAreRefused();
    void otherSizesAndOtherPhotosAreRefused();
    void newestCompleteCheckpointIsFound();
    void brokenOffWriteLeavesTheOldOne();

private:
    void copyTo(const std::filesystem::path& folder) const;
    ErrorCode resumeError(const std::filesystem::path& folder, TrainOptions options = fixtureOptions(), const char* pack = "photos.pack");
    std::filesystem::path path(const std::string& name) const { return m_folder.filePath(QString::fromStdString(name)).toStdString(); }

    QTemporaryDir m_folder;
    std::filesystem::path m_checkpoint;
    std::string m_detail;
};

void TestCheckpoint::initTestCase()
{
    writeFixturePack(path("photos.pack"), 16, 4);
    writeFixturePack(path("others.pack"), 17, 4);
    const PhotoPackReader pack(path("photos.pack"));
    TrainOptions options = fixtureOptions();
    options.schedule.maxSteps = 2;
    RecordingObserver observer;
    Trainer trainer(options, "cpu", pack, path("checkpoints"), observer);
    TrainControl control;
    trainer.run({}, control);
    m_checkpoint = observer.checkpoints.at(0);
}

void TestCheckpoint::copyTo(const std::filesystem::path& folder) const
{
    std::filesystem::remove_all(folder);
    std::filesystem::copy(m_checkpoint, folder);
}

ErrorCode TestCheckpoint::resumeError(const std::filesystem::path& folder, TrainOptions options, const char* packName)
{
    RecordingObserver observer;
    const PhotoPackReader pack(path(packName));
    Trainer trainer(std::move(options), "cpu", pack, {}, observer);
    try {
        trainer.resume(folder);
    } catch (const Error& error) {
        m_detail = error.detail();
        return error.code();
    }
    return ErrorCode::none;
}

void TestCheckpoint::everyOptionSurvives()
{
    TrainOptions options = fixtureOptions(7);
    options.seed = 0xfedcba9876543210u;
    options.views.colourClue = Clue::no;
    options.views.perturbation = Perturbation::weak;
    options.views.rightWayUp = false;
    options.losses.wInfoG = 3.25;
    options.schedule.learningRate = 3.3e-4;
    options.schedule.maxSteps = 1234567;
    Json state = Json::object();
    state.set("options", optionsToJson(options));
    const TrainOptions read = checkpointOptions(Json::parse(state.text()));
    QCOMPARE(optionsToJson(read).text(), optionsToJson(options).text());
    QCOMPARE(read.seed, options.seed);
    QCOMPARE(checkpointOptions(readCheckpoint(m_checkpoint).state).network.ndf, 4);
    QCOMPARE(resumeError(m_checkpoint), ErrorCode::none);
}

void TestCheckpoint::damagedFilesAreNamed_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<int>("keep");    // bytes that are left; -1: the file is removed
    for (const char* name : {"generator", "generator_averaged", "discriminator", "adam_generator", "adam_discriminator", "trainer"}) {
        QTest::newRow(qPrintable(QStringLiteral("%1 cut off").arg(QLatin1String(name)))) << QStringLiteral("%1.safetensors").arg(QLatin1String(name)) << 200;
        QTest::newRow(qPrintable(QStringLiteral("%1 missing").arg(QLatin1String(name)))) << QStringLiteral("%1.safetensors").arg(QLatin1String(name)) << -1;
    }
    QTest::newRow("state cut off") << QStringLiteral("state.json") << 30;
    QTest::newRow("state empty") << QStringLiteral("state.json") << 0;
}

void TestCheckpoint::damagedFilesAreNamed()
{
    QFETCH(QString, file);
    QFETCH(int, keep);
    const auto folder = path("damaged/000002");
    std::filesystem::create_directories(folder.parent_path());
    copyTo(folder);
    if (keep < 0)
        std::filesystem::remove(folder / file.toStdString());
    else
        std::filesystem::resize_file(folder / file.toStdString(), static_cast<std::uintmax_t>(keep));
    QCOMPARE(resumeError(folder), ErrorCode::checkpointDamaged);
    QVERIFY2(m_detail.find(file.toStdString()) != std::string::npos, m_detail.c_str());
}

void TestCheckpoint::missingAndNewerCheckpointsAreRefused()
{
    QCOMPARE(resumeError(path("nowhere")), ErrorCode::checkpointMissing);
    const auto folder = path("newer");
    copyTo(folder);
    Json state = Json::parse(readFile(folder / "state.json"));
    state.set("format", checkpointFormat + 1);
    writeFile(folder / "state.json", state.text());
    QCOMPARE(resumeError(folder), ErrorCode::fileTooNew);
    state.set("format", checkpointFormat);
    state.set("order_place", Json());
    writeFile(folder / "state.json", state.text());
    QCOMPARE(resumeError(folder), ErrorCode::checkpointDamaged);
}

void TestCheckpoint::otherSizesAndOtherPhotosAreRefused()
{
    TrainOptions options = fixtureOptions();
    options.network.ndf = 8;
    QCOMPARE(resumeError(m_checkpoint, options), ErrorCode::checkpointMismatch);
    QCOMPARE(m_detail, std::string("network.ndf"));
    QCOMPARE(resumeError(m_checkpoint, fixtureOptions(5)), ErrorCode::checkpointMismatch);
    QCOMPARE(resumeError(m_checkpoint, fixtureOptions(), "others.pack"), ErrorCode::checkpointMismatch);
    options = fixtureOptions();
    options.schedule.learningRate = 1e-4;    // what does not change the shapes may be changed
    QCOMPARE(resumeError(m_checkpoint, options), ErrorCode::none);
}

void TestCheckpoint::newestCompleteCheckpointIsFound()
{
    const auto folder = path("several");
    QVERIFY(!newestCheckpoint(folder));
    std::filesystem::create_directories(folder);
    copyTo(folder / "000002");
    copyTo(folder / "000010");
    copyTo(folder / "1000000");
    std::filesystem::create_directories(folder / "2000000");    // without state.json
    copyTo(folder / ".000011.tmp-1");
    QCOMPARE(newestCheckpoint(folder)->filename().string(), std::string("1000000"));
    QCOMPARE(checkpointFolderName(12), std::string("000012"));
}

void TestCheckpoint::brokenOffWriteLeavesTheOldOne()
{
    const auto folder = path("atomic/000002");
    std::filesystem::create_directories(folder.parent_path());
    copyTo(folder);
    Checkpoint checkpoint = readCheckpoint(folder);
    const std::string before = readFile(folder / "state.json");
    checkpoint.parts.erase("trainer");    // writing stops at the last file
    QVERIFY_THROWS_EXCEPTION(std::exception, writeCheckpoint(folder, checkpoint));
    QCOMPARE(readFile(folder / "state.json"), before);
    QCOMPARE(resumeError(folder), ErrorCode::none);
    QCOMPARE(std::distance(std::filesystem::directory_iterator(folder.parent_path()), {}), std::ptrdiff_t{1});    // nothing is left beside it
}

QTEST_GUILESS_MAIN(TestCheckpoint)
#include "tst_checkpoint.moc"
