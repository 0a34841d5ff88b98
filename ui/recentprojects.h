// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QString>

#include <vector>

namespace plumage::ui {

struct RecentProject {
    QString path, name;
    qint64 photos = 0;
};

// The projects that were open last, in the program's settings: at most 12, newest first.
std::vector<RecentProject> recentProjects();
void rememberProject(const RecentProject& project);
void forgetProject(const QString& path);

} // namespace plumage::ui
