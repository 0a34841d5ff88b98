// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/worker/arguments.h"

#include <stop_token>

namespace plumage::worker {

// Draws the aviary; a progress line, then one JSON object go to stdout. Throws Error.
void demoCommand(const DemoArguments& arguments, std::stop_token stop);

} // namespace plumage::worker
