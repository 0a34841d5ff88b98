// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/phototable.h"

#include "core/base/error.h"

#include <algorithm>
#include <array>
#include <limits>

namespace plumage::project {
namespace {

std::shared_ptr<const std::vector<std::uint32_t>> rowsById(const PhotoList& photos)
{
    std::int64_t last = 0;
    for (const PhotoRow& row : photos.rows)
        last = std::max(last, row.photo.value);
    auto rows = std::make_shared<std::vector<std::uint32_t>>(static_cast<std::size_t>(last) + 1, static_cast<std::uint32_t>(photos.rows.size()));
    for (std::size_t row = 0; row < photos.rows.size(); ++row)
        (*rows)[static_cast<std::size_t>(photos.rows[row].photo.value)] = static_cast<std::uint32_t>(row);
    return rows;
}

std::uint8_t flagsOf(const LibraryState& state, PhotoId photo)
{
    std::uint8_t flags = 0;
    if (const auto label = state.label(photo))
        flags |= PhotoTable::Checked | (label->source == LabelSource::bulk ? PhotoTable::Bulk : label->source == LabelSource::imported ? PhotoTable::Imported : 0);
    if (!state.rejections(photo).empty())
        flags |= PhotoTable::Rejected;
    if (state.isAway(photo))
        flags |= PhotoTable::Away;
    return flags;
}

// Shares of clusters from the shares of their codes: of the best and the second best.
std::array<float, 2> bestShares(std::span<const std::uint32_t> clusters, std::span<const float> shares)
{
    std::array<float, 2> best{0, 0};
    for (std::size_t i = 0; i < clusters.size(); ++i) {
        if (clusters[i] == 0 || std::ranges::find(clusters.first(i), clusters[i]) != clusters.begin() + static_cast<std::ptrdiff_t>(i))
            continue;    // no cluster, or counted with an earlier code
        float sum = 0;
        for (std::size_t j = i; j < clusters.size(); ++j)
            sum += clusters[j] == clusters[i] ? shares[j] : 0;
        if (sum > best[0])
            best = {sum, best[0]};
        else
            best[1] = std::max(best[1], sum);
    }
    return best;
}

} // namespace

PhotoTable::PhotoTable(std::shared_ptr<const PhotoList> photos) : PhotoTable(std::move(photos), nullptr) { }

PhotoTable::PhotoTable(std::shared_ptr<const PhotoList> photos, std::shared_ptr<const SnapshotFile> snapshot)
    : m_photos(std::move(photos)), m_rowOf(rowsById(*m_photos)), m_clusters(rows(), 0), m_flags(rows(), 0)
{
    auto machine = std::make_shared<Machine>();
    auto shares = std::make_shared<Shares>();
    machine->codes.assign(rows(), noCode);
    machine->x.assign(rows(), std::numeric_limits<float>::quiet_NaN());
    machine->y = machine->x;
    shares->confidence.assign(rows(), 0.f);
    shares->second.assign(rows(), 0.f);
    if (snapshot) {
        if (snapshot->photos() > rows())
            throw Error(ErrorCode::shapeMismatch, snapshot->prototypes().parent_path().string());
        const auto codes = snapshot->codes();
        const auto confidence = snapshot->confidence(), layout = snapshot->layout();
        for (std::size_t row = 0; row < snapshot->photos(); ++row) {
            machine->codes[row] = codes[row * SnapshotFile::topCodes];
            shares->confidence[row] = confidence[row * SnapshotFile::topCodes];
            shares->second[row] = confidence[row * SnapshotFile::topCodes + 1];
            machine->x[row] = layout[row * 2];
            machine->y[row] = layout[row * 2 + 1];
        }
        machine->snapshot = std::move(snapshot);
    }
    m_machine = std::move(machine);
    m_shares = std::move(shares);
}

PhotoTable::Places PhotoTable::placesOf(const LibraryState& state, RunId run)
{
    Places places;
    places.resolved.resize(state.clusters().empty() ? 0 : static_cast<std::size_t>(state.clusters().rbegin()->first.value) + 1, 0);
    for (const auto& [id, cluster] : state.clusters())
        places.resolved[static_cast<std::size_t>(id.value)] = static_cast<std::uint32_t>(state.resolve(id).value);
    for (const auto& [code, cluster] : state.codes(run)) {
        places.clusterOfCode.resize(std::max<std::size_t>(places.clusterOfCode.size(), code.value + 1u), 0);
        if (const ClusterId now = state.resolve(cluster); state.isListed(now))
            places.clusterOfCode[code.value] = static_cast<std::uint32_t>(now.value);
    }
    return places;
}

// Where the photo lies, from m_places and the state.
void PhotoTable::place(std::size_t row, const LibraryState& state)
{
    const PhotoId id = photo(row);
    const std::uint8_t flags = flagsOf(state, id);
    m_flags[row] = flags;
    m_clusters[row] = 0;
    if (flags & Away)
        return;
    if (const auto label = state.label(id)) {
        const auto at = static_cast<std::size_t>(label->cluster.value);
        m_clusters[row] = at < m_places.resolved.size() && m_places.resolved[at] != 0 ? m_places.resolved[at] : static_cast<std::uint32_t>(at);
        return;
    }
    for (const std::uint16_t code : topCodes(row)) {
        const std::uint32_t cluster = code < m_places.clusterOfCode.size() ? m_places.clusterOfCode[code] : 0;
        if (cluster != 0 && !((flags & Rejected) && state.isRejected(id, ClusterId{cluster}))) {
            m_clusters[row] = cluster;
            return;
        }
    }
}

void PhotoTable::share(std::size_t row, Shares& shares) const
{
    std::array<std::uint32_t, SnapshotFile::topCodes> clusters{};
    const auto codes = topCodes(row);
    for (std::size_t i = 0; i < codes.size(); ++i)
        clusters[i] = codes[i] < m_places.clusterOfCode.size() ? m_places.clusterOfCode[codes[i]] : 0;
    const auto best = bestShares(std::span(clusters).first(codes.size()), topConfidence(row));
    shares.confidence[row] = best[0];
    shares.second[row] = best[1];
}

PhotoTable PhotoTable::with(const LibraryState& state, RunId run) const
{
    PhotoTable table;
    table.m_photos = m_photos;
    table.m_rowOf = m_rowOf;
    table.m_machine = m_machine;
    table.m_clusters.resize(rows());
    table.m_flags.resize(rows());
    table.m_places = placesOf(state, run);
    auto shares = std::make_shared<Shares>();
    shares->confidence.resize(rows());
    shares->second.resize(rows());
    for (std::size_t row = 0; row < rows(); ++row) {
        table.place(row, state);
        table.share(row, *shares);
    }
    table.m_shares = std::move(shares);
    return table;
}

// Rows whose label or rejection names a cluster that means another one now, or whose codes do.
std::vector<bool> PhotoTable::affectedBy(const Places& now, const LibraryState& state) const
{
    std::vector<std::uint8_t> otherCluster(std::max(m_places.resolved.size(), now.resolved.size())), otherCode(PhotoTable::noCode + 1u);
    const auto at = [](const std::vector<std::uint32_t>& list, std::size_t i) { return i < list.size() ? list[i] : 0; };
    for (std::size_t id = 0; id < otherCluster.size(); ++id)
        otherCluster[id] = at(m_places.resolved, id) != at(now.resolved, id);
    for (std::size_t code = 0; code < std::max(m_places.clusterOfCode.size(), now.clusterOfCode.size()); ++code)
        otherCode[code] = at(m_places.clusterOfCode, code) != at(now.clusterOfCode, code);
    const auto isOther = [&](ClusterId id) { return static_cast<std::size_t>(id.value) < otherCluster.size() && otherCluster[static_cast<std::size_t>(id.value)]; };
    std::vector<bool> affected(rows(), false);
    for (std::size_t row = 0; row < rows(); ++row) {
        int other = 0;
        for (const std::uint16_t code : topCodes(row))
            other |= otherCode[code];
        const PhotoId id = photo(row);
        const auto label = state.label(id);
        affected[row] = other || (label && isOther(label->cluster)) || ((m_flags[row] & Rejected) && std::ranges::any_of(state.rejections(id), isOther));
    }
    return affected;
}

PhotoTable PhotoTable::after(std::span<const PhotoId> touched, const LibraryState& state, RunId run) const
{
    PhotoTable table = *this;
    table.m_places = placesOf(state, run);
    if (table.m_places.resolved != m_places.resolved || table.m_places.clusterOfCode != m_places.clusterOfCode) {
        const std::vector<bool> affected = affectedBy(table.m_places, state);
        auto shares = table.m_places.clusterOfCode == m_places.clusterOfCode ? nullptr : std::make_shared<Shares>(*m_shares);
        for (std::size_t row = 0; row < rows(); ++row)
            if (affected[row]) {
                table.place(row, state);
                if (shares)
                    table.share(row, *shares);
            }
        if (shares)
            table.m_shares = std::move(shares);
    }
    for (const PhotoId photo : touched)
        if (const auto at = row(photo))
            table.place(*at, state);
    return table;
}

std::optional<std::size_t> PhotoTable::row(PhotoId photo) const
{
    if (photo.value < 0 || static_cast<std::size_t>(photo.value) >= m_rowOf->size() || (*m_rowOf)[static_cast<std::size_t>(photo.value)] >= rows())
        return {};
    return (*m_rowOf)[static_cast<std::size_t>(photo.value)];
}

std::optional<ClusterId> PhotoTable::cluster(std::size_t row) const
{
    return m_clusters[row] ? std::optional(ClusterId{m_clusters[row]}) : std::nullopt;
}

std::optional<ClusterId> PhotoTable::machineCluster(std::size_t row) const
{
    for (const std::uint16_t code : topCodes(row))
        if (code < m_places.clusterOfCode.size() && m_places.clusterOfCode[code] != 0)
            return ClusterId{m_places.clusterOfCode[code]};
    return {};
}

double PhotoTable::doubt(std::size_t row) const
{
    return std::clamp(1.0 - static_cast<double>(m_shares->confidence[row] - m_shares->second[row]), 0.0, 1.0);
}

std::span<const std::uint16_t> PhotoTable::topCodes(std::size_t row) const
{
    if (!m_machine->snapshot || row >= m_machine->snapshot->photos())
        return {};
    return m_machine->snapshot->codes().subspan(row * SnapshotFile::topCodes, SnapshotFile::topCodes);
}

std::span<const float> PhotoTable::topConfidence(std::size_t row) const
{
    if (!m_machine->snapshot || row >= m_machine->snapshot->photos())
        return {};
    return m_machine->snapshot->confidence().subspan(row * SnapshotFile::topCodes, SnapshotFile::topCodes);
}

std::size_t changedPhotos(const SnapshotFile& before, const SnapshotFile& after)
{
    const auto old = before.codes(), now = after.codes();
    std::size_t changed = 0;
    for (std::size_t i = 0; i < std::min(old.size(), now.size()); i += SnapshotFile::topCodes)
        changed += old[i] != now[i];
    return changed;
}

} // namespace plumage::project
