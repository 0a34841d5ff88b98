// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/snapshotfile.h"

#include "core/base/atomicpath.h"
#include "core/base/error.h"
#include "core/base/json.h"

#include <cmath>

namespace plumage::project {
namespace {

constexpr int snapshotFormat = 1;

std::vector<std::uint16_t> codeList(const Json* json)
{
    std::vector<std::uint16_t> codes;
    if (json)
        for (const Json& code : json->toArray()) {
            const std::int64_t value = code.toInt();
            if (value < 0 || value > 0xFFFF)
                throw Error(ErrorCode::fileDamaged, "code " + std::to_string(value));
            codes.push_back(static_cast<std::uint16_t>(value));
        }
    return codes;
}

void checkShape(const NpyMap& array, NpyType type, const std::vector<std::size_t>& shape, const std::filesystem::path& folder, const char* name)
{
    if (array.type() != type || array.shape() != shape)
        throw Error(ErrorCode::fileDamaged, (folder / name).string());
}

} // namespace

SnapshotFile::SnapshotFile(const std::filesystem::path& folder)
    : m_folder(folder), m_codes(folder / "codes.npy"), m_confidence(folder / "confidence.npy"), m_layout(folder / "layout.npy"),
      m_layoutCodes(folder / "layout_codes.npy")
{
    try {
        readJson();
    } catch (const Error& problem) {
        if (problem.code() != ErrorCode::fileDamaged)
            throw;
        throw Error(ErrorCode::fileDamaged, (folder / "snapshot.json").string() + " " + problem.detail());
    }
    if (!m_drawingCodes.empty())
        m_layoutDrawings.emplace(folder / "layout_drawings.npy");
    checkShapes();
}

void SnapshotFile::readJson()
{
    const Json json = Json::parse(readFile(m_folder / "snapshot.json"));
    if (json["format"].toInt() > snapshotFormat)
        throw Error(ErrorCode::fileTooNew, (m_folder / "snapshot.json").string());
    m_step = json["step"].toInt();
    m_seconds = json["seconds"].toDouble();
    m_photos = static_cast<std::size_t>(json["photos"].toInt());
    m_tableRows = static_cast<std::size_t>(json["k_max"].toInt());
    m_imageSize = static_cast<int>(json["image_size"].toInt());
    m_activeCodes = codeList(&json["active_codes"]);
    m_drawingCodes = codeList(json.find("drawing_codes"));
    m_codesInUse = static_cast<int>(json["codes_in_use"].toInt());
    if (const Json* given = json.find("code_clusters")) {    // older snapshots say nothing of labels
        m_codeClusters = codesFromJson(*given);
        m_labelsTrained = json["labels_trained"].toInt();
        m_heldOut = json["held_out"].toInt();
        m_heldOutRight = json["held_out_right"].toInt();
    }
    if (const Json* scores = json.find("scores"); scores && scores->isObject())
        for (const auto& [name, value] : scores->toObject())
            if (value.isNumber())
                m_scores[name] = value.toDouble();
}

void SnapshotFile::checkShapes() const
{
    checkShape(m_codes, NpyType::uint16, {m_photos, topCodes}, m_folder, "codes.npy");
    checkShape(m_confidence, NpyType::float32, {m_photos, topCodes}, m_folder, "confidence.npy");
    checkShape(m_layout, NpyType::float32, {m_photos, 2}, m_folder, "layout.npy");
    checkShape(m_layoutCodes, NpyType::float32, {m_tableRows, 2}, m_folder, "layout_codes.npy");
    if (m_layoutDrawings)
        checkShape(*m_layoutDrawings, NpyType::float32, {m_drawingCodes.size(), 2}, m_folder, "layout_drawings.npy");
    for (const auto* list : {&m_activeCodes, &m_drawingCodes})
        for (const std::uint16_t code : *list)
            if (code >= m_tableRows)
                throw Error(ErrorCode::fileDamaged, (m_folder / "snapshot.json").string() + " code " + std::to_string(code));
}

} // namespace plumage::project
