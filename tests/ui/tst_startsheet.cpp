// SPDX-License-Identifier: GPL-3.0-or-later
// Plain answers become the options of a run.
#include "ui/optionsform.h"
#include "ui/starttrainingsheet.h"

#include <QtCore/QProcess>
#include <QtGui/QClipboard>
#include <QtGui/QGuiApplication>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>

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
    void theCommandLineTrainsTheSame_data();
    void theCommandLineTrainsTheSame();
    void theCommandLineIsCopied();
    void theLengthTellsWhatWasMeasured();
    void aSpeedOfAnotherNetworkTellsNothing();
    void theLengthsOfADeviceCarryTheirTime();
    void thePlaceMayChangeBeforeTheFirstRun();
};

namespace {

QString textWith(const QWidget& sheet, const char* words)
{
    for (const auto* label : sheet.findChildren<QLabel*>())
        if (label->text().contains(QLatin1String(words)))
            return label->text();
    return {};
}

QPushButton* button(const QWidget& sheet, const char* text)
{
    for (auto* found : sheet.findChildren<QPushButton*>())
        if (found->text() == QLatin1String(text))
            return found;
    return nullptr;
}

// As the worker reads it: the preset, its named options, then each --set.
TrainingWish wishOf(const QStringList& words)
{
    TrainingWish wish;
    const auto value = [&](const char* option) {
        const qsizetype at = words.indexOf(QLatin1String(option));
        return at < 0 ? QString() : words.value(at + 1);
    };
    TrainOptions& options = wish.options = presetOptions(value("--preset").toStdString());
    if (const int over = value("--over").toInt(); over > 0)
        options.schedule.over = over;
    options.schedule.kinds = value("--clusters").toInt() / options.schedule.over;
    if (const QString seed = value("--seed"); !seed.isEmpty())
        options.seed = seed.toULongLong();
    if (const QString device = value("--device"); !device.isEmpty())
        wish.device = device.toStdString();
    if (const QString truth = value("--truth"); !truth.isEmpty())
        wish.truth = truth.toStdString();
    for (qsizetype i = 0; i < words.size(); ++i) {
        if (words[i] != QLatin1String("--set"))
            continue;
        const std::string field = words.value(i + 1).section(u'=', 0, 0).toStdString(), text = words.value(i + 1).section(u'=', 1).toStdString();
        TrainOptions::forEachSection(options, [&](std::string_view section, auto& fields) {
            std::decay_t<decltype(fields)>::forEachField(fields, [&](std::string_view name, auto& target, const auto& range) {
                if (field == std::string(section) + "." + std::string(name))
                    setFieldText(name, target, range, text);
            });
        });
    }
    return wish;
}

std::string allFields(const TrainOptions& options)
{
    std::string text = options.preset + " " + std::to_string(options.seed);
    TrainOptions::forEachSection(options, [&](std::string_view, const auto& fields) {
        std::decay_t<decltype(fields)>::forEachField(fields, [&](std::string_view name, const auto& value, const auto& range) {
            text.append(" ").append(name).append("=").append(fieldText(value, range));
        });
    });
    return text;
}

TrainingFacts measured(double photosPerSecond, const char* preset)
{
    return {.photos = 6000, .speed = MeasuredSpeed{presetOptions(preset).network, "auto", photosPerSecond}};
}

} // namespace

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
    sheet.ask({.photos = 6000});
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
    sheet.ask({.photos = 6000, .cudaDevice = QStringLiteral("NVIDIA H200")});
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
    sheet.ask({.photos = 6000});
    ViewOptions views = sheet.wish().options.views;
    QVERIFY(views.colourClue == Clue::notSure && views.rightWayUp && !views.sizeClue && !views.leftRightDiffer);
    sheet.setClues(Clue::no, false, true, true);
    views = sheet.wish().options.views;
    QVERIFY(views.colourClue == Clue::no && !views.rightWayUp && views.sizeClue && views.leftRightDiffer);
}

void TestStartSheet::kindsMayBeUnknown()
{
    StartTrainingSheet sheet(nullptr);
    sheet.ask({.photos = 6000});
    QCOMPARE(sheet.wish().options.schedule.kinds, 0);
    sheet.setKinds(60);
    QCOMPARE(sheet.wish().options.schedule.kinds, 60);
    sheet.setKinds(0);
    QCOMPARE(sheet.wish().options.schedule.kinds, 0);
}

