// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/worker/democommand.h"

#include "app/terminal/progressline.h"
#include "core/base/json.h"
#include "core/data/demophotos.h"

#include <QtCore/QCoreApplication>

#include <cstdio>

namespace plumage::worker {

using namespace terminal;
namespace {

struct DemoCommand {
    Q_DECLARE_TR_FUNCTIONS(DemoCommand)
};

} // namespace

void demoCommand(const DemoArguments& arguments, std::stop_token stop)
{
    ProgressLine line;
    const data::DemoOptions options{arguments.species, arguments.each, arguments.size, arguments.seed};
    const auto drawn = [&](std::int64_t done, std::int64_t total) { line.show(DemoCommand::tr("Drawing photos: %1 of %2").arg(done).arg(total)); };
    data::drawDemoPhotos(options, arguments.out, drawn, stop);
    line.end();
    Json result = Json::object();
    result.set("photos", std::int64_t{arguments.species} * arguments.each);
    result.set("folder", arguments.out.string());
    std::printf("%s\n", result.text().c_str());
}

} // namespace plumage::worker
