// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/photolist.h"

#include "core/base/atomicpath.h"
#include "core/base/csv.h"
#include "core/base/error.h"
#include "core/base/trainoptions.h"

#include <cstdint>

namespace plumage {
namespace {

const std::vector<std::string> header{"id", "root", "path", "x", "y", "w", "h", "hash"};

std::vector<std::string> fieldsOf(const PhotoRow& row)
{
    const auto part = [&](double Box::*member) { return row.box ? numberText((*row.box).*member) : std::string(); };
    return {std::to_string(row.photo.value), std::to_string(row.root), row.path, part(&Box::x), part(&Box::y), part(&Box::width), part(&Box::height), row.hash};
}

PhotoRow rowFrom(const std::vector<std::string>& fields, std::size_t rootCount)
{
    PhotoRow row;
    if (fields.size() != header.size())
        throw Error(ErrorCode::fileDamaged, "columns");
    row.photo.value = parseInteger("id", fields[0]);
    const std::int64_t root = parseInteger("root", fields[1]);
    if (row.photo.value < 1 || root < 0 || static_cast<std::size_t>(root) >= rootCount || fields[2].empty())
        throw Error(ErrorCode::fileDamaged, "id, root or path");
    row.root = static_cast<int>(root);
    row.path = fields[2];
    if (!fields[3].empty())
        row.box = Box{parseNumber("x", fields[3]), parseNumber("y", fields[4]), parseNumber("w", fields[5]), parseNumber("h", fields[6])};
    row.hash = fields[7];
    return row;
}

} // namespace

std::string PhotoList::folder(std::size_t row) const
{
    const std::string& path = rows[row].path;
    const std::size_t slash = path.rfind('/');
    return slash == std::string::npos ? std::string() : path.substr(0, slash);
}

std::string PhotoList::hash() const
{
    std::uint64_t state = 0xcbf29ce484222325u;    // FNV-1a, 64 bit
    for (const PhotoRow& row : rows) {
        std::vector<std::string> fields = fieldsOf(row);
        for (const char c : csvRow(fields)) {
            state ^= static_cast<unsigned char>(c);
            state *= 0x100000001b3u;
        }
    }
    static constexpr char digits[] = "0123456789abcdef";
    std::string text(16, '0');
    for (std::size_t i = 0; i < 16; ++i)
        text[i] = digits[(state >> (60 - 4 * i)) & 15];
    return text;
}

std::string photoRowsText(const PhotoList& list)
{
    std::string text = csvRow(header);
    for (const PhotoRow& row : list.rows)
        text += csvRow(fieldsOf(row));
    return text;
}

void writePhotoRows(const std::filesystem::path& csv, const PhotoList& list)
{
    writeFileAtomically(csv, photoRowsText(list));
}

std::vector<PhotoRow> photoRowsFromText(std::string_view text, std::size_t rootCount, const std::string& source)
{
    std::vector<PhotoRow> rows;
    std::size_t at = 0;
    const auto damaged = [&] { return Error(ErrorCode::fileDamaged, source + " row " + std::to_string(at)); };
    forEachCsvRow(text, [&](const std::vector<std::string>& fields) {
        if (at == 0 && fields != header)
            throw damaged();
        if (at > 0)
            try {
                rows.push_back(rowFrom(fields, rootCount));
            } catch (const Error&) {
                throw damaged();
            }
        ++at;
    });
    if (at == 0)
        throw damaged();
    return rows;
}

std::vector<PhotoRow> readPhotoRows(const std::filesystem::path& csv, std::size_t rootCount)
{
    return photoRowsFromText(readFile(csv), rootCount, csv.string());
}

} // namespace plumage
