// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/photocost.h"

#include "core/base/photopack.h"
#include "core/train/device.h"
#include "core/train/evaluator.h"
#include "core/train/photoorder.h"
#include "core/train/photostore.h"
#include "core/train/torcherror.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <unistd.h>
#include <vector>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace plumage::train {

namespace {

constexpr int batches = 50;

// Removed with this
struct TemporaryPack {
    std::filesystem::path path;
    TemporaryPack(const std::filesystem::path& folder, int side, std::int64_t photos) : path(folder / ("photos-" + std::to_string(::getpid()) + ".pack"))
    {
        writeEmptyPack(path, side, static_cast<std::size_t>(photos));
    }
    ~TemporaryPack()
    {
        std::error_code none;
        std::filesystem::remove(path, none);
    }
    TemporaryPack(const TemporaryPack&) = delete;
    TemporaryPack& operator=(const TemporaryPack&) = delete;
};

// Memory that the process has asked for, in bytes
double allocatedBytes()
{
#ifdef __GLIBC__
    const struct mallinfo2 info = mallinfo2();
    return static_cast<double>(info.uordblks + info.hblkhd);
#else
    return 0;
#endif
}

} // namespace

PhotoCost photoCost(const TrainOptions& options, std::int64_t photos, const std::filesystem::path& folder)
{
    return translated([&] {
        PhotoCost cost;
        cost.photos = photos;
        const TemporaryPack file(folder, packSideFor(options.network.imageSize), photos);
        const PhotoPackReader pack(file.path);
        cost.storeBytes = static_cast<double>(pack.images().size() + pack.halves().size());
        const double before = allocatedBytes();
        const PhotoStore store(pack, at::kCPU);
        PhotoOrder order(store.usable(), Random(1));
        const Evaluator evaluator(options, store);
        cost.memoryBytes = allocatedBytes() - before;
        std::vector<double> times;
        for (int i = 0; i < batches; ++i) {
            const at::Tensor rows = indexTensor(order.next(options.schedule.batchSize), at::kCPU);
            store.rows(rows);    // now the system has these pages
            const auto begin = std::chrono::steady_clock::now();
            store.rows(indexTensor(order.next(options.schedule.batchSize), at::kCPU).copy_(rows));
            times.push_back(1000 * std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
        }
        std::ranges::sort(times);
        cost.batchMs = times[times.size() / 2];
        return cost;
    });
}

} // namespace plumage::train
