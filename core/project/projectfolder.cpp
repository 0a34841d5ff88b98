// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/projectfolder.h"

#include "core/base/atomicpath.h"
#include "core/base/error.h"
#include "core/base/json.h"

#include <toml++/toml.h>

#include <algorithm>
#include <charconv>

namespace plumage::project {
namespace {

namespace fs = std::filesystem;

void makeFolder(const fs::path& path)
{
    std::error_code error;
    fs::create_directories(path, error);
    if (error)
        throw systemError(error.value(), path.string(), ErrorCode::writeFailed);
}

// The number that a folder name stands for, or nothing: "000120" -> 120.
std::optional<std::int64_t> numberOf(const fs::path& folder)
{
    const std::string name = folder.filename().string();
    std::int64_t number = 0;
    const auto result = std::from_chars(name.data(), name.data() + name.size(), number);
    if (result.ec != std::errc() || result.ptr != name.data() + name.size())
        return {};
    return number;
}

std::vector<StepFolder> numberedFolders(const fs::path& parent, const char* neededFile)
{
    std::vector<StepFolder> found;
    std::error_code error;
    for (fs::directory_iterator entry(parent, error), end; !error && entry != end; entry.increment(error)) {
        const auto number = numberOf(entry->path());
        std::error_code ignored;
        if (number && fs::exists(entry->path() / neededFile, ignored))
            found.push_back({*number, entry->path()});
    }
    std::ranges::sort(found, {}, &StepFolder::step);
    return found;
}

bool isEmptyFolder(const fs::path& path)
{
    std::error_code error;
    return fs::is_empty(path, error) && !error;
}

} // namespace

bool ProjectFolder::isProject(const fs::path& path)
{
    std::error_code error;
    return fs::is_directory(path, error) && (path.extension() == ".plumage" || fs::is_directory(path / "runs", error));
}

ProjectFolder ProjectFolder::create(const fs::path& path)
{
    std::error_code error;
    if (fs::exists(path, error) && !isProject(path) && !isEmptyFolder(path))
        throw Error(ErrorCode::folderNotEmpty, path.string());
    makeFolder(path / "runs");
    makeFolder(path / "cache");
    return ProjectFolder(fs::absolute(path).lexically_normal());
}

ProjectFolder ProjectFolder::open(const fs::path& path)
{
    std::error_code error;
    if (!fs::is_directory(path, error))
        throw Error(ErrorCode::folderMissing, path.string());
    if (!isProject(path))
        throw Error(ErrorCode::runMissing, path.string());
    return create(path);
}

std::string ProjectFolder::name() const
{
    return m_path.filename().empty() ? m_path.parent_path().stem().string() : m_path.stem().string();
}

std::vector<RunFolder> ProjectFolder::runs() const
{
    std::vector<RunFolder> runs;
    for (const StepFolder& folder : numberedFolders(m_path / "runs", "run.toml"))
        runs.push_back({RunId{static_cast<std::int32_t>(folder.step)}, folder.path});
    return runs;
}

RunFolder ProjectFolder::newRun(RunManifest manifest, const PhotoList& photos) const
{
    manifest.photos = static_cast<std::int64_t>(photos.rows.size());
    fitToPhotos(manifest.options, manifest.photos);
    manifest.roots = photos.roots;
    manifest.photoListHash = photos.hash();
    manifest.pack = "../../cache/photos.pack";

    std::int64_t last = 0;
    std::error_code error;
    for (fs::directory_iterator entry(m_path / "runs", error), end; !error && entry != end; entry.increment(error))
        last = std::max(last, numberOf(entry->path()).value_or(0));    // damaged ones count too: a number is never used twice
    const fs::path path = m_path / "runs" / numberedName(last + 1, 4);
    AtomicFolder folder(path);
    writeFile(folder.path() / "run.toml", toToml(manifest));
    writePhotoRows(folder.path() / "photos.csv", photos);
    folder.commit();
    return {RunId{static_cast<std::int32_t>(last + 1)}, path};
}

void ProjectFolder::rememberPhotos(const PhotoList& photos) const
{
    AtomicFolder folder(cache() / "photolist");
    Json roots = Json(Json::Array{});
    for (const std::string& root : photos.roots)
        roots.push(root);
    writeFile(folder.path() / "roots.json", roots.text());
    writePhotoRows(folder.path() / "photos.csv", photos);
    folder.commit();
}

std::optional<PhotoList> ProjectFolder::rememberedPhotos() const
{
    try {
        PhotoList photos;
        const Json roots = Json::parse(readFile(cache() / "photolist" / "roots.json"));
        for (const Json& root : roots.toArray())
            photos.roots.push_back(root.toString());
        photos.rows = readPhotoRows(cache() / "photolist" / "photos.csv", photos.roots.size());
        return photos;
    } catch (const Error&) {
        return {};
    }
}

RunManifest readManifest(const RunFolder& run)
{
    const fs::path file = run.path / "run.toml";
    std::error_code error;
    if (!fs::exists(file, error))
        throw Error(ErrorCode::runMissing, run.path.string());
    try {
        return manifestFromToml(toml::parse(readFile(file)));
    } catch (const toml::parse_error& problem) {
        throw Error(ErrorCode::runDamaged, file.string() + " line " + std::to_string(problem.source().begin.line));
    }
}

PhotoList readPhotos(const RunFolder& run)
{
    PhotoList photos;
    photos.roots = readManifest(run).roots;
    photos.rows = readPhotoRows(run.path / "photos.csv", photos.roots.size());
    return photos;
}

std::vector<StepFolder> listSnapshots(const RunFolder& run)
{
    return numberedFolders(run.path / "snapshots", "snapshot.json");
}

std::vector<StepFolder> listCheckpoints(const RunFolder& run)
{
    return numberedFolders(run.path / "checkpoints", "state.json");
}

} // namespace plumage::project
