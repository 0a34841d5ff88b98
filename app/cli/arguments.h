// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/terminal/options.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace plumage::cli {

// What stood on the command line, one struct per command. Syntax is checked, meaning not.
struct ImportArguments {
    std::filesystem::path project, photos;
    std::string labels = "none";            // none, folders, or a file
    std::filesystem::path boxes, classes;
    bool rest = false;                      // import what matches although some lines do not
    bool overwrite = false;                 // labels of the file win over labels that are there
};
struct StatusArguments {
    std::filesystem::path project;
    bool json = false;
};
struct ExportArguments {
    std::filesystem::path project, out;
    std::string format, link = "hard";
    std::vector<std::string> clusters;
    bool all = false, checkedOnly = false;
    double minConfidence = 0;
};
struct EvaluateArguments {
    std::filesystem::path project, png;
    std::string truth;                      // folders, or a CSV
    bool json = false;
};
struct SimulateArguments {
    std::filesystem::path project;
    std::string truth;                      // folders, or a CSV
    double precision = 1, errorRate = 0;
    std::uint64_t seed = 1;
    bool json = false, apply = false;
};
struct TrainArguments : terminal::TrainingArguments {
    std::filesystem::path project;
    std::string socket;                     // empty: protocol::socketPath()
    bool resume = false;
};

} // namespace plumage::cli
