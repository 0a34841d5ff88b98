// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/runview.h"

#include "core/base/error.h"

#include <algorithm>
#include <unordered_map>

namespace plumage::project {

PhotoList joinPhotos(PhotoList list, const PhotoList& all)
{
    std::unordered_map<PhotoId, std::size_t> known;
    for (std::size_t row = 0; row < all.rows.size(); ++row)
        known.emplace(all.rows[row].photo, row);
    std::vector<int> rootOf;    // index in `all` -> in the list
    for (const std::string& root : all.roots) {
        const auto found = std::ranges::find(list.roots, root);
        rootOf.push_back(static_cast<int>(found - list.roots.begin()));
        if (found == list.roots.end())
            list.roots.push_back(root);
    }
    const auto take = [&](std::size_t row) {
        PhotoRow photo = all.rows[row];
        photo.root = rootOf[static_cast<std::size_t>(photo.root)];
        return photo;
    };
    for (PhotoRow& photo : list.rows)
        if (const auto found = known.find(photo.photo); found != known.end()) {
            photo = take(found->second);
            known.erase(found);
        }
    for (std::size_t row = 0; row < all.rows.size(); ++row)
        if (known.contains(all.rows[row].photo))
            list.rows.push_back(take(row));
    return list;
}

std::shared_ptr<const PhotoList> joinPhotos(const PhotoList& run, const std::shared_ptr<const PhotoList>& all)
{
    const auto mismatch = std::ranges::mismatch(run.rows, all->rows, {}, &PhotoRow::photo, &PhotoRow::photo);
    return mismatch.in1 == run.rows.end() ? all : std::make_shared<const PhotoList>(joinPhotos(PhotoList(run), *all));
}

RunView readRunView(const ProjectFolder& project, const Library& library)
{
    const auto all = std::make_shared<const PhotoList>(library.allPhotos());
    const auto runs = project.runs();
    for (auto run = runs.rbegin(); run != runs.rend(); ++run) {
        const auto snapshots = listSnapshots(*run);
        for (auto snapshot = snapshots.rbegin(); snapshot != snapshots.rend(); ++snapshot) {
            try {
                RunView view{*run, std::make_shared<const SnapshotFile>(snapshot->path), {}};
                view.photos = joinPhotos(readPhotos(*run), all);
                return view;
            } catch (const Error&) {    // damaged, or thinned out just now: the one before it
            }
        }
    }
    return {{}, {}, all};
}

} // namespace plumage::project
