// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exchange/importlabels.h"

#include "core/base/atomicpath.h"
#include "core/base/csv.h"
#include "core/base/error.h"
#include "core/exchange/exportcsv.h"

#include <QtCore/QByteArrayView>
#include <QtCore/QString>

#include <algorithm>
#include <array>
#include <unordered_map>

namespace plumage::exchange {
namespace {

namespace fs = std::filesystem;
using Table = std::vector<std::vector<std::string>>;

std::string readText(const fs::path& file)
{
    std::string text = readFile(file);
    if (QByteArrayView(text.data(), static_cast<qsizetype>(text.size())).isValidUtf8())
        return text;
    std::int64_t line = 1;
    for (std::size_t at = 0; at < text.size(); ++line) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        if (!QByteArrayView(text.data() + at, static_cast<qsizetype>(end - at)).isValidUtf8())
            break;
        at = end + 1;
    }
    throw Error(ErrorCode::textEncoding, file.string() + ", line " + std::to_string(line));
}

Table readTable(const fs::path& file)
{
    std::string text = readText(file);
    const std::string head = text.substr(0, text.find('\n'));
    if (std::ranges::count(head, '\t') > std::ranges::count(head, ',')) {    // TSV: no quotes
        Table table;
        for (std::size_t at = 0; at < text.size();) {
            const std::size_t end = std::min(text.find('\n', at), text.size());
            std::string line = text.substr(at, end - at);
            if (line.ends_with('\r'))
                line.pop_back();
            std::vector<std::string>& row = table.emplace_back();
            for (std::size_t from = 0; from <= line.size();) {
                const std::size_t tab = std::min(line.find('\t', from), line.size());
                row.push_back(line.substr(from, tab - from));
                from = tab + 1;
            }
            at = end + 1;
        }
        return table;
    }
    try {
        return parseCsv(text);
    } catch (const Error& error) {
        throw Error(error.code(), file.string() + " " + error.detail());
    }
}

std::string lower(const std::string& text)
{
    return QString::fromStdString(text).trimmed().toLower().toStdString();
}

std::optional<std::size_t> columnOf(const std::vector<std::string>& header, const std::string& given, std::span<const char* const> guesses)
{
    const auto find = [&](const std::string& name) -> std::optional<std::size_t> {
        const auto found = std::ranges::find_if(header, [&](const std::string& field) { return lower(field) == lower(name); });
        return found == header.end() ? std::nullopt : std::optional(static_cast<std::size_t>(found - header.begin()));
    };
    if (!given.empty())
        return find(given);
    for (const char* guess : guesses)
        if (const auto column = find(guess))
            return column;
    return {};
}

// Finds photos by what other programs call them.
class PhotoFinder {
public:
    explicit PhotoFinder(const project::Library& library)
    {
        library.forEachRecord([&](const project::PhotoRecord& record) {
            m_byPath.emplace(pathWithBox(record), record.photo);
            if (record.box)
                return;    // a bare file name means the whole file
            m_byPath.emplace(record.path, record.photo);
            const auto [name, fresh] = m_byName.emplace(record.file.filename().string(), record.photo);
            if (!fresh)
                name->second = ambiguous;
            m_byHash.emplace(record.hash, record.photo);
        });
    }
    static constexpr PhotoId ambiguous{-1};
    std::optional<PhotoId> find(const std::string& path, const std::string& hash) const
    {
        for (const std::string& text : {path, std::ranges::count(path, '\\') ? slashed(path) : path})
            if (const auto found = m_byPath.find(text); found != m_byPath.end())
                return found->second;
        const auto named = m_byName.find(fs::path(slashed(path)).filename().string());
        if (named != m_byName.end() && named->second != ambiguous)
            return named->second;
        if (const auto same = m_byHash.find(hash); !hash.empty() && same != m_byHash.end())
            return same->second;
        return named == m_byName.end() ? std::nullopt : std::optional(ambiguous);
    }

private:
    static std::string slashed(std::string path)
    {
        std::ranges::replace(path, '\\', '/');
        return path;
    }
    std::unordered_map<std::string, PhotoId> m_byPath, m_byName, m_byHash;
};

std::string at(const std::vector<std::string>& row, std::optional<std::size_t> column)
{
    return column && *column < row.size() ? row[*column] : std::string();
}

} // namespace

LabelFile readLabels(const fs::path& file, const project::Library& library, const std::string& pathColumn, const std::string& labelColumn)
{
    static constexpr std::array paths{"path", "file", "filename", "file_name", "photo", "image", "relativepath"};
    static constexpr std::array kinds{"label", "class", "species", "kind", "category", "name"};
    const Table table = readTable(file);
    if (table.size() < 2)
        throw Error(ErrorCode::emptyTable, file.string());
    const std::vector<std::string>& header = table.front();
    const auto path = columnOf(header, pathColumn, paths), label = columnOf(header, labelColumn, kinds);
    if (!path || !label)
        throw Error(ErrorCode::columnMissing, !path ? (pathColumn.empty() ? "path" : pathColumn) : (labelColumn.empty() ? "label" : labelColumn));
    static constexpr std::array hashes{"hash"}, sources{"source"}, machines{"machine_label"};
    const auto hash = columnOf(header, {}, hashes);
    const auto source = columnOf(header, {}, machines) ? columnOf(header, {}, sources) : std::nullopt;    // an own export

    LabelFile result{{}, {}, {}, 0, header[*path], header[*label]};
    const PhotoFinder photos(library);
    for (std::size_t row = 1; row < table.size(); ++row) {
        const std::string where = at(table[row], path), name = at(table[row], label), origin = at(table[row], source);
        if (table[row].size() == 1 && where.empty())
            continue;    // an empty line
        const auto photo = photos.find(where, at(table[row], hash));
        if (!photo)
            result.unmatched.push_back({static_cast<std::int64_t>(row) + 1, where});
        else if (*photo == PhotoFinder::ambiguous)
            result.ambiguous.push_back({static_cast<std::int64_t>(row) + 1, where});
        else if (origin == "machine")
            ++result.machine;
        else
            result.labels.push_back({*photo, name, origin == "seen" ? project::LabelSource::seen : origin == "bulk" ? project::LabelSource::bulk : project::LabelSource::imported});
    }
    return result;
}

std::vector<curation::ImportedLabel> folderLabels(const project::Library& library)
{
    std::vector<curation::ImportedLabel> labels;
    library.forEachRecord([&](const project::PhotoRecord& record) {
        if (const std::string folder = fs::path(record.path).parent_path().filename().string(); !folder.empty())
            labels.push_back({record.photo, folder});
    });
    return labels;
}

std::vector<std::string> readClassList(const fs::path& file)
{
    std::vector<std::string> names;
    for (const std::vector<std::string>& row : readTable(file))
        if (!row.empty() && !row.front().empty())
            names.push_back(row.front());
    if (names.empty())
        throw Error(ErrorCode::emptyTable, file.string());
    return names;
}

} // namespace plumage::exchange
