// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/metrics/contingency.h"

#include <filesystem>
#include <string>
#include <vector>

namespace plumage::cli {

// A row per known kind, a column per cluster, darker = a larger share of the row, with the counts where they fit. Columns are put in the order that lays most
// photos on the diagonal. Throws Error folderNotWritable.
void drawConfusion(const metrics::Contingency& table, const std::vector<std::string>& kinds, const std::vector<std::string>& clusters, const std::filesystem::path& png);

} // namespace plumage::cli
