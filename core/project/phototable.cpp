// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/phototable.h"

#include "core/base/error.h"

#include <algorithm>
#include <limits>

namespace plumage::project {

PhotoTable::PhotoTable(std::shared_ptr<const PhotoList> photos)
    : m_photos(std::move(photos)), m_codes(rows(), noCode), m_confidence(rows(), 0.f), m_second(rows(), 0.f),
      m_x(rows(), std::numeric_limits<float>::quiet_NaN()), m_y(m_x)
{
    m_rowOf.reserve(rows());
    for (std::size_t row = 0; row < rows(); ++row)
        m_rowOf.emplace_back(photo(row), static_cast<std::uint32_t>(row));
    std::ranges::sort(m_rowOf);
}

PhotoTable::PhotoTable(std::shared_ptr<const PhotoList> photos, const SnapshotFile& snapshot) : PhotoTable(std::move(photos))
{
    if (snapshot.photos() > rows())
        throw Error(ErrorCode::shapeMismatch, snapshot.prototypes().parent_path().string());
    const auto codes = snapshot.codes();
    const auto confidence = snapshot.confidence();
    const auto layout = snapshot.layout();
    for (std::size_t row = 0; row < snapshot.photos(); ++row) {
        m_codes[row] = codes[row * SnapshotFile::topCodes];
        m_confidence[row] = confidence[row * SnapshotFile::topCodes];
        m_second[row] = confidence[row * SnapshotFile::topCodes + 1];
        m_x[row] = layout[row * 2];
        m_y[row] = layout[row * 2 + 1];
    }
}

std::optional<std::size_t> PhotoTable::row(PhotoId photo) const
{
    const auto found = std::ranges::lower_bound(m_rowOf, photo, {}, [](const auto& entry) { return entry.first; });
    if (found == m_rowOf.end() || found->first != photo)
        return {};
    return found->second;
}

std::optional<ClusterId> PhotoTable::cluster(std::size_t row) const
{
    if (m_codes[row] == noCode)
        return {};
    return clusterOf(CodeIndex{m_codes[row]});
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
