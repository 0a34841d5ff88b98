// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/trainoptions.h"

#include <QtCore/QString>

#include <CLI/CLI.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace plumage::terminal {

struct HelpText {    // --help, --version: to be printed
    std::string text;
};

// How a run is trained, as both programs take it. Syntax is checked here, meaning in newOptions().
struct TrainingArguments {
    std::optional<std::string> preset;      // nothing: demo, or the run's own when it is resumed
    std::optional<int> clusters;            // K = codes in all = kinds x over
    std::optional<int> over;                // codes per kind
    std::optional<int> size;                // S, pixels
    std::optional<double> maxMinutes;
    std::optional<std::int64_t> maxSteps;
    std::optional<std::uint64_t> seed;
    std::optional<int> threads;
    std::string device = "auto";            // auto, cpu, cuda
    std::string truth = "none";             // folders, none
    std::vector<std::string> set;           // --set section.field=value, any option of run.toml
};
void addTrainingOptions(CLI::App& app, TrainingArguments& arguments);
// Options of a new run. Throws Error optionUnknown, optionInvalid, optionOutOfRange.
TrainOptions newOptions(const TrainingArguments& arguments);
// Limits and threads, which may also change when a run is resumed. Throws the same.
void applyLimits(TrainOptions& options, const TrainingArguments& arguments);

std::string said(const QString& text);
CLI::App& subcommand(CLI::App& app, const char* name, const QString& description, std::function<void()> chosen);
template<class T>
CLI::Option* option(CLI::App& app, const char* name, T& value, const QString& description)
{
    return app.add_option(name, value, said(description));
}
void addDevice(CLI::App& app, std::string& device);

// Parses and calls what was chosen, or returns what was asked for instead. Throws Error optionUnknown, optionMissing, optionInvalid (detail: the option as given).
std::optional<HelpText> parse(CLI::App& app, int argc, const char* const* argv);

} // namespace plumage::terminal
