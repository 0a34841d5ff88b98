// SPDX-License-Identifier: GPL-3.0-or-later
// plumage-worker as a person meets it in a terminal: what goes wrong ends in one sentence and an exit code, and leaves nothing behind.
#include "core/base/json.h"
#include "core/base/manifest.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QProcess>
#include <QtCore/QTemporaryDir>
#include <QtGui/QImage>
#include <QtTest/QTest>

using namespace plumage;

namespace {

struct Result {
    int code = -1;
    bool exited = false;    // not by a signal
    QString out, err;
    QStringList sentences() const { return err.split(u'\n', Qt::SkipEmptyParts); }
    Json json() const { return Json::parse(out.split(u'\n', Qt::SkipEmptyParts).last().toStdString()); }
};

void writeFile(const QString& path, const QByteArray& bytes)
{
    QVERIFY(QDir().mkpath(QFileInfo(path).path()));
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(bytes), bytes.size());
}

void drawPhotos(const QString& folder, int count)
{
    QVERIFY(QDir().mkpath(folder));
    for (int i = 0; i < count; ++i) {
        QImage picture(48, 40, QImage::Format_RGB32);
        picture.fill(QColor::fromHsv(i * 359 / count, 200, 200));
        QVERIFY(picture.save(folder + QStringLiteral("/p%1.png").arg(i, 3, 10, QLatin1Char('0'))));
    }
}

} // namespace

class TestCommandLine : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void badInputEndsInOneSentence_data();
    void badInputEndsInOneSentence();
    void helpNamesEveryCommand();
    void infoTellsTheDevice();
    void benchComparesTheFormulations();
    void demoPhotosAreDrawn();
    void aDamagedFolderIsPackedWithNotes();
    void anInterruptIsNoCrash();

private:
    Result run(const QStringList& arguments) const;
    QString path(const char* name) const { return m_dir->filePath(QLatin1String(name)); }
    std::unique_ptr<QTemporaryDir> m_dir;
};

void TestCommandLine::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
}

