// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/worker/arguments.h"

#include <stop_token>

namespace plumage::worker {

// Makes the photo pack that the bare build trains from; a progress line, then one JSON object go to stdout, notes to stderr. Throws Error.
void packCommand(const PackArguments& arguments, std::stop_token stop);

} // namespace plumage::worker
