// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace plumage::project {

class Database;

inline constexpr int schemaVersion = 1;    // PRAGMA user_version; a higher one is refused with libraryTooNew

// Brings a new or older database to schemaVersion, one version after the other, each in a transaction. Throws as Database.
void migrate(const Database& database);

} // namespace plumage::project
