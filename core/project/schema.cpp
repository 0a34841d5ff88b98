// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/schema.h"

#include "core/project/database.h"

#include <array>
#include <string>

namespace plumage::project {
namespace {

// Ids of photos and files are never used again (AUTOINCREMENT). Numbers of enums are those of edit.h; times are ms since 1970, UTC.
constexpr const char* version1 = R"sql(
CREATE TABLE meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID;    -- next_cluster: above every cluster id that ever was; adopted: photos of older runs are in

-- what lies in the folders
CREATE TABLE roots (id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE);
CREATE TABLE files (
    id INTEGER PRIMARY KEY AUTOINCREMENT, root INTEGER NOT NULL REFERENCES roots(id), path TEXT NOT NULL, hash TEXT NOT NULL, bytes INTEGER NOT NULL,
    modified_ns INTEGER NOT NULL, taken TEXT NOT NULL DEFAULT '', latitude REAL, longitude REAL, camera TEXT NOT NULL DEFAULT '',
    missing INTEGER NOT NULL DEFAULT 0, UNIQUE (root, path));
CREATE INDEX files_hash ON files (hash);
CREATE TABLE photos (    -- x, y, w, h: a box in the file, in shares; null = the whole file. covered: the whole file while it has boxes
    id INTEGER PRIMARY KEY AUTOINCREMENT, file INTEGER NOT NULL REFERENCES files(id), x REAL, y REAL, w REAL, h REAL, covered INTEGER NOT NULL DEFAULT 0);
CREATE INDEX photos_file ON photos (file);

-- what a person decided
CREATE TABLE clusters (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, colour INTEGER NOT NULL, parent INTEGER, merged_into INTEGER, state INTEGER NOT NULL,
    is_group INTEGER NOT NULL, key INTEGER NOT NULL, notes TEXT NOT NULL);
CREATE TABLE labels (photo INTEGER PRIMARY KEY, cluster INTEGER NOT NULL, source INTEGER NOT NULL);
CREATE TABLE rejections (photo INTEGER NOT NULL, cluster INTEGER NOT NULL, PRIMARY KEY (photo, cluster)) WITHOUT ROWID;
CREATE TABLE exemplars (cluster INTEGER NOT NULL, photo INTEGER NOT NULL, PRIMARY KEY (cluster, photo)) WITHOUT ROWID;
CREATE TABLE away (photo INTEGER PRIMARY KEY);
CREATE TABLE answers (queue TEXT NOT NULL, key TEXT NOT NULL, answer TEXT NOT NULL, PRIMARY KEY (queue, key)) WITHOUT ROWID;
CREATE TABLE codes (run INTEGER NOT NULL, code INTEGER NOT NULL, cluster INTEGER NOT NULL, PRIMARY KEY (run, code)) WITHOUT ROWID;
CREATE TABLE journal (    -- facts: the columns of CommandFacts; edits: toBytes() of edit.h
    id INTEGER PRIMARY KEY AUTOINCREMENT, made_at INTEGER NOT NULL, kind INTEGER NOT NULL, photos INTEGER NOT NULL, clusters INTEGER NOT NULL,
    checked INTEGER NOT NULL, conflicts INTEGER NOT NULL, from_name TEXT NOT NULL, to_name TEXT NOT NULL, edits BLOB NOT NULL,
    undone INTEGER NOT NULL DEFAULT 0);

-- what the window remembers
CREATE TABLE looked_at (cluster INTEGER NOT NULL, photo INTEGER NOT NULL, PRIMARY KEY (cluster, photo)) WITHOUT ROWID;
CREATE TABLE effort (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, loop TEXT NOT NULL, decisions INTEGER NOT NULL, photos INTEGER NOT NULL, ms INTEGER NOT NULL);
)sql";

constexpr std::array migrations{version1};    // [i] leads from version i to i + 1; a landed one is never changed
static_assert(migrations.size() == schemaVersion);

} // namespace

void migrate(const Database& database)
{
    for (auto version = static_cast<std::size_t>(database.number("PRAGMA user_version")); version < migrations.size(); ++version) {
        Transaction transaction(database);
        database.run(migrations[version]);
        database.run("PRAGMA user_version = " + std::to_string(version + 1));
        transaction.commit();
    }
}

} // namespace plumage::project
