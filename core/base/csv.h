// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace plumage {

// Comma-separated values as RFC 4180: fields with comma, quote or line break are quoted, so that any file name survives.
std::string csvField(std::string_view value);
std::string csvRow(const std::vector<std::string>& fields);    // ends in '\n'

// Row by row, in one vector that is used again. Accepts LF and CRLF and a UTF-8 byte order mark. Throws Error fileDamaged (detail "line N") for a quote that never closes.
void forEachCsvRow(std::string_view text, const std::function<void(const std::vector<std::string>& row)>& take);
std::vector<std::vector<std::string>> parseCsv(std::string_view text);    // all rows

// Shortest decimal text that reads back as the same number, C locale.
std::string numberText(double value);
std::string numberText(float value);

} // namespace plumage
