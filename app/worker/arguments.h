// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/terminal/options.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace plumage::worker {

// What stood on the command line, one struct per command. Syntax is checked, meaning not: folders, presets and ranges are the command's to check.
struct TrainArguments : terminal::TrainingArguments {
    std::filesystem::path photos, out;
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
