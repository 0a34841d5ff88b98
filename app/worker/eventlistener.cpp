// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/worker/eventlistener.h"

#include "core/base/atomicpath.h"
#include "core/base/json.h"

#include <QtCore/QFile>

#include <utility>

namespace plumage::worker {

using namespace protocol;

namespace {

constexpr std::chrono::milliseconds progressPause{100};

QString text(std::string_view utf8)
{
    return QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size()));
}

PreviewEvent previewOf(int run, std::int64_t step, const std::filesystem::path& folder)
{
    PreviewEvent preview{.run = run, .step = step, .png = QByteArray::fromStdString(readFile(folder / "prototypes.png"))};
    const Json snapshot = Json::parse(readFile(folder / "snapshot.json"));
    for (const Json& code : snapshot["active_codes"].toArray())
        preview.codes.append(code.toInt());
    return preview;
}

} // namespace

EventListener::EventListener(int run, Report report, Started started) : m_run(run), m_report(std::move(report)), m_started(std::move(started)) { }

void EventListener::preparing(std::string_view phase, std::int64_t done, std::int64_t total)
{
    const auto now = std::chrono::steady_clock::now();
    if (done != total && now - m_lastProgress < progressPause)
        return;
    m_lastProgress = now;
    m_report(ProgressEvent{text(phase), done, total});
}

void EventListener::started(const TrainOptions& options, std::string_view device, std::int64_t step)
{
    m_device = text(device);
    m_step = step;
    m_started(options, m_device, step);
}

void EventListener::metrics(const train::StepReport& report)
{
    m_step = report.step;
    MetricsEvent event{.run = m_run, .step = report.step, .seconds = report.seconds, .imagesPerSecond = report.imagesPerSecond};
    for (std::size_t i = 0; i < report.terms.size(); ++i)
        event.terms.insert(text(train::termNames[i]), report.terms[i]);
    m_report(std::move(event));
}

void EventListener::snapshotWritten(std::int64_t step, const std::filesystem::path& folder)
{
    try {
        m_report(previewOf(m_run, step, folder));
    } catch (const Error&) {    // a preview may be dropped
    }
    m_report(SnapshotEvent{m_run, step, QFile::decodeName(folder.c_str())});
}

void EventListener::checkpointWritten(std::int64_t step, const std::filesystem::path&)
{
    m_report(CheckpointEvent{m_run, step});
}

void EventListener::paused(bool isPaused)
{
    m_report(StateEvent{.state = isPaused ? WorkerState::paused : WorkerState::training, .run = m_run, .step = m_step, .device = m_device});
}

void EventListener::note(ErrorCode code, const std::string& detail)
{
    m_report(NoteEvent{code, QString::fromStdString(detail)});
}

} // namespace plumage::worker
