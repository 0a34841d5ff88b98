// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/worker/arguments.h"
#include "core/protocol/messages.h"

namespace plumage::worker {

// What this machine can compute with. Asks LibTorch: in the thread that does all torch work.
protocol::WorkerInfo machineInfo();

void infoCommand(const InfoArguments& arguments);    // prints it, in words or as one JSON object

} // namespace plumage::worker
