// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace plumage::project {

// metrics.csv in columns, one entry per logged step, ascending.
struct MetricsLog {
    std::vector<double> steps, seconds, imagesPerSecond;
    std::map<std::string, std::vector<double>> terms;    // each as long as steps; not-a-number where a term was not logged

    bool isEmpty() const { return steps.empty(); }
    // A step that is not newer than the last one is ignored (news of a run that was read from the file a moment ago).
    void append(std::int64_t step, double second, double rate, const std::map<std::string, double>& values);
    void thin();    // drops every second entry of the older half
};

// An incomplete last line (the worker is writing) and damaged ones are left out; a missing file is an empty log. Throws Error fileUnreadable.
MetricsLog readMetrics(const std::filesystem::path& csv);

} // namespace plumage::project
