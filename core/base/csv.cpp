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

void forEachCsvRow(std::string_view text, const std::function<void(const std::vector<std::string>& row)>& take)
{
    if (text.starts_with("\xef\xbb\xbf"))
        text.remove_prefix(3);
    std::vector<std::string> row;
    std::size_t line = 1, fields = 0;
    const auto nextField = [&] {
        if (fields == row.size())
            row.emplace_back();
        row[fields++].clear();    // its memory stays
    };
    std::size_t at = 0;
    while (at < text.size()) {
        fields = 0;
        nextField();
        bool quoted = false;
        const std::size_t rowLine = line;
        for (;; ++at) {
            if (at == text.size()) {
                if (quoted)
                    throw Error(ErrorCode::fileDamaged, "line " + std::to_string(rowLine));
                break;
            }
            const char c = text[at];
            std::string& field = row[fields - 1];
            line += c == '\n';
            if (quoted && c == '"' && at + 1 < text.size() && text[at + 1] == '"') {
                field += '"';
                ++at;
            } else if (c == '"' && (quoted || field.empty())) {
                quoted = !quoted;
            } else if (quoted) {
                field += c;
            } else if (c == ',') {
                nextField();
            } else if (c == '\n') {
                ++at;
                break;
            } else if (c != '\r' || at + 1 == text.size() || text[at + 1] != '\n') {
                field += c;
            }
        }
        row.resize(fields);
        take(row);
    }
}

std::vector<std::vector<std::string>> parseCsv(std::string_view text)
{
    std::vector<std::vector<std::string>> rows;
    forEachCsvRow(text, [&rows](const std::vector<std::string>& row) { rows.push_back(row); });
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
