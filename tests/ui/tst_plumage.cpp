// SPDX-License-Identifier: GPL-3.0-or-later
// The program itself: the tour needs no worker and writes every picture, dark and light.
#include <QtCore/QDir>
#include <QtCore/QProcess>
#include <QtCore/QTemporaryDir>
#include <QtGui/QImage>
#include <QtTest/QTest>

class TestPlumage : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void tourWritesEveryPage();
    void tourNamesAFolderThatCannotBeWritten();
};

void TestPlumage::tourWritesEveryPage()
{
    QTemporaryDir dir;
    QProcess plumage;
    plumage.start(QStringLiteral(PLUMAGE_BIN_DIR "/plumage"), {QStringLiteral("--tour"), dir.path()});
    QVERIFY(plumage.waitForFinished(120'000));
    QVERIFY2(plumage.exitCode() == 0, plumage.readAllStandardError().constData());
    for (const char* page : {"start", "map", "map-cluster", "map-hover", "gallery", "training", "past", "sheet", "sheet-advanced", "state-lost", "state-crashed",
             "project-empty", "small-window"}) {
        const QImage dark(dir.filePath(QStringLiteral("%1-dark.png").arg(QLatin1String(page)))), light(dir.filePath(QStringLiteral("%1-light.png").arg(QLatin1String(page))));
        QVERIFY2(!dark.isNull() && !light.isNull(), page);
        QVERIFY(qGray(dark.pixel(2, dark.height() - 3)) < 80);
        QVERIFY(qGray(light.pixel(2, light.height() - 3)) > 180);
    }
}

void TestPlumage::tourNamesAFolderThatCannotBeWritten()
{
    QProcess plumage;
    plumage.start(QStringLiteral(PLUMAGE_BIN_DIR "/plumage"), {QStringLiteral("--tour"), QStringLiteral("/proc/nowhere")});
    QVERIFY(plumage.waitForFinished(60'000));
    QCOMPARE(plumage.exitCode(), 1);
    QVERIFY(plumage.readAllStandardError().contains("/proc/nowhere"));
}

QTEST_GUILESS_MAIN(TestPlumage)
#include "tst_plumage.moc"
