// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/library.h"

#include "core/base/atomicpath.h"
#include "core/base/error.h"
#include "core/project/libraryparts.h"
#include "core/project/projectfolder.h"
#include "core/project/schema.h"

#include <array>
#include <fstream>

namespace plumage::project {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t checkedBytes = 128u << 20;    // a larger file is not read through at every opening (1 s per GB)

constexpr std::uintmax_t laterBytes = 16u << 20;       // the copy of a smaller one takes no time that anybody sees

fs::path backupOf(const fs::path& project, int age) { return project / (age == 0 ? "library-backup.sqlite" : "library-backup-1.sqlite"); }

std::shared_ptr<WriterLock> lockForWriting(const fs::path& project)
{
    return std::make_shared<WriterLock>(project / "library.lock");
}

// The version in the file's header, without opening it: a newer project is not touched at all. 0 for a new file.
int headerVersion(const fs::path& file)
{
    std::ifstream in(file, std::ios::binary);
    std::array<char, 100> header{};
    if (!in.read(header.data(), header.size()) || std::string_view(header.data(), 16) != std::string_view("SQLite format 3\0", 16))
        return 0;    // opening it will tell
    int version = 0;
    for (int i = 60; i < 64; ++i)
        version = version << 8 | static_cast<unsigned char>(header[static_cast<std::size_t>(i)]);
    return version;
}

void checkWhole(const Database& database)
{
    std::error_code ignored;
    if (database.number("SELECT count(*) FROM sqlite_master") > 0 && fs::file_size(database.file(), ignored) <= checkedBytes) {
        Statement check(database, "PRAGMA quick_check(1)");
        if (check.step() && check.text(0) != "ok")
            throw Error(ErrorCode::libraryDamaged, database.file().string());
    }
}

fs::file_time_type changedAt(const fs::path& file)
{
    std::error_code error;
    auto newest = fs::last_write_time(file, error);
    if (error)
        return fs::file_time_type::min();
    const fs::path log = file.string() + "-wal";
    const auto bytes = fs::file_size(log, error);
    if (error || bytes == 0)
        return newest;    // an empty one is made by every opening
    const auto written = fs::last_write_time(log, error);
    return error ? newest : std::max(newest, written);
}

// The last good state, and the one before it. Nothing is copied if nothing changed since; a full disk costs the backup, not the opening.
void backUp(const Database& database, const fs::path& project, std::stop_token stop)
{
    std::error_code ignored;
    if (changedAt(database.file()) <= changedAt(backupOf(project, 0)))
        return;
    const fs::path fresh = project / "library-backup.tmp";
    try {
        const WriterLock lock(project / "library-backup.lock");    // two at once would write to one file
        fs::remove(fresh, ignored);
        database.copyTo(fresh, stop);
        fs::rename(backupOf(project, 0), backupOf(project, 1), ignored);
        fs::rename(fresh, backupOf(project, 0), ignored);
    } catch (const Error& error) {
        if (error.code() != ErrorCode::libraryLocked)
            fs::remove(fresh, ignored);
    }
}

// Photos of a project that was made before it had a library: of the last scan, and of the newest run.
void adoptProject(const Database& database, const fs::path& project)
{
    const ProjectFolder folder = ProjectFolder::open(project);
    if (const auto remembered = folder.rememberedPhotos())
        adoptPhotos(database, *remembered);
    const auto runs = folder.runs();
    for (auto run = runs.rbegin(); run != runs.rend(); ++run) {
        try {
            adoptPhotos(database, readPhotos(*run));
            return;
        } catch (const Error&) {    // a damaged run: the one before it
        }
    }
}

} // namespace

void Library::Parts::needWritable() const
{
    if (!lock)
        throw Error(ErrorCode::libraryReadOnly, (project / "library.sqlite").string());
}

Library::Library(std::unique_ptr<Parts> parts) : m_parts(std::move(parts)) { }
Library::Library(Library&&) noexcept = default;
Library& Library::operator=(Library&&) noexcept = default;
Library::~Library() = default;

bool Library::exists(const fs::path& project)
{
    std::error_code ignored;
    return fs::exists(fileOf(project), ignored);
}

void Library::keepBackup(const fs::path& project, std::stop_token stop)
{
    backUp(Database(fileOf(project), Database::Mode::read), project, std::move(stop));
}

Library Library::open(const fs::path& project, Access access, Backup backup)
{
    const fs::path file = fileOf(project);
    auto parts = std::make_unique<Parts>();
    parts->project = project;
    if (headerVersion(file) > schemaVersion)
        throw Error(ErrorCode::libraryTooNew, project.string());
    if (access == Access::read) {
        if (!exists(project))
            throw Error(ErrorCode::libraryMissing, project.string());
        parts->database = std::make_unique<Database>(file, Database::Mode::read);
        if (parts->db().number("PRAGMA user_version") < schemaVersion)
            throw Error(ErrorCode::libraryReadOnly, file.string());    // an older one has to be brought up to date first
        return Library(std::move(parts));
    }
    parts->lock = lockForWriting(project);
    const bool isNew = !exists(project);
    parts->database = std::make_unique<Database>(file, Database::Mode::create);
    checkWhole(parts->db());
    std::error_code ignored;
    if (!isNew && (backup == Backup::now || fs::file_size(file, ignored) < laterBytes || parts->db().number("PRAGMA user_version") < schemaVersion))
        backUp(parts->db(), project, {});
    migrate(parts->db());
    if (parts->db().number("SELECT count(*) FROM meta WHERE name = 'adopted'") == 0) {    // also after a first opening that did not come to its end
        Transaction transaction(parts->db());
        adoptProject(parts->db(), project);
        parts->db().run("INSERT INTO meta (name, value) VALUES ('adopted', 1)");
        transaction.commit();
    }
    return Library(std::move(parts));
}

Library Library::another() const
{
    auto parts = std::make_unique<Parts>();
    parts->project = m_parts->project;
    parts->lock = m_parts->lock;
    parts->database = std::make_unique<Database>(fileOf(m_parts->project), isReadOnly() ? Database::Mode::read : Database::Mode::write);
    return Library(std::move(parts));
}

bool Library::isReadOnly() const
{
    return !m_parts->lock;
}

const fs::path& Library::project() const
{
    return m_parts->project;
}

std::optional<fs::path> Library::lastGoodBackup(const fs::path& project)
{
    for (const int age : {0, 1}) {
        try {
            const Database database(backupOf(project, age), Database::Mode::read);
            if (headerVersion(backupOf(project, age)) > 0) {
                checkWhole(database);
                return backupOf(project, age);
            }
        } catch (const Error&) {    // the one before it
        }
    }
    return {};
}

void Library::restoreBackup(const fs::path& project, const fs::path& backup, std::int64_t nowMs)
{
    const auto lock = lockForWriting(project);
    const fs::path file = fileOf(project), aside = project / ("library-damaged-" + std::to_string(nowMs) + ".sqlite");
    std::error_code error;
    for (const char* ending : {"", "-wal", "-shm"})
        fs::rename(file.string() + ending, aside.string() + ending, error);
    fs::copy_file(backup, file, error);
    if (error)
        throw systemError(error.value(), file.string(), ErrorCode::writeFailed);
}

} // namespace plumage::project
