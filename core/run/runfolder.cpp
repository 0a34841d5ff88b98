// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/runfolder.h"

#include "core/base/atomicpath.h"

#include <toml++/toml.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <fcntl.h>
#include <optional>
#include <sys/file.h>
#include <unistd.h>

namespace plumage::run {
namespace {

namespace fs = std::filesystem;

std::optional<std::int64_t> stepOf(const std::string& name)
{
    std::int64_t step = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), step);
    if (name.empty() || error != std::errc() || end != name.data() + name.size() || step < 0)
        return std::nullopt;
    return step;
}

} // namespace

RunFolder RunFolder::open(const fs::path& path)
{
    const fs::path folder = fs::absolute(path).lexically_normal();
    const fs::path file = folder / "run.toml";
    std::error_code ignored;
    if (!fs::exists(file, ignored))
        throw Error(ErrorCode::runMissing, folder.string());
    RunManifest manifest;
    try {
        manifest = manifestFromToml(toml::parse(readFile(file)));
    } catch (const toml::parse_error& problem) {
        throw Error(ErrorCode::runDamaged, file.string() + " line " + std::to_string(problem.source().begin.line));
    } catch (const Error& problem) {
        const bool whole = problem.code() == ErrorCode::runTooNew || problem.code() == ErrorCode::runDamaged;
        throw whole ? Error(problem.code(), file.string()) : problem;
    }
    PhotoList photos;
    photos.roots = manifest.roots;
    photos.rows = readPhotoRows(folder / "photos.csv", photos.roots.size());
    if (static_cast<std::int64_t>(photos.rows.size()) != manifest.photos)
        throw Error(ErrorCode::runDamaged, (folder / "photos.csv").string());
    return {folder, std::move(manifest), std::move(photos)};
}

void RunFolder::checkEmpty(const fs::path& path)
{
    std::error_code error;
    if (fs::exists(path, error) && !(fs::is_directory(path, error) && fs::is_empty(path, error)))
        throw Error(ErrorCode::folderNotEmpty, path.string());
    fs::create_directories(path, error);
    if (error || ::access(path.c_str(), W_OK | X_OK) != 0)
        throw systemError(error ? error.value() : errno, path.string(), ErrorCode::folderNotWritable);
}

RunFolder RunFolder::create(const fs::path& path, RunManifest manifest, PhotoList photos)
{
    checkEmpty(path);
    manifest.photos = static_cast<std::int64_t>(photos.rows.size());
    manifest.roots = photos.roots;
    manifest.photoListHash = photos.hash();
    fitToPhotos(manifest.options, manifest.photos);
    RunFolder run(fs::absolute(path).lexically_normal(), std::move(manifest), std::move(photos));
    writePhotoRows(run.m_path / "photos.csv", run.m_photos);
    writeFileAtomically(run.m_path / "run.toml", toToml(run.m_manifest));
    return run;
}

void RunFolder::changeManifest(const RunManifest& manifest)
{
    writeFileAtomically(m_path / "run.toml", toToml(manifest));
    m_manifest = manifest;
}

RunLock::RunLock(const RunFolder& run) : m_file(::open((run.path() / "photos.csv").c_str(), O_RDONLY | O_CLOEXEC))
{
    if (m_file < 0)
        throw systemError(errno, (run.path() / "photos.csv").string(), ErrorCode::fileUnreadable);
    if (::flock(m_file, LOCK_EX | LOCK_NB) != 0) {
        const int problem = errno;
        ::close(m_file);
        throw problem == EWOULDBLOCK ? Error(ErrorCode::runInUse, run.path().string()) : systemError(problem, run.path().string(), ErrorCode::fileUnreadable);
    }
}

RunLock::~RunLock()
{
    ::close(m_file);
}

std::vector<StepFolder> listSteps(const fs::path& parent)
{
    std::vector<StepFolder> found;
    std::error_code error;
    for (fs::directory_iterator entry(parent, error), end; !error && entry != end; entry.increment(error)) {
        const auto step = stepOf(entry->path().filename().string());
        std::error_code ignored;
        if (step && (fs::exists(entry->path() / "snapshot.json", ignored) || fs::exists(entry->path() / "state.json", ignored)))
            found.push_back({*step, entry->path()});
    }
    std::ranges::sort(found, {}, &StepFolder::step);
    return found;
}

void removeStep(const fs::path& folder)
{
    const fs::path hidden = folder.parent_path() / (".tmp-" + std::to_string(::getpid()) + "-old-" + folder.filename().string());
    std::error_code ignored;
    fs::rename(folder, hidden, ignored);
    fs::remove_all(hidden, ignored);
}

} // namespace plumage::run
