// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/workspace.h"

#include "ui/job.h"
#include "ui/paths.h"
#include "ui/projectreader.h"
#include "ui/starttrainingsheet.h"

#include <QtCore/QDateTime>

#include <algorithm>

namespace plumage::ui {
namespace {

constexpr int backupDelayMs = 3000;

} // namespace

struct Workspace::Loaded {
    SnapshotPointer view;
    double changed = 0;    // share of photos that changed cluster since the snapshot before
};

Workspace::Workspace(QObject* parent) : QObject(parent)
{
    connect(&m_curation, &Curation::changed, this, &Workspace::showDecisions);
    m_scanTimer.setInterval(100);
    connect(&m_scanTimer, &QTimer::timeout, this, &Workspace::tellScan);
}

Workspace::~Workspace()
{
    m_backupStop.request_stop();
    stopScan();
}

QString Workspace::name() const
{
    return m_project ? QString::fromStdString(m_project->name()) : QString();
}

bool Workspace::hasSubfolders() const
{
    return m_photos && std::ranges::any_of(m_photos->rows, [](const PhotoRow& row) { return row.path.find('/') != std::string::npos; });
}

void Workspace::loadRun(const project::ProjectFolder& project, std::optional<RunId> run, std::function<void()> then)
{
    const quint64 generation = ++m_generation;
    const bool withLibrary = !m_project;    // else it stays open
    startJob<std::shared_ptr<ReadProject>>(this, [project, run, withLibrary] { return std::make_shared<ReadProject>(readProject(project, run, withLibrary)); },
        [this, generation, then](const JobResult<std::shared_ptr<ReadProject>>& result) {
            if (generation != m_generation)
                return;
            if (const Error* error = std::get_if<Error>(&result)) {
                Q_EMIT failed(QStringLiteral("project"), *error);
                return;
            }
            const std::shared_ptr<ReadProject> opened = std::get<0>(result);
            if (!m_project)
                m_curation.open(std::move(opened->curator), opened->whyNoLibrary);
            join(opened->shown, [this, generation, opened, then](const SnapshotPointer& joined) {
                if (generation != m_generation)
                    return;
                const std::vector<Error> problems = std::move(opened->problems);
                const bool opens = !m_project;
                take(std::move(*opened));
                m_shown = joined;
                then();
                if (opens)
                    keepBackupSoon();
                for (const Error& problem : problems)
                    Q_EMIT failed(QStringLiteral("project"), problem);
            });
        });
}

// Not while the first pictures come.
void Workspace::keepBackupSoon()
{
    m_backupStop = std::stop_source();
    if (!m_curation.canWrite())
        return;
    QTimer::singleShot(backupDelayMs, this, [this, project = m_projectGeneration] {
        if (project != m_projectGeneration)
            return;
        startJob<bool>(this, [path = m_project->path(), stop = m_backupStop.get_token()] {
            project::Library::keepBackup(path, stop);
            return true;
        }, [](const JobResult<bool>&) { });    // without it the one before stays
    });
}

void Workspace::take(ReadProject opened)
{
    m_project = std::move(opened.project);
    m_photos = std::move(opened.photos);
    m_viewPhotos = std::move(opened.viewPhotos);
    m_run = std::move(opened.run);
    m_options = opened.options;
    m_device = std::move(opened.device);
    m_snapshots = std::move(opened.snapshots);
    m_ticks = std::move(opened.ticks);
    m_checkpoints = std::move(opened.checkpoints);
    m_metrics = std::move(opened.metrics);
    m_machine = std::move(opened.shown);
    m_shown = m_machine;
    m_current = static_cast<int>(m_snapshots.size()) - 1;
    m_live = true;
    ++m_snapshotGeneration;
}

void Workspace::openProject(const QString& path)
{
    close();
    const quint64 generation = ++m_generation;
    startJob<std::shared_ptr<const project::ProjectFolder>>(this,
        [path] { return std::make_shared<const project::ProjectFolder>(project::ProjectFolder::open(toPath(path))); },
        [this, generation](const JobResult<std::shared_ptr<const project::ProjectFolder>>& result) {
            if (generation != m_generation)
                return;
            if (const Error* error = std::get_if<Error>(&result))
                Q_EMIT failed(QStringLiteral("project"), *error);
            else
                loadRun(*std::get<0>(result), {}, [this] { Q_EMIT opened(); });
        });
}

void Workspace::openFolder(const QString& photos, const QString& path)
{
    close();
    const quint64 generation = ++m_generation;
    startJob<std::shared_ptr<const project::ProjectFolder>>(this,
        [path] { return std::make_shared<const project::ProjectFolder>(project::ProjectFolder::create(toPath(path))); },
        [this, generation, photos](const JobResult<std::shared_ptr<const project::ProjectFolder>>& result) {
            if (generation != m_generation)
                return;
            if (const Error* error = std::get_if<Error>(&result)) {
                Q_EMIT failed(QStringLiteral("project"), *error);
                return;
            }
            loadRun(*std::get<0>(result), {}, [this, photos] {
                Q_EMIT opened();
                if (!photos.isEmpty())
                    startScan({toPath(photos)});
            });
        });
}

void Workspace::close()
{
    ++m_generation;
    ++m_snapshotGeneration;
    ++m_projectGeneration;
    m_backupStop.request_stop();
    stopScan();
    m_curation.close();
    if (!m_project)
        return;
    take({});
    Q_EMIT closed();
}

// Joins what the machine says with the decisions: the whole of it in a job, what is decided until that is done afterwards.
void Workspace::join(const SnapshotPointer& machine, std::function<void(const SnapshotPointer&)> then)
{
    if (!machine)
        return then({});
    if (machine->hasClusters())
        m_curation.adoptCodes(machine->run, machine->activeCodes(), machine->photos->snapshot()->codeClusters());
    ++m_joins;
    startJob<SnapshotPointer>(this, [machine, state = std::make_shared<const project::LibraryState>(m_curation.state())] { return withDecisions(*machine, *state); },
        [this, project = m_projectGeneration, then = std::move(then)](const JobResult<SnapshotPointer>& result) {
            const std::vector<PhotoId> touched = m_touched;
            if (--m_joins == 0)
                m_touched.clear();
            if (project != m_projectGeneration)
                return;
            if (const Error* error = std::get_if<Error>(&result))
                Q_EMIT failed(QStringLiteral("project"), *error);
            else
                then(afterDecisions(*std::get<SnapshotPointer>(result), touched, m_curation.state()));
        });
}

// A decision is seen at once, and once more in the views that jobs are making.
void Workspace::showDecisions()
{
    const std::vector<PhotoId> touched = m_curation.takeTouched();
    if (m_joins > 0)
        m_touched.insert(m_touched.end(), touched.begin(), touched.end());
    if (!m_shown || !m_project)
        return;
    m_shown = afterDecisions(*m_shown, touched, m_curation.state());
    Q_EMIT decisionsShown();
}

std::optional<std::filesystem::path> Workspace::embedding() const
{
    for (auto snapshot = m_snapshots.rbegin(); snapshot != m_snapshots.rend(); ++snapshot) {
        std::error_code ignored;
        if (std::filesystem::exists(snapshot->path / "embedding.npy", ignored))
            return snapshot->path / "embedding.npy";
    }
    return {};
}

void Workspace::makeRun(const TrainingWish& wish)
{
    RunManifest manifest;
    manifest.created = QDateTime::currentDateTimeUtc().toString(Qt::ISODate).toStdString();
    manifest.device = wish.device;
    manifest.truth = wish.truth;
    manifest.options = wish.options;
    startJob<RunId>(this, [manifest, project = *m_project, photos = m_photos] { return project.newRun(manifest, *photos).run; },
        [this, project = *m_project](const JobResult<RunId>& result) {
            if (const Error* error = std::get_if<Error>(&result)) {
                Q_EMIT failed(QStringLiteral("run"), *error);
                return;
            }
            const RunId run = std::get<0>(result);
            loadRun(project, run, [this, run] {
                Q_EMIT runChanged();
                Q_EMIT snapshotShown(false);
                Q_EMIT runMade(run);
            });
        });
}

void Workspace::followRun(RunId run)
{
    if (!m_project || (m_run && m_run->run == run))
        return;
    loadRun(*m_project, run, [this] {
        Q_EMIT runChanged();
        Q_EMIT snapshotShown(false);
    });
}

void Workspace::showSnapshot(int tick)
{
    m_live = tick + 1 == static_cast<int>(m_snapshots.size());
    m_current = tick;
    Q_EMIT ticksChanged();
    loadSnapshot(tick, true);
}

void Workspace::goLive()
{
    if (!m_snapshots.empty())
        showSnapshot(static_cast<int>(m_snapshots.size()) - 1);
}

void Workspace::loadSnapshot(int tick, bool glide)
{
    const quint64 generation = ++m_snapshotGeneration;    // the newest wish wins
    const auto path = m_snapshots[static_cast<std::size_t>(tick)].path;
    const auto before = tick > 0 ? m_snapshots[static_cast<std::size_t>(tick) - 1].path : std::filesystem::path();
    startJob<Loaded>(this, [path, before, run = m_run->run, photos = m_viewPhotos] {
            Loaded loaded;
            loaded.view = readSnapshot(run, path, photos);
            if (!before.empty())
                loaded.changed = changedShare(before, project::SnapshotFile(path));
            return loaded;
        },
        [this, generation, glide, tick, step = m_snapshots[static_cast<std::size_t>(tick)].step](const JobResult<Loaded>& result) {
            if (generation != m_snapshotGeneration)
                return;
            if (const Error* error = std::get_if<Error>(&result)) {
                dropSnapshot(step);
                if (error->code() != ErrorCode::fileMissing)    // a growing run is thinned out: nothing to tell
                    Q_EMIT failed(QStringLiteral("snapshot"), *error);
            } else {
                takeLoaded(tick, glide, std::get<Loaded>(result));
            }
        });
}

void Workspace::takeLoaded(int tick, bool glide, const Loaded& loaded)
{
    join(loaded.view, [this, generation = m_snapshotGeneration, tick, glide, loaded](const SnapshotPointer& joined) {
        if (generation != m_snapshotGeneration)
            return;
        if (joined->photos->sharedList() != m_viewPhotos)    // a scan found photos meanwhile
            return loadSnapshot(tick, glide);
        const bool first = !m_shown || !m_shown->hasClusters();
        m_machine = loaded.view;
        m_shown = joined;
        m_current = tick;
        if (static_cast<std::size_t>(tick) < m_ticks.size())
            m_ticks[static_cast<std::size_t>(tick)].changed = loaded.changed;
        Q_EMIT ticksChanged();
        Q_EMIT snapshotShown(glide && !first);
    });
}

// A snapshot that is gone or damaged: off the line; what is on screen stays.
void Workspace::dropSnapshot(std::int64_t step)
{
    std::erase_if(m_snapshots, [step](const project::StepFolder& folder) { return folder.step == step; });
    std::erase_if(m_ticks, [step](const TimeSlider::Tick& tick) { return tick.step == step; });
    const auto shown = std::ranges::find(m_ticks, m_shown ? m_shown->step : -1, &TimeSlider::Tick::step);
    m_current = shown == m_ticks.end() ? -1 : static_cast<int>(shown - m_ticks.begin());
    Q_EMIT ticksChanged();
}

void Workspace::takeSnapshot(RunId run, std::int64_t step, const QString& folder)
{
    if (!m_run || m_run->run != run || (!m_snapshots.empty() && m_snapshots.back().step >= step))
        return;
    // old ones are thinned out as a run grows: one that the worker deleted goes when it is asked for
    m_snapshots.push_back({step, toPath(folder)});
    m_ticks.push_back({step, 0});
    if (m_live)
        loadSnapshot(static_cast<int>(m_snapshots.size()) - 1, true);
    else
        Q_EMIT ticksChanged();
}

void Workspace::takeCheckpoint(RunId run, std::int64_t step)
{
    if (!m_run || m_run->run != run || (!m_checkpoints.empty() && m_checkpoints.back() >= step))
        return;
    m_checkpoints.push_back(step);
    Q_EMIT ticksChanged();
}

void Workspace::takeMetrics(RunId run, std::int64_t step, double seconds, double imagesPerSecond, const std::map<std::string, double>& terms)
{
    constexpr std::size_t mostRows = 20'000;
    if (!m_run || m_run->run != run)
        return;
    m_metrics.append(step, seconds, imagesPerSecond, terms);
    if (m_metrics.steps.size() > mostRows)
        m_metrics.thin();
    Q_EMIT metricsChanged();
}

} // namespace plumage::ui
