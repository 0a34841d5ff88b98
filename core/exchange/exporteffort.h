// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/library.h"

#include <filesystem>
#include <span>
#include <string>

namespace plumage::exchange {

// The log of work as a table: started (ISO date, UTC), loop, decisions, photos (that got a label), seconds.
std::string effortText(std::span<const project::Library::Effort> effort);
// Complete or absent. Throws Error diskFull, folderNotWritable, writeFailed.
void exportEffort(std::span<const project::Library::Effort> effort, const std::filesystem::path& file);

} // namespace plumage::exchange
