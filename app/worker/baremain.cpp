// SPDX-License-Identifier: GPL-3.0-or-later
// plumage-worker of the bare build (a node with LibTorch, CMake and a compiler only): `train --pack`, `bench` and `info`.
#include "core/base/atomicpath.h"
#include "core/base/csv.h"
#include "core/base/json.h"
#include "core/base/photopack.h"
#include "core/metrics/scores.h"
#include "core/train/checkpoint.h"
#include "core/train/deviceinfo.h"
#include "core/train/trainer.h"
#include "app/worker/benchcommand.h"
#include "app/worker/waitpolicy.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <future>
#include <map>
#include <optional>
#include <stop_token>
#include <unistd.h>

namespace {

using namespace plumage;

constexpr const char* usage =
    "plumage-worker train --pack FILE --out RUN [--preset demo|quick|standard|paper] [--clusters K] [--over N] [--size S]\n"
    "    [--max-minutes M] [--max-steps N] [--seed S] [--threads N] [--device auto|cpu|cuda] [--truth folders|none]\n"
    "    [--set section.field=value]... [--resume]\n"
    "plumage-worker bench [--device auto|cpu|cuda] [--size S] [--batch N] [--clusters K] [--width reference|small]\n"
    "    [--formulation reference,exact,fast] [--iterations N] [--rounds N] [--threads N] [--low-precision auto|on|off] [--table] [--json]\n"
    "plumage-worker info\n";

train::TrainControl control;
volatile std::sig_atomic_t interrupted = 0;

struct Arguments {
    std::map<std::string, std::string> values;                       // "--out" -> "RUN"
    std::vector<std::pair<std::string, std::string>> set;            // "section.field" -> value
    bool resume = false, table = false, json = false;

