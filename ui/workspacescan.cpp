// SPDX-License-Identifier: GPL-3.0-or-later
// The part of Workspace that looks for photos.
#include "ui/workspace.h"

#include "core/project/runview.h"
#include "ui/job.h"
#include "ui/paths.h"

namespace plumage::ui {

struct Workspace::Scanned {
    project::ScanReport report;
    std::shared_ptr<const PhotoList> photos, all;
};


// A running scan: the job writes the numbers, a timer reads them.
struct Workspace::Scan {
    std::stop_source stop;
    std::atomic<qint64> done = 0, found = 0;
};

void Workspace::scan(const QString& photos)
{
    if (m_project)
        startScan({toPath(photos)});
}

void Workspace::rescan()
{
    if (!m_photos || m_scan)
        return;
    startScan({m_photos->roots.begin(), m_photos->roots.end()});
}

void Workspace::startScan(const std::vector<std::filesystem::path>& roots)
{
    stopScan();
    if (!m_curation.canWrite()) {
        Q_EMIT failed(QStringLiteral("scan"), m_curation.whyNot().value_or(Error(ErrorCode::libraryReadOnly, m_project->path().string())));
        return;
    }
    m_scan = std::make_shared<Scan>();
    m_scanTimer.start();
    Q_EMIT scanProgressed(0, 0);
    startJob<std::shared_ptr<Scanned>>(this,
        [roots, scan = m_scan, library = std::make_shared<project::Library>(m_curation.library()->another())] {
            const auto report = [&](std::int64_t done, std::int64_t found) {
                scan->done = done;
                scan->found = found;
            };
            auto scanned = std::make_shared<Scanned>();
            scanned->report = library->rescan(roots, report, scan->stop.get_token());
            const auto lists = library->photoLists();
            scanned->photos = lists.photos;
            scanned->all = lists.all;
            if (scanned->photos->rows.empty())
                throw Error(ErrorCode::noPhotos, roots.empty() ? std::string() : roots.front().string());
            return scanned;
        },
        [this, scan = m_scan](const JobResult<std::shared_ptr<Scanned>>& result) {
            if (scan != m_scan)
                return;
            if (const Error* error = std::get_if<Error>(&result)) {
                stopScan();
                Q_EMIT scanFinished({});
                Q_EMIT failed(QStringLiteral("scan"), *error);
                return;
            }
            showScanned(scan, std::get<0>(result));
        });
}

// The photos that a scan found, in what is shown: rows of the run stay, new photos come behind them.
void Workspace::showScanned(const std::shared_ptr<Scan>& scan, const std::shared_ptr<Scanned>& scanned)
{
    const auto finish = [this, scanned] {
        stopScan();
        Q_EMIT photosChanged();
        Q_EMIT scanFinished(scanned->report);
    };
    const project::ScanReport& report = scanned->report;
    const auto& found = scanned->photos->rows;    // boxes change the photos, but no file
    const bool samePhotos = m_photos && found.size() == m_photos->rows.size() && found.back().photo == m_photos->rows.back().photo;
    if (m_machine && samePhotos && report.added + report.changed + report.moved + report.missing + report.back == 0)
        return finish();
    const SnapshotPointer was = m_machine;
    startJob<SnapshotPointer>(this, [was, scanned, run = m_run.has_value(), list = m_viewPhotos] {
            if (!run || !was)
                return untrainedView(scanned->photos);
            return withPhotos(*was, project::joinPhotos(*list, scanned->all));
        },
        [this, scan, scanned, was, finish](const JobResult<SnapshotPointer>& result) {
            if (scan != m_scan)
                return;
            const SnapshotPointer* machine = std::get_if<SnapshotPointer>(&result);
            if (was != m_machine || !machine)    // a snapshot came meanwhile
                return machine ? showScanned(scan, scanned) : (stopScan(), Q_EMIT failed(QStringLiteral("scan"), std::get<Error>(result)));
            join(*machine, [this, scan, scanned, was, machine = *machine, finish](const SnapshotPointer& joined) {
                if (scan != m_scan)
                    return;
                if (was != m_machine)
                    return showScanned(scan, scanned);
                m_photos = scanned->photos;
                m_viewPhotos = machine->photos->sharedList();
                m_machine = machine;
                m_shown = joined;
                Q_EMIT snapshotShown(false);
                finish();
            });
        });
}

void Workspace::tellScan()
{
    if (m_scan)
        Q_EMIT scanProgressed(m_scan->done, m_scan->found);
}

void Workspace::stopScan()
{
    if (m_scan)
        m_scan->stop.request_stop();
    m_scan.reset();
    m_scanTimer.stop();
}

} // namespace plumage::ui
