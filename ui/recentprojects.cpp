// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/recentprojects.h"

#include <QtCore/QSettings>

namespace plumage::ui {
namespace {

constexpr std::size_t atMost = 12;

void write(const std::vector<RecentProject>& projects)
{
    QSettings settings;
    settings.beginWriteArray(QStringLiteral("recent"));
    for (std::size_t i = 0; i < projects.size() && i < atMost; ++i) {
        settings.setArrayIndex(static_cast<int>(i));
        settings.setValue(QStringLiteral("path"), projects[i].path);
        settings.setValue(QStringLiteral("name"), projects[i].name);
        settings.setValue(QStringLiteral("photos"), projects[i].photos);
    }
    settings.endArray();
}

} // namespace

std::vector<RecentProject> recentProjects()
{
    std::vector<RecentProject> projects;
    QSettings settings;
    const int count = settings.beginReadArray(QStringLiteral("recent"));
    for (int i = 0; i < count; ++i) {
        settings.setArrayIndex(i);
        projects.push_back({settings.value(QStringLiteral("path")).toString(), settings.value(QStringLiteral("name")).toString(),
            settings.value(QStringLiteral("photos")).toLongLong()});
    }
    settings.endArray();
    return projects;
}

void rememberProject(const RecentProject& project)
{
    std::vector<RecentProject> projects = recentProjects();
    std::erase_if(projects, [&](const RecentProject& other) { return other.path == project.path; });
    projects.insert(projects.begin(), project);
    write(projects);
}

void forgetProject(const QString& path)
{
    std::vector<RecentProject> projects = recentProjects();
    std::erase_if(projects, [&](const RecentProject& other) { return other.path == path; });
    write(projects);
}

} // namespace plumage::ui
