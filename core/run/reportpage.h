// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/run/report.h"
#include "core/run/snapshotfiles.h"

#include <string>

namespace plumage::run {

// index.html of a report: the pictures beside it and the numbers in tables; one file without scripts.
std::string reportPage(const ReportSource& source, const StoredSnapshot& snapshot, bool hasLosses);

} // namespace plumage::run
