// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/worker/commandline.h"

#include "core/base/error.h"
#include "core/base/trainoptions.h"

#include <QtCore/QCoreApplication>

#include <CLI/CLI.hpp>
#include <functional>

namespace plumage::worker {
namespace {

struct CommandLine {
    Q_DECLARE_TR_FUNCTIONS(CommandLine)
};

std::string said(const QString& text)
{
    return text.toStdString();
}

CLI::App& subcommand(CLI::App& app, const char* name, const QString& description, std::function<void()> chosen)
{
    CLI::App& command = *app.add_subcommand(name, said(description));
    command.callback(std::move(chosen));
    return command;
}

template<class T>
CLI::Option* option(CLI::App& app, const char* name, T& value, const QString& description)
{
    return app.add_option(name, value, said(description));
}

void addDevice(CLI::App& app, std::string& device)
{
    option(app, "--device", device, CommandLine::tr("Where to compute: auto, cpu or cuda."))->check(CLI::IsMember({"auto", "cpu", "cuda"}));
}

std::pair<std::string, std::string> splitSetting(const std::string& text)
{
    const std::size_t at = text.find('=');
    if (at == std::string::npos || text.find('.') > at)
        throw Error(ErrorCode::optionInvalid, "--set " + text);
    return {text.substr(0, at), text.substr(at + 1)};
}

void addTrain(CLI::App& app, Command& command, TrainArguments& a, std::vector<std::string>& set)
{
    CLI::App& train = subcommand(app, "train", CommandLine::tr("Sort a folder of photos into clusters."), [&] {
        for (const std::string& text : set)
            a.set.push_back(splitSetting(text));
        if (a.photos.empty() && !a.resume)
            throw Error(ErrorCode::optionMissing, "--photos");
        command = a;
    });
    option(train, "--photos", a.photos, CommandLine::tr("Folder of the photos; a run that is resumed knows it."));
    option(train, "--out", a.out, CommandLine::tr("Folder of the run: empty, or an earlier run with --resume."))->required();
    option(train, "--preset", a.preset, CommandLine::tr("Size of network and length of training: demo, quick, standard or paper."));
    option(train, "--clusters", a.clusters, CommandLine::tr("Clusters in all; without it one kind per 100 photos."))->check(CLI::PositiveNumber);
    option(train, "--over", a.over, CommandLine::tr("Clusters per expected kind."))->check(CLI::PositiveNumber);
    option(train, "--size", a.size, CommandLine::tr("Side of the pictures that the network sees: 32, 64, 128 or 256 pixels."));
    option(train, "--max-minutes", a.maxMinutes, CommandLine::tr("Stop after so many minutes of training."));
    option(train, "--max-steps", a.maxSteps, CommandLine::tr("Stop after so many steps."));
    option(train, "--seed", a.seed, CommandLine::tr("Start of the random numbers."));
    option(train, "--threads", a.threads, CommandLine::tr("Threads; without it as many as the machine has cores."));
    addDevice(train, a.device);
    option(train, "--truth", a.truth, CommandLine::tr("Known kinds for the scores, never for training: folders or none."))
        ->check(CLI::IsMember({"folders", "none"}));
    option(train, "--set", set, CommandLine::tr("Any option of run.toml, for example --set schedule.batch_size=64."));
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

void addServe(CLI::App& app, Command& command, ServeArguments& a)
{
    CLI::App& serve = subcommand(app, "serve", CommandLine::tr("Work for the window; it starts this by itself."), [&] { command = a; });
    option(serve, "--project", a.project, CommandLine::tr("Folder of the project."))->required();
    option(serve, "--socket", a.socket, CommandLine::tr("Where to listen; without it the place where the window looks."));
    option(serve, "--idle-minutes", a.idleMinutes, CommandLine::tr("End when nothing was to do for so long."))->capture_default_str()->check(CLI::NonNegativeNumber);
}

std::string afterColon(const std::string& text)
{
    const std::size_t at = text.find(": ");
    return at == std::string::npos ? text : text.substr(at + 2);
}

Error errorOf(const CLI::ParseError& problem)
{
    const std::string text = problem.what();
    if (dynamic_cast<const CLI::ExtrasError*>(&problem))
        return Error(ErrorCode::optionUnknown, afterColon(text));
    if (dynamic_cast<const CLI::RequiredError*>(&problem))
        return Error(ErrorCode::optionMissing, text.starts_with("--") ? text.substr(0, text.find(' ')) : said(CommandLine::tr("a command such as train")));
    if (dynamic_cast<const CLI::ArgumentMismatch*>(&problem))
        return Error(ErrorCode::optionMissing, said(CommandLine::tr("the value of %1").arg(QString::fromStdString(text.substr(0, text.find(':'))))));
    if (dynamic_cast<const CLI::ConversionError*>(&problem))
        return Error(ErrorCode::optionInvalid, afterColon(text));
    return Error(ErrorCode::optionInvalid, text);
}

} // namespace

Command parseCommandLine(int argc, const char* const* argv)
{
    CLI::App app(said(CommandLine::tr("Trains the network that sorts photos into clusters.")), "plumage-worker");
    app.require_subcommand(1);
    app.set_version_flag("--version", PLUMAGE_VERSION);
    Command command;
    TrainArguments train;
    std::vector<std::string> set;
    EmbedArguments embed;
    PackArguments pack;
    DemoArguments demo;
    InfoArguments info;
    ServeArguments serve;
    addTrain(app, command, train, set);
    addEmbed(app, command, embed);
    addPack(app, command, pack);
    addDemo(app, command, demo);
    subcommand(app, "info", CommandLine::tr("What this machine can compute with."), [&] { command = info; })
        .add_flag("--json", info.json, said(CommandLine::tr("As one JSON object.")));
    addServe(app, command, serve);
    const auto isNamed = [&](CLI::App* sub) { return sub->check_name(argv[1]); };
    if (argc > 1 && *argv[1] != '-' && app.get_subcommands(isNamed).empty())    // CLI11 would say that none was given
        throw Error(ErrorCode::optionUnknown, argv[1]);
    try {
        app.parse(argc, argv);
    } catch (const CLI::CallForVersion&) {
        return HelpText{PLUMAGE_VERSION "\n"};
    } catch (const CLI::Success&) {    // help
        const auto chosen = app.get_subcommands();
        return HelpText{(chosen.empty() ? app : *chosen.front()).help()};
    } catch (const CLI::ParseError& problem) {
        throw errorOf(problem);
    }
    return command;
}

} // namespace plumage::worker