void TestStartSheet::foldersMayBeTheTruth()
{
    StartTrainingSheet sheet(nullptr);
    sheet.ask({.photos = 6000, .hasSubfolders = true});
    QCOMPARE(sheet.wish().truth, std::string("none"));
    sheet.setFoldersAreTruth(true);
    QCOMPARE(sheet.wish().truth, std::string("folders"));
}

void TestStartSheet::returnStartsTheRun()
{
    StartTrainingSheet sheet(nullptr);
    QSignalSpy started(&sheet, &StartTrainingSheet::startWanted), closed(&sheet, &StartTrainingSheet::closed);
    sheet.ask({.photos = 6000});
    QTest::keyClick(&sheet, Qt::Key_Return);
    QCOMPARE(started.count(), 1);
    QTest::keyClick(&sheet, Qt::Key_Escape);
    QCOMPARE(closed.count(), 1);
}

void TestStartSheet::tooManyKindsCannotStart()
{
    StartTrainingSheet sheet(nullptr);
    QSignalSpy started(&sheet, &StartTrainingSheet::startWanted);
    sheet.ask({.photos = 50});
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
    sheet.ask({.photos = 6000});
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
    sheet.ask({.photos = 6000});
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

void TestStartSheet::theCommandLineTrainsTheSame_data()
{
    QTest::addColumn<int>("kinds");
    QTest::addColumn<QString>("cuda");
    QTest::addColumn<bool>("changed");
    QTest::addColumn<int>("sets");    // fields that differ from the preset: no more may be written
    QTest::newRow("as it stands") << 0 << QString() << false << 2;    // steps and minutes
    QTest::newRow("kinds") << 60 << QString() << false << 2;
    QTest::newRow("a device") << 0 << QStringLiteral("NVIDIA H200") << false << 0;
    QTest::newRow("everything") << 7 << QString() << true << 9;
}

void TestStartSheet::theCommandLineTrainsTheSame()
{
    QFETCH(int, kinds);
    QFETCH(QString, cuda);
    QFETCH(bool, changed);
    QFETCH(int, sets);
    const QString photos = QStringLiteral("/home/me/Bird's \"best\" $HOME photos/Vögel; `x` \\n"), out = QStringLiteral("/tmp/birds.plumage/runs/0001");
    StartTrainingSheet sheet(nullptr);
    sheet.ask({.photos = 6000, .hasSubfolders = true, .cudaDevice = cuda, .photoFolder = photos, .nextRun = out});
    sheet.setKinds(kinds);
    if (changed) {
        sheet.setClues(Clue::no, false, true, true);
        sheet.setFoldersAreTruth(true);
        sheet.form().type("schedule.over", QStringLiteral("3"));
        sheet.form().type("views.theta", QStringLiteral("weak"));
        sheet.form().type("schedule.learning_rate", QStringLiteral("0.00013"));
        sheet.form().type("schedule.ema_g", QStringLiteral("false"));
    }
    QProcess shell;    // the judge of quoting
    shell.start(QStringLiteral("sh"), {QStringLiteral("-c"), QStringLiteral("printf '%s\\0' ") + sheet.commandLine()});
    QVERIFY(shell.waitForFinished());
    QStringList words = QString::fromUtf8(shell.readAllStandardOutput()).split(QChar(u'\0'));
    words.removeLast();    // after the last end
    QCOMPARE(words.mid(0, 6), (QStringList{QStringLiteral("plumage-worker"), QStringLiteral("train"), QStringLiteral("--photos"), photos, QStringLiteral("--out"), out}));
    const TrainingWish wish = wishOf(words);
    QCOMPARE(allFields(wish.options), allFields(sheet.wish().options));
    QCOMPARE(wish.device, sheet.wish().device);
    QCOMPARE(wish.truth, sheet.wish().truth);
    QCOMPARE(words.count(QStringLiteral("--set")), sets);
    QCOMPARE(words.contains(QStringLiteral("--clusters")), kinds > 0);
}

void TestStartSheet::theCommandLineIsCopied()
{
    StartTrainingSheet sheet(nullptr);
    sheet.ask({.photos = 6000, .photoFolder = QStringLiteral("/photos"), .nextRun = QStringLiteral("/p.plumage/runs/0001")});
    QPushButton* copy = button(sheet, "Copy as command line");
    QVERIFY(copy && copy->isEnabled() && !copy->isVisibleTo(&sheet));
    sheet.setAdvanced(true);
    QVERIFY(copy->isVisibleTo(&sheet));
    copy->click();
    QCOMPARE(QGuiApplication::clipboard()->text(), sheet.commandLine());
    sheet.form().type("schedule.batch_size", QStringLiteral("4000"));
    QVERIFY(!copy->isEnabled());    // it would be refused
}

void TestStartSheet::theLengthTellsWhatWasMeasured()
{
    StartTrainingSheet sheet(nullptr);
    sheet.ask({.photos = 6000});
    sheet.setLength(StartTrainingSheet::Length::Quick);
    QVERIFY(!textWith(sheet, "not measured yet").isEmpty());
    sheet.ask(measured(95, "quick"));
    QCOMPARE(textWith(sheet, "measured"), QStringLiteral("In 10 min each photo is seen about 10 time(s) (measured: 95 photos a second)."));    // 10 x 60 x 95 / 6000 = 9.5
    sheet.setLength(StartTrainingSheet::Length::Standard);
    QVERIFY(textWith(sheet, "measured").startsWith(QLatin1String("In 2 h each photo is seen about 114 time")));
    sheet.form().type("schedule.max_steps", QStringLiteral("6000"));    // 32 a step: earlier than the two hours, 32 x for each photo
    QVERIFY2(textWith(sheet, "measured").startsWith(QLatin1String("In 34 min each photo is seen about 32 time")), qPrintable(textWith(sheet, "measured")));
}

void TestStartSheet::aSpeedOfAnotherNetworkTellsNothing()
{
    StartTrainingSheet sheet(nullptr);
    sheet.ask(measured(640, "demo"));
    QVERIFY(!textWith(sheet, "not measured yet").isEmpty());
    TrainingFacts elsewhere = measured(640, "quick");
    elsewhere.speed->device = "cuda";
    sheet.ask(elsewhere);
    QVERIFY(!textWith(sheet, "not measured yet").isEmpty());
    sheet.ask(measured(640, "quick"));
    QVERIFY(textWith(sheet, "not measured yet").isEmpty());
    sheet.form().type("network.ndf", QStringLiteral("48"));
    QVERIFY(!textWith(sheet, "not measured yet").isEmpty());
}

void TestStartSheet::theLengthsOfADeviceCarryTheirTime()
{
    StartTrainingSheet sheet(nullptr);
    TrainingFacts facts = measured(6100, "standard");
    facts.cudaDevice = QStringLiteral("NVIDIA H200");
    sheet.ask(facts);
    const auto offers = [&sheet](const char* text) {
        for (const auto* box : sheet.findChildren<QComboBox*>())
            if (box->findText(QLatin1String(text)) >= 0)
                return true;
        return false;
    };
    QVERIFY(offers("Standard: 60,000 steps, about 10 min"));    // 60,000 x 64 / 6,100 = 630 s
    QVERIFY(offers("Thorough: 180,000 steps, about 31 min"));
    QVERIFY(offers("Quick look: 20,000 steps of a small network"));    // another network: nobody measured it
    QVERIFY(textWith(sheet, "In 10 min each photo is seen about 640 time").contains(QLatin1String("6,100 photos a second")));
}

void TestStartSheet::thePlaceMayChangeBeforeTheFirstRun()
{
    StartTrainingSheet sheet(nullptr);
    QSignalSpy wanted(&sheet, &StartTrainingSheet::placeChangeWanted);
    sheet.ask({.photos = 6000, .project = QStringLiteral("/home/me/birds.plumage"), .placeMayChange = true});
    QVERIFY(textWith(sheet, "kept in").contains(QLatin1String("birds.plumage")));
    QPushButton* change = nullptr;
    for (auto* found : sheet.findChildren<QPushButton*>())
        if (found->accessibleName().startsWith(QLatin1String("Change where")))
            change = found;
    QVERIFY(change && change->isVisibleTo(&sheet));
    change->click();
    QCOMPARE(wanted.count(), 1);
    sheet.ask({.photos = 6000, .project = QStringLiteral("/home/me/birds.plumage")});
    QVERIFY(!change->isVisibleTo(&sheet));
}

QTEST_MAIN(TestStartSheet)
#include "tst_startsheet.moc"
