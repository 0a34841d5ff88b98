// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/train/trainobserver.h"

#include <cstdint>
#include <filesystem>

namespace plumage::run {

// metrics.csv: "step,seconds,images_per_second,<terms>", a row per logged step, each written with one call, so that a reader sees whole rows.
// One thread.
class MetricsWriter {
public:
    // Keeps the rows up to `lastStep` (0: starts anew) and appends to them. Throws Error runDamaged (other columns), diskFull, folderNotWritable, writeFailed.
    MetricsWriter(std::filesystem::path csv, std::int64_t lastStep);
    ~MetricsWriter();
    MetricsWriter(const MetricsWriter&) = delete;
    MetricsWriter& operator=(const MetricsWriter&) = delete;
    // A row that cannot be written leaves no part behind. Throws Error diskFull, writeFailed.
    void append(const train::StepReport& report);

private:
    std::filesystem::path m_path;
    int m_file = -1;
};

} // namespace plumage::run
