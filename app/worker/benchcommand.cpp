// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/worker/benchcommand.h"

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/train/benchmark.h"
#include "core/train/photocost.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <optional>

namespace plumage::worker {
namespace {

using train::BenchmarkResult;
using train::Formulation;
using train::FormulationResult;

train::BenchmarkOptions optionsOf(const BenchArguments& a)
{
    if (a.width != "reference" && a.width != "small")
        throw Error(ErrorCode::optionInvalid, "--width " + a.width);
    train::BenchmarkOptions options;
    options.train = presetOptions(a.width == "small" ? "demo" : "paper");
    options.train.losses = LossOptions();    // every term at its published weight
    options.train.network.imageSize = a.size;
    options.train.schedule.batchSize = a.batch;
    options.train.schedule.over = 1;
    options.train.schedule.kinds = a.clusters;
    options.train.schedule.threads = a.threads;
    setFieldText("--low-precision", options.train.schedule.lowPrecision, Words{"auto", "on", "off"}, a.lowPrecision);
    options.device = a.device;
    options.rounds = a.rounds;
    options.iterations = a.iterations;
    if (a.rounds < 1 || a.iterations < 1 || a.clusters < 2)
        throw Error(ErrorCode::optionInvalid, a.clusters < 2 ? "--clusters" : a.rounds < 1 ? "--rounds" : "--iterations");
    if (!a.formulations.empty())
        options.formulations.clear();
    for (const std::string& name : a.formulations)
        options.formulations.push_back(train::formulationOf(name));
    return options;
}

const FormulationResult* find(const BenchmarkResult& result, Formulation formulation)
{
    const auto found = std::ranges::find(result.formulations, formulation, &FormulationResult::formulation);
    return found == result.formulations.end() ? nullptr : &*found;
}

// Ratio of medians; nothing unless both were measured.
std::optional<double> speedup(const BenchmarkResult& result, Formulation of, Formulation over)
{
    const auto *a = find(result, of), *b = find(result, over);
    return a && b ? std::optional(a->imagesPerSecond.median / b->imagesPerSecond.median) : std::nullopt;
}

Json toJson(const train::Timing& timing)
{
    Json json = Json::object();
    json.set("median", timing.median);
    json.set("low", timing.low);
    json.set("high", timing.high);
    return json;
}

Json toJson(const BenchArguments& a, const BenchmarkResult& result)
{
    Json json = Json::object();
    json.set("device", result.device);
    json.set("threads", result.threads);
    json.set("size", a.size);
    json.set("batch", a.batch);
    json.set("clusters", a.clusters);
    json.set("width", a.width);
    Json list{Json::Array{}};
    for (const FormulationResult& f : result.formulations) {
        Json one = Json::object();
        one.set("formulation", train::formulationName(f.formulation));
        one.set("images_per_second", toJson(f.imagesPerSecond));
        one.set("d_step_ms", toJson(f.dMs));
        one.set("g_step_ms", toJson(f.gMs));
        one.set("peak_bytes", f.peakBytes);
        one.set("launches", f.launches);
        one.set("bfloat16", f.bfloat16);
        list.push(std::move(one));
    }
    json.set("formulations", std::move(list));
    const auto ratio = [&](const char* name, Formulation of, Formulation over) {
        const auto value = speedup(result, of, over);
        json.set(name, value ? Json(*value) : Json());
    };
    ratio("speedup_exact_over_reference", Formulation::exact, Formulation::reference);
    ratio("speedup_fast_over_reference", Formulation::fast, Formulation::reference);
    return json;
}

void print(const BenchArguments& a, const BenchmarkResult& result)
{
    std::printf("%s, %d threads; %d px, batch %d, K %d, width %s\n", result.device.c_str(), result.threads, a.size, a.batch, a.clusters, a.width.c_str());
    std::printf("%-10s %24s %10s %10s %10s %10s\n", "", "images/s (low to high)", "D ms", "G ms", "peak MB", "calls");
    for (const FormulationResult& f : result.formulations)
        std::printf("%-10s %8.2f (%6.2f to %6.2f) %10.1f %10.1f %10.0f %10lld%s\n", std::string(train::formulationName(f.formulation)).c_str(), f.imagesPerSecond.median,
            f.imagesPerSecond.low, f.imagesPerSecond.high, f.dMs.median, f.gMs.median, static_cast<double>(f.peakBytes) / 1e6, static_cast<long long>(f.launches),
            f.bfloat16 ? "  bfloat16" : "");
    if (const auto value = speedup(result, Formulation::fast, Formulation::reference))
        std::printf("fast over reference: %.2f\n", *value);
    std::printf("\n");
    std::fflush(stdout);
}

BenchmarkResult measure(const BenchArguments& a)
{
    const BenchmarkResult result = train::benchmark(optionsOf(a), [](int done, int total) { std::fprintf(stderr, "\rround %d of %d ", done, total); });
    std::fprintf(stderr, "\r                    \r");
    return result;
}

// The given setting, then each of K, side and batch changed alone.
std::vector<BenchArguments> tableOf(const BenchArguments& a)
{
    std::vector<BenchArguments> rows{a};
    const auto vary = [&](int BenchArguments::*field, std::array<int, 3> values) {
        for (const int value : values)
            if (value != a.*field) {
                rows.push_back(a);
                rows.back().*field = value;
            }
    };
    vary(&BenchArguments::clusters, {a.clusters / 2, a.clusters, 2 * a.clusters});
    vary(&BenchArguments::size, {std::max(32, a.size / 2), a.size, std::min(256, 2 * a.size)});
    vary(&BenchArguments::batch, {a.batch / 2, a.batch, 2 * a.batch});
    return rows;
}

constexpr std::array<std::int64_t, 4> photoCounts{1'000, 10'000, 100'000, 1'000'000};

// What the number of photos costs beside the step, which does not know it.
void measurePhotos(const BenchArguments& a, Json& all)
{
    if (!a.json)
        std::printf("%10s %12s %22s %18s\n", "photos", "store GB", "memory beside it, MB", "a batch, ms");
    for (const std::int64_t photos : photoCounts) {
        const train::PhotoCost cost = train::photoCost(optionsOf(a).train, photos, std::filesystem::temp_directory_path());
        if (!a.json) {
            std::printf("%10lld %12.2f %22.1f %18.2f\n", static_cast<long long>(photos), cost.storeBytes / 1e9, cost.memoryBytes / 1e6, cost.batchMs);
            std::fflush(stdout);
            continue;
        }
        Json one = Json::object();
        one.set("photos", photos);
        one.set("store_bytes", cost.storeBytes);
        one.set("memory_bytes", cost.memoryBytes);
        one.set("batch_ms", cost.batchMs);
        all.push(std::move(one));
    }
}

} // namespace

void benchCommand(const BenchArguments& arguments)
{
    Json all{Json::Array{}};
    for (const BenchArguments& row : arguments.table ? tableOf(arguments) : std::vector{arguments}) {
        const BenchmarkResult result = measure(row);
        if (arguments.json)
            all.push(toJson(row, result));
        else
            print(row, result);
    }
    if (arguments.table)
        measurePhotos(arguments, all);
    if (arguments.json)
        std::printf("%s\n", (arguments.table ? all : all.toArray().front()).text().c_str());
}

} // namespace plumage::worker
