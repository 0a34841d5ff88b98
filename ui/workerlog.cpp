// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/workerlog.h"

#include "ui/messagebar.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QFile>
#include <QtCore/QUrl>
#include <QtGui/QDesktopServices>

namespace plumage::ui {

void offerWorkerLog(Message& message, const QString& project)
{
    const QString log = project + QStringLiteral("/cache/worker.log");
    if (!project.isEmpty() && QFile::exists(log))
        message.actions.push_back({QCoreApplication::translate("plumage::ui::WorkerLog", "Show log"), [log] { QDesktopServices::openUrl(QUrl::fromLocalFile(log)); }, true});
}

} // namespace plumage::ui
