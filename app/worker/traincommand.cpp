// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/worker/traincommand.h"

#include "app/terminal/progressline.h"
#include "core/base/json.h"
#include "core/run/report.h"
#include "core/run/runtraining.h"
#include "core/scan/scan.h"
#include "core/text/errortext.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QDateTime>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <limits>
#include <optional>

namespace plumage::worker {

using namespace terminal;
namespace {

namespace fs = std::filesystem;

constexpr int notesShown = 10;    // of each kind; a folder of broken files must not drown the rest

QString translated(const char* source) { return QCoreApplication::translate("TrainCommand", source); }

class TerminalListener final : public run::RunListener {
public:
    void preparing(std::string_view phase, std::int64_t done, std::int64_t total) override
    {
        if (phase == "scan")
            m_line.show(translated(QT_TRANSLATE_NOOP("TrainCommand", "reading photos: %1 of %2")).arg(done).arg(total));
        else if (phase == "pack") {
            const QString line = translated(QT_TRANSLATE_NOOP("TrainCommand", "decoding photos: %1 of %2")).arg(done).arg(total);
            m_decoding = done < total ? line : QString();
            if (!m_hasStarted)
                m_line.show(line);
        }
    }
    void started(const TrainOptions& options, std::string_view device, std::int64_t) override
    {
        m_options = options;
        m_hasStarted = true;
        m_line.end();
        m_line.show(translated(QT_TRANSLATE_NOOP("TrainCommand", "training %1 codes on %2"))
                        .arg(options.codes()).arg(QString::fromUtf8(device.data(), static_cast<qsizetype>(device.size()))));
        m_line.end();
    }
    void metrics(const train::StepReport& report) override
    {
        QString line = translated(QT_TRANSLATE_NOOP("TrainCommand", "step %1, %2 img/s, loss D %3, G %4"))
                           .arg(report.step).arg(report.imagesPerSecond, 0, 'f', 1)
                           .arg(static_cast<double>(report.terms[train::dTotal]), 0, 'f', 3).arg(static_cast<double>(report.terms[train::gTotal]), 0, 'f', 3);
        if (const double left = secondsLeft(report); std::isfinite(left))
            line += translated(QT_TRANSLATE_NOOP("TrainCommand", ", %1 left")).arg(duration(left));
        if (!m_decoding.isEmpty())    // it goes on beside
            line += QStringLiteral("; ") + m_decoding;
        m_line.show(line);
    }
    void snapshotWritten(std::int64_t, const fs::path&) override { }
    void checkpointWritten(std::int64_t, const fs::path&) override { }
    void paused(bool) override { }
    void note(ErrorCode code, const std::string& detail) override
    {
        if (m_notes[static_cast<std::size_t>(code)]++ < notesShown)
            m_line.note(text::noteText(code, QString::fromStdString(detail)));
    }

    bool hasStarted() const { return m_hasStarted; }
    void end()
    {
        m_line.end();
        for (const int count : m_notes)
            if (count > notesShown)
                m_line.note(translated(QT_TRANSLATE_NOOP("TrainCommand", "%1 more of the same kind were left out.")).arg(count - notesShown));
    }

private:
    // Until the nearest limit of the options; infinite if there is none.
    double secondsLeft(const train::StepReport& report) const
    {
        const ScheduleOptions& schedule = m_options.schedule;
        const double perStep = schedule.batchSize / std::max(1e-9, report.imagesPerSecond);
        double left = std::numeric_limits<double>::infinity();
        if (schedule.maxMinutes > 0)
            left = std::min(left, schedule.maxMinutes * 60 - report.seconds);
        if (schedule.maxSteps > 0)
            left = std::min(left, perStep * static_cast<double>(schedule.maxSteps - report.step));
        if (schedule.maxEpochs > 0 && report.epoch > 0)
            left = std::min(left, report.seconds * static_cast<double>(schedule.maxEpochs - report.epoch) / static_cast<double>(report.epoch));
        return std::max(0.0, left);
    }
    static QString duration(double seconds)
    {
        const auto whole = static_cast<qint64>(seconds);
        const QString tail = QStringLiteral("%1:%2").arg(whole / 60 % 60, 2, 10, QLatin1Char('0')).arg(whole % 60, 2, 10, QLatin1Char('0'));
        return whole >= 3600 ? QStringLiteral("%1:%2").arg(whole / 3600).arg(tail) : tail;
    }

