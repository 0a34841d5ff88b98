// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exchange/exporteffort.h"

#include "core/base/atomicpath.h"
#include "core/base/csv.h"

#include <QtCore/QDateTime>

namespace plumage::exchange {

std::string effortText(std::span<const project::Library::Effort> effort)
{
    std::string text = csvRow({"started", "loop", "decisions", "photos", "seconds"});
    for (const project::Library::Effort& sitting : effort) {
        const QDateTime started = QDateTime::fromMSecsSinceEpoch(sitting.atMs - sitting.milliseconds, Qt::UTC);    // the log knows when it ended
        text += csvRow({started.toString(Qt::ISODate).toStdString(), sitting.loop, std::to_string(sitting.decisions), std::to_string(sitting.photos),
            QString::number(static_cast<double>(sitting.milliseconds) / 1000, 'f', 1).toStdString()});
    }
    return text;
}

void exportEffort(std::span<const project::Library::Effort> effort, const std::filesystem::path& file)
{
    writeFileAtomically(file, effortText(effort));
}

} // namespace plumage::exchange
