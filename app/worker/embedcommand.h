// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/worker/arguments.h"

#include <stop_token>

namespace plumage::worker {

// `plumage-worker embed`: labels photos with the network of a checkpoint. Progress and a JSON line as trainCommand(). Throws Error.
void embedCommand(const EmbedArguments& arguments, std::stop_token stop);

} // namespace plumage::worker
