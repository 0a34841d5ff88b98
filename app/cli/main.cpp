// SPDX-License-Identifier: GPL-3.0-or-later
// plumage-cli: a project from the command line. Exit code 0, 1 (could not be done), 2 (command line).
#include "app/cli/commandline.h"
#include "app/cli/commands.h"
#include "app/terminal/currenterror.h"
#include "app/terminal/stopsignals.h"
#include "core/text/errortext.h"

#include <QtCore/QTranslator>
#include <QtGui/QGuiApplication>

#include <clocale>
#include <cstdio>
#include <memory>
#include <string_view>

using namespace plumage;
using namespace plumage::cli;

namespace {

template<class... F> struct Overloaded : F... { using F::operator()...; };

int exitCode(ErrorCode code)
{
    return code == ErrorCode::optionUnknown || code == ErrorCode::optionMissing || code == ErrorCode::optionInvalid ? 2 : 1;
}

} // namespace

int main(int argc, char** argv)
{
    const terminal::StopSignals signals;
    const std::stop_token stop = signals.token();
    const bool draws = argc > 1 && std::string_view(argv[1]) == "evaluate";    // texts in a picture need Gui's fonts; nothing is shown
    if (draws)
        qputenv("QT_QPA_PLATFORM", "offscreen");
    const std::unique_ptr<QCoreApplication> app(draws ? new QGuiApplication(argc, argv) : new QCoreApplication(argc, argv));
    std::setlocale(LC_NUMERIC, "C");    // Qt has taken the user's; files are written with points
    QTranslator english;    // plural forms
    if (english.load(QStringLiteral(":/i18n/plumage_en.qm")))
        QCoreApplication::installTranslator(&english);
    try {
        std::visit(Overloaded{
                       [](const terminal::HelpText& help) { std::fputs(help.text.c_str(), stdout); },
                       [&](const ImportArguments& a) { importCommand(a, stop); },
                       [](const StatusArguments& a) { statusCommand(a); },
                       [&](const ExportArguments& a) { exportCommand(a, stop); },
                       [](const EvaluateArguments& a) { evaluateCommand(a); },
                       [](const SimulateArguments& a) { simulateCommand(a); },
                       [&](const TrainArguments& a) { trainCommand(a, stop); },
                   },
            parseCommandLine(argc, argv));
        return 0;
    } catch (...) {
        const Error error = terminal::currentError();
        std::fprintf(stderr, "%s\n", qUtf8Printable(text::errorText(error)));
        return exitCode(error.code());
    }
}
