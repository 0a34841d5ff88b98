// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/photoorder.h"

#include "core/base/error.h"
#include "core/train/networks.h"

#include <algorithm>
#include <iterator>
#include <numeric>

namespace plumage::train {

Random orderRandom(const TrainOptions& options)
{
    return Random(Random(options.seed, static_cast<std::uint64_t>(Stream::order)).next());
}

std::vector<std::int64_t> everyRow(std::int64_t photos)
{
    std::vector<std::int64_t> rows(static_cast<std::size_t>(photos));
    std::iota(rows.begin(), rows.end(), 0);
    return rows;
}

PhotoOrder::PhotoOrder(std::vector<std::int64_t> rows, Random random)
    : m_permutation(std::move(rows)), m_place(static_cast<std::int64_t>(m_permutation.size())), m_random(random)
{
}

std::vector<std::int64_t> PhotoOrder::firstEpoch(std::int64_t photos, Random random)
{
    std::vector<std::int64_t> rows = everyRow(photos);
    random.shuffle(rows);
    return rows;
}

std::vector<std::int64_t> PhotoOrder::next(std::int64_t count, const IsReadable& isReadable)
{
    std::vector<std::int64_t> batch;
    batch.reserve(static_cast<std::size_t>(count));
    const auto photos = [&] { return static_cast<std::int64_t>(m_permutation.size()); };
    while (photos() >= count) {
        if (m_place + count > photos()) {
            m_random.shuffle(m_permutation);
            m_place = 0;
            ++m_epoch;
        }
        while (static_cast<std::int64_t>(batch.size()) < count && m_place < photos()) {
            const auto row = m_permutation.begin() + m_place;
            if (isReadable(*row)) {
                batch.push_back(*row);
                ++m_place;
            } else {
                m_permutation.erase(row);
            }
        }
        if (static_cast<std::int64_t>(batch.size()) == count)
            return batch;
        batch.clear();    // the incomplete last one
    }
    std::erase_if(m_permutation, [&](std::int64_t row) { return !isReadable(row); });
    if (m_permutation.empty())
        throw Error(ErrorCode::noPhotos, "");
    ++m_epoch;
    for (std::int64_t i = 0; i < count; ++i)
        batch.push_back(m_permutation[m_random.below(m_permutation.size())]);
    return batch;
}

std::int64_t PhotoOrder::epochsDone(std::int64_t count) const
{
    const auto photos = static_cast<std::int64_t>(m_permutation.size());
    const bool inside = photos >= count && m_place + count <= photos;
    return inside ? m_epoch - 1 : m_epoch;
}

void PhotoOrder::setState(State state, const IsReadable& isReadable)
{
    auto ours = m_permutation, theirs = state.permutation;
    std::ranges::sort(ours);
    std::ranges::sort(theirs);
    std::vector<std::int64_t> missing;
    std::ranges::set_difference(ours, theirs, std::back_inserter(missing));
    const bool isOurs = std::ranges::includes(ours, theirs) && std::ranges::none_of(missing, isReadable);
    if (!isOurs || theirs.empty() || state.place < 0 || state.place > static_cast<std::int64_t>(theirs.size()))
        throw Error(ErrorCode::checkpointMismatch, "photos");
    m_permutation = std::move(state.permutation);
    m_place = state.place;
    m_epoch = state.epoch;
    m_random.setState(state.random);
}

std::vector<std::int64_t> drawCodes(std::span<const std::int64_t> active, std::int64_t count, Random& random)
{
    std::vector<std::int64_t> drawn, rest(active.begin(), active.end());
    drawn.reserve(static_cast<std::size_t>(count));
    for (std::size_t i = 0; drawn.size() < static_cast<std::size_t>(count); i = (i + 1) % rest.size()) {
        std::swap(rest[i], rest[i + random.below(rest.size() - i)]);    // Fisher-Yates, no further than needed
        drawn.push_back(rest[i]);
    }
    return drawn;
}

} // namespace plumage::train
