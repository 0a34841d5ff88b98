// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QObject>
#include <QtCore/QString>

#include <filesystem>
#include <functional>

namespace plumage {
class Error;
}
namespace plumage::project {
struct ScanReport;
}

namespace plumage::ui {

class MainWindow;

// What there is to tell about the library of the open project, with the way out: only looking, damaged, other photos than before. GUI thread only.
class LibraryNews final : public QObject
{
    Q_OBJECT
public:
    LibraryNews(MainWindow& window, std::function<void(const QString&)> openProject);
    void tell(const Error& whyNot);                                          // why nothing can be decided
    void tell(const project::ScanReport& report, bool firstLook);            // firstLook: new photos are no news

private:
    void restoreBackup(const std::filesystem::path& project, const std::filesystem::path& backup);

    MainWindow& m_window;
    std::function<void(const QString&)> m_openProject;
};

} // namespace plumage::ui
