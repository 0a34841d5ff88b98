// SPDX-License-Identifier: GPL-3.0-or-later
// The part of the library that knows the photos: lists, records, boxes.
#include "core/base/error.h"
#include "core/project/libraryparts.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

namespace plumage::project {
namespace {

constexpr const char* listed = "f.missing = 0 AND p.covered = 0 AND p.id NOT IN (SELECT photo FROM away)";
constexpr const char* recordColumns = "p.id, r.path, f.path, p.x, p.y, p.w, p.h, f.hash, f.bytes, f.modified_ns, f.taken, f.latitude, f.longitude, f.camera, f.missing";
constexpr const char* joined = " FROM photos p JOIN files f ON f.id = p.file JOIN roots r ON r.id = f.root ";

std::optional<Box> boxAt(const Statement& row, int column)
{
    if (row.isNull(column))
        return {};
    return Box{row.real(column), row.real(column + 1), row.real(column + 2), row.real(column + 3)};
}

std::optional<double> realAt(const Statement& row, int column)
{
    return row.isNull(column) ? std::nullopt : std::optional(row.real(column));
}

PhotoRecord recordAt(const Statement& row)
{
    PhotoRecord record;
    record.photo = PhotoId{row.number(0)};
    record.root = row.text(1);
    record.path = row.text(2);
    record.file = std::filesystem::path(record.root) / record.path;
    record.box = boxAt(row, 3);
    record.hash = row.text(7);
    record.bytes = row.number(8);
    record.modifiedNs = row.number(9);
    record.exposure = {row.text(10), realAt(row, 11), realAt(row, 12), row.text(13)};
    record.missing = row.number(14) != 0;
    return record;
}

// `hidden` (may be null) becomes true for rows of missing files.
PhotoList listOf(const Database& db, const std::string& where, std::vector<bool>* hidden = nullptr)
{
    PhotoList list;
    std::unordered_map<std::int64_t, int> rootOf;
    Statement roots(db, "SELECT id, path FROM roots ORDER BY id");
    while (roots.step()) {
        rootOf[roots.number(0)] = static_cast<int>(list.roots.size());
        list.roots.push_back(roots.text(1));
    }
    list.rows.reserve(static_cast<std::size_t>(db.number("SELECT count(*) FROM photos")));
    Statement row(db, "SELECT p.id, f.root, f.path, p.x, p.y, p.w, p.h, f.hash, f.missing FROM photos p JOIN files f ON f.id = p.file WHERE " + where + " ORDER BY p.id");
    while (row.step()) {
        list.rows.push_back({PhotoId{row.number(0)}, rootOf[row.number(1)], row.text(2), boxAt(row, 3), row.text(7)});
        if (hidden)
            hidden->push_back(row.number(8) != 0);
    }
    return list;
}

bool fits(const Box& box)
{
    constexpr double slack = 1e-6;
    return std::isfinite(box.x + box.y + box.width + box.height) && box.x >= -slack && box.y >= -slack && box.width > 0 && box.height > 0
        && box.x + box.width <= 1 + slack && box.y + box.height <= 1 + slack;
}

} // namespace

void adoptPhotos(const Database& db, const PhotoList& photos)
{
    Statement root(db, "INSERT OR IGNORE INTO roots (path) VALUES (?)");
    Statement rootId(db, "SELECT id FROM roots WHERE path = ?");
    std::vector<std::int64_t> roots;
    for (const std::string& path : photos.roots) {
        root.run(path);
        rootId.bind(path).step();
        roots.push_back(rootId.number(0));
    }
    Statement file(db, "INSERT OR IGNORE INTO files (root, path, hash, bytes, modified_ns) VALUES (?, ?, ?, 0, 0)");
    Statement fileId(db, "SELECT id FROM files WHERE root = ? AND path = ?");
    Statement photo(db, "INSERT OR IGNORE INTO photos (id, file, x, y, w, h) VALUES (?, ?, ?, ?, ?, ?)");
    for (const PhotoRow& row : photos.rows) {
        const std::int64_t rootNumber = roots[static_cast<std::size_t>(row.root)];
        file.run(rootNumber, row.path, row.hash);
        fileId.bind(rootNumber, row.path).step();
        const auto part = [&](double value) { return row.box ? std::optional(value) : std::nullopt; };
        const Box box = row.box.value_or(Box{});
        photo.run(row.photo.value, fileId.number(0), part(box.x), part(box.y), part(box.width), part(box.height));
    }
}

std::vector<std::filesystem::path> Library::roots() const
{
    std::vector<std::filesystem::path> roots;
    Statement row(m_parts->db(), "SELECT path FROM roots ORDER BY id");
    while (row.step())
        roots.emplace_back(row.text(0));
    return roots;
}

std::int64_t Library::photoCount() const
{
    return m_parts->db().number(std::string("SELECT count(*)") + joined + "WHERE " + listed);
}

PhotoList Library::photos() const
{
    return listOf(m_parts->db(), listed);
}

PhotoList Library::allPhotos() const
{
    return listOf(m_parts->db(), "p.covered = 0");
}

Library::PhotoLists Library::photoLists() const
{
    std::vector<bool> hidden;
    const auto all = std::make_shared<const PhotoList>(listOf(m_parts->db(), "p.covered = 0", &hidden));
    Statement away(m_parts->db(), "SELECT photo FROM away");
    while (away.step())
        if (const auto found = std::ranges::lower_bound(all->rows, PhotoId{away.number(0)}, {}, &PhotoRow::photo); found != all->rows.end() && found->photo.value == away.number(0))
            hidden[static_cast<std::size_t>(found - all->rows.begin())] = true;
    if (std::ranges::find(hidden, true) == hidden.end())
        return {all, all};
    PhotoList photos{all->roots, {}};
    for (std::size_t row = 0; row < hidden.size(); ++row)
        if (!hidden[row])
            photos.rows.push_back(all->rows[row]);
    return {std::make_shared<const PhotoList>(std::move(photos)), all};
}

std::vector<PhotoId> Library::missingPhotos() const
{
    std::vector<PhotoId> photos;
    Statement row(m_parts->db(), std::string("SELECT p.id") + joined + "WHERE f.missing = 1 AND p.covered = 0 ORDER BY p.id");
    while (row.step())
        photos.push_back(PhotoId{row.number(0)});
    return photos;
}

std::optional<PhotoRecord> Library::record(PhotoId photo) const
{
    Statement row(m_parts->db(), std::string("SELECT ") + recordColumns + joined + "WHERE p.id = ?");
    return row.bind(photo.value).step() ? std::optional(recordAt(row)) : std::nullopt;
}

void Library::forEachRecord(const std::function<void(const PhotoRecord&)>& take) const
{
    Statement row(m_parts->db(), std::string("SELECT ") + recordColumns + joined + "WHERE p.covered = 0 ORDER BY p.id");
    while (row.step())
        take(recordAt(row));
}

std::int64_t Library::addBoxes(std::span<const BoxRow> boxes, bool skipBad)
{
    m_parts->needWritable();
    const Database& db = m_parts->db();
    std::unordered_map<std::string, std::int64_t> fileOfPath, fileOfName;    // 0: several files have the name
    Statement files(db, "SELECT f.id, r.path, f.path FROM files f JOIN roots r ON r.id = f.root");
    while (files.step()) {
        const std::filesystem::path path = files.text(2);
        fileOfPath[(std::filesystem::path(files.text(1)) / path).string()] = files.number(0);
        fileOfPath.emplace(path.string(), files.number(0));
        const auto [name, fresh] = fileOfName.emplace(path.filename().string(), files.number(0));
        if (!fresh)
            name->second = 0;
    }
    std::int64_t unknown = 0, made = 0;
    std::string first;
    Transaction transaction(db);
    Statement there(db, "SELECT 1 FROM photos WHERE file = ? AND abs(x - ?) + abs(y - ?) + abs(w - ?) + abs(h - ?) < 1e-6");
    Statement insert(db, "INSERT INTO photos (file, x, y, w, h) VALUES (?, ?, ?, ?, ?)");
    Statement cover(db, "UPDATE photos SET covered = 1 WHERE file = ? AND x IS NULL");
    for (const BoxRow& row : boxes) {
        const auto path = fileOfPath.find(row.path);
        const auto name = fileOfName.find(row.path);
        const std::int64_t file = path != fileOfPath.end() ? path->second : name != fileOfName.end() ? name->second : 0;
        if (file == 0) {
            first = unknown++ == 0 ? row.path : first;
            continue;
        }
        const Box& box = row.box;
        if (!fits(box)) {
            if (!skipBad)
                throw Error(ErrorCode::boxInvalid, row.path);
            continue;
        }
        if (there.bind(file, box.x, box.y, box.width, box.height).step())
            continue;    // imported before
        insert.run(file, box.x, box.y, box.width, box.height);
        cover.run(file);
        ++made;
    }
    if (unknown > 0 && !skipBad)
        throw Error(ErrorCode::labelsUnmatched, std::to_string(unknown) + ", " + first);
    transaction.commit();
    return made;
}

} // namespace plumage::project
