// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/decisions.h"

#include "core/base/error.h"

#include <algorithm>
#include <array>

using namespace plumage;
using namespace plumage::curation;

namespace decisions {

PhotoList somePhotos(int count)
{
    PhotoList list;
    list.roots = {"/photos of nobody"};
    for (int i = 1; i <= count; ++i)
        list.rows.push_back({PhotoId{i}, 0, "kind " + std::to_string(i % 4) + "/photo, " + std::to_string(i) + ".jpg", {}, std::string(31, '0') + "abcdef"[i % 6]});
    return list;
}

std::filesystem::path makeProject(const std::filesystem::path& folder)
{
    const std::filesystem::path path = folder / "made up.plumage";
    project::ProjectFolder::create(path).rememberPhotos(somePhotos());
    return path;
}

Curator openCurator(const std::filesystem::path& project, std::int64_t nowMs)
{
    return Curator(project::Library::open(project, project::Library::Access::write), [nowMs] { return nowMs; });
}

std::optional<ClusterId> place(const State& state, PhotoId photo)
{
    const std::array top{static_cast<std::uint16_t>(photo.value % codes), static_cast<std::uint16_t>((photo.value + 1) % codes), static_cast<std::uint16_t>((photo.value + 2) % codes)};
    return state.effectiveCluster(photo, run, top);
}

namespace {

std::vector<PhotoId> somePicked(Random& random)
{
    std::vector<PhotoId> picked;
    for (int i = 1; i <= photos; ++i)
        if (random.uniform() < 0.06)
            picked.push_back(PhotoId{i});
    return picked;
}

ClusterId someCluster(const State& state, Random& random)
{
    std::vector<ClusterId> all;
    for (const auto& [id, cluster] : state.clusters())
        all.push_back(id);
    return all.empty() ? ClusterId{1} : all[random.below(all.size())];
}

std::vector<PhotoId> members(const State& state, ClusterId cluster)
{
    std::vector<PhotoId> found;
    for (int i = 1; i <= photos; ++i)
        if (place(state, PhotoId{i}) == cluster)
            found.push_back(PhotoId{i});
    return found;
}

Command anyCommand(const State& state, Random& random)
{
    const Place where = [&state](PhotoId photo) { return place(state, photo); };
    const std::vector<PhotoId> picked = somePicked(random);
    const ClusterId one = someCluster(state, random), two = someCluster(state, random);
    const std::string name = "name " + std::to_string(random.below(12));
    switch (random.below(24)) {
    case 0: return confirm(state, picked, where);
    case 1: case 2: case 3: return assign(state, picked, one, static_cast<project::LabelSource>(random.below(3)), where);
    case 4: return reject(state, picked, where);
    case 5: return rejectFrom(state, picked, one);
    case 6: return revoke(state, picked);
    case 7: return putAway(state, picked);
    case 8: return takeBack(state, picked);
    case 9: return newCluster(state, picked, random.below(2) ? name : std::string(), where);
    case 10: return rename(state, one, name);
    case 11: return merge(state, std::array{one, two}, someCluster(state, random), 1);
    case 12: return merge(state, std::array{one}, two, 1);
    case 13: {
        auto all = members(state, state.resolve(one));
        all.resize(all.size() / 2);
        return split(state, one, std::array{all}, project::LabelSource::seen, 1);
    }
    case 14: return dissolve(state, one, members(state, state.resolve(one)));
    case 15: return restore(state, one);
    case 16: return approve(state, one, members(state, state.resolve(one)), picked);
    case 17: return setState(state, one, random.below(2) ? project::ClusterState::flagged : project::ClusterState::open);
    case 18: return setKey(state, one, static_cast<int>(random.below(10)));
    case 19: return newGroup(state, std::array{one, two}, "group " + name);
    case 20: return moveInto(state, std::array{one}, random.below(3) ? std::optional(two) : std::nullopt);
    case 21: return importLabels(state, std::array{ImportedLabel{PhotoId{1 + static_cast<std::int64_t>(random.below(photos))}, name}}, random.below(2) ? OnConflict::keepMine : OnConflict::takeTheirs);
    case 22: return pinExemplar(state, PhotoId{1 + static_cast<std::int64_t>(random.below(photos))}, one);
    default: return answer(state, "duplicates", name, random.below(2) ? "apart" : "");
    }
}

} // namespace

Command randomCommand(const State& state, Random& random)
{
    try {
        return anyCommand(state, random);
    } catch (const Error& error) {    // it does not fit the state: refused with a reason, nothing else
        if (error.code() == ErrorCode::internal || error.code() == ErrorCode::staleEdit)
            throw;
        return {};
    }
}

} // namespace decisions
