// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/metricswriter.h"

#include "core/base/atomicpath.h"
#include "core/base/csv.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <fcntl.h>
#include <string>
#include <unistd.h>

namespace plumage::run {
namespace {

std::vector<std::string> columnNames()
{
    std::vector<std::string> names{"step", "seconds", "images_per_second"};
    names.insert(names.end(), train::termNames.begin(), train::termNames.end());
    return names;
}

constexpr std::size_t absent = static_cast<std::size_t>(-1);

// Where each of our columns stands in a file; an older program wrote fewer. Throws Error runDamaged if it has columns that we do not know.
std::vector<std::size_t> columnsOf(const std::string& header, const std::filesystem::path& csv)
{
    const std::vector<std::string> theirs = parseCsv(header).front();
    std::vector<std::size_t> columns;
    std::size_t found = 0;
    for (const std::string& name : columnNames()) {
        const auto at = std::ranges::find(theirs, name);
        found += at != theirs.end();
        columns.push_back(at == theirs.end() ? absent : static_cast<std::size_t>(at - theirs.begin()));
    }
    if (found != theirs.size())
        throw Error(ErrorCode::runDamaged, csv.string());
    return columns;
}

std::string rearranged(const std::string& row, const std::vector<std::size_t>& columns)
{
    const std::vector<std::string> theirs = parseCsv(row).front();
    std::vector<std::string> fields;
    for (const std::size_t column : columns)
        fields.push_back(column < theirs.size() ? theirs[column] : std::string());
    return csvRow(fields);
}

// Header and whole rows with step <= lastStep of what a stopped or killed worker left.
std::string keptRows(const std::filesystem::path& csv, std::int64_t lastStep)
{
    const std::string header = csvRow(columnNames());
    std::error_code ignored;
    if (lastStep <= 0 || !std::filesystem::exists(csv, ignored))
        return header;
    const std::string text = readFile(csv);
    if (!text.starts_with("step,"))
        throw Error(ErrorCode::runDamaged, csv.string());
    const std::size_t begin = text.find('\n') + 1;    // 0: not even the header is complete
    const std::vector<std::size_t> columns = begin > 0 ? columnsOf(text.substr(0, begin), csv) : std::vector<std::size_t>();
    std::string kept = header;
    for (std::size_t start = begin, end; begin > 0 && (end = text.find('\n', start)) != std::string::npos; start = end + 1) {
        std::int64_t step = 0;
        std::from_chars(text.data() + start, text.data() + end, step);
        if (step >= 1 && step <= lastStep)
            kept += rearranged(text.substr(start, end - start + 1), columns);
    }
    return kept;
}

} // namespace

MetricsWriter::MetricsWriter(std::filesystem::path csv, std::int64_t lastStep) : m_path(std::move(csv))
{
    writeFileAtomically(m_path, keptRows(m_path, lastStep));
    m_file = ::open(m_path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
    if (m_file < 0)
        throw systemError(errno, m_path.string(), ErrorCode::writeFailed);
}

MetricsWriter::~MetricsWriter()
{
    ::close(m_file);
}

void MetricsWriter::append(const train::StepReport& report)
{
    std::vector<std::string> fields{std::to_string(report.step), numberText(report.seconds), numberText(report.imagesPerSecond)};
    for (const float term : report.terms)
        fields.push_back(numberText(term));
    const std::string row = csvRow(fields);
    const off_t before = ::lseek(m_file, 0, SEEK_END);
    const ssize_t written = ::write(m_file, row.data(), row.size());
    if (written == static_cast<ssize_t>(row.size()))
        return;
    const int problem = written < 0 ? errno : ENOSPC;
    if (::ftruncate(m_file, before) != 0)
        throw systemError(errno, m_path.string(), ErrorCode::writeFailed);
    throw systemError(problem, m_path.string(), ErrorCode::writeFailed);
}

} // namespace plumage::run
