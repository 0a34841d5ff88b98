// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/worker/commandline.h"

#include "app/terminal/options.h"
#include "core/base/error.h"

#include <QtCore/QCoreApplication>

namespace plumage::worker {

using namespace terminal;

namespace {

struct CommandLine {
    Q_DECLARE_TR_FUNCTIONS(CommandLine)
};

void addTrain(CLI::App& app, Command& command, TrainArguments& a)
{
    CLI::App& train = subcommand(app, "train", CommandLine::tr("Sort a folder of photos into clusters."), [&] {
        if (a.photos.empty() && !a.resume)
            throw Error(ErrorCode::optionMissing, "--photos");
        command = a;
    });
    option(train, "--photos", a.photos, CommandLine::tr("Folder of the photos; a run that is resumed knows it."));
    option(train, "--out", a.out, CommandLine::tr("Folder of the run: empty, or an earlier run with --resume."))->required();
    addTrainingOptions(train, a);
    train.add_flag("--report", a.report, said(CommandLine::tr("Write pictures of the result to report/ in the run's folder.")));
    train.add_flag("--resume", a.resume, said(CommandLine::tr("Go on from the newest checkpoint.")));
}

void addEmbed(CLI::App& app, Command& command, EmbedArguments& a)
{
    CLI::App& embed = subcommand(app, "embed", CommandLine::tr("Label other photos with a trained network."), [&] { command = a; });
    option(embed, "--checkpoint", a.checkpoint, CommandLine::tr("Folder of the checkpoint."))->required();
    option(embed, "--photos", a.photos, CommandLine::tr("Folder of the photos."))->required();
    option(embed, "--out", a.out, CommandLine::tr("Empty folder for the result."))->required();
    option(embed, "--threads", a.threads, CommandLine::tr("Threads; without it as many as the machine has cores."));
    addDevice(embed, a.device);
    embed.add_flag("--report", a.report, said(CommandLine::tr("Draw the result, too.")));
}

void addPack(CLI::App& app, Command& command, PackArguments& a)
{
    CLI::App& pack = subcommand(app, "pack", CommandLine::tr("Decode photos into one file for a machine that only trains."), [&] { command = a; });
    option(pack, "--photos", a.photos, CommandLine::tr("Folder of the photos."))->required();
    option(pack, "--out", a.out, CommandLine::tr("The file to write."))->required();
    option(pack, "--size", a.size, CommandLine::tr("Side of the pictures that the network will see: 32, 64, 128 or 256 pixels."))->required();
    option(pack, "--threads", a.threads, CommandLine::tr("Threads; without it as many as the machine has cores."));
}

void addDemo(CLI::App& app, Command& command, DemoArguments& a)
{
    CLI::App& demo = subcommand(app, "demo-photos", CommandLine::tr("Draw the demo photos, an aviary."), [&] { command = a; });
    option(demo, "--out", a.out, CommandLine::tr("Empty folder for the photos."))->required();
    option(demo, "--species", a.species, CommandLine::tr("Number of species."))->capture_default_str();
    option(demo, "--each", a.each, CommandLine::tr("Photos of each."))->capture_default_str();
    option(demo, "--size", a.size, CommandLine::tr("Side of a photo in pixels."))->capture_default_str();
    option(demo, "--seed", a.seed, CommandLine::tr("The same seed draws the same photos."))->capture_default_str();
}

void addBench(CLI::App& app, Command& command, BenchArguments& a)
{
    CLI::App& bench = subcommand(app, "bench", CommandLine::tr("Measure how fast this machine trains, beside the published formulation."), [&] { command = a; });
    addDevice(bench, a.device);
    option(bench, "--size", a.size, CommandLine::tr("Side of the pictures: 32, 64, 128 or 256 pixels."))->capture_default_str();
    option(bench, "--batch", a.batch, CommandLine::tr("Photos in a step."))->capture_default_str();
    option(bench, "--clusters", a.clusters, CommandLine::tr("Codes, K."))->capture_default_str();
    option(bench, "--width", a.width, CommandLine::tr("Channels: reference (as published) or small (as preset demo)."))->capture_default_str();
    option(bench, "--formulation", a.formulations, CommandLine::tr("Any of reference, exact, fast, with commas; without it all."))->delimiter(',');
    option(bench, "--iterations", a.iterations, CommandLine::tr("Steps of each formulation in a round."))->capture_default_str();
    option(bench, "--rounds", a.rounds, CommandLine::tr("Rounds; the formulations take turns."))->capture_default_str();
    option(bench, "--threads", a.threads, CommandLine::tr("Threads; without it as many as the machine has cores."));
    option(bench, "--low-precision", a.lowPrecision, CommandLine::tr("bfloat16 for the fast one: auto, on or off."))->capture_default_str();
    bench.add_flag("--table", a.table, said(CommandLine::tr("Other numbers of codes, sizes, batches and photos, too.")));
    bench.add_flag("--json", a.json, said(CommandLine::tr("As one JSON object; with --table a list of them.")));
}

void addServe(CLI::App& app, Command& command, ServeArguments& a)
{
    CLI::App& serve = subcommand(app, "serve", CommandLine::tr("Work for the window; it starts this by itself."), [&] { command = a; });
    option(serve, "--project", a.project, CommandLine::tr("Folder of the project."))->required();
    option(serve, "--socket", a.socket, CommandLine::tr("Where to listen; without it the place where the window looks."));
    option(serve, "--idle-minutes", a.idleMinutes, CommandLine::tr("End when nothing was to do for so long."))->capture_default_str()->check(CLI::NonNegativeNumber);
}

} // namespace

Command parseCommandLine(int argc, const char* const* argv)
{
    CLI::App app(said(CommandLine::tr("Trains the network that sorts photos into clusters.")), "plumage-worker");
    app.require_subcommand(1);
    app.set_version_flag("--version", PLUMAGE_VERSION);
    Command command;
    TrainArguments train;
    EmbedArguments embed;
    PackArguments pack;
    DemoArguments demo;
    InfoArguments info;
    ServeArguments serve;
    BenchArguments bench;
    addTrain(app, command, train);
    addEmbed(app, command, embed);
    addPack(app, command, pack);
    addDemo(app, command, demo);
    subcommand(app, "info", CommandLine::tr("What this machine can compute with."), [&] { command = info; })
        .add_flag("--json", info.json, said(CommandLine::tr("As one JSON object.")));
    addBench(app, command, bench);
    addServe(app, command, serve);
    if (auto help = parse(app, argc, argv))
        return *help;
    return command;
}

} // namespace plumage::worker
