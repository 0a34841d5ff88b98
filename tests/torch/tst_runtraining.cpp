// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/atomicpath.h"
#include "core/base/csv.h"
#include "core/data/demophotos.h"
#include "core/run/embedphotos.h"
#include "core/run/report.h"
#include "core/run/runtraining.h"
#include "core/scan/scan.h"

#include <QTemporaryDir>
#include <QTest>

#include <array>
#include <functional>

using namespace plumage;
using namespace plumage::run;
namespace fs = std::filesystem;

namespace {

class RecordingListener final : public RunListener {
public:
    void preparing(std::string_view phase, std::int64_t done, std::int64_t total) override
    {
        if (phase != "pack")
            return;
        decoded = done;
        packs += done == total;
    }
    void started(const TrainOptions&, std::string_view deviceName, std::int64_t step) override
    {
        device = deviceName;
        firstStep = step;
        decodedAtStart = decoded;
    }
    void metrics(const train::StepReport& report) override
    {
        lastStep = report.step;
        if (onStep)
            onStep(report.step);
    }
    void snapshotWritten(std::int64_t step, const fs::path& folder) override
    {
        if (fs::exists(folder / "snapshot.json"))
            snapshots.push_back(step);
    }
    void checkpointWritten(std::int64_t step, const fs::path&) override { checkpoints.push_back(step); }
    void paused(bool) override { }
    void note(ErrorCode code, const std::string&) override { notes.push_back(code); }

    int packs = 0;
    std::int64_t decoded = 0, decodedAtStart = 0;
    std::string device;
    std::int64_t firstStep = -1, lastStep = -1;
    std::vector<std::int64_t> snapshots, checkpoints;
    std::vector<ErrorCode> notes;
    std::function<void(std::int64_t)> onStep;
};

} // namespace

class TestRunTraining : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void runLeavesEverythingInItsFolder();
    void resumedRunGoesOn();
    void runWithCheckpointsIsNotStartedAgain();
    void remainsOfARunWithoutCheckpointAreCleared();
    void stopLeavesACheckpoint();
    void manyPhotosAreDecodedBesideTheTraining();
    void aStopWhilePhotosAreDecodedLeavesNoHalfPack();
    void snapshotThatCannotBeWrittenIsANote();
    void brokenPhotosAreNoted();
    void missingPhotosStopAResume();
    void otherPhotosAreLabelled();

private:
    RunFolder newRun(const char* name, std::int64_t steps, const PhotoList& photos);
    RunOutcome train(const RunFolder& run, bool resume, RecordingListener& listener);
    ErrorCode failure(const RunFolder& run, bool resume);
    PhotoList scanned(const fs::path& folder);
    PhotoList repeated(std::size_t photos) const;

    QTemporaryDir m_folder;
    fs::path m_root;
    PhotoList m_photos;
};

void TestRunTraining::initTestCase()
{
    m_root = m_folder.path().toStdString();
    data::drawDemoPhotos({.species = 3, .each = 12, .size = 64, .seed = 1}, m_root / "photos");
    m_photos = scanned(m_root / "photos");
    QCOMPARE(m_photos.rows.size(), std::size_t{36});
}

PhotoList TestRunTraining::scanned(const fs::path& folder)
{
    const std::array roots{folder};
    return scan::toPhotoList(scan::scanFolders(roots), roots);
}

RunFolder TestRunTraining::newRun(const char* name, std::int64_t steps, const PhotoList& photos)
{
    RunManifest manifest;
    manifest.options = presetOptions("demo");
    manifest.options.network.ngf = 16;
    manifest.options.network.ndf = 4;
    manifest.options.network.tail = 4;
    manifest.options.schedule.batchSize = 8;
    manifest.options.schedule.kinds = 3;
    manifest.options.schedule.maxSteps = steps;
    manifest.options.schedule.metricsEvery = 2;
    manifest.options.schedule.threads = 1;
    manifest.device = "cpu";
    manifest.truth = "folders";
    manifest.pack = "photos.pack";
    return RunFolder::create(m_root / name, std::move(manifest), photos);
}

RunOutcome TestRunTraining::train(const RunFolder& run, bool resume, RecordingListener& listener)
{
    train::TrainControl control;
    return runTraining(run, resume, listener, control, {});
}

ErrorCode TestRunTraining::failure(const RunFolder& run, bool resume)
{
    RecordingListener listener;
    try {
        train(run, resume, listener);
    } catch (const Error& error) {
        return error.code();
    }
    return ErrorCode::none;
}

