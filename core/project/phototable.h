// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"
#include "core/base/photolist.h"
#include "core/project/snapshotfile.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace plumage::project {

// The photos of a run in columns, as one snapshot sees them: 20 bytes a photo. A finished table never changes and is shared between threads.
// Rows are those of the run's photos.csv; a photo's identity outside is its PhotoId.
class PhotoTable {
public:
    static constexpr std::uint16_t noCode = 0xFFFF;

    explicit PhotoTable(std::shared_ptr<const PhotoList> photos);                                  // nothing is known of them yet
    // Photos that the snapshot does not have yet keep noCode. Throws Error shapeMismatch if the snapshot has more rows than the list.
    PhotoTable(std::shared_ptr<const PhotoList> photos, const SnapshotFile& snapshot);

    std::size_t rows() const { return m_photos->rows.size(); }
    const PhotoList& list() const { return *m_photos; }
    const std::shared_ptr<const PhotoList>& sharedList() const { return m_photos; }
    PhotoId photo(std::size_t row) const { return m_photos->rows[row].photo; }
    std::optional<std::size_t> row(PhotoId photo) const;    // O(log rows)

    // [rows] each
    const std::vector<std::uint16_t>& codes() const { return m_codes; }           // best code
    const std::vector<float>& confidence() const { return m_confidence; }         // of the best code, 0..1
    const std::vector<float>& second() const { return m_second; }                 // of the second best code, 0..1
    const std::vector<float>& x() const { return m_x; }                           // on the map; not-a-number = not placed
    const std::vector<float>& y() const { return m_y; }

    // Until clusters can be merged and named, a code is drawn as one cluster of its own: #1 for code 0.
    std::optional<ClusterId> cluster(std::size_t row) const;
    static ClusterId clusterOf(CodeIndex code) { return ClusterId{code.value + 1}; }
    static CodeIndex codeOf(ClusterId cluster) { return CodeIndex{static_cast<std::uint16_t>(cluster.value - 1)}; }

private:
    std::shared_ptr<const PhotoList> m_photos;
    std::vector<std::pair<PhotoId, std::uint32_t>> m_rowOf;    // ascending ids
    std::vector<std::uint16_t> m_codes;
    std::vector<float> m_confidence, m_second, m_x, m_y;
};

// How many photos changed their best code from one snapshot to the next; photos that are new in the second one do not count.
std::size_t changedPhotos(const SnapshotFile& before, const SnapshotFile& after);

} // namespace plumage::project
