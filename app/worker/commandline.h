// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/worker/arguments.h"
#include "app/worker/benchcommand.h"

#include <string>
#include <variant>

namespace plumage::worker {

using Command = std::variant<terminal::HelpText, TrainArguments, EmbedArguments, PackArguments, DemoArguments, InfoArguments, ServeArguments, BenchArguments>;

// Throws Error optionUnknown, optionMissing, optionInvalid (detail: the option as it was given).
Command parseCommandLine(int argc, const char* const* argv);

} // namespace plumage::worker
