// SPDX-License-Identifier: GPL-3.0-or-later
// plumage-worker: trains, embeds, draws. `serve` for the window, all else stand-alone. Exit code 0, 1 (could not be done), 2 (command line).
#include "app/worker/commandline.h"
#include "app/terminal/currenterror.h"
#include "app/worker/democommand.h"
#include "app/worker/embedcommand.h"
#include "app/worker/infocommand.h"
#include "app/worker/packcommand.h"
#include "app/worker/servecommand.h"
#include "app/terminal/stopsignals.h"
#include "app/worker/traincommand.h"
#include "core/text/errortext.h"
#include "app/worker/waitpolicy.h"

#include <QtCore/QCoreApplication>

#include <clocale>
#include <cstdio>
#include <spdlog/spdlog.h>

using namespace plumage;
using namespace plumage::terminal;
using namespace plumage::worker;

namespace {

template<class... F> struct Overloaded : F... { using F::operator()...; };

int exitCode(ErrorCode code)
{
    return code == ErrorCode::optionUnknown || code == ErrorCode::optionMissing || code == ErrorCode::optionInvalid ? 2 : 1;
}

} // namespace

int main(int argc, char** argv)
{
    worker::spinBriefly(argv);
    const StopSignals signals;
    const std::stop_token stop = signals.token();
    const QCoreApplication app(argc, argv);
    std::setlocale(LC_NUMERIC, "C");    // QCoreApplication has taken the user's; files and options are written with points
    try {
        std::visit(Overloaded{
                       [](const HelpText& help) { std::fputs(help.text.c_str(), stdout); },
                       [&](const TrainArguments& a) { trainCommand(a, stop); },
                       [&](const EmbedArguments& a) { embedCommand(a, stop); },
                       [&](const PackArguments& a) { packCommand(a, stop); },
                       [&](const DemoArguments& a) { demoCommand(a, stop); },
                       [](const BenchArguments& a) { benchCommand(a); },
                       [](const InfoArguments& a) { infoCommand(a); },
                       [&](const ServeArguments& a) { serveCommand(a, stop); },
                   },
            parseCommandLine(argc, argv));
        return 0;
    } catch (...) {
        const Error error = currentError();
        std::fprintf(stderr, "%s\n", qUtf8Printable(text::errorText(error)));
        if (spdlog::default_logger()->name() == "worker")
            spdlog::error("{}", error.what());
        return exitCode(error.code());
    }
}
