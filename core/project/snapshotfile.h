// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/constraints.h"
#include "core/base/npy.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace plumage::project {

// A snapshot folder, memory-mapped: every array is checked against snapshot.json before anybody sees it. Maps stay readable if the folder vanishes.
// Any thread may read. M photos, K_max rows of the code tables, P generated pictures.
class SnapshotFile {
public:
    static constexpr std::size_t topCodes = 5;    // columns of codes and confidence, best first
    static constexpr int tiles = 7;               // columns of prototypes.png: 4 drawings, background, mask, object

    explicit SnapshotFile(const std::filesystem::path& folder);    // throws Error fileMissing, fileUnreadable, fileDamaged, fileTooNew

    std::int64_t step() const { return m_step; }
    double seconds() const { return m_seconds; }              // of training
    std::size_t photos() const { return m_codes.rows(); }
    int imageSize() const { return m_imageSize; }             // S: side of a tile of prototypes.png, pixels
    int codesInUse() const { return m_codesInUse; }
    const std::vector<std::uint16_t>& activeCodes() const { return m_activeCodes; }      // ascending: the rows of prototypes.png
    const std::vector<std::uint16_t>& drawingCodes() const { return m_drawingCodes; }    // [P] code that each generated picture was drawn with
    const std::vector<Constraints::Code>& codeClusters() const { return m_codeClusters; }    // codes that training gave to clusters
    std::int64_t labelsTrained() const { return m_labelsTrained; }                       // labels in the losses
    std::int64_t heldOut() const { return m_heldOut; }                                   // labels kept out of them; of these photos the network is right about …
    std::int64_t heldOutRight() const { return m_heldOutRight; }
    const std::map<std::string, double>& scores() const { return m_scores; }             // only with truth: ami, ari, acc, acc_chance, …
    std::filesystem::path prototypes() const { return m_folder / "prototypes.png"; }

    std::span<const std::uint16_t> codes() const { return m_codes.values<std::uint16_t>(); }        // [M,5]
    std::span<const float> confidence() const { return m_confidence.values<float>(); }              // [M,5] in 0..1
    std::span<const float> layout() const { return m_layout.values<float>(); }                      // [M,2]
    std::span<const float> layoutCodes() const { return m_layoutCodes.values<float>(); }            // [K_max,2]
    std::span<const float> layoutDrawings() const { return m_layoutDrawings ? m_layoutDrawings->values<float>() : std::span<const float>{}; }    // [P,2]

private:
    void readJson();
    void checkShapes() const;

    std::filesystem::path m_folder;
    std::int64_t m_step = 0, m_labelsTrained = 0, m_heldOut = 0, m_heldOutRight = 0;
    std::vector<Constraints::Code> m_codeClusters;
    std::size_t m_photos = 0, m_tableRows = 0;
    double m_seconds = 0;
    int m_imageSize = 0, m_codesInUse = 0;
    std::vector<std::uint16_t> m_activeCodes, m_drawingCodes;
    std::map<std::string, double> m_scores;
    NpyMap m_codes, m_confidence, m_layout, m_layoutCodes;
    std::optional<NpyMap> m_layoutDrawings;
};

} // namespace plumage::project
