// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/lookalikes.h"

#include "core/base/half.h"
#include "core/base/npy.h"
#include "core/embedding/descriptor.h"
#include "core/embedding/visualorder.h"
#include "ui/job.h"
#include "ui/thumbnailcache.h"
#include "ui/thumbnailstore.h"

#include <algorithm>
#include <mutex>
#include <numeric>
#include <unordered_map>

namespace plumage::ui {
namespace {

std::vector<float> describe(const QImage& thumbnail)
{
    const QImage rgb = thumbnail.convertToFormat(QImage::Format_RGB888);
    return embedding::describe({std::span(rgb.constBits(), static_cast<std::size_t>(rgb.sizeInBytes())), rgb.width(), rgb.height(), static_cast<std::size_t>(rgb.bytesPerLine())});
}

} // namespace

// The vectors of a project's photos. Shared with jobs.
struct LookAlikes::Source {
    std::shared_ptr<const project::PhotoTable> photos;
    std::optional<NpyMap> map;                       // [M, E] float16; later photos have no row
    QString thumbnailStore;
    mutable std::mutex mutex;                        // guards `described`
    mutable std::unordered_map<std::uint32_t, std::vector<std::uint16_t>> described;

    bool knows(std::uint32_t row) const { return !map || row < map->rows(); }
    std::size_t width() const { return map ? map->shape().at(1) : embedding::descriptorWidth; }
    // The rows' vectors one behind the other. Describes what is missing; stops between two photos.
    std::vector<std::uint16_t> vectors(const Rows& rows, const std::stop_token& stop) const
    {
        std::vector<std::uint16_t> values;
        values.reserve(rows.size() * width());
        if (map) {
            const auto all = map->values<std::uint16_t>();
            for (const std::uint32_t row : rows)
                values.insert(values.end(), all.begin() + static_cast<std::ptrdiff_t>(row * width()), all.begin() + static_cast<std::ptrdiff_t>((row + 1) * width()));
            return values;
        }
        ThumbnailStore store(thumbnailStore);
        for (const std::uint32_t row : rows) {
            if (stop.stop_requested())
                throw Error(ErrorCode::cancelled, {});
            const auto vector = describedRow(row, store);
            values.insert(values.end(), vector.begin(), vector.end());
        }
        return values;
    }
    std::vector<std::uint16_t> describedRow(std::uint32_t row, ThumbnailStore& store) const
    {
        {
            const std::scoped_lock lock(mutex);
            if (const auto found = described.find(row); found != described.end())
                return found->second;
        }
        std::vector<std::uint16_t> bits;
        for (const float value : describe(thumbnailOf(photos->list(), row, &store)))
            bits.push_back(halfFromFloat(value));
        const std::scoped_lock lock(mutex);
        return described[row] = bits;
    }
};

LookAlikes::LookAlikes(QObject* parent) : QObject(parent) { }

LookAlikes::~LookAlikes()
{
    m_stop.request_stop();
}

void LookAlikes::setSnapshot(SnapshotPointer snapshot, std::optional<std::filesystem::path> file, const QString& thumbnailStore)
{
    if (!snapshot) {
        m_source.reset();
        return;
    }
    std::optional<NpyMap> map;
    try {
        if (file)
            map.emplace(*file);
        if (map && (map->type() != NpyType::float16 || map->shape().size() != 2))
            map.reset();
    } catch (const Error&) {    // thinned out just now: thumbnails will do
    }
    if (m_source && !map && !m_source->map && m_source->photos->sharedList() == snapshot->photos->sharedList())
        return;    // the descriptors stay
    auto source = std::make_shared<Source>();
    source->photos = snapshot->photos;
    source->map = std::move(map);
    source->thumbnailStore = thumbnailStore;
    m_source = std::move(source);
}

template<class Result> void LookAlikes::start(std::function<Result(const Source&, std::stop_token)> work, std::function<void(const Result&)> answer)
{
    m_stop.request_stop();
    m_stop = std::stop_source();
    const quint64 generation = ++m_generation;
    if (!m_source)
        return;
    m_busy = true;
    Q_EMIT busyChanged(true);
    startJob<Result>(this, [source = m_source, work = std::move(work), stop = m_stop.get_token()] { return work(*source, stop); },
        [this, generation, answer = std::move(answer)](const JobResult<Result>& result) {
            if (generation != m_generation)
                return;
            m_busy = false;
            Q_EMIT busyChanged(false);
            if (const Error* error = std::get_if<Error>(&result))
                Q_EMIT failed(*error);
            else
                answer(std::get<Result>(result));
        });
}

void LookAlikes::orderAlike(Rows rows, Answer answer)
{
    start<Rows>([rows = std::move(rows)](const Source& source, std::stop_token stop) {
            Rows known = rows;
            const auto unknown = std::ranges::stable_partition(known, [&](std::uint32_t row) { return source.knows(row); });
            const Rows rest(unknown.begin(), unknown.end());
            known.erase(unknown.begin(), unknown.end());
            std::vector<float> values;
            for (const std::uint16_t bits : source.vectors(known, stop))
                values.push_back(floatFromHalf(bits));
            Rows ordered;
            for (const std::uint32_t at : embedding::visualOrder({values, source.width()}, stop))
                ordered.push_back(known[at]);
            ordered.insert(ordered.end(), rest.begin(), rest.end());
            return ordered;
        }, std::move(answer));
}

void LookAlikes::orderLike(const Rows& seeds, Rows rows, Answer answer)
{
    orderBy(seeds, std::move(rows), true, std::move(answer));
}

void LookAlikes::orderByMean(const Rows& examples, Rows rows, Answer answer)
{
    orderBy(examples, std::move(rows), false, std::move(answer));
}

void LookAlikes::orderBy(const Rows& seeds, Rows rows, bool pin, Answer answer)
{
    start<Rows>([seeds, pin, rows = std::move(rows)](const Source& source, std::stop_token stop) {
            Rows examples, known = rows;
            std::ranges::copy_if(seeds, std::back_inserter(examples), [&](std::uint32_t row) { return source.knows(row); });
            const auto unknown = std::ranges::stable_partition(known, [&](std::uint32_t row) { return source.knows(row); });
            const Rows rest(unknown.begin(), unknown.end());
            known.erase(unknown.begin(), unknown.end());
            const std::vector<std::uint16_t> query = source.vectors(examples, stop), points = source.vectors(known, stop);
            Rows at(examples.size());
            std::iota(at.begin(), at.end(), 0u);
            const auto scores = embedding::cosines({points, source.width()}, embedding::meanDirection({query, source.width()}, at));
            Rows order(known.size());
            std::iota(order.begin(), order.end(), 0u);
            const auto isSeed = [&](std::uint32_t i) { return pin && std::ranges::find(seeds, known[i]) != seeds.end(); };
            std::ranges::stable_sort(order, std::greater<>(), [&](std::uint32_t i) { return isSeed(i) ? 2.f : scores[i]; });
            Rows ordered;
            for (const std::uint32_t i : order)
                ordered.push_back(known[i]);
            ordered.insert(ordered.end(), rest.begin(), rest.end());
            return ordered;
        }, std::move(answer));
}

void LookAlikes::halves(Rows rows, std::function<void(const embedding::Halves&)> answer)
{
    std::erase_if(rows, [this](std::uint32_t row) { return !m_source || !m_source->knows(row); });
    start<embedding::Halves>([rows = std::move(rows)](const Source& source, std::stop_token stop) {
            const std::vector<std::uint16_t> points = source.vectors(rows, stop);
            embedding::Halves halves = embedding::twoHalves({points, source.width()}, stop);
            for (std::uint32_t& row : halves.second)
                row = rows[row];
            return halves;
        }, std::move(answer));
}

void LookAlikes::halfOfExamples(Rows examples, Rows rows, std::function<void(const embedding::Halves&)> answer)
{
    std::erase_if(rows, [this](std::uint32_t row) { return !m_source || !m_source->knows(row); });
    Rows places;    // of the examples in rows
    for (std::uint32_t place = 0; place < rows.size(); ++place)
        if (std::ranges::find(examples, rows[place]) != examples.end())
            places.push_back(place);
    if (places.empty())
        return;
    start<embedding::Halves>([rows = std::move(rows), places = std::move(places)](const Source& source, std::stop_token stop) {
            const std::vector<std::uint16_t> points = source.vectors(rows, stop);
            embedding::Halves halves = embedding::halfOfExamples({points, source.width()}, places, stop);
            for (std::uint32_t& row : halves.second)
                row = rows[row];
            return halves;
        }, std::move(answer));
}

bool LookAlikes::withEmbedding(std::function<Rows(const embedding::HalfRows&)> work, Answer answer)
{
    if (!m_source || !m_source->map)
        return false;
    startJob<Rows>(this, [source = m_source, work = std::move(work)] { return work({source->map->values<std::uint16_t>(), source->width()}); },
        [answer = std::move(answer)](const JobResult<Rows>& result) {
            if (const Rows* rows = std::get_if<Rows>(&result))
                answer(*rows);
        });
    return true;
}

void LookAlikes::means(std::vector<Rows> groups, std::function<void(const std::vector<std::vector<float>>&)> answer)
{
    using Means = std::vector<std::vector<float>>;
    if (!m_source)
        return;
    startJob<Means>(this, [source = m_source, groups = std::move(groups), stop = m_stop.get_token()] {
            Means means;
            for (Rows rows : groups) {
                std::erase_if(rows, [&](std::uint32_t row) { return !source->knows(row); });
                const std::vector<std::uint16_t> vectors = source->vectors(rows, stop);
                Rows at(rows.size());
                std::iota(at.begin(), at.end(), 0u);
                means.push_back(rows.empty() ? std::vector<float>() : embedding::meanDirection({vectors, source->width()}, at));
            }
            return means;
        },
        [answer = std::move(answer)](const JobResult<Means>& result) {
            if (const Means* means = std::get_if<Means>(&result))
                answer(*means);
        });
}

} // namespace plumage::ui
