// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/retention.h"

#include "core/base/atomicpath.h"
#include "core/base/error.h"
#include "core/base/json.h"
#include "core/run/runfolder.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace plumage::run {
namespace {

double secondsOf(const std::filesystem::path& checkpoint)
{
    try {
        return Json::parse(readFile(checkpoint / "state.json"))["seconds"].toDouble();
    } catch (const Error&) {
        return 0;
    }
}

} // namespace

std::vector<std::size_t> surplusSnapshots(std::span<const std::int64_t> steps, std::size_t limit, const std::set<std::int64_t>& needed)
{
    std::vector<std::size_t> kept(steps.size()), surplus;
    std::iota(kept.begin(), kept.end(), std::size_t{0});
    for (const bool alsoNeeded : {false, true}) {
        while (kept.size() > std::max<std::size_t>(2, limit)) {
            std::size_t best = 0;
            std::int64_t narrowest = std::numeric_limits<std::int64_t>::max();
            for (std::size_t i = 1; i + 1 < kept.size(); ++i) {
                const std::int64_t gap = steps[kept[i + 1]] - steps[kept[i - 1]];
                if (gap < narrowest && (alsoNeeded || !needed.contains(steps[kept[i]]))) {
                    narrowest = gap;
                    best = i;
                }
            }
            if (best == 0)
                break;
            surplus.push_back(kept[best]);
            kept.erase(kept.begin() + static_cast<std::ptrdiff_t>(best));
        }
    }
    std::ranges::sort(surplus);
    return surplus;
}

std::vector<std::size_t> surplusCheckpoints(std::span<const double> seconds)
{
    std::vector<std::size_t> surplus;
    std::int64_t hour = -1;
    for (std::size_t i = 0; i < seconds.size(); ++i) {
        const auto own = static_cast<std::int64_t>(seconds[i] / 3600);
        const bool isFirstOfHour = own > hour;
        hour = std::max(hour, own);
        if (!isFirstOfHour && i + newestCheckpoints < seconds.size())
            surplus.push_back(i);
    }
    return surplus;
}

void tidySnapshots(const std::filesystem::path& snapshots, const std::filesystem::path& checkpoints)
{
    std::set<std::int64_t> needed;
    for (const StepFolder& checkpoint : listSteps(checkpoints))
        needed.insert(checkpoint.step);
    const std::vector<StepFolder> folders = listSteps(snapshots);
    std::vector<std::int64_t> steps;
    for (const StepFolder& folder : folders)
        steps.push_back(folder.step);
    for (const std::size_t i : surplusSnapshots(steps, keptSnapshots, needed))
        removeStep(folders[i].path);
    for (std::size_t i = 0; i + 1 < folders.size(); ++i)
        if (!needed.contains(steps[i]))
            for (const char* name : {"embedding.npy", "neighbours.npy"}) {
                std::error_code ignored;
                std::filesystem::remove(folders[i].path / name, ignored);
            }
}

void tidyCheckpoints(const std::filesystem::path& checkpoints)
{
    const std::vector<StepFolder> folders = listSteps(checkpoints);
    std::vector<double> seconds;
    for (const StepFolder& folder : folders)
        seconds.push_back(secondsOf(folder.path));
    for (const std::size_t i : surplusCheckpoints(seconds))
        removeStep(folders[i].path);
}

} // namespace plumage::run
