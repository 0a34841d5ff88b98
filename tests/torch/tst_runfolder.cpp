// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/atomicpath.h"
#include "core/base/csv.h"
#include "core/project/snapshotfile.h"
#include "core/run/metricswriter.h"
#include "core/run/report.h"
#include "core/run/retention.h"
#include "core/run/runfolder.h"
#include "core/run/snapshotfiles.h"
#include "core/run/snapshotthread.h"
#include "core/run/truth.h"
#include "madeupsnapshot.h"

#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <fstream>
#include <functional>

using namespace plumage;
using namespace plumage::run;
namespace fs = std::filesystem;

namespace {

ErrorCode codeOf(const std::function<void()>& call)
{
    try {
        call();
    } catch (const Error& error) {
        return error.code();
    }
    return ErrorCode::none;
}

train::StepReport reportOf(std::int64_t step)
{
    train::StepReport report;
    report.step = step;
    report.seconds = static_cast<double>(step) / 4;
    report.terms[train::dTotal] = 1.5f;
    return report;
}

std::vector<std::string> firstColumn(const fs::path& csv)
{
    std::vector<std::string> cells;
    for (const auto& row : parseCsv(readFile(csv)))
        cells.push_back(row[0]);
    return cells;
}

} // namespace

class TestRunFolder : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void createdRunOpensAgain();
    void folderWithFilesIsRefused();
    void otherVersionsAndDamageAreRefused();
    void twoWorkersCannotHoldOneRun();
    void metricsRowsAfterTheCheckpointAreDropped();
    void foreignMetricsAreRefused();
    void snapshotsAreThinnedEvenly();
    void checkpointsKeepTheNewestAndOneAnHour();
    void bigArraysStayInTheNewestAndBesideCheckpoints();
    void snapshotFilesSuitTheWindow();
    void photosThatComeLaterLeaveTheOthersInPlace();
    void snapshotsAreReadBack();
    void scoresCompareFolders();
    void threadWritesTheNewestSnapshot();
    void failedSnapshotIsToldAndTheNextOneWritten();
    void reportShowsASnapshot();

private:
    fs::path root() const { return fs::path(m_folder->path().toStdString()); }
    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestRunFolder::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
}

void TestRunFolder::createdRunOpensAgain()
{
    const RunFolder made = test::madeUpRun(root() / "a run", 12);
    const RunFolder opened = RunFolder::open(root() / "a run");
    QCOMPARE(toToml(opened.manifest()), toToml(made.manifest()));
    QCOMPARE(opened.photos().hash(), made.photos().hash());
    QCOMPARE(opened.pack(), root() / "a run" / "photos.pack");
    QVERIFY(opened.manifest().options.schedule.kinds > 0);    // settled
}

void TestRunFolder::folderWithFilesIsRefused()
{
    std::ofstream(root() / "letter.txt") << "dear";
    QCOMPARE(codeOf([&] { test::madeUpRun(root(), 12); }), ErrorCode::folderNotEmpty);
    QCOMPARE(codeOf([&] { test::madeUpRun(root() / "letter.txt", 12); }), ErrorCode::folderNotEmpty);
    QVERIFY(codeOf([&] { test::madeUpRun(root() / "letter.txt" / "run", 12); }) != ErrorCode::none);
    QCOMPARE(codeOf([&] { test::madeUpRun(root() / "small", 1); }), ErrorCode::tooFewPhotos);
}

void TestRunFolder::otherVersionsAndDamageAreRefused()
{
    QCOMPARE(codeOf([&] { RunFolder::open(root() / "none"); }), ErrorCode::runMissing);
    const RunFolder run = test::madeUpRun(root() / "run", 12);
    const std::string toml = readFile(run.path() / "run.toml");
    const auto openWith = [&](const std::string& text) {
        writeFile(run.path() / "run.toml", text);
        return codeOf([&] { RunFolder::open(run.path()); });
    };
    QCOMPARE(openWith("format = 99\n"), ErrorCode::runTooNew);
    QCOMPARE(openWith("format = \n"), ErrorCode::runDamaged);
    QCOMPARE(openWith(""), ErrorCode::runDamaged);
    QCOMPARE(openWith(toml.substr(0, toml.find("batch_size")) + "batch_size = 100000\n"), ErrorCode::optionOutOfRange);
    writeFile(run.path() / "run.toml", toml);
    const std::string photos = readFile(run.path() / "photos.csv");
    writeFile(run.path() / "photos.csv", photos.substr(0, photos.find("\n2,") + 1));
    QCOMPARE(codeOf([&] { RunFolder::open(run.path()); }), ErrorCode::runDamaged);
}

