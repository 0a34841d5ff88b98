// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/terminal/options.h"

#include "core/base/error.h"

#include <QtCore/QCoreApplication>

namespace plumage::terminal {
namespace {

struct CommandLine {
    Q_DECLARE_TR_FUNCTIONS(CommandLine)
};

std::pair<std::string, std::string> splitSetting(const std::string& text)
{
    const std::size_t at = text.find('=');
    if (at == std::string::npos || text.find('.') > at)
        throw Error(ErrorCode::optionInvalid, "--set " + text);
    return {text.substr(0, at), text.substr(at + 1)};
}

void setOption(TrainOptions& options, const std::string& name, const std::string& value)
{
    bool found = false;
    TrainOptions::forEachSection(options, [&](std::string_view section, auto& fields) {
        fields.forEachField(fields, [&](std::string_view field, auto& target, const auto& range) {
            if (name != std::string(section) + "." + std::string(field))
                return;
            setFieldText(name, target, range, value);
            found = true;
        });
    });
    if (!found)
        throw Error(ErrorCode::optionUnknown, name);
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

void addDevice(CLI::App& app, std::string& device)
{
    option(app, "--device", device, CommandLine::tr("Where to compute: auto, cpu or cuda."))->check(CLI::IsMember({"auto", "cpu", "cuda"}));
}

void applyLimits(TrainOptions& options, const TrainingArguments& arguments)
{
    options.schedule.maxMinutes = arguments.maxMinutes.value_or(options.schedule.maxMinutes);
    options.schedule.maxSteps = arguments.maxSteps.value_or(options.schedule.maxSteps);
    options.schedule.threads = arguments.threads.value_or(options.schedule.threads);
    for (const std::string& text : arguments.set) {
        const auto [name, value] = splitSetting(text);
        setOption(options, name, value);
    }
    if (const auto problem = options.check())
        throw Error(ErrorCode::optionOutOfRange, *problem);
}

TrainOptions newOptions(const TrainingArguments& arguments)
{
    TrainOptions options = presetOptions(arguments.preset.value_or("demo"));
    options.seed = arguments.seed.value_or(options.seed);
    options.network.imageSize = arguments.size.value_or(options.network.imageSize);
    options.schedule.over = arguments.over.value_or(options.schedule.over);
    if (arguments.clusters) {
        if (!arguments.over && *arguments.clusters % options.schedule.over != 0)
            options.schedule.over = 1;
        if (*arguments.clusters < 2 || options.schedule.over < 1 || *arguments.clusters % options.schedule.over != 0)
            throw Error(*arguments.clusters < 2 ? ErrorCode::optionOutOfRange : ErrorCode::optionInvalid, "--clusters");
        options.schedule.kinds = *arguments.clusters / options.schedule.over;
    }
    applyLimits(options, arguments);
    return options;
}

void addTrainingOptions(CLI::App& app, TrainingArguments& a)
{
    option(app, "--preset", a.preset, CommandLine::tr("Size of network and length of training: demo, quick, standard or paper."));
    option(app, "--clusters", a.clusters, CommandLine::tr("Clusters in all; without it one kind per 100 photos."))->check(CLI::PositiveNumber);
    option(app, "--over", a.over, CommandLine::tr("Clusters per expected kind."))->check(CLI::PositiveNumber);
    option(app, "--size", a.size, CommandLine::tr("Side of the pictures that the network sees: 32, 64, 128 or 256 pixels."));
    option(app, "--max-minutes", a.maxMinutes, CommandLine::tr("Stop after so many minutes of training."));
    option(app, "--max-steps", a.maxSteps, CommandLine::tr("Stop after so many steps."));
    option(app, "--seed", a.seed, CommandLine::tr("Start of the random numbers."));
    option(app, "--threads", a.threads, CommandLine::tr("Threads; without it as many as the machine has cores."));
    addDevice(app, a.device);
    option(app, "--truth", a.truth, CommandLine::tr("Known kinds for the scores, never for training: folders or none."))
        ->check(CLI::IsMember({"folders", "none"}));
    option(app, "--set", a.set, CommandLine::tr("Any option of run.toml, for example --set schedule.batch_size=64."))
        ->each([](const std::string& text) { splitSetting(text); });
}

std::optional<HelpText> parse(CLI::App& app, int argc, const char* const* argv)
{
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
    return {};
}

} // namespace plumage::terminal
