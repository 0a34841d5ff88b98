// SPDX-License-Identifier: GPL-3.0-or-later
// trialbench PROJECT.plumage [PLUMAGE-CLI]: a new user's evening. Sorts the project in the real window with key presses only, as a person would who knows what each photo on the
// screen shows (the name of its folder), until every photo has a label; then exports to a table and to class folders by keys, imports both into new projects and
// compares. Prints key presses and decisions by loop. Changes PROJECT: give it a copy. Run with QT_QPA_PLATFORM=offscreen. No test.
#include "tests/bench/trialkeys.h"

#include "core/project/library.h"
#include "core/review/grow.h"
#include "core/review/validate.h"
#include "ui/exportsheet.h"
#include "ui/gallerymodel.h"
#include "ui/gallerypanel.h"
#include "ui/messagebar.h"
#include "ui/paths.h"
#include "ui/reviewpage.h"

#include <QtCore/QElapsedTimer>
#include <QtCore/QProcess>
#include <QtCore/QTemporaryDir>
#include <QtCore/QTranslator>
#include <QtTest/QTest>
#include <QtWidgets/QApplication>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QListView>

#include <algorithm>
#include <cstdio>

using namespace plumage;
using namespace plumage::ui;

namespace {

constexpr double oneKind = 0.8, halfOfThem = 0.5;
constexpr int firstLook = 100;    // photos of the gallery that are named before the first Grow, where there are no clusters

using ByKind = std::map<QString, std::vector<PhotoId>>;    // photos of the sheet by what they show

double share(const ByKind& sheet, const QString& kind)
{
    std::size_t all = 0;
    for (const auto& [name, photos] : sheet)
        all += photos.size();
    const auto found = sheet.find(kind);
    return found == sheet.end() ? 0 : static_cast<double>(found->second.size()) / static_cast<double>(all);
}

class Trial {
public:
    Trial(MainWindow& window, ProjectCommands& commands) : m_window(window), m_keys(window, commands) { }

    void sort()
    {
        QElapsedTimer clock;
        clock.start();
        m_keys.press(Qt::Key_3, Qt::ControlModifier);
        loop("duplicates", [this] { duplicates(); });
        loop("validate", [this] { validate(); });
        if (view().clusters.empty())
            loop("gallery", [this] { gallery(firstLook); });
        loop("grow", [this] { grow(); });
        loop("suggestions", [this] { suggestions(); });
        if (state().labelCount() < static_cast<std::int64_t>(view().photos->rows()))
            loop("gallery", [this] { gallery(view().photos->rows()); });
        print(clock.elapsed());
    }
    TrialKeys& keys() { return m_keys; }

private:
    ReviewPage& review() { return *m_window.review(); }
    QListView& sheet() { return review().sheet(); }
    const SnapshotView& view() { return *m_window.workspace().snapshot(); }
    const curation::State& state() { return m_window.workspace().curation().state(); }
    QString nameOf(ClusterId cluster) { return view().nameOf(cluster); }

    void loop(const char* name, const std::function<void()>& run)
    {
        const auto before = state().labelCount();
        m_keys.effort = {};
        QElapsedTimer clock;
        clock.start();
        run();
        TrialKeys::Effort& sum = m_loops[name];
        sum.add(m_keys.effort);
        sum.photos += state().labelCount() - before;
        std::printf("%s: %lld of %zu photos have a label (%.0f s)\n", name, static_cast<long long>(state().labelCount()), view().photos->rows(), static_cast<double>(clock.elapsed()) / 1000);
        std::fflush(stdout);
    }

    // From the photos to the queues, the first letter, and back.
    void choose(Qt::Key letter, ReviewQueues::Queue queue)
    {
        if (!review().isVisible())
            m_keys.press(Qt::Key_3, Qt::ControlModifier);
        m_keys.press(Qt::Key_Backtab, Qt::ShiftModifier);
        for (int press = 0; press == 0 || (press < 2 && review().queue() != queue); ++press) {    // two queues begin with D
            QTest::qWait(QApplication::keyboardInputInterval() + 50);    // else it is the next letter of the last search
            m_keys.press(letter);
        }
        m_keys.press(Qt::Key_Tab);
        if (QApplication::focusWidget() != &sheet())
            m_keys.complain("the way from the queues does not lead back to the photos");
        if (review().queue() != queue)
            m_keys.complain("a queue cannot be chosen by its letter");
    }

