// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace plumage::worker {

// What stood on the command line, syntax checked, meaning not: names of presets, ranges and folders are checked by the command.
struct TrainArguments {
    std::filesystem::path photos, out;
    std::optional<std::string> preset;      // nothing: demo, or the run's own with resume
    std::optional<int> clusters;            // K = codes in all = kinds x over
    std::optional<int> over;                // codes per kind
    std::optional<int> size;                // S, pixels
    std::optional<double> maxMinutes;
    std::optional<std::int64_t> maxSteps;
    std::optional<std::uint64_t> seed;
    std::optional<int> threads;
    std::string device = "auto";            // auto, cpu, cuda
    std::string truth = "none";             // folders, none
    std::vector<std::pair<std::string, std::string>> set;    // --set section.field=value, any option of run.toml
    bool report = false, resume = false;
};
struct EmbedArguments {
    std::filesystem::path checkpoint, photos, out;
    std::string device = "auto";
    int threads = 0;                        // 0 = as many as the machine has cores
    bool report = false;
};

// traincommand.cpp, embedcommand.cpp. The progress line and the result line go to stdout. A requested stop ends training with a checkpoint and returns.
// Throw Error; main makes the sentence and exit code 1.
//   void trainCommand(const TrainArguments& arguments, std::stop_token stop);
//   void embedCommand(const EmbedArguments& arguments, std::stop_token stop);

} // namespace plumage::worker
