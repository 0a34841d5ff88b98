// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/worker/arguments.h"

#include <stop_token>

namespace plumage::worker {

// `plumage-worker train`: scans the photos, makes the run folder, trains, writes the report. A progress line, then one JSON object as the last line go
// to stdout, notes to stderr. A requested stop ends training with a checkpoint and returns. A run that never began leaves nothing behind.
// Blocks; all torch work happens in the calling thread. Throws Error; main makes the sentence and the exit code.
void trainCommand(const TrainArguments& arguments, std::stop_token stop);

} // namespace plumage::worker
