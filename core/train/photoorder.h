// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random.h"
#include "core/base/trainoptions.h"

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace plumage::train {

Random orderRandom(const TrainOptions& options);    // the stream of PhotoOrder

std::vector<std::int64_t> everyRow(std::int64_t photos);    // 0, 1, …

// Which photos a batch holds: a new permutation per epoch, the incomplete last batch dropped; fewer photos than a batch: drawn with
// replacement, every batch an epoch. Rows that turn out to be unreadable when it is their turn are left out for good, so that a permutation does not depend on
// how many photos were decoded when it was drawn.
class PhotoOrder {
public:
    using IsReadable = std::function<bool(std::int64_t row)>;    // may block until the row is decoded

    PhotoOrder(std::vector<std::int64_t> rows, Random random);    // at least one
    static std::vector<std::int64_t> firstEpoch(std::int64_t photos, Random random);    // of the rows 0, 1, …: in which order they will be needed

    // Throws Error noPhotos if no row is readable.
    std::vector<std::int64_t> next(std::int64_t count, const IsReadable& isReadable = [](std::int64_t) { return true; });
    std::int64_t epoch() const { return m_epoch; }    // epochs begun, 0 before the first batch

    std::int64_t epochsDone(std::int64_t count) const;    // with batches of this size

    // The complete state, for a checkpoint.
    struct State {
        std::vector<std::int64_t> permutation;    // rows, all readable ones among them
        std::int64_t place = 0, epoch = 0;
        std::uint64_t random = 0;
    };
    State state() const { return {m_permutation, m_place, m_epoch, m_random.state()}; }
    void setState(State state, const IsReadable& isReadable = [](std::int64_t) { return true; });    // throws Error checkpointMismatch if it is about other rows

private:
    std::vector<std::int64_t> m_permutation;
    std::int64_t m_place, m_epoch = 0;
    Random m_random;
};

// `count` codes: without replacement; more than there are: whole permutations one after the other, so that counts differ by at most 1.
std::vector<std::int64_t> drawCodes(std::span<const std::int64_t> active, std::int64_t count, Random& random);

} // namespace plumage::train
