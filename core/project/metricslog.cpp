// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/metricslog.h"

#include "core/base/atomicpath.h"
#include "core/base/csv.h"
#include "core/base/error.h"

#include <charconv>
#include <limits>
#include <optional>

namespace plumage::project {
namespace {

constexpr double notLogged = std::numeric_limits<double>::quiet_NaN();

std::optional<double> number(const std::string& text)
{
    double value = 0;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
    if (result.ec != std::errc() || result.ptr != text.data() + text.size())
        return {};
    return value;
}

void thinColumn(std::vector<double>& column)
{
    const std::size_t half = column.size() / 2;
    std::size_t to = 0;
    for (std::size_t from = 0; from < column.size(); ++from)
        if (from >= half || from % 2 == 0)
            column[to++] = column[from];
    column.resize(to);
}

} // namespace

void MetricsLog::append(std::int64_t step, double second, double rate, const std::map<std::string, double>& values)
{
    if (!steps.empty() && static_cast<double>(step) <= steps.back())
        return;
    steps.push_back(static_cast<double>(step));
    seconds.push_back(second);
    imagesPerSecond.push_back(rate);
    for (const auto& [name, value] : values) {
        std::vector<double>& column = terms[name];
        column.resize(steps.size() - 1, notLogged);
        column.push_back(value);
    }
    for (auto& [name, column] : terms)
        column.resize(steps.size(), notLogged);
}

void MetricsLog::thin()
{
    for (auto* column : {&steps, &seconds, &imagesPerSecond})
        thinColumn(*column);
    for (auto& [name, column] : terms)
        thinColumn(column);
}

MetricsLog readMetrics(const std::filesystem::path& csv)
{
    MetricsLog log;
    std::error_code error;
    if (!std::filesystem::exists(csv, error))
        return log;
    std::string text = readFile(csv);
    text.resize(text.rfind('\n') + 1);    // npos + 1 = 0: not even the header is complete
    const auto rows = parseCsv(text);
    for (std::size_t line = 1; line < rows.size(); ++line) {
        std::map<std::string, double> values;
        for (std::size_t column = 0; column < rows[line].size() && column < rows[0].size(); ++column)
            if (const auto value = number(rows[line][column]))
                values[rows[0][column]] = *value;
        const auto step = values.extract("step"), second = values.extract("seconds"), rate = values.extract("images_per_second");
        if (step && rows[line].size() == rows[0].size())
            log.append(static_cast<std::int64_t>(step.mapped()), second ? second.mapped() : 0, rate ? rate.mapped() : 0, values);
    }
    return log;
}

} // namespace plumage::project
