// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/scan/scan.h"

#include "core/base/parallelrows.h"
#include "core/scan/contenthash.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <dirent.h>
#include <memory>
#include <set>
#include <sys/stat.h>
#include <tuple>
#include <utility>

namespace plumage::scan {
namespace {

using FileKey = std::pair<dev_t, ino_t>;

std::string joined(const std::string& folder, const std::string& name) { return folder.empty() ? name : folder + '/' + name; }

// Collects the photos of one root after another, without their hashes. Links wait until everything real is known, so that a photo is listed
// under its own name and not under a link's.
class Walk {
public:
    Walk(ScanResult& result, const std::function<void(std::int64_t, std::int64_t)>& progress, const std::stop_token& stop)
        : m_result(result), m_progress(progress), m_stop(stop)
    {
    }

    void enterRoot(int root, const std::filesystem::path& folder)
    {
        m_root = root;
        m_rootPath = folder.native();
        struct stat status { };
        if (::stat(m_rootPath.c_str(), &status) != 0)
            throw Error(errno == EACCES ? ErrorCode::folderUnreadable : ErrorCode::folderMissing, m_rootPath);
        if (!S_ISDIR(status.st_mode))
            throw Error(ErrorCode::folderMissing, m_rootPath);
        findFoldersAbove(folder);
        if (m_folders.insert({status.st_dev, status.st_ino}).second && !readFolder(""))
            throw systemError(errno, m_rootPath, ErrorCode::folderUnreadable);
        drainFolders();
        // Links, in the order of their names; one may lead to more links.
        while (!m_links.empty()) {
            const std::string link = *m_links.begin();
            m_links.erase(m_links.begin());
            followLink(link);
            drainFolders();
        }
    }

private:
    std::string fullPath(const std::string& path) const { return path.empty() ? m_rootPath : m_rootPath + '/' + path; }
    void report(const std::string& path, ErrorCode code, int problem = 0)
    {
        m_result.problems.push_back({fullPath(path), code, problem ? std::strerror(problem) : std::string()});
    }

    // A link to one of these is a loop too: the root would be found in itself.
    void findFoldersAbove(const std::filesystem::path& folder)
    {
        m_above.clear();
        std::error_code ignored;
        std::filesystem::path above = std::filesystem::canonical(folder, ignored);
        while (above.has_relative_path()) {
            above = above.parent_path();
            struct stat status { };
            if (::stat(above.c_str(), &status) == 0)
                m_above.insert({status.st_dev, status.st_ino});
        }
    }

    void drainFolders()
    {
        while (!m_pending.empty()) {
            const std::string folder = std::move(m_pending.back());
            m_pending.pop_back();
            if (!readFolder(folder))
                report(folder, ErrorCode::folderUnreadable, errno);
        }
    }

    // False with errno if the folder cannot be read.
    bool readFolder(const std::string& folder)
    {
        const std::unique_ptr<DIR, int (*)(DIR*)> handle(::opendir(fullPath(folder).c_str()), ::closedir);
        if (!handle)
            return false;
        for (;;) {
            if (m_stop.stop_requested())
                throw Error(ErrorCode::cancelled, m_rootPath);
            errno = 0;
            const dirent* entry = ::readdir(handle.get());
            if (!entry)
                return errno == 0;
            const std::string name = entry->d_name;
            if (name == "." || name == "..")
                continue;
            if (name.front() == '.')
                ++m_result.hiddenFiles;
            else
                visit(joined(folder, name));
        }
    }

    void visit(const std::string& path)
    {
        struct stat status { };
        if (::lstat(fullPath(path).c_str(), &status) != 0)
            report(path, ErrorCode::fileUnreadable, errno);
        else if (S_ISLNK(status.st_mode))
            m_links.insert(path);
        else if (S_ISDIR(status.st_mode))
            enterFolder(path, status);
        else
            addFile(path, status);
    }

    bool enterFolder(const std::string& path, const struct stat& status)
    {
        const bool isNew = m_folders.insert({status.st_dev, status.st_ino}).second;
        if (isNew)
            m_pending.push_back(path);
        return isNew;
    }

