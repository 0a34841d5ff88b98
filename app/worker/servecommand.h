// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/worker/arguments.h"

#include <stop_token>

namespace plumage::worker {

// Serves one project's window until nothing is to do any more; blocks in the event loop. Logs to cache/worker.log of the project.
// Throws Error folderMissing, folderNotWritable, runInUse (another worker serves the project).
void serveCommand(const ServeArguments& arguments, std::stop_token stop);

} // namespace plumage::worker
