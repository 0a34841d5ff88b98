// SPDX-License-Identifier: GPL-3.0-or-later
// plumage [PROJECT|FOLDER], plumage --demo, plumage --tour DIR [PROJECT]
#include "ui/firstpaint.h"
#include "ui/heartbeat.h"
#include "ui/mainwindow.h"
#include "ui/projectcommands.h"
#include "ui/statusstrip.h"
#include "ui/theme.h"
#include "ui/tour.h"

#include <QtCore/QCommandLineParser>
#include <QtCore/QLocale>
#include <QtCore/QTimer>
#include <QtCore/QTranslator>
#include <QtGui/QIcon>
#include <QtWidgets/QApplication>

#include <clocale>

int main(int argc, char** argv)
{
    using namespace plumage::ui;
    QApplication app(argc, argv);
    std::setlocale(LC_NUMERIC, "C");    // Qt has set the user's; files and numbers of other libraries need the point
    QApplication::setApplicationName(QStringLiteral("plumage"));
    QApplication::setApplicationVersion(QStringLiteral(PLUMAGE_VERSION));
    QApplication::setOrganizationName(QStringLiteral("plumage"));

    QTranslator translator;    // English too: it has the plural forms
    if (translator.load(QLocale(), QStringLiteral("plumage"), QStringLiteral("_"), QStringLiteral(":/i18n"))
        || translator.load(QStringLiteral(":/i18n/plumage_en.qm")))
        QApplication::installTranslator(&translator);
    QApplication::setWindowIcon(QIcon(QStringLiteral(":/icons/plumage.svg")));

    QCommandLineParser parser;
    parser.setApplicationDescription(QCoreApplication::translate("main", "Sorts folders of photos of one kind of thing into kinds."));
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addPositionalArgument(QStringLiteral("path"), QCoreApplication::translate("main", "A project (NAME.plumage) or a folder of photos."), QStringLiteral("[PROJECT|FOLDER]"));
    const QCommandLineOption demo(QStringLiteral("demo"), QCoreApplication::translate("main", "Draws the demo photos and trains on them at once."));
    const QCommandLineOption tour(QStringLiteral("tour"), QCoreApplication::translate("main", "Writes a picture of every page and state to DIR, then ends."), QStringLiteral("DIR"));
    const QCommandLineOption timings(QStringLiteral("print-timings"), QCoreApplication::translate("main", "Prints when the window was painted first."));
    const QCommandLineOption stalls(QStringLiteral("log-stalls"), QCoreApplication::translate("main", "Prints when the window did not answer for more than 50 ms, and why."));
    const QCommandLineOption theme(QStringLiteral("theme"), QCoreApplication::translate("main", "system, dark or light."), QStringLiteral("THEME"), QStringLiteral("system"));
    parser.addOptions({demo, tour, timings, stalls, theme});
    parser.process(app);
    applyTheme(parser.value(theme) == QLatin1String("dark") ? Theme::dark : parser.value(theme) == QLatin1String("light") ? Theme::light : Theme::system);

    const QString path = parser.positionalArguments().value(0);
    if (parser.isSet(tour)) {
        const auto running = startTour(parser.value(tour), path);
        return app.exec();
    }
    MainWindow window({.worker = QApplication::applicationDirPath() + QStringLiteral("/plumage-worker"), .socket = {}, .documents = {}});
    ProjectCommands commands(window);
    FirstPaint firstPaint(window, parser.isSet(timings));
    Heartbeat heartbeat;
    heartbeat.setLogged(parser.isSet(stalls));
    QObject::connect(&heartbeat, &Heartbeat::worstChanged, &window.status(), &StatusStrip::setLongestPause);
    window.show();
    if (parser.isSet(demo))
        QTimer::singleShot(0, &commands, &ProjectCommands::tryDemo);
    else if (!path.isEmpty())
        QTimer::singleShot(0, &commands, [&] { commands.open(path); });
    return app.exec();
}
