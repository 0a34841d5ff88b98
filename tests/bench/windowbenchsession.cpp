// SPDX-License-Identifier: GPL-3.0-or-later
// A person's two minutes in fast motion: new photos are found, the gallery scrolls, clusters are merged and undone, and a worker trains all the while.
#include "tests/bench/windowbench.h"

#include "core/curation/commands.h"
#include "tests/bench/syntheticproject.h"
#include "ui/gallerypanel.h"
#include "ui/starttrainingsheet.h"

#include <QtCore/QFileInfo>
#include <QtCore/QRandomGenerator>
#include <QtCore/QTemporaryDir>
#include <QtGui/QAction>
#include <QtWidgets/QApplication>
#include <QtWidgets/QListView>
#include <QtWidgets/QScrollBar>

#include <array>
#include <csignal>
#include <cstdio>

namespace plumage::bench {

using namespace ui;

namespace {

struct Session {
    MainWindow& window;
    QRandomGenerator random{17};
    int scrolls = 0, merges = 0, labels = 0, scans = 0, pages = 0;

    void scroll()
    {
        QScrollBar& bar = *window.projectView()->gallery().view().verticalScrollBar();
        bar.setValue(random.bounded(40) == 0 ? random.bounded(bar.maximum() + 1) : std::min(bar.maximum(), bar.value() + 160));
        ++scrolls;
    }
    void decide()
    {
        Curation& curation = window.workspace().curation();
        const SnapshotPointer snapshot = window.workspace().snapshot();
        if (snapshot->clusters.size() < 3)
            return;
        const auto any = [&] { return snapshot->clusters[static_cast<std::size_t>(random.bounded(static_cast<int>(snapshot->clusters.size())))].cluster; };
        const ClusterId first = any(), second = any();
        switch (random.bounded(4)) {
        case 0:
            if (first != second && curation.carryOut(curation::merge(curation.state(), std::array{first}, second, 1)))
                ++merges;
            return;
        case 1: return window.selection().showCluster(first);
        case 2: return curation.undo();
        default: {
            const std::vector<PhotoId> photos{PhotoId{1 + random.bounded(1000)}, PhotoId{1 + random.bounded(1000)}};
            labels += curation.carryOut([&](const curation::State& state) {
                return curation::assign(state, photos, first, project::LabelSource::seen, [](PhotoId) { return std::optional<ClusterId>(); });
            });
        }
        }
    }
    void turnPage()
    {
        constexpr std::array order{Page::Gallery, Page::Map, Page::Gallery, Page::Training, Page::Gallery, Page::Review};
        window.setPage(order[static_cast<std::size_t>(pages++) % order.size()]);
        window.selection().showAll();
    }
};

} // namespace

void benchSession(const QString& project, const QString& worker, int seconds)
{
    const QString photos = QFileInfo(project).absolutePath() + QStringLiteral("/photos");
    const bool withFiles = QFileInfo::exists(photos);    // a project without files is neither scanned nor trained on
    const QTemporaryDir dir;
    Window opened(project, withFiles ? worker : QString(), dir.filePath(QStringLiteral("w.sock")));
    MainWindow& window = opened.window;
    runLoop(1500);
    Heartbeat heartbeat;
    heartbeat.setLogged(true);
    if (withFiles && !worker.isEmpty()) {
        waitUntil([&] { return window.training().canStart(); }, 30'000);
        TrainingWish wish{.options = presetOptions("demo")};
        wish.options.schedule.kinds = 10;
        window.trainingWanted(wish);
    }
    Session session{window};
    QElapsedTimer timer, second, page, scan;
    timer.start(), second.start(), page.start(), scan.start();
    window.setPage(Page::Gallery);
    while (timer.elapsed() < 1000 * seconds) {
        session.scroll();
        if (second.hasExpired(700))
            session.decide(), second.start();
        if (page.hasExpired(6000))
            session.turnPage(), page.start();
        if (withFiles && !window.workspace().isScanning() && scan.hasExpired(10'000)) {
            writePhotos((photos + QStringLiteral("/new-%1").arg(session.scans++)).toStdString(), 20, 256, 192);    // not the window's work: the stall below is cleared of it
            heartbeat.skip();
            window.workspace().rescan();
            scan.start();
        }
        runLoop(12);
    }
    std::printf("%lld photos, %d s: %d scrolls, %d merges, %d labels, %d scans, training %s\n", static_cast<long long>(window.workspace().photoCount()), seconds,
        session.scrolls, session.merges, session.labels, session.scans, window.training().isTraining() ? "yes" : "no");
    line("longest stall", heartbeat.worstMs(), "ms", "target <= 50");
    line("  of it on the processor", heartbeat.worst().busyMs, "ms", "");
    line("stalls above 50 ms", static_cast<double>(heartbeat.stalls().size()), "", "");
    line("most processor time from one beat to the next", heartbeat.busiestMs(), "ms", "");
    line("peak memory", peakMegabytes(), "MB", "");
    if (window.training().client() && window.training().client()->worker().pid > 0)
        ::kill(static_cast<pid_t>(window.training().client()->worker().pid), SIGTERM);    // it is detached
}

} // namespace plumage::bench
