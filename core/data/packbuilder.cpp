// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/packbuilder.h"

#include "core/base/parallelrows.h"
#include "core/base/threadniceness.h"
#include "core/data/decode.h"

#include <algorithm>
#include <mutex>
#include <numeric>

namespace plumage::data {
namespace {

constexpr int lowPriority = 15;    // nice

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

// Decodes all rows that `filling` names. Throws as buildPhotoPack().
PackReport fill(PhotoPackWriter& pack, PackFilling& filling, const PhotoList& list, int side, const std::function<void(std::int64_t, std::int64_t)>& progress,
    std::stop_token stop, int threads)
{
    PackReport report;
    std::mutex mutex;    // guards report
    const auto decode = [&](std::int64_t) {
        const std::size_t row = *filling.next();
        PackFlag flag = packPhoto;
        try {
            const PackedPhoto photo = packedForm(decodePhoto(list.file(row), list.rows[row].box, side), side);
            pack.write(row, planesOf(photo.picture), photo.aspect);
            const std::lock_guard lock(mutex);
            ++report.decoded;
        } catch (const Error& error) {
            if (error.code() != ErrorCode::fileMissing && error.code() != ErrorCode::photoUnreadable && error.code() != ErrorCode::photoTooLarge)
                throw;
            flag = packUnreadable;
            pack.writeUnreadable(row);
            const std::lock_guard lock(mutex);
            report.problems.push_back({row, list.file(row).string(), error.code()});
        }
        filling.set(row, flag);
    };
    parallelRows(static_cast<std::int64_t>(list.rows.size()), threads, decode, progress, stop);
    if (report.decoded == 0)
        throw Error(ErrorCode::noPhotos, list.roots.front());
    std::ranges::sort(report.problems, {}, &PhotoProblem::row);
    return report;
}

void checkNotEmpty(const PhotoList& list)
{
    if (list.rows.empty())
        throw Error(ErrorCode::noPhotos, list.roots.empty() ? std::string() : list.roots.front());
}

} // namespace

PackReport buildPhotoPack(const PhotoList& list, int side, const std::filesystem::path& file,
    const std::function<void(std::int64_t, std::int64_t)>& progress, std::stop_token stop, int threads)
{
    checkNotEmpty(list);
    if (PhotoPackReader::matches(file, side, list.hash()))
        return reportOf(PhotoPackReader(file), list);
    std::vector<std::int64_t> order(list.rows.size());
    std::iota(order.begin(), order.end(), 0);
    PackFilling filling(std::move(order));
    PhotoPackWriter pack(file, side, list);
    PackReport report = fill(pack, filling, list, side, progress, stop, threads);
    pack.commit();
    return report;
}

PackBuilding::PackBuilding(const PhotoList& list, int side, const std::filesystem::path& file, std::vector<std::int64_t> order, int threads, Events events)
    : m_events(std::move(events))
{
    checkNotEmpty(list);
    if (PhotoPackReader::matches(file, side, list.hash())) {
        m_pack.emplace(file);
        m_report = reportOf(*m_pack, list);
        m_events.built(m_report);
        return;
    }
    m_writer.emplace(file, side, list);
    m_filling = std::make_shared<PackFilling>(std::move(order));
    m_pack.emplace(m_writer->temporary(), m_filling);
    m_thread = std::jthread([this, &list, side, threads](std::stop_token stop) { build(list, side, threads, std::move(stop)); });
}

PackBuilding::~PackBuilding() = default;

void PackBuilding::build(const PhotoList& list, int side, int threads, std::stop_token stop)
{
    setThreadNiceness(lowPriority);    // helpers take it over
    try {
        m_report = fill(*m_writer, *m_filling, list, side, m_events.progress, std::move(stop), threads);
    } catch (...) {
        m_failure = std::current_exception();
        m_filling->end(m_failure);
        return;
    }
    m_filling->end();
    try {
        m_writer->commit();
        m_events.built(m_report);
    } catch (const Error& error) {
        m_events.notKept(error.code(), error.detail());
    }
}

void PackBuilding::waitFor(std::size_t rows)
{
    if (m_filling)
        m_filling->waitFor(rows);
}

const PackReport& PackBuilding::finish()
{
    if (m_thread.joinable())
        m_thread.join();
    if (m_failure)
        std::rethrow_exception(m_failure);
    return m_report;
}

} // namespace plumage::data