    std::string text(const std::string& name, const std::string& otherwise = {}) const
    {
        const auto found = values.find(name);
        return found == values.end() ? otherwise : found->second;
    }
};

Arguments parse(int count, char** words)
{
    static constexpr std::array known{"--pack", "--out", "--preset", "--clusters", "--over", "--size", "--max-minutes", "--max-steps", "--seed",
        "--threads", "--device", "--truth", "--set", "--batch", "--width", "--formulation", "--iterations", "--rounds", "--low-precision"};
    Arguments arguments;
    for (int i = 2; i < count; ++i) {
        const std::string name = words[i];
        if (name == "--resume" || name == "--table" || name == "--json") {
            (name == "--resume" ? arguments.resume : name == "--table" ? arguments.table : arguments.json) = true;
            continue;
        }
        if (std::ranges::find(known, name) == known.end())
            throw Error(ErrorCode::optionUnknown, name);
        if (++i == count)
            throw Error(ErrorCode::optionInvalid, name);
        const std::string value = words[i];
        if (name != "--set") {
            arguments.values[name] = value;
            continue;
        }
        const std::size_t equals = value.find('=');
        if (equals == std::string::npos)
            throw Error(ErrorCode::optionInvalid, value);
        arguments.set.emplace_back(value.substr(0, equals), value.substr(equals + 1));
    }
    return arguments;
}

void setOption(TrainOptions& options, const std::string& name, const std::string& text)
{
    bool found = false;
    TrainOptions::forEachSection(options, [&](std::string_view section, auto& fields) {
        fields.forEachField(fields, [&](std::string_view field, auto& value, const auto& range) {
            if (std::string(section) + "." + std::string(field) == name) {
                setFieldText(name, value, range, text);
                found = true;
            }
        });
    });
    if (!found)
        throw Error(ErrorCode::optionUnknown, name);
}

TrainOptions optionsFrom(const Arguments& arguments, TrainOptions options)
{
    const auto apply = [&](const char* flag, const char* field) {
        if (const std::string text = arguments.text(flag); !text.empty())
            setOption(options, field, text);
    };
    apply("--size", "network.image_size");
    apply("--over", "schedule.over");
    apply("--max-minutes", "schedule.max_minutes");
    apply("--max-steps", "schedule.max_steps");
    apply("--threads", "schedule.threads");
    if (const std::string text = arguments.text("--clusters"); !text.empty()) {
        const std::int64_t codes = parseInteger("--clusters", text);
        if (codes % options.schedule.over != 0 && arguments.text("--over").empty())
            options.schedule.over = 1;
        if (codes < 2 || codes > 32'000 || codes % options.schedule.over != 0)
            throw Error(ErrorCode::optionInvalid, "--clusters " + text);
        options.schedule.kinds = static_cast<int>(codes / options.schedule.over);
    }
    if (const std::string text = arguments.text("--seed"); !text.empty())
        options.seed = static_cast<std::uint64_t>(parseInteger("--seed", text));
    for (const auto& [name, value] : arguments.set)
        setOption(options, name, value);
    return options;
}

// The photos' folders as truth; no scores if nobody asked for them.
class Truth {
public:
    Truth(const PhotoList& list, bool folders, std::uint64_t seed) : m_seed(seed)
    {
        std::map<std::string, std::int32_t> classes;
        for (std::size_t row = 0; folders && row < list.rows.size(); ++row)
            m_truth.push_back(classes.try_emplace(list.folder(row), static_cast<std::int32_t>(classes.size())).first->second);
        m_classes = static_cast<int>(classes.size());
    }

    std::optional<metrics::Scores> scores(const train::SnapshotTensors& snapshot) const
    {
        std::vector<std::int32_t> truth, predicted;
        for (std::size_t row = 0; row < m_truth.size(); ++row) {
            const std::uint16_t code = snapshot.codes[row * train::topCodes];
            if (code == train::noCode)
                continue;
            truth.push_back(m_truth[row]);
            predicted.push_back(static_cast<std::int32_t>(std::ranges::lower_bound(snapshot.activeCodes, code) - snapshot.activeCodes.begin()));
        }
        if (truth.empty())
            return std::nullopt;
        return metrics::scoreAll(truth, predicted, m_classes, static_cast<int>(snapshot.activeCodes.size()), m_seed);
    }

private:
    std::uint64_t m_seed;
    std::vector<std::int32_t> m_truth;    // class of each row; empty: nobody knows
    int m_classes = 0;
};

// Prints progress and keeps what the result line needs. Training thread; scores are computed beside it.
class Console final : public train::TrainObserver {
public:
    explicit Console(const Truth& truth) : m_truth(truth) { }
    void stepFinished(const train::StepReport& report) override
    {
        if (interrupted)
            control.stop();
        std::fprintf(stderr, "\rstep %lld  %.0f img/s  D %.3f  G %.3f  mask %.2f  %.0f s ", static_cast<long long>(report.step), report.imagesPerSecond,
            static_cast<double>(report.terms[train::dTotal]), static_cast<double>(report.terms[train::gTotal]),
            static_cast<double>(report.terms[train::maskMean]), report.seconds);
    }
    void snapshotReady(train::SnapshotTensors snapshot) override    // scores of some hundred kinds take half a second: not in the training thread
    {
        finish();
        last = std::move(snapshot);
        m_scoring = std::async(std::launch::async, [this] {
            scores = m_truth.scores(last);
            if (scores)
                std::fprintf(stderr, "\nsnapshot at step %lld, %.0f s: AMI %.3f, ACC %.3f (chance %.3f), %d codes in use\n", static_cast<long long>(last.step), last.seconds,
                    scores->ami, scores->acc, scores->accChance, last.codesInUse);
        });
    }
    void checkpointWritten(std::int64_t, const std::filesystem::path& folder) override { std::fprintf(stderr, "\ncheckpoint %s\n", folder.c_str()); }
    void message(ErrorCode code, const std::string& detail) override
    {
        std::fprintf(stderr, "\n%s: %s\n", std::string(errorName(code)).c_str(), detail.c_str());
    }
    void paused(bool) override { }
    void finish()    // before last and scores are read
    {
        if (m_scoring.valid())
            m_scoring.get();
    }

    train::SnapshotTensors last;
    std::optional<metrics::Scores> scores;    // of the last snapshot

private:
    const Truth& m_truth;
    std::future<void> m_scoring;
};

// One JSON object; scores are null without truth.
Json resultLine(const train::TrainResult& result, const Console& console)
{
    Json line = Json::object();
    line.set("steps", result.steps);
    line.set("seconds", result.seconds);
    line.set("images_per_second", result.imagesPerSecond);
    line.set("clusters_used", console.last.codesInUse);
    line.set("stopped", train::stopReasonName(result.reason));
    const auto score = [&](const char* name, double metrics::Scores::*member) { line.set(name, console.scores ? Json((*console.scores).*member) : Json()); };
    score("acc", &metrics::Scores::acc);
    score("acc_chance", &metrics::Scores::accChance);
    score("nmi", &metrics::Scores::nmi);
    score("nmi_reference", &metrics::Scores::nmiReference);
    score("ami", &metrics::Scores::ami);
    score("ari", &metrics::Scores::ari);
    score("purity", &metrics::Scores::purity);
    return line;
}

int trainCommand(const Arguments& arguments)
{
    const std::filesystem::path out = arguments.text("--out"), checkpoints = out / "checkpoints";
    if (out.empty() || arguments.text("--pack").empty())
        throw Error(ErrorCode::optionMissing, out.empty() ? "--out" : "--pack");
    std::error_code ignored;
    if (!arguments.resume && std::filesystem::exists(out, ignored) && !std::filesystem::is_empty(out, ignored))
        throw Error(ErrorCode::folderNotEmpty, out.string());
    std::optional<std::filesystem::path> start;
    if (arguments.resume && !(start = train::newestCheckpoint(checkpoints)))
        throw Error(ErrorCode::checkpointMissing, checkpoints.string());
    const TrainOptions base = start && arguments.text("--preset").empty() ? train::checkpointOptions(train::readCheckpoint(*start).state)
                                                                          : presetOptions(arguments.text("--preset", "demo"));
    const PhotoPackReader pack(arguments.text("--pack"));
    const TrainOptions options = optionsFrom(arguments, base);
    const Truth truth(pack.list(), arguments.text("--truth", "none") == "folders", options.seed);
    Console console(truth);
    train::Trainer trainer(options, arguments.text("--device", "auto"), pack, checkpoints, console);
    if (start)
        trainer.resume(*start);
    const train::TrainResult result = trainer.run({}, control);
    console.finish();
    std::printf("\n%s\n", resultLine(result, console).text().c_str());
    return 0;
}

int benchCommand(const Arguments& arguments)
{
    worker::BenchArguments bench;
    bench.device = arguments.text("--device", bench.device);
    bench.width = arguments.text("--width", bench.width);
    bench.lowPrecision = arguments.text("--low-precision", bench.lowPrecision);
    const auto number = [&](const char* name, int& field) {
        if (const std::string text = arguments.text(name); !text.empty())
            field = static_cast<int>(parseInteger(name, text));
    };
    number("--size", bench.size);
    number("--batch", bench.batch);
    number("--clusters", bench.clusters);
    number("--iterations", bench.iterations);
    number("--rounds", bench.rounds);
    number("--threads", bench.threads);
    std::string names = arguments.text("--formulation");
    for (std::size_t comma; !names.empty(); names = comma == std::string::npos ? std::string() : names.substr(comma + 1))
        bench.formulations.push_back(names.substr(0, comma = names.find(',')));
    bench.table = arguments.table;
    bench.json = arguments.json;
    worker::benchCommand(bench);
    return 0;
}

int infoCommand()
{
    const train::DeviceInfo info = train::deviceInfo();
    std::printf("plumage-worker %s (bare)\nLibTorch %s, CPU %s, %d threads\n", PLUMAGE_VERSION, info.libtorch.c_str(), info.cpuCapability.c_str(), info.threads);
    std::printf("CUDA libraries: %s, own kernels: %s, devices: %d, memory: %.1f GiB\n", info.cudaLibraries ? "yes" : "no", info.ownKernels ? "yes" : "no", info.cudaDevices,
        static_cast<double>(info.cudaMemory) / (1 << 30));
    return 0;
}

} // namespace

int main(int argc, char** argv)
{
    worker::spinBriefly(argv);
    const std::string command = argc > 1 ? argv[1] : "";
    const auto interrupt = [](int) { interrupted = 1; };
    std::signal(SIGINT, interrupt);
    std::signal(SIGTERM, interrupt);
    try {
        if (command == "info")
            return infoCommand();
        if (command == "bench")
            return benchCommand(parse(argc, argv));
        if (command == "train") {
            [[maybe_unused]] const int level = nice(10);    // the rest of the machine stays quick
            return trainCommand(parse(argc, argv));
        }
        std::fputs(usage, stderr);
        return command == "--help" ? 0 : 2;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "\nplumage-worker: %s\n", error.what());
        return 1;
    }
}