Result TestCommandLine::run(const QStringList& arguments) const
{
    QProcess process;
    process.setWorkingDirectory(m_dir->path());
    process.start(QStringLiteral(PLUMAGE_BIN_DIR "/plumage-worker"), arguments);
    if (!process.waitForFinished(120'000))
        return {};
    return {process.exitCode(), process.exitStatus() == QProcess::NormalExit, QString::fromUtf8(process.readAllStandardOutput()),
        QString::fromUtf8(process.readAllStandardError())};
}

void TestCommandLine::badInputEndsInOneSentence_data()
{
    QTest::addColumn<QString>("command");    // split at blanks
    QTest::addColumn<QString>("named");      // what the sentence must name
    const auto row = [](const char* name, const char* command, const char* named) {
        QTest::newRow(name) << QString::fromLatin1(command) << QString::fromLatin1(named);
    };
    row("no command", "", "train");
    row("unknown command", "dance", "dance");
    row("unknown option", "train --photos photos --out run --colour red", "--colour");
    row("no photos given", "train --out run", "--photos");
    row("no output given", "train --photos photos", "--out");
    row("no value", "train --photos", "--photos");
    row("text for a number", "train --photos photos --out run --max-steps many", "many");
    row("unknown device", "train --photos photos --out run --device tpu", "tpu");
    row("unknown truth", "train --photos photos --out run --truth maybe", "maybe");
    row("unknown preset", "train --photos photos --out run --preset gigantic", "gigantic");
    row("size that is none", "train --photos photos --out run --size 33", "image_size");
    row("steps below zero", "train --photos photos --out run --max-steps -1", "max_steps");
    row("unknown setting", "train --photos photos --out run --set schedule.speed=1", "schedule.speed");
    row("setting without a value", "train --photos photos --out run --set schedule", "schedule");
    row("setting out of range", "train --photos photos --out run --set losses.w_adv=-1", "w_adv");
    row("more clusters than photos", "train --photos photos --out run --clusters 60", "60");
    row("no such folder", "train --photos nowhere --out run", "nowhere");
    row("photos is a file", "train --photos texts/a.txt --out run", "texts/a.txt");
    row("empty folder", "train --photos empty --out run", "empty");
    row("folder of texts", "train --photos texts --out run", "texts");
    row("one photo", "train --photos one --out run", "1");
    row("output not empty", "train --photos photos --out texts", "texts");
    row("output is a file", "train --photos photos --out texts/a.txt", "a.txt");
    row("output cannot be made", "train --photos photos --out /proc/plumage", "/proc/plumage");
    row("nothing to resume", "train --photos photos --out empty --resume", "empty");
    row("run of a newer Plumage", "train --photos photos --out newer --resume", "run.toml");
    row("run without sense", "train --photos photos --out broken --resume", "run.toml");
    row("embed without checkpoint", "embed --checkpoint empty --photos photos --out labels", "empty");
    row("pack of nothing", "pack --photos empty --size 32 --out photos.pack", "empty");
    row("pack with a size that is none", "pack --photos photos --size 40 --out photos.pack", "--size");
    row("pack where nothing can be written", "pack --photos photos --size 32 --out /proc/photos.pack", "/proc");
    row("no birds", "demo-photos --out birds --species 0", "species");
    row("birds where something is", "demo-photos --out texts", "texts");
    row("no project", "serve --project nowhere", "nowhere");
    row("socket that cannot be made", "serve --project empty --socket /proc/s", "empty");
}

void TestCommandLine::badInputEndsInOneSentence()
{
    drawPhotos(path("photos"), 20);
    drawPhotos(path("one"), 1);
    QVERIFY(QDir(m_dir->path()).mkdir(QStringLiteral("empty")));
    writeFile(path("texts/a.txt"), "a");
    RunManifest manifest;
    manifest.format = runFormat + 1;
    writeFile(path("newer/run.toml"), QByteArray::fromStdString(toToml(manifest)));
    writeFile(path("newer/photos.csv"), "id,root,path,x,y,w,h,hash\n");
    writeFile(path("broken/run.toml"), "format = [\n");
    QFETCH(QString, command);
    QFETCH(QString, named);
    const Result result = run(command.split(u' ', Qt::SkipEmptyParts));
    QVERIFY(result.exited);
    QVERIFY2(result.code >= 1 && result.code <= 125, qPrintable(QString::number(result.code)));
    QVERIFY2(result.sentences().size() == 1 && result.err.endsWith(QLatin1String(".\n")), qPrintable(result.err));
    QVERIFY2(result.err.contains(named), qPrintable(result.err));
    QVERIFY2(!QFileInfo::exists(path("run")) && !QFileInfo::exists(path("birds")) && !QFileInfo::exists(path("labels")), "left something behind");
    QCOMPARE(QDir(m_dir->path()).entryList({QStringLiteral("*.pack*")}, QDir::Files | QDir::Hidden), QStringList());
}

void TestCommandLine::helpNamesEveryCommand()
{
    const Result result = run({QStringLiteral("--help")});
    QCOMPARE(result.code, 0);
    for (const char* command : {"train", "embed", "pack", "demo-photos", "bench", "info", "serve"})
        QVERIFY2(result.out.contains(QLatin1String(command)), command);
    QVERIFY(run({QStringLiteral("train"), QStringLiteral("--help")}).out.contains(QLatin1String("--max-minutes")));
    QCOMPARE(run({QStringLiteral("--version")}).out, QStringLiteral(PLUMAGE_VERSION "\n"));
}

void TestCommandLine::infoTellsTheDevice()
{
    const Result result = run({QStringLiteral("info"), QStringLiteral("--json")});
    QCOMPARE(result.code, 0);
    const Json info = result.json();
    QVERIFY(info["device"].toString() == "cpu" || info["device"].toString() == "cuda");
    QVERIFY(!info["libtorch"].toString().empty() && !info["cpu_capability"].toString().empty());
    QVERIFY(info["threads"].toInt() >= 1);
    QVERIFY(run({QStringLiteral("info")}).out.contains(QString::fromStdString(info["libtorch"].toString())));
}

void TestCommandLine::benchComparesTheFormulations()
{
    const QStringList small = QStringLiteral("bench --size 32 --batch 8 --clusters 4 --width small --rounds 2 --iterations 1").split(u' ');
    const Json result = run(small + QStringList{QStringLiteral("--json")}).json();
    QCOMPARE(result["formulations"].toArray().size(), std::size_t{3});
    for (const Json& formulation : result["formulations"].toArray()) {
        const Json& speed = formulation["images_per_second"];
        QVERIFY(speed["low"].toDouble() > 0 && speed["low"].toDouble() <= speed["median"].toDouble() && speed["median"].toDouble() <= speed["high"].toDouble());
        QVERIFY(formulation["peak_bytes"].toInt() > 0);
    }
    const auto launches = [&](std::size_t i) { return result["formulations"].toArray()[i]["launches"].toInt(); };
    QVERIFY(launches(0) > 1.3 * launches(1));    // loops over tensors, and over K, which is small here
    QVERIFY(result["speedup_fast_over_reference"].toDouble() > 0);
    const Result one = run(small + QStringList{QStringLiteral("--formulation"), QStringLiteral("exact")});
    QVERIFY(one.out.contains(QLatin1String("exact")) && !one.out.contains(QLatin1String("reference  ")));
    QCOMPARE(run({QStringLiteral("bench"), QStringLiteral("--formulation"), QStringLiteral("magic")}).code, 2);
}

void TestCommandLine::demoPhotosAreDrawn()
{
    const Result result = run(QStringLiteral("demo-photos --out birds --species 2 --each 3 --size 32").split(u' '));
    QCOMPARE(result.code, 0);
    QCOMPARE(result.json()["photos"].toInt(), 6);
    QCOMPARE(QDir(path("birds")).entryList(QDir::Dirs | QDir::NoDotAndDotDot).size(), 2);
}

void TestCommandLine::aDamagedFolderIsPackedWithNotes()
{
    drawPhotos(path("photos"), 5);
    writeFile(path("photos/no photo.jpg"), "not a picture");
    writeFile(path("photos/empty.png"), "");
    writeFile(m_dir->filePath(QStringLiteral("photos/two\nlines \"ж\".jpg")), "neither");
    QVERIFY(QFile::link(QStringLiteral("nowhere"), path("photos/link.png")));
    const Result result = run(QStringLiteral("pack --photos photos --size 32 --out photos.pack").split(u' '));
    QCOMPARE(result.code, 0);
    QCOMPARE(result.sentences().size(), 4);
    for (const char* name : {"no photo.jpg", "empty.png", "lines \"ж\".jpg", "link.png"})
        QVERIFY2(result.err.contains(QString::fromUtf8(name)), name);
    QCOMPARE(result.json()["unreadable"].toInt(), 2);
    QCOMPARE(result.json()["photos"].toInt(), 7);
}

void TestCommandLine::anInterruptIsNoCrash()
{
    QProcess process;
    process.setWorkingDirectory(m_dir->path());
    process.start(QStringLiteral(PLUMAGE_BIN_DIR "/plumage-worker"), QStringLiteral("demo-photos --out birds --each 10000 --size 256").split(u' '));
    QTRY_VERIFY_WITH_TIMEOUT(QDir(m_dir->path()).entryList(QDir::Dirs | QDir::Hidden | QDir::NoDotAndDotDot).size() == 1, 20'000);    // it draws
    process.terminate();
    QVERIFY(process.waitForFinished(30'000));
    QCOMPARE(process.exitStatus(), QProcess::NormalExit);
    QCOMPARE(process.exitCode(), 1);
    QVERIFY(QDir(m_dir->path()).isEmpty());
}

QTEST_GUILESS_MAIN(TestCommandLine)
#include "tst_commandline.moc"
