// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/arguments.h"

#include <variant>

namespace plumage::cli {

using Command = std::variant<terminal::HelpText, ImportArguments, StatusArguments, ExportArguments, EvaluateArguments, SimulateArguments, TrainArguments>;

// Throws Error optionUnknown, optionMissing, optionInvalid (detail: the option as it was given).
Command parseCommandLine(int argc, const char* const* argv);

} // namespace plumage::cli
