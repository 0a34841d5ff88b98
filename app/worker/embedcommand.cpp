// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/worker/embedcommand.h"

#include "app/terminal/progressline.h"
#include "core/base/json.h"
#include "core/run/embedphotos.h"
#include "core/run/runfolder.h"
#include "core/scan/scan.h"
#include "core/text/errortext.h"

#include <QtCore/QCoreApplication>

#include <array>
#include <cstdio>

namespace plumage::worker {

using namespace terminal;

void embedCommand(const EmbedArguments& arguments, std::stop_token stop)
{
    ProgressLine line;
    const bool existed = std::filesystem::exists(arguments.out);
    run::RunFolder::checkEmpty(arguments.out);
    if (!existed)
        std::filesystem::remove(arguments.out);    // appears when it is complete
    const auto note = [&](ErrorCode code, const std::string& detail) { line.note(text::noteText(code, QString::fromStdString(detail))); };
    const auto progress = [&](std::int64_t done, std::int64_t total) {
        line.show(QCoreApplication::translate("EmbedCommand", "decoding photos: %1 of %2").arg(done).arg(total));
    };
    const std::array roots{arguments.photos};
    const scan::ScanResult found = scan::scanFolders(roots, {}, stop);
    for (const scan::ScanProblem& problem : found.problems)
        note(problem.code, problem.path);
    if (found.photos.empty())
        throw Error(ErrorCode::noPhotos, arguments.photos.string());
    const std::filesystem::path out = std::filesystem::absolute(arguments.out).lexically_normal();
    const run::EmbedRequest request{arguments.checkpoint, out, arguments.device, arguments.threads, arguments.report};
    const run::EmbedOutcome outcome = run::embedPhotos(request, scan::toPhotoList(found, roots), note, progress, stop);

    Json json = Json::object();
    json.set("photos", outcome.photos);
    json.set("unreadable", outcome.unreadable);
    json.set("clusters", outcome.codes);
    json.set("clusters_used", outcome.codesInUse);
    json.set("out", out.string());
    line.end();
    std::printf("%s\n", json.text().c_str());
}

} // namespace plumage::worker
