// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/csv.h"

#include "core/base/error.h"

#include <charconv>

namespace plumage {
namespace {

template<class Number>
std::string shortest(Number value)
{
    char buffer[64];
    const auto result = std::to_chars(buffer, buffer + sizeof buffer, value);
    return std::string(buffer, result.ptr);
}

} // namespace

std::string csvField(std::string_view value)
{
    if (value.find_first_of(",\"\r\n") == std::string_view::npos)
        return std::string(value);
    std::string quoted = "\"";
    for (const char c : value) {
        if (c == '"')
            quoted += '"';
        quoted += c;
    }
    return quoted + '"';
}

std::string csvRow(const std::vector<std::string>& fields)
{
    std::string row;
    for (const std::string& field : fields) {
        if (&field != &fields.front())
            row += ',';
        row += csvField(field);
    }
    return row + '\n';
}

std::vector<std::vector<std::string>> parseCsv(std::string_view text)
{
    if (text.starts_with("\xef\xbb\xbf"))
        text.remove_prefix(3);
    std::vector<std::vector<std::string>> rows;
    std::size_t line = 1;
    std::size_t at = 0;
    while (at < text.size()) {
        std::vector<std::string> row(1);
        bool quoted = false;
        const std::size_t rowLine = line;
        for (;; ++at) {
            if (at == text.size()) {
                if (quoted)
                    throw Error(ErrorCode::fileDamaged, "line " + std::to_string(rowLine));
                break;
            }
            const char c = text[at];
            line += c == '\n';
            if (quoted && c == '"' && at + 1 < text.size() && text[at + 1] == '"') {
                row.back() += '"';
                ++at;
            } else if (c == '"' && (quoted || row.back().empty())) {
                quoted = !quoted;
            } else if (quoted) {
                row.back() += c;
            } else if (c == ',') {
                row.emplace_back();
            } else if (c == '\n') {
                ++at;
                break;
            } else if (c != '\r' || at + 1 == text.size() || text[at + 1] != '\n') {
                row.back() += c;
            }
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

std::string numberText(double value)
{
    return shortest(value);
}

std::string numberText(float value)
{
    return shortest(value);
}

} // namespace plumage
