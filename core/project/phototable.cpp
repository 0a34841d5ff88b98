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
    : m_photos(std::move(photos)), m_rowOf(rowsById(*m_photos)), m_clusters(rows(), 0), m_flags(rows(), 0), m_confidence(rows(), 0.f), m_second(rows(), 0.f)
{
    auto machine = std::make_shared<Machine>();
    machine->codes.assign(rows(), noCode);
    machine->x.assign(rows(), std::numeric_limits<float>::quiet_NaN());
    machine->y = machine->x;
    if (snapshot) {
        if (snapshot->photos() > rows())
            throw Error(ErrorCode::shapeMismatch, snapshot->prototypes().parent_path().string());
        const auto codes = snapshot->codes();
        const auto confidence = snapshot->confidence(), layout = snapshot->layout();
        for (std::size_t row = 0; row < snapshot->photos(); ++row) {
            machine->codes[row] = codes[row * SnapshotFile::topCodes];
            m_confidence[row] = confidence[row * SnapshotFile::topCodes];
            m_second[row] = confidence[row * SnapshotFile::topCodes + 1];
            machine->x[row] = layout[row * 2];
            machine->y[row] = layout[row * 2 + 1];
        }
        machine->snapshot = std::move(snapshot);
    }
    m_machine = std::move(machine);
}

PhotoTable PhotoTable::with(const LibraryState& state, RunId run) const
{
    PhotoTable table;
    table.m_photos = m_photos;
    table.m_rowOf = m_rowOf;
    table.m_machine = m_machine;
    table.m_clusters.resize(rows());
    table.m_flags.resize(rows());
    table.m_confidence.resize(rows());
    table.m_second.resize(rows());

    std::vector<std::uint32_t>& clusterOfCode = table.m_clusterOfCode;
    for (const auto& [code, cluster] : state.codes(run)) {
        clusterOfCode.resize(std::max<std::size_t>(clusterOfCode.size(), code.value + 1u), 0);
        if (const ClusterId now = state.resolve(cluster); state.isListed(now))
            clusterOfCode[code.value] = static_cast<std::uint32_t>(now.value);
    }
    std::array<std::uint32_t, SnapshotFile::topCodes> clusters{};
    for (std::size_t row = 0; row < rows(); ++row) {
        const PhotoId id = photo(row);
        const auto codes = topCodes(row);
        const std::uint8_t flags = flagsOf(state, id);
        std::uint32_t machine = 0;
        for (std::size_t i = 0; i < codes.size(); ++i) {
            clusters[i] = codes[i] < clusterOfCode.size() ? clusterOfCode[codes[i]] : 0;
            if (machine == 0 && clusters[i] != 0 && !((flags & Rejected) && state.isRejected(id, ClusterId{clusters[i]})))
                machine = clusters[i];
        }
        const auto labelled = state.labelledCluster(id);
        const auto best = bestShares(std::span(clusters).first(codes.size()), topConfidence(row));
        table.m_clusters[row] = (flags & Away) ? 0 : labelled ? static_cast<std::uint32_t>(labelled->value) : machine;
        table.m_flags[row] = flags;
        table.m_confidence[row] = best[0];
        table.m_second[row] = best[1];
    }
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
        if (code < m_clusterOfCode.size() && m_clusterOfCode[code] != 0)
            return ClusterId{m_clusterOfCode[code]};
    return {};
}

double PhotoTable::doubt(std::size_t row) const
{
    return std::clamp(1.0 - static_cast<double>(m_confidence[row] - m_second[row]), 0.0, 1.0);
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
