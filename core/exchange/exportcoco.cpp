// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exchange/exportcoco.h"

#include "core/base/atomicpath.h"
#include "core/base/error.h"
#include "core/base/json.h"

#include <cmath>
#include <map>

namespace plumage::exchange {

void exportCoco(std::span<const ExportRow> rows, const std::filesystem::path& file, const SizeOf& sizeOf, const Progress& progress, std::stop_token stop)
{
    Json images(Json::Array{}), annotations(Json::Array{}), categories(Json::Array{});
    std::map<std::filesystem::path, std::pair<std::int64_t, PictureSize>> known;
    std::map<ClusterId, const ExportRow*> clusters;
    std::int64_t next = 0;
    for (const ExportRow& row : rows) {
        if (stop.stop_requested())
            throw Error(ErrorCode::cancelled, file.string());
        clusters.emplace(row.cluster, &row);
        const auto [image, fresh] = known.try_emplace(row.photo.file, static_cast<std::int64_t>(known.size()) + 1, PictureSize{});
        if (fresh) {
            image->second.second = sizeOf(row.photo.file).value_or(PictureSize{});
            Json json = Json::object();
            json.set("id", image->second.first);
            json.set("file_name", row.photo.file.string());
            json.set("width", image->second.second.width);
            json.set("height", image->second.second.height);
            if (!row.photo.exposure.taken.empty())
                json.set("date_captured", row.photo.exposure.taken);
            images.push(json);
        }
        const auto [width, height] = image->second.second;
        const Box box = row.photo.box.value_or(Box{});
        const auto pixels = [](double share, int side) { return std::round(share * side * 10) / 10; };
        Json corner(Json::Array{});
        for (const double value : {pixels(box.x, width), pixels(box.y, height), pixels(box.width, width), pixels(box.height, height)})
            corner.push(value);
        Json json = Json::object();
        json.set("id", ++next);
        json.set("image_id", image->second.first);
        json.set("category_id", row.cluster.value);
        json.set("bbox", corner);
        json.set("area", pixels(box.width, width) * pixels(box.height, height));
        json.set("iscrowd", 0);
        json.set("source", row.source);
        if (!row.isChecked())
            json.set("score", std::round(row.confidence * 1e4) / 1e4);
        annotations.push(json);
        if (progress)
            progress(next, static_cast<std::int64_t>(rows.size()));
    }
    for (const auto& [id, row] : clusters) {
        Json json = Json::object();
        json.set("id", id.value);
        json.set("name", row->label);
        json.set("supercategory", row->group);
        categories.push(json);
    }
    Json coco = Json::object();
    coco.set("images", images);
    coco.set("annotations", annotations);
    coco.set("categories", categories);
    writeFileAtomically(file, coco.text(1) + "\n");
}

} // namespace plumage::exchange
