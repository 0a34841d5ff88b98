// SPDX-License-Identifier: GPL-3.0-or-later
// The window with a project of any size (makeproject), offscreen or on a display; prints value and target of each figure, tests nothing.
//   windowbench open PROJECT                        from the start of the process: first paint, project, thumbnails; memory
//   windowbench scroll PROJECT                      frames of the gallery: wheel, flicks, jumps
//   windowbench decide PROJECT                      how long the window's thread is held by decisions, scopes, orders and filters
//   windowbench thumbnails [COUNT]                  made and stored from 1024x768 JPEG by one thread
//   windowbench session PROJECT WORKER [SECONDS]    scan, scroll, merge and train at once: the longest stall
#include "tests/bench/windowbench.h"

#include "core/curation/commands.h"
#include "core/project/photoscan.h"
#include "tests/bench/syntheticproject.h"
#include "ui/clusterpanel.h"
#include "ui/gallerymodel.h"
#include "ui/gallerypanel.h"
#include "ui/theme.h"
#include "ui/thumbnailstore.h"

#include <QtCore/QEventLoop>
#include <QtCore/QRandomGenerator>
#include <QtCore/QTemporaryDir>
#include <QtCore/QThread>
#include <QtCore/QTimer>
#include <QtWidgets/QApplication>
#include <QtWidgets/QListView>
#include <QtWidgets/QScrollBar>

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <sys/resource.h>

namespace plumage::bench {

using namespace ui;

double sinceMs(const QElapsedTimer& timer)
{
    return 1e-6 * static_cast<double>(timer.nsecsElapsed());
}

bool waitUntil(const std::function<bool()>& done, int timeoutMs)
{
    QElapsedTimer timer;
    timer.start();
    while (!done()) {
        if (timer.elapsed() > timeoutMs)
            return false;
        runLoop(2);
    }
    return true;
}

double threadMs()
{
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return 1e3 * static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_nsec);
}

void runLoop(int ms)
{
    QEventLoop loop;
    QTimer::singleShot(ms, &loop, &QEventLoop::quit);
    loop.exec();
}

void line(const char* what, double value, const char* unit, const char* target)
{
    std::printf("%-58s %10.1f %-6s %s\n", what, value, unit, target);
    std::fflush(stdout);
}

void percentiles(const char* what, const std::vector<Frame>& frames, const char* target)
{
    const auto at = [&](double Frame::*which, double share) {
        std::vector<double> ms;
        std::ranges::transform(frames, std::back_inserter(ms), which);
        std::ranges::sort(ms);
        return ms[std::min(ms.size() - 1, static_cast<std::size_t>(share * static_cast<double>(ms.size())))];
    };
    std::printf("%-24s p50 %6.2f  p99 %6.2f  worst %6.2f ms; processor p50 %6.2f  p99 %6.2f  worst %6.2f ms  %s\n", what, at(&Frame::ms, 0.5), at(&Frame::ms, 0.99), at(&Frame::ms, 1),
        at(&Frame::threadMs, 0.5), at(&Frame::threadMs, 0.99), at(&Frame::threadMs, 1), target);
    std::fflush(stdout);
}

double peakMegabytes()
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024;
}

