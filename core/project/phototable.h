// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"
#include "core/base/photolist.h"
#include "core/project/librarystate.h"
#include "core/project/snapshotfile.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace plumage::project {

// The photos of a run in columns, as one snapshot and the person's decisions see them: 27 bytes a photo. A finished table never changes and is shared
// between threads; tables of the same moment share what did not change between them. Rows are those of the run's photos.csv; a photo's identity outside is its PhotoId.
class PhotoTable {
public:
    static constexpr std::uint16_t noCode = 0xFFFF;
    enum Flag : std::uint8_t { Checked = 1, Bulk = 2, Imported = 4, Rejected = 8, Away = 16, Missing = 32 };    // Checked: has a human label

    explicit PhotoTable(std::shared_ptr<const PhotoList> photos);                                  // nothing is known of them yet
    // Photos that the snapshot does not have yet keep noCode. Throws Error shapeMismatch if the snapshot has more rows than the list.
    PhotoTable(std::shared_ptr<const PhotoList> photos, std::shared_ptr<const SnapshotFile> snapshot);
    // The same photos and machine's opinion with other decisions: where each photo lies now. O(rows), shares what does not change.
    PhotoTable with(const LibraryState& state, RunId run) const;
    // The same as with(), made from a table that with() or after() made for the same run: `touched` are the photos whose rows changed in `state` since then; what
    // became of clusters and codes is found here. A few ms for a million photos unless clusters were merged or codes moved: then O(rows) reading and little more.
    PhotoTable after(std::span<const PhotoId> touched, const LibraryState& state, RunId run) const;

    std::size_t rows() const { return m_photos->rows.size(); }
    const PhotoList& list() const { return *m_photos; }
    const std::shared_ptr<const PhotoList>& sharedList() const { return m_photos; }
    PhotoId photo(std::size_t row) const { return m_photos->rows[row].photo; }
    std::optional<std::size_t> row(PhotoId photo) const;    // O(1)

    // [rows] each
    const std::vector<std::uint16_t>& codes() const { return m_machine->codes; }          // best code
    const std::vector<float>& x() const { return m_machine->x; }                          // on the map; not-a-number = not placed
    const std::vector<float>& y() const { return m_machine->y; }
    const std::vector<std::uint32_t>& clusters() const { return m_clusters; }             // id of the cluster it lies in now, 0 = none
    const std::vector<std::uint8_t>& flags() const { return m_flags; }
    // The network's share for a cluster, its codes added: of the best and of the second best cluster, 0..1. Before a library is joined: of codes.
    const std::vector<float>& confidence() const { return m_shares->confidence; }
    const std::vector<float>& second() const { return m_shares->second; }

    std::optional<ClusterId> cluster(std::size_t row) const;
    std::optional<ClusterId> machineCluster(std::size_t row) const;                       // the network's opinion, whatever the label says
    double doubt(std::size_t row) const;                                                  // 1 - (best - second), 0..1
    std::span<const std::uint16_t> topCodes(std::size_t row) const;                       // at most 5, best first; empty if the snapshot lacks the photo
    std::span<const float> topConfidence(std::size_t row) const;                          // theirs
    const std::shared_ptr<const SnapshotFile>& snapshot() const { return m_machine->snapshot; }    // null: nothing is trained yet

private:
    struct Machine {    // what the network says; shared by all tables of a snapshot
        std::shared_ptr<const SnapshotFile> snapshot;
        std::vector<std::uint16_t> codes;
        std::vector<float> x, y;
    };
    struct Shares {     // of the clusters that the codes mean; shared by all tables with the same code -> cluster map
        std::vector<float> confidence, second;
    };
    struct Places {     // what clusters and codes mean; by id and by code, 0 = nothing (not there, not listed)
        std::vector<std::uint32_t> clusterOfCode, resolved;
    };
    PhotoTable() = default;
    static Places placesOf(const LibraryState& state, RunId run);
    void place(std::size_t row, const LibraryState& state);
    void share(std::size_t row, Shares& shares) const;
    std::vector<bool> affectedBy(const Places& now, const LibraryState& state) const;

    std::shared_ptr<const PhotoList> m_photos;
    std::shared_ptr<const std::vector<std::uint32_t>> m_rowOf;    // by photo id; rows() = not here
    std::shared_ptr<const Machine> m_machine;
    std::shared_ptr<const Shares> m_shares;
    Places m_places;
    std::vector<std::uint32_t> m_clusters;
    std::vector<std::uint8_t> m_flags;
};

// How many photos changed their best code from one snapshot to the next; photos that are new in the second one do not count.
std::size_t changedPhotos(const SnapshotFile& before, const SnapshotFile& after);

} // namespace plumage::project
