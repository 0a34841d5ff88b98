// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/projectaccess.h"
#include "app/terminal/progressline.h"
#include "core/curation/commands.h"
#include "core/exchange/importboxes.h"
#include "core/exchange/importlabels.h"
#include "core/text/commandtext.h"
#include "core/text/errortext.h"

#include <QtCore/QCoreApplication>

#include <array>
#include <cstdio>

namespace plumage::cli {
namespace {

constexpr std::size_t linesShown = 10;

struct ImportText {
    Q_DECLARE_TR_FUNCTIONS(ImportText)
};

void say(const QString& text)
{
    std::printf("%s\n", qUtf8Printable(text));
}

void apply(curation::Curator& curator, const curation::Command& command)
{
    curator.apply(command);
    say(command.isEmpty() ? ImportText::tr("Everything is so already.") : text::afterText(command.facts));
}

void importPhotos(curation::Curator& curator, const std::filesystem::path& folder, std::stop_token stop)
{
    terminal::ProgressLine line;
    const auto progress = [&](std::int64_t done, std::int64_t found) { line.show(ImportText::tr("reading photos: %1 of %2").arg(done).arg(found)); };
    const auto roots = folder.empty() ? curator.library().roots() : std::vector{folder};
    const project::ScanReport report = curator.library().rescan(roots, progress, stop);
    line.end();
    for (std::size_t i = 0; i < report.problems.size() && i < linesShown; ++i)
        line.note(text::noteText(report.problems[i].code, QString::fromStdString(report.problems[i].path)));
    if (report.problems.size() > linesShown)
        line.note(ImportText::tr("%1 more of the same kind were left out.").arg(report.problems.size() - linesShown));
    if (curator.library().photoCount() == 0)
        throw Error(ErrorCode::noPhotos, folder.string());
    say(ImportText::tr("Photos: %1 new, %2 changed, %3 moved, %4 missing, %5 as before.").arg(report.added).arg(report.changed).arg(report.moved)
            .arg(report.missing).arg(report.same + report.back));
}

// Lines that match no photo, by number; nothing is imported then unless asked.
void tellProblems(const std::filesystem::path& file, const exchange::LabelFile& labels, bool rest)
{
    std::size_t shown = 0;
    for (const auto* lines : {&labels.unmatched, &labels.ambiguous})
        for (const exchange::ProblemLine& line : *lines)
            if (shown++ < linesShown)
                std::fprintf(stderr, "%s\n", qUtf8Printable((lines == &labels.unmatched ? ImportText::tr("Line %1 matches no photo: %2") : ImportText::tr("Line %1 matches several photos: %2"))
                    .arg(line.line).arg(QString::fromStdString(line.text))));
    if (shown > linesShown)
        std::fprintf(stderr, "%s\n", qUtf8Printable(ImportText::tr("and %1 more").arg(shown - linesShown)));
    if (shown > 0 && !rest)
        throw Error(ErrorCode::labelsUnmatched, std::to_string(shown) + ", " + file.string());
}

} // namespace

void importCommand(const ImportArguments& a, std::stop_token stop)
{
    curation::Curator curator = openForWriting(a.project);
    importPhotos(curator, a.photos, stop);
    if (!a.boxes.empty()) {
        const auto boxes = exchange::readBoxes(a.boxes);
        say(ImportText::tr("Boxes: %1 new.").arg(curator.library().addBoxes(boxes, a.rest)));
    }
    if (!a.classes.empty())
        apply(curator, curation::importClasses(curator.state(), exchange::readClassList(a.classes)));
    if (a.labels == "none")
        return;
    std::vector<curation::ImportedLabel> labels;
    if (a.labels == "folders") {
        labels = exchange::folderLabels(curator.library());
    } else {
        exchange::LabelFile file = exchange::readLabels(a.labels, curator.library());
        tellProblems(a.labels, file, a.rest);
        labels = std::move(file.labels);
    }
    apply(curator, curation::importLabels(curator.state(), labels, a.overwrite ? curation::OnConflict::takeTheirs : curation::OnConflict::keepMine));
}

} // namespace plumage::cli
