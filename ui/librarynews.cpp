// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/librarynews.h"

#include "core/project/library.h"
#include "core/text/errortext.h"
#include "ui/job.h"
#include "ui/mainwindow.h"
#include "ui/paths.h"

#include <QtCore/QDateTime>
#include <QtCore/QLocale>

namespace plumage::ui {

LibraryNews::LibraryNews(MainWindow& window, std::function<void(const QString&)> openProject) : m_window(window), m_openProject(std::move(openProject)) { }

void LibraryNews::tell(const Error& error)
{
    Message message{QStringLiteral("library"), error.code() == ErrorCode::libraryDamaged ? Severity::Error : Severity::Warning, text::errorText(error), {}};
    const std::filesystem::path project = m_window.workspace().project().path();
    if (error.code() == ErrorCode::libraryDamaged) {
        if (const auto backup = project::Library::lastGoodBackup(project))
            message.actions.push_back({tr("Open the last good backup"), [this, project, backup = *backup] { restoreBackup(project, backup); }});
    } else {
        message.actions.push_back({tr("Try again"), [this, project] { m_openProject(fromPath(project)); }});
    }
    m_window.messages().post(message);
}

void LibraryNews::restoreBackup(const std::filesystem::path& project, const std::filesystem::path& backup)
{
    startJob<bool>(this, [project, backup, now = QDateTime::currentMSecsSinceEpoch()] {
            project::Library::restoreBackup(project, backup, now);
            return true;
        },
        [this, project](const JobResult<bool>& result) {
            if (const Error* error = std::get_if<Error>(&result))
                return m_window.messages().post({QStringLiteral("library"), Severity::Error, text::errorText(*error), {}});
            m_openProject(fromPath(project));
        });
}

void LibraryNews::tell(const project::ScanReport& report, bool firstLook)
{
    const QLocale locale;
    const auto number = [&](std::int64_t count) { return locale.toString(static_cast<qlonglong>(count)); };
    QStringList news;
    if (report.added > 0 && !firstLook)
        news += tr("%1 new").arg(number(report.added));
    if (report.changed > 0)
        news += tr("%1 changed").arg(number(report.changed));
    if (report.moved > 0)
        news += tr("%1 found at another place").arg(number(report.moved));
    if (report.back > 0)
        news += tr("%1 back again").arg(number(report.back));
    if (report.missing > 0)
        news += tr("%1 not there any more").arg(number(report.missing));
    if (!news.isEmpty())
        m_window.messages().post({QStringLiteral("found"), Severity::Info, tr("Photos: %1. Labels stay with their photos.").arg(news.join(QStringLiteral(", "))), {}, 10'000});
}

} // namespace plumage::ui