Window::Window(const QString& project, const QString& worker, const QString& socket)
    : window({.worker = worker, .socket = socket, .documents = {}, .remember = false}), commands(window)
{
    window.show();
    bool open = false;
    QObject::connect(&window.workspace(), &Workspace::opened, &window, [&open] { open = true; });
    QElapsedTimer timer;
    timer.start();
    commands.open(project);
    if (!waitUntil([&] { return open; }, 120'000))
        qFatal("the project does not open");
    openedMs = sinceMs(timer);
}

namespace {

QElapsedTimer processStart;    // a few ms late: main() has begun

// All tiles in view have their picture.
bool thumbnailsComplete(MainWindow& window)
{
    GalleryPanel& gallery = window.projectView()->gallery();
    const QSize grid = gallery.view().gridSize();
    const int perLine = std::max(1, gallery.view().viewport()->width() / grid.width()), lines = gallery.view().viewport()->height() / grid.height();
    const int first = gallery.view().verticalScrollBar()->value() / grid.height() * perLine;
    for (int row = first; row < std::min(gallery.model().rowCount(), first + lines * perLine); ++row)
        if (window.thumbnails().find(gallery.model().photo(row)).isNull())
            return false;
    return gallery.model().rowCount() > 0;
}

void benchOpen(const QString& project)
{
    const double atWindow = sinceMs(processStart);
    Heartbeat heartbeat;
    heartbeat.setLogged(true);
    double firstPaint = 0;
    MainWindow window({.worker = {}, .socket = {}, .documents = {}, .remember = false});
    ProjectCommands commands(window);
    window.show();
    window.repaint();
    firstPaint = sinceMs(processStart);
    bool open = false;
    QObject::connect(&window.workspace(), &Workspace::opened, &window, [&open] { open = true; });
    QTimer::singleShot(0, &commands, [&] { commands.open(project); });
    waitUntil([&] { return open; }, 120'000);
    const double opened = sinceMs(processStart);
    const double memory = peakMegabytes();
    window.setPage(Page::Gallery);
    window.repaint();
    const double shown = sinceMs(processStart);
    waitUntil([&] { return thumbnailsComplete(window); }, 60'000);
    const double complete = sinceMs(processStart);
    const auto photos = window.workspace().photoCount();
    std::printf("%lld photos\n", static_cast<long long>(photos));
    line("main() to window made", atWindow, "ms", "");
    line("main() to first paint", firstPaint, "ms", "target <= 300 (100,000 photos)");
    line("main() to project open", opened, "ms", "target <= 3,000 (1,000,000 photos)");
    line("main() to gallery painted", shown, "ms", "");
    line("gallery painted to all thumbnails in view", complete - shown, "ms", "target <= 300 (100,000 photos)");
    line("peak memory when the project is open", memory, "MB", "target <= 150 (100,000 photos)");
    runLoop(3000);    // what the window does after it is there
    line("peak memory 3 s later", peakMegabytes(), "MB", "");
    line("longest stall from start to then", heartbeat.worstMs(), "ms", "target <= 50");
}

// One frame: the view moves, everything that hangs on it runs, the window paints.
Frame frame(QListView& view, int to)
{
    QElapsedTimer timer;
    timer.start();
    const double thread = threadMs();
    view.verticalScrollBar()->setValue(to);
    view.viewport()->repaint();
    QApplication::processEvents();
    return {sinceMs(timer), threadMs() - thread};
}

void benchScroll(const QString& project)
{
    Window opened(project);
    opened.window.setPage(Page::Gallery);
    opened.window.selection().showAll();
    runLoop(1500);
    QListView& view = opened.window.projectView()->gallery().view();
    QScrollBar& bar = *view.verticalScrollBar();
    std::printf("%d photos in the gallery, %dx%d pixels\n", view.model()->rowCount(), view.viewport()->width(), view.viewport()->height());
    const auto pace = [] { runLoop(8); };    // thumbnails arrive between two frames
    std::vector<Frame> wheel, flick, jump;
    for (int i = 0; i < 400; ++i, pace())
        wheel.push_back(frame(view, bar.value() + 120));
    for (int i = 0; i < 400; ++i, pace())
        flick.push_back(frame(view, bar.value() + 2400));
    QRandomGenerator random(5);
    for (int i = 0; i < 200; ++i, pace())
        jump.push_back(frame(view, random.bounded(bar.maximum() + 1)));
    percentiles("wheel, 120 px a frame", wheel, "target p99 <= 16");
    percentiles("flick, 2,400 px a frame", flick, "target p99 <= 16");
    percentiles("jumps to anywhere", jump, "target p99 <= 16");
    std::vector<Frame> all = wheel;
    all.insert(all.end(), flick.begin(), flick.end());
    all.insert(all.end(), jump.begin(), jump.end());
    percentiles("all frames", all, "target p99 <= 16");
    line("peak memory", peakMegabytes(), "MB", "");
}

// Runs it, then the events that it caused, as one answer to the person.
void held(const char* what, const std::function<void()>& work, const char* target = "target <= 50")
{
    runLoop(1200);    // what went before is over
    Heartbeat heartbeat;
    QElapsedTimer timer;
    timer.start();
    const double before = threadMs();
    work();
    const double call = sinceMs(timer), callThread = threadMs() - before;
    QApplication::processEvents();
    const double all = sinceMs(timer), allThread = threadMs() - before;
    heartbeat.forget();
    runLoop(1200);
    std::printf("%-30s %6.1f ms (processor %5.1f), with events %6.1f ms (%5.1f), later stall %6.1f ms (%5.1f)  %s\n", what, call, callThread, all, allThread,
        heartbeat.worstMs(), heartbeat.worst().busyMs, target);
    std::fflush(stdout);
}

void benchDecide(const QString& project)
{
    Window opened(project);
    MainWindow& window = opened.window;
    Curation& curation = window.workspace().curation();
    const auto place = [&window](PhotoId photo) -> std::optional<ClusterId> {
        const auto& photos = *window.workspace().snapshot()->photos;
        const auto row = photos.row(photo);
        return row ? photos.cluster(*row) : std::nullopt;
    };
    for (const Page page : {Page::Map, Page::Gallery}) {
        window.setPage(page);
        std::printf("%s page, %lld photos\n", page == Page::Map ? "Map" : "Gallery", static_cast<long long>(window.workspace().photoCount()));
        const auto clusters = window.workspace().snapshot()->clusters;
        const ClusterId first = clusters.at(0).cluster, second = clusters.at(1).cluster;
        held("show one cluster", [&] { window.selection().showCluster(first); });
        const std::vector<PhotoId> one{PhotoId{11}}, some = [] { std::vector<PhotoId> ids; for (int i = 1; i <= 50; ++i) ids.push_back(PhotoId{i * 7}); return ids; }();
        held("label one photo", [&] { curation.carryOut(curation::assign(curation.state(), one, first, project::LabelSource::seen, place)); });
        curation.undo();    // the project stays as it was made
        held("  the view of it alone", [&] { afterDecisions(*window.workspace().snapshot(), one, curation.state()); });
        held("show all photos", [&] { window.selection().showAll(); });
        held("label 50 photos, all shown", [&] { curation.carryOut(curation::assign(curation.state(), some, second, project::LabelSource::seen, place)); });
        held("undo", [&] { curation.undo(); });
        held("merge two clusters", [&] { curation.carryOut(curation::merge(curation.state(), std::array{first}, second, 1)); });
        held("undo", [&] { curation.undo(); });
        held("  the window shows it again", [&] { Q_EMIT window.workspace().decisionsShown(); });
        held("rename a cluster", [&] { curation.carryOut(curation::rename(curation.state(), first, page == Page::Map ? "Robin" : "Wren")); });
        curation.undo();
        GalleryModel& gallery = window.projectView()->gallery().model();
        held("filter: not checked", [&] { gallery.setFilter(GalleryModel::Filter::Unchecked); });
        held("filter: all", [&] { gallery.setFilter(GalleryModel::Filter::All); });
        held("order: most doubtful first", [&] { gallery.setOrder(GalleryModel::Order::Doubtful); });
        held("order: by folder", [&] { gallery.setOrder(GalleryModel::Order::Folder); });
        held("order: surest first", [&] { gallery.setOrder(GalleryModel::Order::Surest); });
        held("pick all", [&] { window.projectView()->gallery().view().selectAll(); });
        held("pick none", [&] { window.selection().pick({}); });
        held("the newest snapshot again", [&] { window.workspace().goLive(); });
    }
    line("peak memory", peakMegabytes(), "MB", "");
}

void benchThumbnails(int count)
{
    QTemporaryDir dir;
    writePhotos((dir.path() + QStringLiteral("/photos")).toStdString(), count, 1024, 768);
    const PhotoList photos = project::scanPhotos(std::array{std::filesystem::path((dir.path() + QStringLiteral("/photos")).toStdString())}, {}, {}, {}).photos;
    ThumbnailStore store(dir.filePath(QStringLiteral("thumbnails.sqlite")));
    const auto rate = [&](const char* what, const char* target) {
        const auto processor = std::clock();
        QElapsedTimer timer;
        timer.start();
        for (std::size_t row = 0; row < photos.rows.size(); ++row)
            if (thumbnailOf(photos, row, &store).isNull())
                qFatal("no thumbnail");
        line(what, 1000 * count / sinceMs(timer), "1/s", target);
        line("  per second of processor time", count / (static_cast<double>(std::clock() - processor) / CLOCKS_PER_SEC), "1/s", "");
    };
    rate("thumbnails made and stored, one thread", "target >= 300");
    rate("thumbnails read back from the store, one thread", "");
}

} // namespace
} // namespace plumage::bench

int main(int argc, char** argv)
{
    using namespace plumage::bench;
    processStart.start();
    QApplication app(argc, argv);
    QApplication::setApplicationName(QStringLiteral("windowbench"));
    plumage::ui::applyTheme(plumage::ui::Theme::dark);
    const QStringList arguments = QApplication::arguments();
    const QString what = arguments.value(1), project = arguments.value(2);
    std::printf("%d processors, platform %s\n", QThread::idealThreadCount(), qPrintable(QApplication::platformName()));
    if (what == QLatin1String("thumbnails"))
        benchThumbnails(std::max(1, arguments.value(2, QStringLiteral("600")).toInt()));
    else if (project.isEmpty())
        return std::fputs("windowbench open|scroll|decide|session PROJECT …, or thumbnails [COUNT]\n", stderr), 2;
    else if (what == QLatin1String("open"))
        benchOpen(project);
    else if (what == QLatin1String("scroll"))
        benchScroll(project);
    else if (what == QLatin1String("decide"))
        benchDecide(project);
    else if (what == QLatin1String("session"))
        benchSession(project, arguments.value(3), std::max(5, arguments.value(4, QStringLiteral("120")).toInt()));
    return 0;
}