void TestRunFolder::twoWorkersCannotHoldOneRun()
{
    const RunFolder run = test::madeUpRun(root() / "run", 12);
    {
        const RunLock lock(run);
        QCOMPARE(codeOf([&] { const RunLock second(run); }), ErrorCode::runInUse);
    }
    QCOMPARE(codeOf([&] { const RunLock again(run); }), ErrorCode::none);
}

void TestRunFolder::metricsRowsAfterTheCheckpointAreDropped()
{
    const fs::path csv = root() / "metrics.csv";
    {
        MetricsWriter writer(csv, 0);
        for (const std::int64_t step : {10, 20, 30, 40})
            writer.append(reportOf(step));
    }
    std::ofstream(csv, std::ios::app) << "50,12.5,1";    // the worker died here
    {
        MetricsWriter writer(csv, 25);
        writer.append(reportOf(30));
    }
    QCOMPARE(firstColumn(csv), (std::vector<std::string>{"step", "10", "20", "30"}));
    const auto rows = parseCsv(readFile(csv));
    QCOMPARE(rows[0].size(), 3 + train::termNames.size());
    QCOMPARE(rows[3].size(), rows[0].size());
    QCOMPARE(rows[0][3 + train::dTotal], std::string("d.total"));
    QCOMPARE(rows[3][3 + train::dTotal], std::string("1.5"));
    MetricsWriter(csv, 0);    // starts anew
    QCOMPARE(firstColumn(csv), (std::vector<std::string>{"step"}));
}

void TestRunFolder::foreignMetricsAreRefused()
{
    const fs::path csv = root() / "metrics.csv";
    writeFile(csv, "step,loss\n1,2\n");
    QCOMPARE(codeOf([&] { MetricsWriter(csv, 5); }), ErrorCode::runDamaged);
    QCOMPARE(readFile(csv), std::string("step,loss\n1,2\n"));
}

