// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/photocost.h"

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/photopack.h"
#include "core/train/evaluator.h"
#include "core/train/photoorder.h"
#include "core/train/photostore.h"
#include "core/train/torcherror.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <fstream>
#include <string>
#include <unistd.h>
#include <vector>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace plumage::train {

namespace {

constexpr std::uint64_t page = 4096;
constexpr int batches = 50;

// A pack as photopack.h describes it, whose pictures are holes in the file.
class EmptyPack {
public:
    EmptyPack(const std::filesystem::path& folder, int side, std::uint64_t photos) : m_path(folder / ("photos-" + std::to_string(::getpid()) + ".pack"))
    {
        const std::uint64_t images = page, halves = images + photos * 3 * side * side, end = halves + photos * 3 * (side / 2) * (side / 2);
        const std::uint64_t aspect = (end + page - 1) / page * page, flags = aspect + photos * sizeof(float), list = flags + photos;
        Json offsets = Json::object(), header = Json::object();
        offsets.set("images", images);
        offsets.set("halves", halves);
        offsets.set("aspect", aspect);
        offsets.set("flags", flags);
        offsets.set("list", list);
        header.set("format", packFormat);
        header.set("side", side);
        header.set("photos", static_cast<std::int64_t>(photos));
        header.set("list_hash", "none");
        header.set("offsets", offsets);
        header.set("list_bytes", 0);
        std::string text = header.text();
        text.resize(page - 16, ' ');
        const std::uint64_t length = text.size();
        std::ofstream file(m_path, std::ios::binary);
        file.write("PLUMPACK", 8);
        file.write(reinterpret_cast<const char*>(&length), sizeof length);
        file.write(text.data(), static_cast<std::streamsize>(text.size()));
        file.seekp(static_cast<std::streamoff>(aspect));
        const std::vector<float> square(photos, 1.0f);
        file.write(reinterpret_cast<const char*>(square.data()), static_cast<std::streamsize>(photos * sizeof(float)));
        file.close();
        if (!file || ::truncate(m_path.c_str(), static_cast<off_t>(list)) != 0) {
            const int reason = errno;
            remove();
            throw systemError(reason, m_path.string(), ErrorCode::writeFailed);
        }
    }
    ~EmptyPack() { remove(); }
    EmptyPack(const EmptyPack&) = delete;
    EmptyPack& operator=(const EmptyPack&) = delete;
    const std::filesystem::path& path() const { return m_path; }

private:
    void remove() const
    {
        std::error_code none;
        std::filesystem::remove(m_path, none);
    }
    std::filesystem::path m_path;
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
        const EmptyPack file(folder, packSideFor(options.network.imageSize), static_cast<std::uint64_t>(photos));
        const PhotoPackReader pack(file.path());
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
