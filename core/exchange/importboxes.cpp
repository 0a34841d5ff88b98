// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exchange/importboxes.h"

#include "core/base/atomicpath.h"
#include "core/base/csv.h"
#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/trainoptions.h"

#include <algorithm>
#include <array>
#include <unordered_map>

namespace plumage::exchange {
namespace {

using project::BoxRow;

Box boxOf(const Json::Array& numbers)
{
    if (numbers.size() != 4)
        throw Error(ErrorCode::fileDamaged, "bbox");
    return {numbers[0].toDouble(), numbers[1].toDouble(), numbers[2].toDouble(), numbers[3].toDouble()};
}

std::vector<BoxRow> fromCoco(const Json& json)
{
    struct Image { std::string path; double width = 0, height = 0; };
    std::unordered_map<std::int64_t, Image> images;
    for (const Json& image : json["images"].toArray())
        images[image["id"].toInt()] = {image["file_name"].toString(), image["width"].toDouble(), image["height"].toDouble()};
    std::vector<BoxRow> rows;
    for (const Json& annotation : json["annotations"].toArray()) {
        const auto image = images.find(annotation["image_id"].toInt());
        if (image == images.end() || image->second.width <= 0 || image->second.height <= 0)
            throw Error(ErrorCode::fileDamaged, "image_id " + std::to_string(annotation["image_id"].toInt()));
        const Box pixels = boxOf(annotation["bbox"].toArray());
        const auto& [path, width, height] = image->second;
        rows.push_back({path, {pixels.x / width, pixels.y / height, pixels.width / width, pixels.height / height}});
    }
    return rows;
}

std::vector<BoxRow> fromMegaDetector(const Json& json, double least)
{
    std::string animal;    // the category of animals; empty: the file knows none, every box counts
    if (const Json* categories = json.find("detection_categories"); categories && categories->isObject())
        for (const auto& [id, name] : categories->toObject())
            if (name.toString() == "animal")
                animal = id;
    std::vector<BoxRow> rows;
    for (const Json& image : json["images"].toArray()) {
        const Json* detections = image.find("detections");
        if (!detections || !detections->isArray())
            continue;    // a file that the detector could not read
        for (const Json& detection : detections->toArray())
            if (detection["conf"].toDouble() >= least && (animal.empty() || detection["category"].toString() == animal))
                rows.push_back({image["file"].toString(), boxOf(detection["bbox"].toArray())});
    }
    return rows;
}

std::vector<BoxRow> fromCsv(const std::string& text)
{
    const auto table = parseCsv(text);
    if (table.empty())
        return {};
    std::array<std::size_t, 5> columns{};
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const char* name = std::array{"path", "x", "y", "w", "h"}[i];
        const auto found = std::ranges::find(table.front(), name);
        if (found == table.front().end())
            throw Error(ErrorCode::columnMissing, name);
        columns[i] = static_cast<std::size_t>(found - table.front().begin());
    }
    std::vector<BoxRow> rows;
    for (std::size_t line = 1; line < table.size(); ++line) {
        if (table[line].size() < table.front().size())
            throw Error(ErrorCode::fileDamaged, "line " + std::to_string(line + 1));
        std::array<double, 4> numbers{};
        for (std::size_t i = 0; i < 4; ++i) {
            try {
                numbers[i] = parseNumber("box", table[line][columns[i + 1]]);
            } catch (const Error&) {
                throw Error(ErrorCode::fileDamaged, "line " + std::to_string(line + 1));
            }
        }
        rows.push_back({table[line][columns[0]], {numbers[0], numbers[1], numbers[2], numbers[3]}});
    }
    return rows;
}

} // namespace

std::vector<BoxRow> readBoxes(const std::filesystem::path& file, double leastConfidence)
{
    const std::string text = readFile(file);
    std::vector<BoxRow> rows;
    try {
        if (const auto first = text.find_first_not_of(" \t\r\n\xEF\xBB\xBF"); first != std::string::npos && text[first] == '{') {
            const Json json = Json::parse(std::string_view(text).substr(first));
            rows = json.find("annotations") ? fromCoco(json) : fromMegaDetector(json, leastConfidence);
        } else {
            rows = fromCsv(text);
        }
    } catch (const Error& error) {
        if (error.code() == ErrorCode::columnMissing)
            throw;
        throw Error(ErrorCode::fileDamaged, file.string() + ", " + error.detail());
    }
    if (rows.empty())
        throw Error(ErrorCode::emptyTable, file.string());
    return rows;
}

} // namespace plumage::exchange
