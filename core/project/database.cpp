// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/database.h"

#include "core/base/error.h"

#include <sqlite3.h>

#include <cerrno>
#include <utility>

namespace plumage::project {
namespace {

constexpr int patienceMs = 5'000;    // for another connection's transaction

} // namespace

// ---- Statement

Statement::Statement(const Database& database, std::string_view sql) : m_database(&database)
{
    if (const int code = sqlite3_prepare_v2(database.handle(), sql.data(), static_cast<int>(sql.size()), &m_statement, nullptr); code != SQLITE_OK)
        database.fail(code);
}

Statement::~Statement()
{
    sqlite3_finalize(m_statement);
}

Statement::Statement(Statement&& other) noexcept : m_database(other.m_database), m_statement(std::exchange(other.m_statement, nullptr)) { }

void Statement::reset()
{
    sqlite3_reset(m_statement);
}

bool Statement::step()
{
    const int code = sqlite3_step(m_statement);
    if (code == SQLITE_ROW)
        return true;
    sqlite3_reset(m_statement);
    if (code != SQLITE_DONE)
        m_database->fail(code);
    return false;
}

void Statement::put(int at, std::int64_t value)
{
    sqlite3_bind_int64(m_statement, at, value);
}

void Statement::put(int at, double value)
{
    sqlite3_bind_double(m_statement, at, value);
}

void Statement::put(int at, std::string_view value)
{
    if (const int code = sqlite3_bind_text(m_statement, at, value.data(), static_cast<int>(value.size()), SQLITE_TRANSIENT); code != SQLITE_OK)
        m_database->fail(code);
}

void Statement::put(int at, Blob value)
{
    if (const int code = sqlite3_bind_blob64(m_statement, at, value.bytes.data(), value.bytes.size(), SQLITE_TRANSIENT); code != SQLITE_OK)
        m_database->fail(code);
}

void Statement::put(int at, std::nullopt_t)
{
    sqlite3_bind_null(m_statement, at);
}

std::int64_t Statement::number(int column) const
{
    return sqlite3_column_int64(m_statement, column);
}

double Statement::real(int column) const
{
    return sqlite3_column_double(m_statement, column);
}

std::string Statement::text(int column) const
{
    const unsigned char* text = sqlite3_column_text(m_statement, column);
    return text ? std::string(reinterpret_cast<const char*>(text), static_cast<std::size_t>(sqlite3_column_bytes(m_statement, column))) : std::string();
}

std::string Statement::blob(int column) const
{
    const void* bytes = sqlite3_column_blob(m_statement, column);
    return bytes ? std::string(static_cast<const char*>(bytes), static_cast<std::size_t>(sqlite3_column_bytes(m_statement, column))) : std::string();
}

bool Statement::isNull(int column) const
{
    return sqlite3_column_type(m_statement, column) == SQLITE_NULL;
}

// ---- Database

Database::Database(const std::filesystem::path& file, Mode mode) : m_file(file)
{
    std::error_code ignored;
    if (mode != Mode::create && !std::filesystem::exists(file, ignored))
        throw Error(ErrorCode::fileMissing, file.string());
    const int flags = mode == Mode::read ? SQLITE_OPEN_READONLY : mode == Mode::write ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    const auto open = [&](const std::string& name, int more) { return sqlite3_open_v2(name.c_str(), &m_handle, flags | more | SQLITE_OPEN_NOMUTEX, nullptr); };
    int code = open(file.string(), 0);
    if (code == SQLITE_OK && mode == Mode::read) {
        // on a medium without write access the WAL's index cannot be made; the file as it is can still be read
        if (const int probe = sqlite3_exec(m_handle, "SELECT 1 FROM sqlite_master", nullptr, nullptr, nullptr); probe == SQLITE_CANTOPEN || probe == SQLITE_READONLY_CANTINIT) {
            sqlite3_close(std::exchange(m_handle, nullptr));
            std::string uri = "file:";
            for (const char c : file.string())
                uri += c == '?' ? "%3f" : c == '#' ? "%23" : c == '%' ? "%25" : std::string(1, c);
            code = open(uri + "?immutable=1", SQLITE_OPEN_URI);
        }
    }
    try {
        if (code != SQLITE_OK)
            fail(code);
        sqlite3_busy_timeout(m_handle, patienceMs);
        run("PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16000;");
        if (mode != Mode::read)
            run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");    // a decision that was confirmed on screen survives a power cut too
    } catch (...) {
        sqlite3_close(m_handle);
        throw;
    }
}

Database::~Database()
{
    sqlite3_close(m_handle);
}

void Database::fail(int code) const
{
    const std::string file = m_file.string();
    switch (code & 0xFF) {
    case SQLITE_FULL: throw Error(ErrorCode::diskFull, file);
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_CANTOPEN: throw Error(ErrorCode::libraryReadOnly, file);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: throw Error(ErrorCode::libraryDamaged, file);
    case SQLITE_BUSY:
    case SQLITE_LOCKED: throw Error(ErrorCode::libraryLocked, file);
    case SQLITE_NOMEM: throw Error(ErrorCode::outOfMemory, file);
    case SQLITE_IOERR: throw systemError(m_handle ? sqlite3_system_errno(m_handle) : EIO, file, ErrorCode::writeFailed);
    default: throw Error(ErrorCode::writeFailed, file + " (" + (m_handle ? sqlite3_errmsg(m_handle) : sqlite3_errstr(code)) + ")");
    }
}

void Database::run(const std::string& sql) const
{
    if (const int code = sqlite3_exec(m_handle, sql.c_str(), nullptr, nullptr, nullptr); code != SQLITE_OK)
        fail(code);
}

std::int64_t Database::number(const std::string& sql) const
{
    Statement statement(*this, sql);
    return statement.step() ? statement.number(0) : 0;
}

std::int64_t Database::lastId() const
{
    return sqlite3_last_insert_rowid(m_handle);
}

void Database::copyTo(const std::filesystem::path& file, std::stop_token stop) const
{
    constexpr int pagesAtOnce = 1024;    // 4 MB
    const Database target(file, Mode::create);
    run("BEGIN");    // one state of the database for all steps: others write beside it
    number("SELECT count(*) FROM sqlite_master");
    sqlite3_backup* backup = sqlite3_backup_init(target.m_handle, "main", m_handle, "main");
    while (backup && !stop.stop_requested() && sqlite3_backup_step(backup, pagesAtOnce) == SQLITE_OK) { }
    const int code = backup ? sqlite3_backup_finish(backup) : sqlite3_errcode(target.m_handle);
    run("COMMIT");
    if (code != SQLITE_OK)
        target.fail(code);
    if (stop.stop_requested())
        throw Error(ErrorCode::cancelled, file.string());
    target.run("PRAGMA journal_mode = DELETE;");    // one file, no companions
}

// ---- Transaction

Transaction::Transaction(const Database& database) : m_database(database)
{
    m_database.run("BEGIN IMMEDIATE");
}

Transaction::~Transaction()
{
    if (m_open)
        sqlite3_exec(m_database.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void Transaction::commit()
{
    m_database.run("COMMIT");
    m_open = false;
}

} // namespace plumage::project
