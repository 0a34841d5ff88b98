// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exchange/exportcsv.h"

#include "core/base/atomicpath.h"
#include "core/base/csv.h"

#include <cmath>

namespace plumage::exchange {

std::string pathWithBox(const project::PhotoRecord& photo)
{
    std::string path = photo.file.string();
    if (photo.box)
        path += "#xywh=" + numberText(photo.box->x) + "," + numberText(photo.box->y) + "," + numberText(photo.box->width) + "," + numberText(photo.box->height);
    return path;
}

std::string csvText(std::span<const ExportRow> rows)
{
    std::string text = csvRow({"path", "hash", "cluster_id", "label", "source", "confidence", "machine_label", "run"});
    for (const ExportRow& row : rows)
        text += csvRow({pathWithBox(row.photo), row.photo.hash, std::to_string(row.cluster.value), row.label, row.source,
            numberText(std::round(row.confidence * 1e4) / 1e4), row.machineLabel, row.run == 0 ? std::string() : std::to_string(row.run)});
    return text;
}

void exportCsv(std::span<const ExportRow> rows, const std::filesystem::path& file)
{
    writeFileAtomically(file, csvText(rows));
}

} // namespace plumage::exchange
