// SPDX-License-Identifier: GPL-3.0-or-later
// plumage-cli as a person meets it in a terminal: the whole way from a folder to labels and back; what goes wrong ends in one sentence and an exit code.
#include "core/base/json.h"

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

} // namespace

class TestCli : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void fromAFolderToLabelsAndBack();
    void evaluateTellsChance();
    void classFoldersAndCoco();
    void simulateCountsDecisions();
    void readingWorksBesideAWriter();
    void badInputEndsInOneSentence_data();
    void badInputEndsInOneSentence();
    void training();

private:
    Result run(const QStringList& arguments, int timeoutMs = 60'000) const;
    QString path(const char* name) const { return m_dir.filePath(QLatin1String(name)); }

    QTemporaryDir m_dir;
};

Result TestCli::run(const QStringList& arguments, int timeoutMs) const
{
    QProcess program;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("XDG_RUNTIME_DIR"), m_dir.path());
    program.setProcessEnvironment(environment);
    program.start(QStringLiteral(PLUMAGE_BIN_DIR "/plumage-cli"), arguments);
    Result result;
    if (!program.waitForFinished(timeoutMs))
        return result;
    result = {program.exitCode(), program.exitStatus() == QProcess::NormalExit, QString::fromUtf8(program.readAllStandardOutput()), QString::fromUtf8(program.readAllStandardError())};
    return result;
}

void TestCli::initTestCase()
{
    for (int kind = 0; kind < 3; ++kind) {
        const QString folder = path("photos") + QStringLiteral("/kind %1").arg(kind);
        QVERIFY(QDir().mkpath(folder));
        for (int i = 0; i < 16; ++i) {
            QImage picture(48, 40, QImage::Format_RGB32);
            picture.fill(QColor::fromHsv(kind * 120 + i, 200, 150 + 5 * i));
            QVERIFY(picture.save(folder + QStringLiteral("/%1.png").arg(i)));
        }
    }
    const Result made = run({QStringLiteral("import"), path("p.plumage"), path("photos"), QStringLiteral("--labels"), QStringLiteral("folders")});
    QVERIFY2(made.code == 0, qPrintable(made.err));
}

void TestCli::fromAFolderToLabelsAndBack()
{
    const Result status = run({QStringLiteral("status"), path("p.plumage"), QStringLiteral("--json")});
    QCOMPARE(status.json()["photos"].toInt(), std::int64_t{48});
    QCOMPARE(status.json()["checked"].toInt(), std::int64_t{48});
    QCOMPARE(run({QStringLiteral("export"), path("p.plumage"), QStringLiteral("--format"), QStringLiteral("csv"), QStringLiteral("--out"), path("out.csv")}).code, 0);
    QCOMPARE(run({QStringLiteral("import"), path("q.plumage"), path("photos"), QStringLiteral("--labels"), path("out.csv")}).code, 0);
    QCOMPARE(run({QStringLiteral("export"), path("q.plumage"), QStringLiteral("--format"), QStringLiteral("csv"), QStringLiteral("--out"), path("again.csv")}).code, 0);
    QFile first(path("out.csv")), second(path("again.csv"));
    QVERIFY(first.open(QIODevice::ReadOnly) && second.open(QIODevice::ReadOnly));
    const QByteArray bytes = first.readAll();
    QCOMPARE(bytes.count('\n'), 49);
    QCOMPARE(second.readAll(), bytes);
}

void TestCli::evaluateTellsChance()
{
    const Result result = run({QStringLiteral("evaluate"), path("p.plumage"), QStringLiteral("--truth"), QStringLiteral("folders"), QStringLiteral("--json"), QStringLiteral("--png"), path("confusion.png")});
    QVERIFY2(result.code == 0, qPrintable(result.err));
    const Json now = result.json()["now"];
    QCOMPARE(now["acc"].toDouble(), 1.0);
    QCOMPARE(now["same_name"].toDouble(), 1.0);
    QVERIFY(now["acc_chance"].toDouble() > 0.3 && now["acc_chance"].toDouble() < 0.6);
    QVERIFY(result.json()["machine"].isNull());    // no run
    QVERIFY(!QImage(path("confusion.png")).isNull());
}

