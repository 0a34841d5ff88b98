// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/packbuilder.h"

#include "core/base/parallelrows.h"
#include "core/base/photopack.h"
#include "core/data/decode.h"

#include <algorithm>
#include <mutex>

namespace plumage::data {
namespace {

// [side,side] R, G, B interleaved -> [3,side,side]
std::vector<std::uint8_t> planesOf(const cv::Mat& rgb)
{
    const auto pixels = rgb.total();
    std::vector<std::uint8_t> planes(3 * pixels);
    const std::uint8_t* from = rgb.ptr<std::uint8_t>();    // resize() made it continuous
    for (std::size_t i = 0; i < pixels; ++i)
        for (std::size_t c = 0; c < 3; ++c)
            planes[c * pixels + i] = from[3 * i + c];
    return planes;
}

PackReport reportOf(const PhotoPackReader& pack, const PhotoList& list)
{
    PackReport report;
    report.reused = true;
    for (std::size_t row = 0; row < pack.photos(); ++row)
        if (pack.flags()[row] == packPhoto)
            ++report.decoded;
        else
            report.problems.push_back({row, list.file(row).string(), ErrorCode::photoUnreadable});
    return report;
}

} // namespace

PackReport buildPhotoPack(const PhotoList& list, int side, const std::filesystem::path& file,
    const std::function<void(std::int64_t, std::int64_t)>& progress, std::stop_token stop, int threads)
{
    const std::string where = list.roots.empty() ? std::string() : list.roots.front();
    if (list.rows.empty())
        throw Error(ErrorCode::noPhotos, where);
    if (PhotoPackReader::matches(file, side, list.hash()))
        return reportOf(PhotoPackReader(file), list);

    PhotoPackWriter pack(file, side, list);
    PackReport report;
    std::mutex mutex;    // guards report
    const auto decode = [&](std::int64_t index) {
        const auto row = static_cast<std::size_t>(index);
        try {
            const PackedPhoto photo = packedForm(decodePhoto(list.file(row), list.rows[row].box, side), side);
            pack.write(row, planesOf(photo.picture), photo.aspect);
            const std::lock_guard lock(mutex);
            ++report.decoded;
        } catch (const Error& error) {
            if (error.code() != ErrorCode::fileMissing && error.code() != ErrorCode::photoUnreadable && error.code() != ErrorCode::photoTooLarge)
                throw;
            pack.writeUnreadable(row);
            const std::lock_guard lock(mutex);
            report.problems.push_back({row, list.file(row).string(), error.code()});
        }
    };
    parallelRows(static_cast<std::int64_t>(list.rows.size()), threads, decode, progress, stop);
    if (report.decoded == 0)
        throw Error(ErrorCode::noPhotos, where);
    std::ranges::sort(report.problems, {}, &PhotoProblem::row);
    pack.commit();
    return report;
}

} // namespace plumage::data
