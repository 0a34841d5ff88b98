// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace plumage::worker {

// What stood on the command line, one struct per command. Syntax is checked, meaning not: folders, presets and ranges are the command's to check.
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
struct PackArguments {
    std::filesystem::path photos, out;      // out: the pack's file
    int size = 64;                          // S of the networks that will read it, pixels
    int threads = 0;
};
struct DemoArguments {
    std::filesystem::path out;
    int species = 10, each = 100, size = 128;
    std::uint64_t seed = 7;
};
struct InfoArguments {
    bool json = false;
};
struct ServeArguments {
    std::filesystem::path project;
    std::string socket;                     // empty: protocol::socketPath()
    double idleMinutes = 10;                // without a peer and a run, until the worker ends
};

} // namespace plumage::worker