    ByKind look(int from = 0, int to = -1)
    {
        ByKind kinds;
        for (int row = from; row < (to < 0 ? review().model().rowCount() : to); ++row)
            if (const PhotoId photo = review().model().photo(row); !state().label(photo))
                kinds[m_keys.kindOf(photo)].push_back(photo);
        return kinds;
    }

    static QString majority(const ByKind& sheet)
    {
        return sheet.empty() ? QString() : std::ranges::max_element(sheet, std::less<>(), [](const auto& entry) { return entry.second.size(); })->first;
    }

    void moveOthers(const ByKind& kinds, const QString& but)
    {
        for (const auto& [kind, photos] : kinds) {
            if (kind == but)
                continue;
            for (const PhotoId photo : photos)
                m_keys.pick(sheet(), review().model().indexOf(photo).row());
            m_keys.moveTo(kind);
        }
    }

    void answer(bool yes)
    {
        ++m_keys.effort.decisions;
        m_keys.press(yes ? Qt::Key_Y : Qt::Key_N);
    }

    void duplicates()
    {
        for (choose(Qt::Key_D, ReviewQueues::Duplicates); review().queues().waiting(ReviewQueues::Duplicates) > 0;) {
            std::map<ClusterId, ByKind> sides;
            for (int row = 0; row < review().model().rowCount(); ++row)
                sides[review().model().cluster(row).value_or(ClusterId{})][m_keys.kindOf(review().model().photo(row))].push_back(review().model().photo(row));
            const QString kind = majority(sides.begin()->second);
            answer(sides.size() == 2 && std::ranges::all_of(sides, [&](const auto& side) { return share(side.second, kind) >= oneKind; }));
        }
    }

    void validate()
    {
        choose(Qt::Key_V, ReviewQueues::Validate);
        for (int guard = 0; review().queues().waiting(ReviewQueues::Validate) > 0 && guard < 1000; ++guard)
            validateOne();
    }

    void validateOne()
    {
        const ClusterId cluster = *m_window.selection().cluster();
        const ClusterView& in = *view().find(cluster);
        const int rows = review().model().rowCount();
        const bool isWhole = in.photos - in.checked == static_cast<std::size_t>(rows), hasName = !in.name.isEmpty();
        const ByKind kinds = look(), atRandom = look(std::min(rows, static_cast<int>(review::Validation::oddCount)));
        const QString kind = hasName ? in.name : majority(kinds);
        const double belongs = share(isWhole ? kinds : atRandom, kind);
        if (belongs < halfOfThem)
            return answer(false);
        if (belongs >= oneKind && !hasName) {
            const bool merges = m_keys.call(kind);
            if (merges)
                return;    // the larger pile is asked about in its turn
        }
        if (belongs >= oneKind)
            m_keys.giveDigit(kind);
        moveOthers(kinds, kind);
        if (belongs >= oneKind && (isWhole || share(atRandom, kind) == 1))
            return answer(true);
        m_keys.press(Qt::Key_A, Qt::ControlModifier);    // what is left
        ++m_keys.effort.decisions;
        m_keys.moveTo(kind);
        if (review().isValidating() && m_window.selection().cluster() == cluster && view().find(cluster)->photos > view().find(cluster)->checked)
            answer(false);
    }

    void grow()
    {
        std::map<ClusterId, int> refused;
        choose(Qt::Key_G, ReviewQueues::Grow);
        for (int guard = 0; guard < 2000 && review().model().rowCount() > 0; ++guard) {
            const ClusterId cluster = *m_window.selection().cluster();
            if (refused[cluster] > 0) {
                const auto& waiting = review().queues().clusters(ReviewQueues::Grow);
                if (std::ranges::all_of(waiting, [&](ClusterId other) { return refused[other] > 0; }))
                    return;
                ++m_keys.effort.decisions;
                m_keys.press(Qt::Key_U);
                continue;
            }
            m_keys.giveDigit(nameOf(cluster));
            const auto labels = state().labelCount();
            const auto decisions = m_keys.effort.decisions;
            growOne(cluster);
            refused[cluster] += state().labelCount() - labels < 3 * (m_keys.effort.decisions - decisions);
        }
    }

