// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/photoscan.h"

#include "core/base/error.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace plumage::project {

PhotoList numberPhotos(std::span<const std::filesystem::path> roots, const scan::ScanResult& found, const PhotoList& known)
{
    PhotoList list;
    for (const std::filesystem::path& root : roots)
        list.roots.push_back(std::filesystem::absolute(root).lexically_normal().string());

    std::int64_t next = 1;
    std::unordered_map<std::string, PhotoId> byPath;
    std::unordered_multimap<std::string, PhotoId> byHash;
    for (std::size_t row = 0; row < known.rows.size(); ++row) {
        const PhotoRow& photo = known.rows[row];
        next = std::max(next, photo.photo.value + 1);
        byPath.emplace(known.file(row).string(), photo.photo);
        byHash.emplace(photo.hash, photo.photo);
    }

    std::unordered_set<PhotoId> taken;
    for (const scan::FoundPhoto& photo : found.photos) {
        list.rows.push_back({PhotoId{}, photo.root, photo.path, {}, photo.hash});
        const auto same = byPath.find(list.file(list.rows.size() - 1).string());
        if (same != byPath.end()) {
            list.rows.back().photo = same->second;
            taken.insert(same->second);
        }
    }
    for (PhotoRow& row : list.rows) {
        const auto [first, last] = byHash.equal_range(row.hash);
        for (auto moved = first; row.photo.value == 0 && !row.hash.empty() && moved != last; ++moved)
            if (taken.insert(moved->second).second)
                row.photo = moved->second;
        if (row.photo.value == 0)
            row.photo = PhotoId{next++};
    }
    return list;
}

PhotoScan scanPhotos(std::span<const std::filesystem::path> roots, const PhotoList& known,
    const std::function<void(std::int64_t, std::int64_t)>& progress, std::stop_token stop)
{
    scan::ScanResult found = scan::scanFolders(roots, progress, stop);
    if (found.photos.empty())
        throw Error(ErrorCode::noPhotos, roots.empty() ? std::string() : roots.front().string());
    return {numberPhotos(roots, found, known), std::move(found.problems), found.hiddenFiles, found.otherFiles};
}

} // namespace plumage::project
