// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/projectaccess.h"
#include "core/base/json.h"
#include "core/exchange/exportrow.h"

#include <QtCore/QCoreApplication>

#include <algorithm>
#include <cstdio>

namespace plumage::cli {
namespace {

struct StatusText {
    Q_DECLARE_TR_FUNCTIONS(StatusText)
};

} // namespace

void statusCommand(const StatusArguments& a)
{
    OpenProject project = openProject(a.project);
    std::int64_t named = 0, listed = 0, checked = 0, away = 0;
    for (const auto& [id, cluster] : project.state.clusters()) {
        listed += project.state.isListed(id);
        named += project.state.isListed(id) && !cluster.name.empty();
    }
    for (const std::uint8_t flags : project.table.flags()) {
        checked += (flags & project::PhotoTable::Checked) != 0;
        away += (flags & project::PhotoTable::Away) != 0;
    }
    const auto photos = static_cast<std::int64_t>(project.table.rows());
    const auto missing = static_cast<std::int64_t>(project.curator.library().missingPhotos().size());
    if (a.json) {
        Json json = Json::object();
        json.set("photos", photos);
        json.set("checked", checked);
        json.set("put_away", away);
        json.set("missing", missing);
        json.set("clusters", listed);
        json.set("named", named);
        json.set("run", project.run.value == 0 ? Json() : Json(static_cast<std::int64_t>(project.run.value)));
        json.set("step", project.view.snapshot ? Json(project.view.snapshot->step()) : Json());
        std::printf("%s\n", json.text().c_str());
        return;
    }
    const auto say = [](const QString& text) { std::printf("%s\n", qUtf8Printable(text)); };
    say(StatusText::tr("Photos: %1, of which %2 checked, %3 put away, %4 missing.").arg(photos).arg(checked).arg(away).arg(missing));
    say(StatusText::tr("Clusters: %1, of which %2 have a name.").arg(listed).arg(named));
    say(project.run.value == 0 ? StatusText::tr("No run yet.") : StatusText::tr("Run %1, step %2.").arg(project.run.value).arg(project.view.snapshot->step()));
}

} // namespace plumage::cli
