// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/arguments.h"

#include <stop_token>

// What the commands do. Each prints its result on stdout and throws Error if it cannot do its job.
namespace plumage::cli {

void importCommand(const ImportArguments& arguments, std::stop_token stop);
void statusCommand(const StatusArguments& arguments);
void exportCommand(const ExportArguments& arguments, std::stop_token stop);
void evaluateCommand(const EvaluateArguments& arguments);
void simulateCommand(const SimulateArguments& arguments);
void trainCommand(const TrainArguments& arguments, std::stop_token stop);    // runs the event loop

} // namespace plumage::cli
