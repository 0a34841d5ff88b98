// SPDX-License-Identifier: GPL-3.0-or-later
// A stand-in for plumage-worker that needs no LibTorch and also misbehaves on demand:
//   fakeworker serve --project DIR [--socket PATH] [--script FILE]
// The script (tests/fakes/fakescript.h) defaults to DIR/fakeworker.script; without one it behaves well: it answers every request and after `start`
// pretends to train runs/<run>, 10 ms a step, with metrics, snapshot folders that a window can show, and checkpoints.
// Whoever starts it lets it go, so it ends by itself: when its project folder is gone, or the process PLUMAGE_FAKE_OWNER names (a test program) has ended.
#include "core/base/error.h"
#include "core/protocol/socketpath.h"
#include "tests/fakes/fakeworker.h"

#include <QtCore/QCommandLineParser>
#include <QtCore/QCoreApplication>
#include <QtCore/QFileInfo>
#include <QtCore/QTimer>

#include <cerrno>
#include <csignal>
#include <cstdio>

namespace {

constexpr int lookMs = 500;

bool hasEnded(qint64 pid)
{
    return ::kill(static_cast<pid_t>(pid), 0) != 0 && errno == ESRCH;
}

} // namespace

int main(int argc, char** argv)
{
    QCoreApplication app(argc, argv);
    QCommandLineParser parser;
    const QCommandLineOption project(QStringLiteral("project"), {}, QStringLiteral("DIR")), socket(QStringLiteral("socket"), {}, QStringLiteral("PATH")),
        script(QStringLiteral("script"), {}, QStringLiteral("FILE"));
    parser.addOptions({project, socket, script});
    parser.process(app);
    try {
        const QString folder = QFileInfo(parser.value(project)).absoluteFilePath();
        QString file = parser.value(script);
        if (file.isEmpty() && QFileInfo::exists(folder + QStringLiteral("/fakeworker.script")))
            file = folder + QStringLiteral("/fakeworker.script");
        plumage::fakes::FakeWorker worker(folder, file.isEmpty() ? plumage::fakes::FakeScript() : plumage::fakes::readFakeScript(file));
        const QString path = parser.isSet(socket) ? parser.value(socket)
                                                  : plumage::protocol::socketPath(folder, qEnvironmentVariable("XDG_RUNTIME_DIR"));
        if (!worker.listen(path))
            return 2;
        QTimer look;
        QObject::connect(&look, &QTimer::timeout, &app, [folder, owner = qEnvironmentVariable("PLUMAGE_FAKE_OWNER").toLongLong()] {
            if (!QFileInfo::exists(folder) || (owner > 0 && hasEnded(owner)))
                QCoreApplication::quit();
        });
        look.start(lookMs);
        return app.exec();
    } catch (const std::exception& e) {
        std::fprintf(stderr, "fakeworker: %s\n", e.what());
        return 1;
    }
}