    ProgressLine m_line;
    TrainOptions m_options;
    QString m_decoding;    // while it goes on
    bool m_hasStarted = false;
    std::array<int, static_cast<std::size_t>(ErrorCode::internal) + 1> m_notes{};
};

PhotoList scanPhotos(const fs::path& folder, run::RunListener& listener, std::stop_token stop)
{
    const std::array roots{folder};
    const auto progress = [&](std::int64_t done, std::int64_t found) { listener.preparing("scan", done, found); };
    const scan::ScanResult found = scan::scanFolders(roots, progress, stop);
    for (const scan::ScanProblem& problem : found.problems)
        listener.note(problem.code, problem.path);
    if (found.photos.empty())
        throw Error(ErrorCode::noPhotos, folder.string());
    return scan::toPhotoList(found, roots);
}

run::RunFolder newRun(const TrainArguments& arguments, run::RunListener& listener, std::stop_token stop)
{
    RunManifest manifest;
    manifest.options = newOptions(arguments);
    manifest.created = QDateTime::currentDateTimeUtc().toString(Qt::ISODate).toStdString();
    manifest.device = arguments.device;
    manifest.truth = arguments.truth;
    manifest.pack = "photos.pack";
    return run::RunFolder::create(arguments.out, std::move(manifest), scanPhotos(arguments.photos, listener, stop));
}

// What was given beside --resume must not contradict the run.
run::RunFolder resumedRun(const TrainArguments& arguments)
{
    run::RunFolder run = run::RunFolder::open(arguments.out);
    RunManifest manifest = run.manifest();
    const TrainOptions& options = manifest.options;
    const auto agree = [](bool same, const char* option) {
        if (!same)
            throw Error(ErrorCode::checkpointMismatch, option);
    };
    const std::string photos = arguments.photos.empty() ? std::string() : fs::absolute(arguments.photos).lexically_normal().string();
    const auto isRoot = [&](const std::string& root) { return (fs::path(root) / "").lexically_normal() == (fs::path(photos) / "").lexically_normal(); };
    agree(photos.empty() || std::ranges::any_of(manifest.roots, isRoot), "--photos");
    agree(arguments.preset.value_or(options.preset) == options.preset, "--preset");
    agree(arguments.clusters.value_or(options.codes()) == options.codes(), "--clusters");
    agree(arguments.over.value_or(options.schedule.over) == options.schedule.over, "--over");
    agree(arguments.size.value_or(options.network.imageSize) == options.network.imageSize, "--size");
    agree(arguments.seed.value_or(options.seed) == options.seed, "--seed");
    applyLimits(manifest.options, arguments);
    if (arguments.device != "auto")
        manifest.device = arguments.device;
    if (arguments.truth != "none")
        manifest.truth = arguments.truth;
    if (toToml(manifest) != toToml(run.manifest())) {
        const run::RunLock lock(run);
        run.changeManifest(manifest);
    }
    return run;
}

// Clears a folder that was new or empty, unless training began.
class FreshFolder {
public:
    explicit FreshFolder(fs::path path) : m_path(std::move(path)), m_existed(fs::exists(m_path)) { run::RunFolder::checkEmpty(m_path); }
    ~FreshFolder()
    {
        std::error_code ignored;
        if (m_keep)
            return;
        for (fs::directory_iterator entry(m_path, ignored), end; !ignored && entry != end; entry.increment(ignored))
            fs::remove_all(entry->path(), ignored);
        if (!m_existed)
            fs::remove(m_path, ignored);
    }
    FreshFolder(const FreshFolder&) = delete;
    FreshFolder& operator=(const FreshFolder&) = delete;
    void keepIf(bool keep) { m_keep = keep; }

private:
    fs::path m_path;
    bool m_existed, m_keep = false;
};

Json resultOf(const run::RunOutcome& outcome, const run::RunFolder& run)
{
    Json json = Json::object();
    json.set("steps", outcome.steps);
    json.set("seconds", outcome.seconds);
    json.set("images_per_second", outcome.imagesPerSecond);
    json.set("photos", run.manifest().photos);
    json.set("clusters", outcome.codes);
    json.set("clusters_used", outcome.codesInUse);
    const auto score = [&](const char* name, double metrics::Scores::* member) { json.set(name, outcome.scores ? Json((*outcome.scores).*member) : Json()); };
    score("acc", &metrics::Scores::acc);
    score("acc_chance", &metrics::Scores::accChance);
    score("nmi", &metrics::Scores::nmi);
    score("nmi_reference", &metrics::Scores::nmiReference);
    score("ami", &metrics::Scores::ami);
    score("ari", &metrics::Scores::ari);
    score("purity", &metrics::Scores::purity);
    json.set("device", outcome.device);
    json.set("stop_reason", std::string(train::stopReasonName(outcome.reason)));
    json.set("run", run.path().string());
    return json;
}

void reportRun(const run::RunFolder& run, const run::RunOutcome& outcome)
{
    const TrainOptions& options = run.manifest().options;
    run::writeRunReport(run, {
        {"Images per second", formatNumber(std::round(outcome.imagesPerSecond * 10) / 10) + " (" + outcome.device + ")"},
        {"Preset", options.preset + ", " + std::to_string(options.network.imageSize) + " px"},
        {"Seed", std::to_string(options.seed)},
    });
}

} // namespace

void trainCommand(const TrainArguments& arguments, std::stop_token stop)
{
    TerminalListener listener;
    std::optional<FreshFolder> fresh;
    if (!arguments.resume)
        fresh.emplace(arguments.out);
    const run::RunFolder run = arguments.resume ? resumedRun(arguments) : newRun(arguments, listener, stop);
    train::TrainControl control;
    std::optional<run::RunOutcome> outcome;
    try {
        outcome = run::runTraining(run, arguments.resume, listener, control, stop);
    } catch (...) {
        if (fresh)
            fresh->keepIf(listener.hasStarted());
        throw;
    }
    if (fresh)
        fresh->keepIf(true);
    if (arguments.report)
        reportRun(run, *outcome);
    listener.end();
    std::printf("%s\n", resultOf(*outcome, run).text().c_str());
}

} // namespace plumage::worker
