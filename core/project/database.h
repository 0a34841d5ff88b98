// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace plumage::project {

class Database;

struct Blob { std::string_view bytes; };

// A prepared statement; bind from 1, read columns from 0. Numbers, text (UTF-8 or the file system's bytes), blobs and null.
class Statement {
public:
    Statement(const Database& database, std::string_view sql);
    ~Statement();
    Statement(Statement&& other) noexcept;
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;

    template<class... Values> Statement& bind(const Values&... values)    // all, in order; an optional without value is null
    {
        reset();
        int at = 0;
        (put(++at, values), ...);
        return *this;
    }
    bool step();                                   // true: a row; throws as Database
    template<class... Values> void run(const Values&... values)
    {
        bind(values...);
        while (step()) { }
    }
    std::int64_t number(int column) const;         // 0 for null
    double real(int column) const;
    std::string text(int column) const;            // "" for null
    std::string blob(int column) const;            // "" for null
    bool isNull(int column) const;

private:
    void reset();
    void put(int at, std::int64_t value);
    void put(int at, int value) { put(at, static_cast<std::int64_t>(value)); }
    void put(int at, bool value) { put(at, static_cast<std::int64_t>(value)); }
    void put(int at, double value);
    void put(int at, std::string_view value);
    void put(int at, const std::string& value) { put(at, std::string_view(value)); }
    void put(int at, const char* value) { put(at, std::string_view(value)); }
    void put(int at, Blob value);
    void put(int at, std::nullopt_t);
    template<class T> void put(int at, const std::optional<T>& value) { value ? put(at, *value) : put(at, std::nullopt); }

    const Database* m_database;
    sqlite3_stmt* m_statement = nullptr;
};

// One connection to an SQLite file. All throw Error: fileMissing, libraryDamaged (corrupt, no database), libraryReadOnly, libraryLocked (busy for 5 s), diskFull,
// writeFailed; detail: the file. Used in one thread at a time.
class Database {
public:
    enum class Mode { create, write, read };
    Database(const std::filesystem::path& file, Mode mode);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    void run(const std::string& sql) const;                       // one or several statements without values
    std::int64_t number(const std::string& sql) const;            // first column of the first row; 0 if there is none
    std::int64_t lastId() const;
    // A whole, consistent copy, also while others write. Throws Error cancelled when stopped; then the file is worth nothing.
    void copyTo(const std::filesystem::path& file, std::stop_token stop) const;
    const std::filesystem::path& file() const { return m_file; }
    [[noreturn]] void fail(int code) const;
    sqlite3* handle() const { return m_handle; }

private:
    std::filesystem::path m_file;
    sqlite3* m_handle = nullptr;
};

// Rolls back unless committed.
class Transaction {
public:
    explicit Transaction(const Database& database);
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    void commit();

private:
    const Database& m_database;
    bool m_open = true;
};

} // namespace plumage::project
