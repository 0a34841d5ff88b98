// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/worker/servecommand.h"

#include "app/worker/workerservice.h"
#include "core/protocol/socketpath.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QFile>
#include <QtCore/QFileInfo>

#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

namespace plumage::worker {
namespace {

constexpr std::size_t logBytes = 1 << 20, logFiles = 1;
constexpr double msPerMinute = 60'000;

void openLog(const std::filesystem::path& file)
{
    try {
        std::filesystem::create_directories(file.parent_path());
        spdlog::set_default_logger(spdlog::rotating_logger_mt("worker", file.string(), logBytes, logFiles));
    } catch (const std::exception&) {
        throw Error(ErrorCode::folderNotWritable, file.parent_path().string());
    }
    spdlog::flush_on(spdlog::level::info);
}

} // namespace

void serveCommand(const ServeArguments& arguments, std::stop_token stop)
{
    const QString project = QFileInfo(QFile::decodeName(arguments.project.c_str())).canonicalFilePath();
    if (project.isEmpty())
        throw Error(ErrorCode::folderMissing, arguments.project.string());
    const QString socket = arguments.socket.empty() ? protocol::socketPath(project, qEnvironmentVariable("XDG_RUNTIME_DIR"))
                                                    : QFile::decodeName(arguments.socket.c_str());
    protocol::WorkerServer server({.project = project, .socket = socket});
    server.listen();
    openLog(std::filesystem::path(QFile::encodeName(project).toStdString()) / "cache" / "worker.log");
    spdlog::info("worker {} serves {} on {} as process {}", PLUMAGE_VERSION, project.toStdString(), socket.toStdString(), ::getpid());
    WorkerService service(server, project, static_cast<int>(arguments.idleMinutes * msPerMinute));
    QObject::connect(&service, &WorkerService::ended, qApp, &QCoreApplication::quit);
    const std::stop_callback onStop(stop, [&service] { QMetaObject::invokeMethod(&service, &WorkerService::shutDown, Qt::QueuedConnection); });
    QCoreApplication::exec();
    server.flush();
    spdlog::info("worker ends");
}

} // namespace plumage::worker
