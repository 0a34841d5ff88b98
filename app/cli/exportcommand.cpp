// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/projectaccess.h"
#include "app/terminal/progressline.h"
#include "core/base/error.h"
#include "core/exchange/exportcoco.h"
#include "core/exchange/exportcsv.h"
#include "core/exchange/exportfolders.h"
#include "core/exchange/exportplace.h"
#include "core/text/exporttext.h"

#include <QtCore/QCoreApplication>
#include <QtGui/QImageReader>

#include <charconv>
#include <cstdio>

namespace plumage::cli {
namespace {

struct ExportText {
    Q_DECLARE_TR_FUNCTIONS(ExportText)
};

ClusterId clusterNamed(const project::LibraryState& state, const std::string& name)
{
    if (const auto found = state.byName(name))
        return *found;
    ClusterId id;
    if (name.starts_with('#') && std::from_chars(name.data() + 1, name.data() + name.size(), id.value).ec == std::errc() && state.isListed(id))
        return id;
    throw Error(ErrorCode::clusterMissing, name);
}

std::optional<exchange::PictureSize> sizeOf(const std::filesystem::path& file)
{
    QImageReader reader(QString::fromStdString(file.string()));
    reader.setAutoTransform(true);
    QSize size = reader.size();
    if (!size.isValid())
        return {};
    if (reader.transformation() & QImageIOHandler::TransformationRotate90)
        size.transpose();
    return exchange::PictureSize{size.width(), size.height()};
}

} // namespace

void exportCommand(const ExportArguments& a, std::stop_token stop)
{
    OpenProject project = openProject(a.project);
    exchange::ExportWish wish{{}, a.all, a.checkedOnly, a.minConfidence};
    for (const std::string& name : a.clusters)
        wish.clusters.push_back(clusterNamed(project.state, name));
    if (a.format != "folders")
        exchange::keepOffPhotos(project.curator.library(), a.out);
    const exchange::ExportRows rows = exchange::exportRows(project.curator.library(), project.state, project.table, project.run, wish);
    terminal::ProgressLine line;
    const auto progress = [&](std::int64_t done, std::int64_t total) { line.show(ExportText::tr("writing: %1 of %2").arg(done).arg(total)); };
    std::filesystem::path out = a.out;
    if (a.format == "csv") {
        exchange::exportCsv(rows.rows, a.out);
    } else if (a.format == "coco") {
        exchange::exportCoco(rows.rows, a.out, sizeOf, progress, stop);
    } else {
        const auto link = a.link == "hard" ? exchange::Link::hard : a.link == "symbolic" ? exchange::Link::symbolic : exchange::Link::copy;
        const exchange::FoldersReport report = exchange::exportFolders(rows.rows, a.out, link, progress, stop);
        out = report.folder;
        if (report.copied > 0)
            line.note(ExportText::tr("%1 files were copied: hard links do not reach another disk.").arg(report.copied));
    }
    line.end();
    std::printf("%s %s\n", qUtf8Printable(ExportText::tr("To %1:").arg(QString::fromStdString(out.string()))), qUtf8Printable(text::writesText(rows.counts)));
    if (const QString reasons = text::leftOutText(rows.counts); !reasons.isEmpty())
        std::printf("%s\n", qUtf8Printable(reasons));
}

} // namespace plumage::cli