void TestRunTraining::runLeavesEverythingInItsFolder()
{
    const RunFolder run = newRun("whole", 8, m_photos);
    RecordingListener listener;
    const RunOutcome outcome = train(run, false, listener);
    QCOMPARE(outcome.steps, 8);
    QCOMPARE(outcome.reason, train::StopReason::maxSteps);
    QCOMPARE(outcome.codes, 3);
    QVERIFY(outcome.codesInUse >= 1 && outcome.imagesPerSecond > 0);
    QVERIFY(outcome.scores && outcome.scores->photos == 36 && outcome.scores->accChance > 0.3);
    QCOMPARE(listener.device, std::string("cpu"));
    QCOMPARE(listener.snapshots.back(), 8);
    QCOMPARE(listener.checkpoints.back(), 8);
    QCOMPARE(listener.lastStep, 8);
    QVERIFY(listener.notes.empty());
    const auto rows = parseCsv(readFile(run.metrics()));
    QCOMPARE(rows.size(), std::size_t{5});
    QCOMPARE(rows.back()[0], std::string("8"));
    for (const char* name : {"embedding.npy", "codes.npy", "confidence.npy", "layout.npy", "neighbours.npy", "centroids.npy", "layout_codes.npy",
                             "layout_drawings.npy", "prototypes.png", "snapshot.json"})
        QVERIFY2(fs::exists(run.snapshots() / "000008" / name), name);
    writeRunReport(run, {});
    QVERIFY(fs::file_size(run.report() / "clusters.png") > 10'000);
}

void TestRunTraining::resumedRunGoesOn()
{
    RunFolder run = newRun("resumed", 4, m_photos);
    RecordingListener first, second;
    train(run, false, first);
    fs::create_directories(run.snapshots() / "000006");    // of a training that died without a checkpoint
    fs::copy_file(run.snapshots() / "000004" / "snapshot.json", run.snapshots() / "000006" / "snapshot.json");
    RunManifest longer = run.manifest();
    longer.options.schedule.maxSteps = 10;
    run.changeManifest(longer);
    const RunOutcome outcome = train(RunFolder::open(run.path()), true, second);
    QCOMPARE(outcome.steps, 10);
    QCOMPARE(second.firstStep, 4);
    QVERIFY(!fs::exists(run.snapshots() / "000006"));
    QCOMPARE(parseCsv(readFile(run.metrics())).size(), std::size_t{6});    // header, 2, 4, 6, 8, 10
    QVERIFY(outcome.seconds > 0);
}

void TestRunTraining::runWithCheckpointsIsNotStartedAgain()
{
    const RunFolder run = newRun("again", 2, m_photos);
    QCOMPARE(failure(run, true), ErrorCode::checkpointMissing);
    QCOMPARE(failure(run, false), ErrorCode::none);
    QCOMPARE(failure(run, false), ErrorCode::folderNotEmpty);
    const RunLock lock(run);
    QCOMPARE(failure(run, true), ErrorCode::runInUse);
}

void TestRunTraining::remainsOfARunWithoutCheckpointAreCleared()
{
    const RunFolder run = newRun("remains", 2, m_photos);
    fs::create_directories(run.snapshots() / "000900");
    writeFile(run.snapshots() / "000900" / "snapshot.json", "{}");
    fs::create_directories(run.snapshots() / ".tmp-1-000901");
    writeFile(run.metrics(), "step\n900\n");
    QCOMPARE(failure(run, false), ErrorCode::none);
    QCOMPARE(listSteps(run.snapshots()).back().step, 2);
    QVERIFY(!fs::exists(run.snapshots() / ".tmp-1-000901"));
    QCOMPARE(parseCsv(readFile(run.metrics())).size(), std::size_t{2});
}

void TestRunTraining::stopLeavesACheckpoint()
{
    const RunFolder run = newRun("stopped", 0, m_photos);
    std::stop_source source;
    train::TrainControl control;
    RecordingListener listener;
    listener.onStep = [&](std::int64_t step) {
        if (step >= 6)
            source.request_stop();
    };
    const RunOutcome outcome = runTraining(run, false, listener, control, source.get_token());
    QCOMPARE(outcome.reason, train::StopReason::asked);
    QCOMPARE(listSteps(run.checkpoints()).back().step, outcome.steps);
    QCOMPARE(listSteps(run.snapshots()).back().step, outcome.steps);
    QVERIFY(outcome.scores);
}

// So many rows, of the same files
PhotoList TestRunTraining::repeated(std::size_t photos) const
{
    PhotoList list{m_photos.roots, {}};
    for (std::size_t row = 0; row < photos; ++row) {
        list.rows.push_back(m_photos.rows[row % m_photos.rows.size()]);
        list.rows.back().photo = PhotoId{static_cast<std::int64_t>(row) + 1};
    }
    return list;
}

void TestRunTraining::manyPhotosAreDecodedBesideTheTraining()
{
    PhotoList list = repeated(1300);
    list.rows[7].path = "gone.png";
    const RunFolder run = newRun("many", 3, list);
    RecordingListener listener;
    const RunOutcome outcome = train(run, false, listener);
    QCOMPARE(outcome.steps, 3);
    QCOMPARE(listener.packs, 1);
    QCOMPARE(listener.notes, std::vector<ErrorCode>{ErrorCode::fileMissing});
    QVERIFY(listener.decodedAtStart >= 1024);
    QCOMPARE(outcome.scores->photos, 1299);    // the last snapshot waits for all
    QCOMPARE(PhotoPackReader(run.pack()).readable().size(), std::size_t{1299});
    RunManifest longer = run.manifest();
    longer.options.schedule.maxSteps = 5;
    RunFolder(run).changeManifest(longer);
    RecordingListener second;
    QCOMPARE(train(RunFolder::open(run.path()), true, second).steps, 5);
    QCOMPARE(second.firstStep, 3);
}

void TestRunTraining::aStopWhilePhotosAreDecodedLeavesNoHalfPack()
{
    const RunFolder run = newRun("halted", 0, repeated(3000));
    std::stop_source source;
    train::TrainControl control;
    RecordingListener listener;
    listener.onStep = [&](std::int64_t) { source.request_stop(); };
    const RunOutcome outcome = runTraining(run, false, listener, control, source.get_token());
    QCOMPARE(outcome.reason, train::StopReason::asked);
    QCOMPARE(listSteps(run.checkpoints()).back().step, outcome.steps);
    QVERIFY(outcome.scores && outcome.scores->photos >= 1024);
    for (const auto& entry : fs::directory_iterator(run.path()))
        QVERIFY2(entry.path().filename().string().find("pack.tmp") == std::string::npos, entry.path().c_str());
}

void TestRunTraining::snapshotThatCannotBeWrittenIsANote()
{
    const RunFolder run = newRun("full", 4, m_photos);
    writeFile(run.snapshots(), "in the way");
    RecordingListener listener;
    const RunOutcome outcome = train(run, false, listener);
    QCOMPARE(outcome.steps, 4);
    QVERIFY(outcome.scores);
    QVERIFY(!listener.notes.empty() && listener.notes.front() == ErrorCode::writeFailed);
    QVERIFY(listener.snapshots.empty());
    QCOMPARE(listener.checkpoints.back(), 4);
}

void TestRunTraining::brokenPhotosAreNoted()
{
    fs::copy(m_root / "photos", m_root / "broken", fs::copy_options::recursive);
    const PhotoList whole = scanned(m_root / "broken");
    writeFile(whole.file(5), "no picture");
    const RunFolder run = newRun("noted", 2, scanned(m_root / "broken"));
    RecordingListener listener;
    const RunOutcome outcome = train(run, false, listener);
    QCOMPARE(listener.notes, std::vector<ErrorCode>{ErrorCode::photoUnreadable});
    QCOMPARE(outcome.scores->photos, 35);
    for (std::size_t row = 0; row < whole.rows.size(); ++row)
        writeFile(whole.file(row), "no picture");
    QCOMPARE(failure(newRun("nothing", 2, scanned(m_root / "broken")), false), ErrorCode::noPhotos);
}

void TestRunTraining::missingPhotosStopAResume()
{
    fs::copy(m_root / "photos", m_root / "moved", fs::copy_options::recursive);
    const RunFolder run = newRun("missing", 2, scanned(m_root / "moved"));
    QCOMPARE(failure(run, false), ErrorCode::none);
    fs::remove_all(m_root / "moved");
    QCOMPARE(failure(run, true), ErrorCode::none);    // the pack has them
    fs::remove(run.pack());
    const ErrorCode code = failure(run, true);
    QVERIFY2(code == ErrorCode::photosMissing || code == ErrorCode::noPhotos, errorName(code).data());
}

void TestRunTraining::otherPhotosAreLabelled()
{
    const RunFolder run = newRun("teacher", 4, m_photos);
    QCOMPARE(failure(run, false), ErrorCode::none);
    PhotoList some = m_photos;
    some.rows.resize(10);
    std::vector<std::int64_t> progress;
    const EmbedRequest request{run.checkpoints() / "000004", m_root / "labelled", "cpu", 1, true};
    const EmbedOutcome outcome = embedPhotos(request, some, [](ErrorCode, const std::string&) {}, [&](std::int64_t done, std::int64_t) { progress.push_back(done); }, {});
    QCOMPARE(outcome.photos, 10);
    QCOMPARE(outcome.codes, 3);
    QCOMPARE(progress.back(), 10);
    for (const char* name : {"photos.csv", "labels.csv", "codes.npy", "embedding.npy", "layout.npy", "snapshot.json", "report/index.html", "report/map.png"})
        QVERIFY2(fs::exists(m_root / "labelled" / name), name);
    QVERIFY(!fs::exists(m_root / "labelled" / "photos.pack"));
    const auto labels = parseCsv(readFile(m_root / "labelled" / "labels.csv"));
    QCOMPARE(labels.size(), std::size_t{11});
    QCOMPARE(labels[1][1], some.rows[0].path);
    try {
        embedPhotos({m_root / "photos", m_root / "no", "cpu", 1, false}, some, {}, {}, {});
        QFAIL("a folder without state.json was taken for a checkpoint");
    } catch (const Error& error) {
        QCOMPARE(error.code(), ErrorCode::checkpointMissing);
    }
}

QTEST_GUILESS_MAIN(TestRunTraining)
#include "tst_runtraining.moc"