    // The bar above the photos shows what was said yes to; the same machine keeps it here.
    void growOne(ClusterId cluster)
    {
        std::vector<PhotoId> pool;
        for (std::size_t row = 0; row < view().photos->rows(); ++row)
            if (const PhotoId photo = view().photos->photo(row); !state().label(photo) && !state().isAway(photo) && !state().isRejected(photo, cluster))
                pool.push_back(photo);
        review::Grow bar(pool, 1);
        const QString name = nameOf(cluster);
        while (!bar.isDone()) {
            if (static_cast<int>(bar.photos(bar.current()).size()) != review().model().rowCount())
                return m_keys.complain("the page of Grow is not the one that was announced");
            const ByKind kinds = look();
            const double right = share(kinds, name);
            const bool isNext = bar.current() == 0 || bar.states()[bar.current() - 1] != review::Grow::Page::open;
            const bool yes = right == 1 || (isNext && right >= halfOfThem);
            if (yes && right < 1) {
                moveOthers(kinds, name);
                bar.pick(bar.photos(bar.current()).front(), true);
            }
            bar.answer(yes);
            answer(yes);
        }
        if (bar.outcome().acceptedPages > 0)
            answer(true);    // "join them"
    }

    void suggestions()
    {
        choose(Qt::Key_S, ReviewQueues::Suggestions);
        for (int guard = 0; review().queues().waiting(ReviewQueues::Suggestions) > 0 && guard < 1000; ++guard) {
            const ByKind kinds = look();
            const QString to = review().question().section(QStringLiteral("→ "), 1).section(QLatin1Char(':'), 0, 0);
            const bool yes = share(kinds, to) >= halfOfThem;
            if (yes)
                moveOthers(kinds, to);
            answer(yes);
        }
    }

    // What is left, neighbours alike: a run of one kind is one pick and one key.
    void gallery(std::size_t most)
    {
        m_keys.press(Qt::Key_2, Qt::ControlModifier);
        m_keys.press(Qt::Key_H, Qt::ControlModifier | Qt::ShiftModifier);
        GalleryPanel& panel = m_window.projectView()->gallery();
        m_keys.filter(panel, GalleryModel::Filter::Unchecked);
        for (int tries = 0; panel.model().order() != GalleryModel::Order::LooksAlike && tries < 5; ++tries)
            m_keys.press(Qt::Key_O);
        if (panel.model().order() != GalleryModel::Order::LooksAlike)    // any other order may tell the folders, which this person must not see
            return m_keys.complain("the order of the gallery cannot be changed by its key");
        m_keys.press(Qt::Key_Home);
        GalleryModel& model = panel.model();
        const int rows = std::min<int>(model.rowCount(), static_cast<int>(most));
        for (int row = 0; row < rows;) {
            m_keys.goTo(panel.view(), row);
            const QString kind = m_keys.kindOf(model.photo(row));
            int end = row + 1;
            while (end < rows && m_keys.kindOf(model.photo(end)) == kind)
                ++end;
            if (end - row > 1 || m_window.selection().picked() != std::vector{model.photo(row)})
                m_keys.pickRun(panel.view(), row, end - 1);
            m_keys.moveTo(kind);
            row = end;
        }
    }

    void print(qint64 elapsedMs)
    {
        TrialKeys::Effort all;
        std::printf("%-14s%12s%12s%12s%12s\n", "loop", "keys", "decisions", "photos", "each");
        const auto line = [](const char* name, const TrialKeys::Effort& effort) {
            std::printf("%-14s%12lld%12lld%12lld%12.1f\n", name, static_cast<long long>(effort.keys), static_cast<long long>(effort.decisions), static_cast<long long>(effort.photos),
                effort.decisions == 0 ? 0.0 : static_cast<double>(effort.photos) / static_cast<double>(effort.decisions));
        };
        for (const auto& [name, effort] : m_loops) {
            line(name.c_str(), effort);
            all.add(effort);
            all.photos += effort.photos;
        }
        line("all", all);
        std::int64_t right = 0, bulk = 0;
        for (std::size_t row = 0; row < view().photos->rows(); ++row) {
            const auto label = state().label(view().photos->photo(row));
            right += label && nameOf(state().resolve(label->cluster)) == m_keys.kindOf(view().photos->photo(row));
            bulk += label && label->source == project::LabelSource::bulk;
        }
        std::printf("%.2f %% of %zu photos carry the right label, %lld of them were accepted unseen; %.0f s of this machine\n", 100.0 * static_cast<double>(right) / static_cast<double>(view().photos->rows()),
            view().photos->rows(), static_cast<long long>(bulk), static_cast<double>(elapsedMs) / 1000);
        printEffortLog();
    }

    // What the window's own effort log says.
    void printEffortLog()
    {
        std::int64_t photos = 0, decisions = 0;
        for (const auto& effort : m_window.workspace().curation().library()->effort()) {
            photos += effort.photos;
            decisions += effort.decisions;
        }
        std::printf("the effort log of the Review page: %lld photos in %lld decisions\n", static_cast<long long>(photos), static_cast<long long>(decisions));
    }

