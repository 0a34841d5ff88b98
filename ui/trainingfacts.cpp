// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/trainingfacts.h"

#include "ui/paths.h"
#include "ui/workspace.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QLocale>

#include <algorithm>
#include <cmath>
#include <vector>

namespace plumage::ui {
namespace {

constexpr std::size_t newestRows = 50;    // of metrics.csv; their median is the speed, so that a pause or the slow beginning does not count

struct TrainingLengthText {
    Q_DECLARE_TR_FUNCTIONS(plumage::ui::TrainingLength)
};

double medianSpeed(const project::MetricsLog& metrics)
{
    std::vector<double> newest = metrics.imagesPerSecond;
    if (newest.size() > newestRows)
        newest.erase(newest.begin(), newest.end() - static_cast<std::ptrdiff_t>(newestRows));
    std::erase_if(newest, [](double rate) { return !(rate > 0); });
    if (newest.empty())
        return 0;
    const auto middle = newest.begin() + static_cast<std::ptrdiff_t>(newest.size() / 2);
    std::ranges::nth_element(newest, middle);
    return *middle;
}

bool sameNetwork(const NetworkOptions& a, const NetworkOptions& b)
{
    std::vector<double> left, right;
    NetworkOptions::forEachField(a, [&](std::string_view, const auto& value, const auto&) { left.push_back(static_cast<double>(value)); });
    NetworkOptions::forEachField(b, [&](std::string_view, const auto& value, const auto&) { right.push_back(static_cast<double>(value)); });
    return left == right;
}

QString rounded(double value)
{
    return QLocale().toString(value, 'f', value < 10 ? 1 : 0);
}

} // namespace

TrainingFacts factsOf(const Workspace& workspace, const QString& cudaDevice)
{
    TrainingFacts facts{.photos = workspace.photoCount(), .hasSubfolders = workspace.hasSubfolders(), .cudaDevice = cudaDevice};
    if (!workspace.isOpen())
        return facts;
    facts.project = fromPath(workspace.project().path());
    const std::vector<project::RunFolder> runs = workspace.project().runs();
    facts.placeMayChange = runs.empty();
    facts.nextRun = QStringLiteral("%1/runs/%2").arg(facts.project).arg(runs.empty() ? 1 : runs.back().run.value + 1, 4, 10, QLatin1Char('0'));
    if (workspace.photos() && workspace.photos()->roots.size() == 1)
        facts.photoFolder = fromPath(workspace.photos()->roots.front());
    if (const double rate = medianSpeed(workspace.metrics()); workspace.run() && rate > 0)
        facts.speed = MeasuredSpeed{workspace.options().network, workspace.device(), rate};
    return facts;
}

std::optional<double> expectedSpeed(const TrainingFacts& facts, const TrainOptions& options, const std::string& device)
{
    if (!facts.speed || facts.speed->device != device || !sameNetwork(facts.speed->network, options.network))
        return {};
    return facts.speed->photosPerSecond;
}

TrainingLength trainingLength(const ScheduleOptions& schedule, qint64 photos, std::optional<double> photosPerSecond)
{
    TrainingLength length;
    const auto all = static_cast<double>(std::max<qint64>(1, photos));
    if (schedule.maxSteps > 0)
        length.views = static_cast<double>(schedule.maxSteps) * schedule.batchSize / all;
    if (schedule.maxEpochs > 0)
        length.views = std::min(length.views, static_cast<double>(schedule.maxEpochs));
    if (schedule.maxMinutes > 0)
        length.seconds = schedule.maxMinutes * 60;
    if (!photosPerSecond)
        return length;
    length.seconds = std::min(length.seconds, length.views * all / *photosPerSecond);
    length.views = length.seconds * *photosPerSecond / all;
    return length;
}

QString durationText(double seconds)
{
    if (seconds < 90 * 60)
        return TrainingLengthText::tr("%1 min").arg(QLocale().toString(std::max(1.0, std::round(seconds / 60)), 'f', 0));
    const double hours = seconds / 3600;
    return TrainingLengthText::tr("%1 h").arg(QLocale().toString(hours, 'f', hours < 10 && std::abs(hours - std::round(hours)) > 0.05 ? 1 : 0));
}

QString lengthText(const TrainingLength& length, std::optional<double> photosPerSecond)
{
    const bool ends = std::isfinite(length.seconds), counted = std::isfinite(length.views);
    const int times = static_cast<int>(std::lround(std::min(length.views, 1e9)));
    if (photosPerSecond && !ends)
        return TrainingLengthText::tr("Trains until you stop it (measured: %1 photos a second).").arg(rounded(*photosPerSecond));
    if (photosPerSecond && times < 1)
        return TrainingLengthText::tr("In %1 not every photo is seen once (measured: %2 photos a second).").arg(durationText(length.seconds), rounded(*photosPerSecond));
    if (photosPerSecond)
        return TrainingLengthText::tr("In %1 each photo is seen about %Ln time(s) (measured: %2 photos a second).", nullptr, times)
            .arg(durationText(length.seconds), rounded(*photosPerSecond));
    if (counted && !ends)
        return TrainingLengthText::tr("Each photo is seen about %Ln time(s). The speed is not measured yet, so the time is not known.", nullptr, times);
    return ends ? TrainingLengthText::tr("The speed is not measured yet, so how often each photo is seen is not known.")
                : TrainingLengthText::tr("Trains until you stop it. The speed is not measured yet.");
}

} // namespace plumage::ui