    void addFile(const std::string& path, const struct stat& status)
    {
        if (!S_ISREG(status.st_mode) || !hasPhotoName(path)) {
            ++m_result.otherFiles;
            return;
        }
        m_files.insert({status.st_dev, status.st_ino});
        if (status.st_size == 0) {
            report(path, ErrorCode::photoEmpty);
            return;
        }
        const std::int64_t modifiedNs = std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec;
        m_result.photos.push_back({m_root, path, static_cast<std::uint64_t>(status.st_size), modifiedNs, {}});
        if (m_progress)
            m_progress(0, static_cast<std::int64_t>(m_result.photos.size()));
    }

    void followLink(const std::string& path)
    {
        struct stat status { };
        if (::stat(fullPath(path).c_str(), &status) != 0)
            report(path, errno == ELOOP ? ErrorCode::linkLoop : errno == ENOENT || errno == ENOTDIR ? ErrorCode::brokenLink : ErrorCode::fileUnreadable, errno);
        else if (S_ISDIR(status.st_mode)) {
            if (m_above.contains({status.st_dev, status.st_ino}) || !enterFolder(path, status))
                report(path, ErrorCode::linkLoop);
        } else if (!m_files.contains({status.st_dev, status.st_ino}))
            addFile(path, status);
    }

    ScanResult& m_result;
    const std::function<void(std::int64_t, std::int64_t)>& m_progress;
    const std::stop_token& m_stop;
    int m_root = 0;
    std::string m_rootPath;
    std::vector<std::string> m_pending;    // folders to read, relative to the root
    std::set<std::string> m_links;
    std::set<FileKey> m_folders, m_files;    // taken so far, of all roots
    std::set<FileKey> m_above;               // folders that hold this root
};

} // namespace

bool hasPhotoName(std::string_view fileName)
{
    const std::size_t dot = fileName.rfind('.');
    if (dot == std::string_view::npos)
        return false;
    std::string ending(fileName.substr(dot + 1));
    for (char& c : ending)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    static constexpr std::array<std::string_view, 7> endings{"jpg", "jpeg", "png", "webp", "tif", "tiff", "bmp"};
    return std::ranges::find(endings, ending) != endings.end();
}

ScanResult scanFolders(
    std::span<const std::filesystem::path> roots, const std::function<void(std::int64_t, std::int64_t)>& progress, std::stop_token stop)
{
    ScanResult result;
    Walk walk(result, progress, stop);
    for (std::size_t i = 0; i < roots.size(); ++i)
        walk.enterRoot(static_cast<int>(i), roots[i]);
    std::ranges::sort(result.photos, {}, [](const FoundPhoto& photo) { return std::tie(photo.root, photo.path); });

    std::vector<int> failures(result.photos.size());    // errno of each photo
    const auto hash = [&](std::int64_t row) {
        const auto i = static_cast<std::size_t>(row);
        FoundPhoto& photo = result.photos[i];
        failures[i] = hashFile(roots[static_cast<std::size_t>(photo.root)] / photo.path, stop, photo.hash);
    };
    parallelRows(static_cast<std::int64_t>(result.photos.size()), 2, hash, progress, stop);
    for (std::size_t i = 0; i < failures.size(); ++i)
        if (failures[i]) {
            const FoundPhoto& photo = result.photos[i];
            result.problems.push_back({roots[static_cast<std::size_t>(photo.root)].native() + '/' + photo.path, ErrorCode::fileUnreadable, std::strerror(failures[i])});
        }
    std::erase_if(result.photos, [](const FoundPhoto& photo) { return photo.hash.empty(); });
    std::ranges::sort(result.problems, {}, &ScanProblem::path);
    return result;
}

PhotoList toPhotoList(const ScanResult& scan, std::span<const std::filesystem::path> roots)
{
    PhotoList list;
    for (const std::filesystem::path& root : roots)
        list.roots.push_back(std::filesystem::absolute(root).lexically_normal().string());
    for (const FoundPhoto& photo : scan.photos)
        list.rows.push_back({PhotoId{static_cast<std::int64_t>(list.rows.size()) + 1}, photo.root, photo.path, std::nullopt, photo.hash});
    return list;
}

} // namespace plumage::scan
