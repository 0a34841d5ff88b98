// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/exporttext.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QLocale>
#include <QtCore/QStringList>

namespace plumage::text {
namespace {

struct ExportText {
    Q_DECLARE_TR_FUNCTIONS(ExportText)
};

QString number(std::int64_t count)
{
    return QLocale().toString(static_cast<qlonglong>(count));
}

} // namespace

QString writesText(const ExportCounts& counts)
{
    return ExportText::tr("Writes %1 of %2: %3 checked, %4 machine.").arg(number(counts.written), number(counts.photos), number(counts.checked), number(counts.machine));
}

QString leftOutText(const ExportCounts& counts)
{
    QStringList reasons;
    const auto add = [&](std::int64_t count, const QString& text) {
        if (count > 0)
            reasons += text.arg(number(count));
    };
    add(counts.unnamed, ExportText::tr("%1 in clusters without a name"));
    add(counts.otherClusters, ExportText::tr("%1 in other clusters"));
    add(counts.noCluster, ExportText::tr("%1 in no cluster"));
    add(counts.away, ExportText::tr("%1 put away"));
    add(counts.missing, ExportText::tr("%1 missing"));
    add(counts.unchecked, ExportText::tr("%1 not checked"));
    add(counts.unsure, ExportText::tr("%1 too unsure"));
    return reasons.isEmpty() ? QString() : ExportText::tr("Left out %1: %2.").arg(number(counts.photos - counts.written), reasons.join(QStringLiteral(", ")));
}

} // namespace plumage::text