void TestCli::classFoldersAndCoco()
{
    const Result folders = run({QStringLiteral("export"), path("p.plumage"), QStringLiteral("--format"), QStringLiteral("folders"), QStringLiteral("--out"), path("classes"), QStringLiteral("--cluster"), QStringLiteral("kind 1")});
    QVERIFY2(folders.code == 0, qPrintable(folders.err));
    QCOMPARE(QDir(path("classes") + QStringLiteral("/kind 1")).entryList(QDir::Files).size(), qsizetype{16});
    QVERIFY2(folders.out.contains(QStringLiteral("32 in other clusters")), qPrintable(folders.out));
    QCOMPARE(run({QStringLiteral("export"), path("p.plumage"), QStringLiteral("--format"), QStringLiteral("coco"), QStringLiteral("--out"), path("coco.json")}).code, 0);
    QFile coco(path("coco.json"));
    QVERIFY(coco.open(QIODevice::ReadOnly));
    const Json json = Json::parse(coco.readAll().toStdString());
    QCOMPARE(json["images"].toArray().size(), std::size_t{48});
    QCOMPARE(json["images"].toArray()[0]["width"].toInt(), std::int64_t{48});
}

// A project without labels: what a person who knows the kinds would need. Nothing changes unless it is asked for.
void TestCli::simulateCountsDecisions()
{
    QCOMPARE(run({QStringLiteral("import"), path("s.plumage"), path("photos")}).code, 0);
    const QStringList simulate{QStringLiteral("simulate"), path("s.plumage"), QStringLiteral("--truth"), QStringLiteral("folders")};
    const auto checked = [this] { return run({QStringLiteral("status"), path("s.plumage"), QStringLiteral("--json")}).json()["checked"].toInt(); };
    const Result table = run(simulate);
    QVERIFY2(table.code == 0, qPrintable(table.err));
    QVERIFY2(table.out.contains(QStringLiteral("--apply")), qPrintable(table.out));
    QCOMPARE(checked(), std::int64_t{0});
    const Result applied = run(simulate + QStringList{QStringLiteral("--json"), QStringLiteral("--apply")});
    QVERIFY2(applied.code == 0, qPrintable(applied.err));
    const Json all = applied.json()["all"];
    QCOMPARE(all["photos"].toInt(), std::int64_t{48});
    QCOMPARE(all["labels_right"].toDouble(), 1.0);
    QVERIFY(all["decisions"].toInt() >= 3);
    QCOMPARE(checked(), std::int64_t{48});
    QCOMPARE(run({QStringLiteral("evaluate"), path("s.plumage"), QStringLiteral("--truth"), QStringLiteral("folders"), QStringLiteral("--json")}).json()["now"]["same_name"].toDouble(), 1.0);
}

// Another program has the project open: it can be looked at, and writing says who.
void TestCli::readingWorksBesideAWriter()
{
    QProcess holder;    // util-linux
    holder.start(QStringLiteral("flock"), {QStringLiteral("--close"), path("p.plumage") + QStringLiteral("/library.lock"), QStringLiteral("sh"), QStringLiteral("-c"), QStringLiteral("echo held; exec sleep 30")});
    QVERIFY(holder.waitForReadyRead());
    QCOMPARE(run({QStringLiteral("status"), path("p.plumage")}).code, 0);
    const Result refused = run({QStringLiteral("import"), path("p.plumage"), path("photos")});
    QCOMPARE(refused.code, 1);
    QVERIFY2(refused.err.contains(QStringLiteral("open in another window (plumage-cli, process ")), qPrintable(refused.err));
    holder.terminate();
    holder.waitForFinished();
    QCOMPARE(run({QStringLiteral("import"), path("p.plumage"), path("photos")}).code, 0);    // a dead process holds no lock
}

