// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/project/library.h"
#include "core/project/metricslog.h"
#include "core/project/projectfolder.h"
#include "ui/curation.h"
#include "ui/snapshotview.h"
#include "ui/timeslider.h"

#include <QtCore/QObject>
#include <QtCore/QTimer>

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

namespace plumage::ui {

struct ReadProject;
struct TrainingWish;

// The open project as the window sees it: its photos, the run and the snapshot that are shown joined with the person's decisions, the losses. Everything
// slow is a job; late results of a project that was closed meanwhile are dropped. Knows nothing of the worker. GUI thread only.
class Workspace final : public QObject
{
    Q_OBJECT
public:
    explicit Workspace(QObject* parent = nullptr);
    ~Workspace() override;

    bool isOpen() const { return m_project.has_value(); }
    const project::ProjectFolder& project() const { return *m_project; }
    QString name() const;
    qint64 photoCount() const { return m_photos ? static_cast<qint64>(m_photos->rows.size()) : 0; }
    bool hasSubfolders() const;
    const std::shared_ptr<const PhotoList>& photos() const { return m_photos; }       // of the last scan: what the next run trains on
    const std::optional<project::RunFolder>& run() const { return m_run; }
    const TrainOptions& options() const { return m_options; }                         // of that run
    const std::string& device() const { return m_device; }                            // of that run: auto, cpu, cuda
    const SnapshotPointer& snapshot() const { return m_shown; }                       // with the decisions
    Curation& curation() { return m_curation; }
    std::optional<std::filesystem::path> embedding() const;                           // embedding.npy of the newest snapshot that has one
    const std::vector<TimeSlider::Tick>& ticks() const { return m_ticks; }
    const std::vector<std::int64_t>& checkpoints() const { return m_checkpoints; }
    int current() const { return m_current; }                                         // index of the shown snapshot, -1: none
    bool isLive() const { return m_live; }
    const project::MetricsLog& metrics() const { return m_metrics; }
    bool isScanning() const { return m_scan != nullptr; }

    void openProject(const QString& path);
    // Makes the project where it does not exist yet; an empty photo folder: scans nothing now.
    void openFolder(const QString& photos, const QString& project);
    void scan(const QString& photos);
    void close();
    void rescan();
    void stopScan();
    // Makes the run folder, then runMade().
    void makeRun(const TrainingWish& wish);
    void showSnapshot(int tick);
    void goLive();

    // News of the worker about the open project.
    void takeSnapshot(RunId run, std::int64_t step, const QString& folder);
    void takeCheckpoint(RunId run, std::int64_t step);
    void takeMetrics(RunId run, std::int64_t step, double seconds, double imagesPerSecond, const std::map<std::string, double>& terms);
    void followRun(RunId run);    // the worker trains another run than the one that is shown

Q_SIGNALS:
    void opened();
    void closed();
    void photosChanged();
    void scanProgressed(qint64 done, qint64 found);
    void scanFinished(const plumage::project::ScanReport& report);
    void runMade(plumage::RunId run);
    void runChanged();
    void snapshotShown(bool glide);
    void decisionsShown();                                          // the same snapshot with other decisions
    void ticksChanged();
    void metricsChanged();
    void failed(const QString& topic, const plumage::Error& error);

private:
    struct Scanned;
    struct Loaded;
    struct Scan;
    void loadRun(const project::ProjectFolder& project, std::optional<RunId> run, std::function<void()> then);
    void take(ReadProject opened);
    void loadSnapshot(int tick, bool glide);
    void takeLoaded(int tick, bool glide, const Loaded& loaded);
    void dropSnapshot(std::int64_t step);
    void startScan(const std::vector<std::filesystem::path>& roots);
    void tellScan();
    void showScanned(const std::shared_ptr<Scan>& scan, const std::shared_ptr<Scanned>& scanned);
    void join(const SnapshotPointer& machine, std::function<void(const SnapshotPointer&)> then);
    void showDecisions();
    void keepBackupSoon();

    std::optional<project::ProjectFolder> m_project;
    Curation m_curation;
    std::shared_ptr<const PhotoList> m_photos, m_viewPhotos;    // what a run would train on; rows of the shown run, then photos that it does not have
    std::optional<project::RunFolder> m_run;
    TrainOptions m_options;
    std::string m_device;
    std::vector<project::StepFolder> m_snapshots;    // as m_ticks
    std::vector<TimeSlider::Tick> m_ticks;
    std::vector<std::int64_t> m_checkpoints;
    SnapshotPointer m_machine, m_shown;    // as read, and with the decisions
    project::MetricsLog m_metrics;
    int m_current = -1;
    bool m_live = true;
    quint64 m_generation = 0;        // of the project and run; older results are dropped
    quint64 m_snapshotGeneration = 0, m_projectGeneration = 0;
    int m_joins = 0;                 // jobs that make a view of decisions
    std::vector<PhotoId> m_touched;  // by decisions since the first of them began
    std::shared_ptr<Scan> m_scan;    // shared with the job
    QTimer m_scanTimer;
    std::stop_source m_backupStop;
};

} // namespace plumage::ui
