// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/worker/packcommand.h"

#include "app/terminal/progressline.h"
#include "core/base/json.h"
#include "core/base/photopack.h"
#include "core/base/trainoptions.h"
#include "core/data/packbuilder.h"
#include "core/scan/scan.h"
#include "core/text/errortext.h"

#include <QtCore/QCoreApplication>

#include <array>
#include <cstdio>

namespace plumage::worker {

using namespace terminal;
namespace {

struct PackCommand {
    Q_DECLARE_TR_FUNCTIONS(PackCommand)
};

constexpr std::size_t notesShown = 10;    // a folder of broken files must not drown the rest

template<class Problem>
void tell(ProgressLine& line, const std::vector<Problem>& problems)
{
    for (std::size_t i = 0; i < std::min(problems.size(), notesShown); ++i)
        line.note(text::noteText(problems[i].code, QString::fromStdString(problems[i].path)));
    if (problems.size() > notesShown)
        line.note(PackCommand::tr("%n more were left out.", nullptr, static_cast<int>(problems.size() - notesShown)));
}

void checkSize(int imageSize)
{
    TrainOptions options;
    options.network.imageSize = imageSize;
    if (options.check())
        throw Error(ErrorCode::optionOutOfRange, "--size " + std::to_string(imageSize));
}

} // namespace

void packCommand(const PackArguments& arguments, std::stop_token stop)
{
    checkSize(arguments.size);
    ProgressLine line;
    const std::array roots{arguments.photos};
    const auto scanned = [&](std::int64_t done, std::int64_t found) { line.show(PackCommand::tr("Reading photos: %1 of %2").arg(done).arg(found)); };
    const scan::ScanResult found = scan::scanFolders(roots, scanned, stop);
    tell(line, found.problems);
    if (found.photos.empty())
        throw Error(ErrorCode::noPhotos, arguments.photos.string());
    const PhotoList list = scan::toPhotoList(found, roots);
    const int side = packSideFor(arguments.size);
    const auto decoded = [&](std::int64_t done, std::int64_t total) { line.show(PackCommand::tr("Decoding photos: %1 of %2").arg(done).arg(total)); };
    const data::PackReport report = data::buildPhotoPack(list, side, arguments.out, decoded, stop, arguments.threads);
    tell(line, report.problems);
    line.end();
    Json result = Json::object();
    result.set("photos", static_cast<std::int64_t>(list.rows.size()));
    result.set("unreadable", static_cast<std::int64_t>(report.problems.size()));
    result.set("side", side);
    result.set("file", arguments.out.string());
    std::printf("%s\n", result.text().c_str());
}

} // namespace plumage::worker