void TestCli::badInputEndsInOneSentence_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<int>("code");
    QTest::addColumn<QString>("named");    // in the last sentence
    const QString project = path("p.plumage");
    QFile(path("latin1.csv")).remove();
    const auto write = [&](const char* name, const QByteArray& bytes) {
        QFile file(path(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(bytes);
    };
    write("latin1.csv", "path,label\n0.png,Zaunk\xF6nig\n");
    write("unknown.csv", "path,label\nnobody.png,Wren\n");
    write("columns.csv", "path,colour\n0.png,red\n");
    write("box.csv", "path,x,y,w,h\nkind 0/0.png,0.9,0,0.5,1\n");
    QDir().mkpath(path("empty"));
    const auto row = [](const char* name, const QStringList& arguments, int code, const QString& named) { QTest::newRow(name) << arguments << code << named; };
    row("no command", {}, 2, QStringLiteral("command"));
    row("unknown command", {QStringLiteral("fly")}, 2, QStringLiteral("fly"));
    row("unknown format", {QStringLiteral("export"), project, QStringLiteral("--format"), QStringLiteral("xml"), QStringLiteral("--out"), path("x")}, 2, QStringLiteral("--format"));
    row("no project", {QStringLiteral("status"), path("none.plumage")}, 1, QStringLiteral("none.plumage"));
    row("no photos", {QStringLiteral("import"), path("new.plumage"), path("empty")}, 1, QStringLiteral("empty"));
    row("photos gone", {QStringLiteral("import"), path("new.plumage"), path("gone")}, 1, QStringLiteral("gone"));
    row("other encoding", {QStringLiteral("import"), project, QStringLiteral("--labels"), path("latin1.csv")}, 1, QStringLiteral("latin1.csv, line 2"));
    row("unknown paths", {QStringLiteral("import"), project, QStringLiteral("--labels"), path("unknown.csv")}, 1, QStringLiteral("unknown.csv"));
    row("missing column", {QStringLiteral("import"), project, QStringLiteral("--labels"), path("columns.csv")}, 1, QStringLiteral("label"));
    row("missing labels", {QStringLiteral("import"), project, QStringLiteral("--labels"), path("none.csv")}, 1, QStringLiteral("none.csv"));
    row("a box outside", {QStringLiteral("import"), project, QStringLiteral("--boxes"), path("box.csv")}, 1, QStringLiteral("0.png"));
    row("unknown cluster", {QStringLiteral("export"), project, QStringLiteral("--format"), QStringLiteral("csv"), QStringLiteral("--out"), path("x.csv"), QStringLiteral("--cluster"), QStringLiteral("Dodo")}, 1, QStringLiteral("Dodo"));
    row("nowhere to write", {QStringLiteral("export"), project, QStringLiteral("--format"), QStringLiteral("csv"), QStringLiteral("--out"), QStringLiteral("/proc/x.csv")}, 1, QStringLiteral("x.csv"));
    row("nothing to simulate", {QStringLiteral("simulate"), project, QStringLiteral("--truth"), path("none.csv")}, 1, QStringLiteral("none.csv"));
    row("an error rate above one", {QStringLiteral("simulate"), project, QStringLiteral("--truth"), QStringLiteral("folders"), QStringLiteral("--error-rate"), QStringLiteral("2")}, 2, QStringLiteral("--error-rate"));
    row("no truth", {QStringLiteral("evaluate"), project, QStringLiteral("--truth"), path("none.csv")}, 1, QStringLiteral("none.csv"));
}

void TestCli::badInputEndsInOneSentence()
{
    QFETCH(QStringList, arguments);
    QFETCH(int, code);
    QFETCH(QString, named);
    const Result result = run(arguments);
    QVERIFY2(result.exited, qPrintable(result.err));
    QVERIFY2(result.code == code, qPrintable(result.err));
    QVERIFY(!result.sentences().isEmpty());
    QVERIFY2(result.sentences().last().contains(named) && result.sentences().last().endsWith(u'.'), qPrintable(result.err));
    QCOMPARE(run({QStringLiteral("status"), path("p.plumage"), QStringLiteral("--json")}).json()["checked"].toInt(), std::int64_t{48});    // nothing is lost
}

void TestCli::training()
{
#ifndef PLUMAGE_HAS_WORKER
    QSKIP("plumage-worker is not part of this build");
#endif
    const Result result = run({QStringLiteral("train"), path("p.plumage"), QStringLiteral("--preset"), QStringLiteral("demo"), QStringLiteral("--clusters"), QStringLiteral("3"), QStringLiteral("--max-steps"),
        QStringLiteral("3"), QStringLiteral("--set"), QStringLiteral("schedule.batch_size=8"), QStringLiteral("--truth"), QStringLiteral("folders")}, 300'000);
    QVERIFY2(result.code == 0, qPrintable(result.err));
    QCOMPARE(result.json()["steps"].toInt(), std::int64_t{3});
    QVERIFY(result.json().find("ami"));
    const Result scores = run({QStringLiteral("evaluate"), path("p.plumage"), QStringLiteral("--truth"), QStringLiteral("folders"), QStringLiteral("--json")});
    QCOMPARE(scores.json()["now"]["acc"].toDouble(), 1.0);    // labels stay, whatever the network says
    QVERIFY(!scores.json()["machine"].isNull());
}

QTEST_GUILESS_MAIN(TestCli)
#include "tst_cli.moc"
