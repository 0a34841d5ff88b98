// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commandline.h"

#include "core/base/error.h"

#include <QtCore/QCoreApplication>

namespace plumage::cli {

using namespace terminal;

namespace {

struct CliLine {
    Q_DECLARE_TR_FUNCTIONS(CliLine)
};

void addProject(CLI::App& command, std::filesystem::path& project)
{
    option(command, "project", project, CliLine::tr("The project, NAME.plumage."))->required();
}

void addImport(CLI::App& app, Command& command, ImportArguments& a)
{
    CLI::App& import = subcommand(app, "import", CliLine::tr("Take a folder of photos, labels or boxes into a project, which is made if it is not there."), [&] { command = a; });
    addProject(import, a.project);
    option(import, "photos", a.photos, CliLine::tr("Folder of photos; without it the folders that the project knows."));
    option(import, "--labels", a.labels, CliLine::tr("none, folders (the folder right above each photo), or a CSV file with path and label."))->capture_default_str();
    option(import, "--boxes", a.boxes, CliLine::tr("Boxes that become photos: CSV, COCO or MegaDetector JSON."));
    option(import, "--classes", a.classes, CliLine::tr("A list of names: each becomes an empty cluster."));
    import.add_flag("--rest", a.rest, said(CliLine::tr("Import what fits although some lines match no photo.")));
    import.add_flag("--overwrite", a.overwrite, said(CliLine::tr("Labels of the file win over labels that are there.")));
}

void addExport(CLI::App& app, Command& command, ExportArguments& a)
{
    CLI::App& write = subcommand(app, "export", CliLine::tr("Write the labels for other programs."), [&] {
        if (a.all && !a.clusters.empty())
            throw Error(ErrorCode::optionInvalid, "--all --cluster");
        command = a;
    });
    addProject(write, a.project);
    option(write, "--format", a.format, CliLine::tr("csv, folders or coco."))->required()->check(CLI::IsMember({"csv", "folders", "coco"}));
    option(write, "--out", a.out, CliLine::tr("The file to write, or for folders the folder."))->required();
    option(write, "--cluster", a.clusters, CliLine::tr("Only this cluster, by name or #number; may be given again. Without it every cluster with a name."));
    write.add_flag("--all", a.all, said(CliLine::tr("Clusters without a name, too.")));
    write.add_flag("--checked-only", a.checkedOnly, said(CliLine::tr("Only photos that a person has labelled.")));
    option(write, "--min-confidence", a.minConfidence, CliLine::tr("Machine labels from this confidence on, 0 to 1."))->check(CLI::Range(0.0, 1.0));
    option(write, "--link", a.link, CliLine::tr("How files get into the class folders: hard, symbolic or copy."))->capture_default_str()->check(CLI::IsMember({"hard", "symbolic", "copy"}));
}

void addEvaluate(CLI::App& app, Command& command, EvaluateArguments& a)
{
    CLI::App& evaluate = subcommand(app, "evaluate", CliLine::tr("Compare the labels with known kinds."), [&] { command = a; });
    addProject(evaluate, a.project);
    option(evaluate, "--truth", a.truth, CliLine::tr("folders (the folder right above each photo), or a CSV file with path and label."))->required();
    option(evaluate, "--png", a.png, CliLine::tr("Draw the confusion to this file."));
    evaluate.add_flag("--json", a.json, said(CliLine::tr("As one JSON object.")));
}

void addSimulate(CLI::App& app, Command& command, SimulateArguments& a)
{
    CLI::App& simulate = subcommand(app, "simulate", CliLine::tr("Sort the project as a person who knows the kinds would, and count the decisions; changes nothing."), [&] { command = a; });
    addProject(simulate, a.project);
    option(simulate, "--truth", a.truth, CliLine::tr("folders (the folder right above each photo), or a CSV file with path and label."))->required();
    option(simulate, "--precision", a.precision, CliLine::tr("Share of what is seen of a page or cluster that must be right to take all of it, 0 to 1."))->check(CLI::Range(0.0, 1.0));
    option(simulate, "--error-rate", a.errorRate, CliLine::tr("How often a look at a photo sees another kind, 0 to 1."))->check(CLI::Range(0.0, 1.0));
    option(simulate, "--seed", a.seed, CliLine::tr("Start of the random numbers."));
    simulate.add_flag("--json", a.json, said(CliLine::tr("As one JSON object.")));
    simulate.add_flag("--apply", a.apply, said(CliLine::tr("Store the decisions in the project; Undo takes them back one by one.")));
}

void addTrain(CLI::App& app, Command& command, TrainArguments& a)
{
    CLI::App& train = subcommand(app, "train", CliLine::tr("Train a new run of the project; its worker goes on if this is killed."), [&] { command = a; });
    addProject(train, a.project);
    addTrainingOptions(train, a);
    option(train, "--socket", a.socket, CliLine::tr("Where the worker listens; without it the project's own place."));
    train.add_flag("--resume", a.resume, said(CliLine::tr("Go on from the newest checkpoint of the newest run.")));
}

} // namespace

Command parseCommandLine(int argc, const char* const* argv)
{
    CLI::App app(said(CliLine::tr("Sorts photos into kinds: a project from the command line.")), "plumage-cli");
    app.require_subcommand(1);
    app.set_version_flag("--version", PLUMAGE_VERSION);
    Command command;
    ImportArguments import;
    StatusArguments status;
    ExportArguments write;
    EvaluateArguments evaluate;
    SimulateArguments simulate;
    TrainArguments train;
    addImport(app, command, import);
    addTrain(app, command, train);
    CLI::App& state = subcommand(app, "status", CliLine::tr("What the project holds."), [&] { command = status; });
    addProject(state, status.project);
    state.add_flag("--json", status.json, said(CliLine::tr("As one JSON object.")));
    addEvaluate(app, command, evaluate);
    addExport(app, command, write);
    addSimulate(app, command, simulate);
    if (auto help = parse(app, argc, argv))
        return *help;
    return command;
}

} // namespace plumage::cli
