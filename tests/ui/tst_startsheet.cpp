// SPDX-License-Identifier: GPL-3.0-or-later
// Plain answers become the options of a run.
#include "ui/optionsform.h"
#include "ui/starttrainingsheet.h"

#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLineEdit>

using namespace plumage;
using namespace plumage::ui;

class TestStartSheet : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void theProcessorGetsASmallNetworkAndATime_data();
    void theProcessorGetsASmallNetworkAndATime();
    void aCudaDeviceGetsSteps();
    void cluesBecomeViews();
    void kindsMayBeUnknown();
    void foldersMayBeTheTruth();
    void returnStartsTheRun();
    void tooManyKindsCannotStart();
    void formWalksEveryField();
    void typedValuesStay();
    void aWrongValueIsRefused();
};

void TestStartSheet::theProcessorGetsASmallNetworkAndATime_data()
{
    QTest::addColumn<int>("length");
    QTest::addColumn<double>("minutes");
    QTest::newRow("standard") << int(StartTrainingSheet::Length::Standard) << 120.0;
    QTest::newRow("quick look") << int(StartTrainingSheet::Length::Quick) << 10.0;
    QTest::newRow("thorough") << int(StartTrainingSheet::Length::Thorough) << 600.0;
}

void TestStartSheet::theProcessorGetsASmallNetworkAndATime()
{
    QFETCH(int, length);
    QFETCH(double, minutes);
    StartTrainingSheet sheet(nullptr);
    sheet.ask(6000, false, {});
    sheet.setLength(static_cast<StartTrainingSheet::Length>(length));
    const TrainingWish wish = sheet.wish();
    QCOMPARE(wish.options.preset, std::string("quick"));
    QCOMPARE(wish.options.schedule.maxMinutes, minutes);
    QCOMPARE(wish.options.schedule.maxSteps, std::int64_t{0});
    QCOMPARE(wish.device, std::string("auto"));
}

void TestStartSheet::aCudaDeviceGetsSteps()
{
    StartTrainingSheet sheet(nullptr);
    sheet.ask(6000, false, QStringLiteral("NVIDIA H200"));
    QCOMPARE(sheet.wish().options.preset, std::string("standard"));
    QCOMPARE(sheet.wish().options.schedule.maxSteps, std::int64_t{60'000});
    sheet.setLength(StartTrainingSheet::Length::Thorough);
    QCOMPARE(sheet.wish().options.schedule.maxSteps, std::int64_t{180'000});
    sheet.setLength(StartTrainingSheet::Length::Quick);
    QCOMPARE(sheet.wish().options.preset, std::string("quick"));
    QCOMPARE(sheet.wish().options.schedule.maxMinutes, 0.0);
}

void TestStartSheet::cluesBecomeViews()
{
    StartTrainingSheet sheet(nullptr);
    sheet.ask(6000, false, {});
    ViewOptions views = sheet.wish().options.views;
    QVERIFY(views.colourClue == Clue::notSure && views.rightWayUp && !views.sizeClue && !views.leftRightDiffer);
    sheet.setClues(Clue::no, false, true, true);
    views = sheet.wish().options.views;
    QVERIFY(views.colourClue == Clue::no && !views.rightWayUp && views.sizeClue && views.leftRightDiffer);
}

void TestStartSheet::kindsMayBeUnknown()
{
    StartTrainingSheet sheet(nullptr);
    sheet.ask(6000, false, {});
    QCOMPARE(sheet.wish().options.schedule.kinds, 0);
    sheet.setKinds(60);
    QCOMPARE(sheet.wish().options.schedule.kinds, 60);
    sheet.setKinds(0);
    QCOMPARE(sheet.wish().options.schedule.kinds, 0);
}

void TestStartSheet::foldersMayBeTheTruth()
{
    StartTrainingSheet sheet(nullptr);
    sheet.ask(6000, true, {});
    QCOMPARE(sheet.wish().truth, std::string("none"));
    sheet.setFoldersAreTruth(true);
    QCOMPARE(sheet.wish().truth, std::string("folders"));
}

void TestStartSheet::returnStartsTheRun()
{
    StartTrainingSheet sheet(nullptr);
    QSignalSpy started(&sheet, &StartTrainingSheet::startWanted), closed(&sheet, &StartTrainingSheet::closed);
    sheet.ask(6000, false, {});
    QTest::keyClick(&sheet, Qt::Key_Return);
    QCOMPARE(started.count(), 1);
    QTest::keyClick(&sheet, Qt::Key_Escape);
    QCOMPARE(closed.count(), 1);
}

void TestStartSheet::tooManyKindsCannotStart()
{
    StartTrainingSheet sheet(nullptr);
    QSignalSpy started(&sheet, &StartTrainingSheet::startWanted);
    sheet.ask(50, false, {});
    sheet.setKinds(400);
    QTest::keyClick(&sheet, Qt::Key_Return);
    QCOMPARE(started.count(), 0);
    sheet.setKinds(5);
    QTest::keyClick(&sheet, Qt::Key_Return);
    QCOMPARE(started.count(), 1);
}

void TestStartSheet::formWalksEveryField()
{
    OptionsForm form;
    int fields = 0;
    TrainOptions options;
    TrainOptions::forEachSection(options, [&](std::string_view, auto& section) {
        std::decay_t<decltype(section)>::forEachField(section, [&](std::string_view, auto&, const auto&) { ++fields; });
    });
    const auto editors = form.findChildren<QLineEdit*>().size() + form.findChildren<QComboBox*>().size();
    QCOMPARE(static_cast<int>(editors), fields);
    for (const auto* editor : form.findChildren<QLineEdit*>())
        QVERIFY(!editor->accessibleName().isEmpty() && !editor->accessibleName().contains(QLatin1Char('_')));
}

void TestStartSheet::typedValuesStay()
{
    StartTrainingSheet sheet(nullptr);
    sheet.ask(6000, false, {});
    sheet.form().type("schedule.batch_size", QStringLiteral("48"));
    sheet.form().type("views.theta", QStringLiteral("weak"));
    sheet.setLength(StartTrainingSheet::Length::Thorough);
    QCOMPARE(sheet.wish().options.schedule.batchSize, 48);
    QVERIFY(sheet.wish().options.views.perturbation == Perturbation::weak);
    QCOMPARE(sheet.wish().options.schedule.maxMinutes, 600.0);
}

void TestStartSheet::aWrongValueIsRefused()
{
    StartTrainingSheet sheet(nullptr);
    QSignalSpy started(&sheet, &StartTrainingSheet::startWanted);
    sheet.ask(6000, false, {});
    for (const char* wrong : {"4000", "-3", "many", "nan", ""}) {
        sheet.form().type("schedule.batch_size", QLatin1String(wrong));
        QVERIFY(!sheet.form().isValid());
        QTest::keyClick(&sheet, Qt::Key_Return);
        QCOMPARE(started.count(), 0);
    }
    sheet.form().type("schedule.batch_size", QStringLiteral("16"));
    QVERIFY(sheet.form().isValid());
    sheet.form().type("losses.area_min", QStringLiteral("0.95"));    // each in range, together not
    QVERIFY(!sheet.form().isValid());
}

QTEST_MAIN(TestStartSheet)
#include "tst_startsheet.moc"