    MainWindow& m_window;
    TrialKeys m_keys;
    std::map<std::string, TrialKeys::Effort> m_loops;
};

using Labels = std::map<std::pair<std::string, std::string>, int>;    // content and label -> how often

Labels labelsOf(const std::filesystem::path& project)
{
    const auto library = project::Library::open(project, project::Library::Access::read);
    const project::LibraryState state = library.state();
    Labels labels;
    for (const PhotoRow& row : library.allPhotos().rows)
        if (const auto cluster = state.labelledCluster(row.photo))
            ++labels[{row.hash, curation::shownName(state, *cluster)}];
    return labels;
}

void exportByKeys(MainWindow& window, TrialKeys& keys, int format, const QString& to)
{
    keys.press(Qt::Key_E, Qt::ControlModifier);
    auto* sheet = window.findChild<ExportSheet*>();
    keys.press(Qt::Key_Home);
    for (int i = 0; i < format; ++i)
        keys.press(Qt::Key_Down);
    std::printf("export: %s\n", qPrintable(sheet->countsText()));
    keys.press(Qt::Key_Return, Qt::ControlModifier);
    keys.typeLine(to);
    if (!QFileInfo::exists(to))
        keys.complain("the export could not be written by keys");
}

// Out by keys, and in again: nothing may be lost on the way.
bool takeAwayAndBack(MainWindow& window, ProjectCommands& commands, TrialKeys& keys, const QString& project, const QString& cli)
{
    const QTemporaryDir scratch(QFileInfo(project).absolutePath() + QStringLiteral("/trial-XXXXXX"));
    const QString table = scratch.filePath(QStringLiteral("labels.csv")), folders = scratch.filePath(QStringLiteral("classes"));
    exportByKeys(window, keys, ExportChoice::Csv, table);
    exportByKeys(window, keys, ExportChoice::Folders, folders);
    const QString photos = fromPath(window.workspace().photos()->roots.front());
    const Labels before = labelsOf(toPath(project));
    keys.press(Qt::Key_W, Qt::ControlModifier);

    const QString fromTable = scratch.filePath(QStringLiteral("table.plumage")), fromFolders = scratch.filePath(QStringLiteral("folders.plumage"));
    QProcess::execute(cli, {QStringLiteral("import"), fromTable, photos});
    QProcess::execute(cli, {QStringLiteral("import"), fromFolders, folders, QStringLiteral("--labels"), QStringLiteral("folders")});
    commands.openProject(fromTable);
    keys.settle();
    keys.press(Qt::Key_I, Qt::ControlModifier);
    keys.typeLine(table);
    const Labels first = labelsOf(toPath(fromTable)), second = labelsOf(toPath(fromFolders));
    const auto verdict = [&](const Labels& after) { return after == before ? "the same labels" : "OTHER LABELS"; };
    std::printf("imported again: from the table %s, from the class folders %s\n", verdict(first), verdict(second));
    return first == before && second == before;
}

} // namespace

int main(int argc, char** argv)
{
    QApplication app(argc, argv);
    const QString project = QFileInfo(QString::fromLocal8Bit(argc > 1 ? argv[1] : "")).absoluteFilePath();
    if (argc < 2 || !QFileInfo(project).isDir()) {
        std::fprintf(stderr, "trialbench PROJECT.plumage [PLUMAGE-CLI]\n");
        return 2;
    }
    const QString cli = argc > 2 ? QString::fromLocal8Bit(argv[2]) : QApplication::applicationDirPath() + QStringLiteral("/plumage-cli");
    QTranslator english;
    if (english.load(QStringLiteral(":/i18n/plumage_en.qm")))
        QApplication::installTranslator(&english);
    const QTemporaryDir runtime;
    MainWindow window({.worker = {}, .socket = runtime.filePath(QStringLiteral("s")), .documents = runtime.path(), .remember = false});
    ProjectCommands commands(window);
    window.resize(1440, 900);
    window.show();
    window.activateWindow();
    commands.openProject(project);
    Trial trial(window, commands);
    trial.keys().settle();
    if (!window.workspace().isOpen()) {
        std::fprintf(stderr, "%s\n", qPrintable(window.messages().texts().join(QLatin1Char('\n'))));
        return 1;
    }
    trial.sort();
    const bool same = takeAwayAndBack(window, commands, trial.keys(), project, cli);
    trial.keys().printComplaints();
    return same ? 0 : 1;
}