void TestRunFolder::snapshotsAreThinnedEvenly()
{
    std::vector<std::int64_t> steps;
    std::set<std::int64_t> kept;
    for (std::int64_t step = 10; step <= 10'000; step += 10) {    // as a run does: one more, then thin
        steps.push_back(step);
        const auto surplus = surplusSnapshots(steps, 40, {500});
        for (auto place = surplus.rbegin(); place != surplus.rend(); ++place)
            steps.erase(steps.begin() + static_cast<std::ptrdiff_t>(*place));
    }
    QCOMPARE(steps.size(), std::size_t{40});
    QCOMPARE(steps.front(), 10);
    QCOMPARE(steps.back(), 10'000);
    QVERIFY(std::ranges::find(steps, 500) != steps.end());
    std::int64_t widest = 0;
    for (std::size_t i = 1; i < steps.size(); ++i)
        widest = std::max(widest, steps[i] - steps[i - 1]);
    QVERIFY2(widest <= 3 * 10'000 / 40, qPrintable(QString::number(widest)));
    QVERIFY(surplusSnapshots(steps, 40, {}).empty());
    QCOMPARE(surplusSnapshots(steps, 10, {steps.begin(), steps.end()}).size(), std::size_t{30});    // needed ones go when nothing else is left
}

void TestRunFolder::checkpointsKeepTheNewestAndOneAnHour()
{
    const std::vector<double> seconds{300, 600, 3500, 3700, 4000, 7300, 7600, 7900, 8200};
    QCOMPARE(surplusCheckpoints(seconds), (std::vector<std::size_t>{1, 2, 4}));
    QVERIFY(surplusCheckpoints(std::vector<double>{1, 2, 3}).empty());
}

void TestRunFolder::bigArraysStayInTheNewestAndBesideCheckpoints()
{
    const RunFolder run = test::madeUpRun(root() / "run", 20);
    SnapshotMap map(1);
    for (const std::int64_t step : {100, 200, 300}) {
        const auto snapshot = test::madeUpSnapshot(step, 20, 99);
        writeSnapshot(run.snapshots(), snapshot, map.update(snapshot), {});
    }
    fs::create_directories(run.checkpoints() / "000200");
    writeFile(run.checkpoints() / "000200" / "state.json", "{\"seconds\":20}");
    tidySnapshots(run.snapshots(), run.checkpoints());
    const auto has = [&](const char* step) { return fs::exists(run.snapshots() / step / "embedding.npy") && fs::exists(run.snapshots() / step / "neighbours.npy"); };
    QVERIFY(!has("000100") && has("000200") && has("000300"));
    QVERIFY(fs::exists(run.snapshots() / "000100" / "layout.npy"));
    QCOMPARE(listSteps(run.snapshots()).size(), std::size_t{3});
    tidyCheckpoints(run.checkpoints());
    QCOMPARE(listSteps(run.checkpoints()).size(), std::size_t{1});
    removeStep(run.checkpoints() / "000200");
    QVERIFY(fs::is_empty(run.checkpoints()));
}

void TestRunFolder::snapshotFilesSuitTheWindow()
{
    const auto snapshot = test::madeUpSnapshot(120, 30, 7);
    SnapshotMap map(1);
    const fs::path folder = writeSnapshot(root() / "snapshots", snapshot, map.update(snapshot), metrics::Scores{.ami = 0.25});
    QCOMPARE(folder.filename().string(), std::string("000120"));
    const project::SnapshotFile file(folder);
    QCOMPARE(file.step(), 120);
    QCOMPARE(file.photos(), std::size_t{30});
    QCOMPARE(file.activeCodes(), snapshot.activeCodes);
    QCOMPARE(file.drawingCodes(), snapshot.drawingCodes);
    QCOMPARE(file.scores().at("ami"), 0.25);
    QCOMPARE(file.codesInUse(), 2);
    QVERIFY(std::isnan(file.layout()[2 * 7]) && std::isfinite(file.layout()[2 * 8]));    // unreadable photos have no place
    QCOMPARE(file.layoutCodes()[2 * 5], 0.0f);
    const NpyMap neighbours(folder / "neighbours.npy");
    QCOMPARE(neighbours.values<std::uint32_t>()[7 * 15], 7u);
    QVERIFY(neighbours.values<std::uint32_t>()[8 * 15] != 8u);
}

void TestRunFolder::photosThatComeLaterLeaveTheOthersInPlace()
{
    constexpr std::size_t photos = 60;
    const auto all = test::madeUpSnapshot(120, photos, 99);
    auto some = all;
    for (std::size_t row = 0; row < photos; ++row)
        if (row % 3 == 1)
            some.codes[row * train::topCodes] = train::noCode;
    SnapshotMap map(1);
    const MapPositions before = map.update(some), after = map.update(all);
    double moved = 0, apart = 0;
    std::size_t other = 0;
    for (std::size_t row = 0; row < photos; ++row) {
        QVERIFY(std::isfinite(after.photos[2 * row]));
        if (row % 3 == 1)
            continue;
        const auto distance = [&](std::size_t to) { return std::hypot(after.photos[2 * row] - before.photos[2 * to], after.photos[2 * row + 1] - before.photos[2 * to + 1]); };
        moved += static_cast<double>(distance(row));
        apart += static_cast<double>(distance(other));
        other = row;
    }
    QVERIFY2(moved < apart / 4, qPrintable(QStringLiteral("%1 %2").arg(moved).arg(apart)));
}

void TestRunFolder::snapshotsAreReadBack()
{
    const auto snapshot = test::madeUpSnapshot(120, 30, 7);
    SnapshotMap map(1);
    const MapPositions positions = map.update(snapshot);
    const metrics::Scores scores{.acc = 0.5, .accChance = 0.2, .ami = 0.25, .classes = 2, .photos = 29};
    const fs::path folder = writeSnapshot(root() / "snapshots", snapshot, positions, scores);
    const StoredSnapshot stored = readSnapshotFiles(folder);
    QCOMPARE(stored.tensors.codes, snapshot.codes);
    QCOMPARE(stored.tensors.counts, snapshot.counts);
    QCOMPARE(stored.tensors.centroids, snapshot.centroids);
    QCOMPARE(stored.map.codes, positions.codes);
    for (std::size_t i = 0; i < snapshot.embedding.size(); ++i)
        QVERIFY(std::abs(stored.tensors.embedding[i] - snapshot.embedding[i]) < 1e-3f);    // float16
    QCOMPARE(stored.scores->accChance, 0.2);
    QCOMPARE(stored.scores->photos, 29);
    writeFile(folder / "snapshot.json", "{\"format\":2}");
    QCOMPARE(codeOf([&] { readSnapshotFiles(folder); }), ErrorCode::fileTooNew);
}

void TestRunFolder::scoresCompareFolders()
{
    const Truth truth = folderTruth(test::madeUpPhotos(31));
    QCOMPARE(truth.names, (std::vector<std::string>{"a", "b"}));
    const auto scores = scoreSnapshot(test::madeUpSnapshot(1, 31, 4), truth, 1);
    QVERIFY(scores && std::abs(scores->ami - 1) < 1e-9 && scores->acc == 1 && scores->accChance < 0.9);
    QCOMPARE(scores->photos, 30);
    auto blind = test::madeUpSnapshot(1, 31, 4);
    std::ranges::fill(blind.codes, train::noCode);
    QVERIFY(!scoreSnapshot(blind, truth, 1));
}

void TestRunFolder::threadWritesTheNewestSnapshot()
{
    const RunFolder run = test::madeUpRun(root() / "run", 40);
    std::vector<std::int64_t> written;
    SnapshotThread thread(run, SnapshotMap(1), {[&](std::int64_t step, const fs::path&) { written.push_back(step); },
                                                [](ErrorCode, const std::string& detail) { QFAIL(detail.c_str()); }});
    for (std::int64_t step = 1; step <= 50; ++step)
        thread.put(test::madeUpSnapshot(step, 40, 99));
    thread.finish();
    QCOMPARE(written.back(), 50);
    QVERIFY(written.size() < 50);    // those that were overtaken are left out
    QCOMPARE(listSteps(run.snapshots()).size(), written.size());
    QVERIFY(thread.scores() && thread.scores()->ami > 0.999);
    QCOMPARE(thread.codesInUse(), 2);
}

void TestRunFolder::failedSnapshotIsToldAndTheNextOneWritten()
{
    const RunFolder run = test::madeUpRun(root() / "run", 40);
    writeFile(run.snapshots(), "in the way");    // as a full disk: nothing can be written there
    std::vector<ErrorCode> failures;
    std::vector<std::int64_t> written;
    const auto events = [&] {
        return SnapshotThread::Events{[&](std::int64_t step, const fs::path&) { written.push_back(step); },
                                      [&](ErrorCode code, const std::string&) { failures.push_back(code); }};
    };
    {
        SnapshotThread thread(run, SnapshotMap(1), events());
        thread.put(test::madeUpSnapshot(1, 40, 99));
        thread.finish();
        QVERIFY(thread.scores());
    }
    QCOMPARE(failures, std::vector<ErrorCode>{ErrorCode::writeFailed});
    auto broken = test::madeUpSnapshot(2, 40, 99);
    broken.embedding[3] = std::nanf("");
    fs::remove(run.snapshots());
    SnapshotThread thread(run, SnapshotMap(1), events());
    thread.put(broken);
    thread.finish();
    QCOMPARE(failures.back(), ErrorCode::diverged);
    SnapshotThread next(run, SnapshotMap(1), events());
    next.put(test::madeUpSnapshot(3, 40, 99));
    next.finish();
    QCOMPARE(written, std::vector<std::int64_t>{3});
}

void TestRunFolder::reportShowsASnapshot()
{
    const RunFolder run = test::madeUpRun(root() / "run <1>", 40);
    QCOMPARE(codeOf([&] { writeRunReport(run, {}); }), ErrorCode::runDamaged);
    const auto snapshot = test::madeUpSnapshot(120, 40, 7);
    SnapshotMap map(1);
    writeSnapshot(run.snapshots(), snapshot, map.update(snapshot), scoreSnapshot(snapshot, folderTruth(run.photos()), 1));
    {
        MetricsWriter writer(run.metrics(), 0);
        for (std::int64_t step = 10; step <= 120; step += 10)
            writer.append(reportOf(step));
    }
    writeRunReport(run, {{"Preset", "demo & more"}});
    for (const char* name : {"map.png", "clusters.png", "losses.png"})
        QVERIFY2(fs::file_size(run.report() / name) > 1000, name);
    const std::string page = readFile(run.report() / "index.html");
    for (const char* text : {"run &lt;1&gt;", "demo &amp; more", "clusters.png", "losses.png", "<th>AMI</th><td>1</td>", "chance: 0."})
        QVERIFY2(page.find(text) != std::string::npos, text);
    writeRunReport(run, {});    // replaces it
    QVERIFY(readFile(run.report() / "index.html").find("Preset") == std::string::npos);
}

QTEST_GUILESS_MAIN(TestRunFolder)
#include "tst_runfolder.moc"
