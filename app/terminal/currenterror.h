// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

namespace plumage::terminal {

// The exception that is being handled, as an Error: of what is none (c10::Error, std::exception, …) only the first line, code internal or outOfMemory.
// Call it in a catch block.
Error currentError();

} // namespace plumage::terminal
