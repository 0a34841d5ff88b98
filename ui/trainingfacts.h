// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/trainoptions.h"

#include <QtCore/QString>

#include <limits>
#include <optional>

namespace plumage::ui {

class Workspace;

// What a run before measured. It tells something about runs with the same network on the same device only.
struct MeasuredSpeed {
    NetworkOptions network;
    std::string device;           // auto, cpu, cuda
    double photosPerSecond = 0;
};

// What the start sheet has to know of project and machine.
struct TrainingFacts {
    qint64 photos = 0;
    bool hasSubfolders = false;
    QString cudaDevice = {};             // empty = the processor trains
    QString photoFolder = {};            // empty: not exactly one
    QString project = {};                // its folder
    QString nextRun = {};                // folder that a run would get
    bool placeMayChange = false;         // nothing was trained in it yet
    std::optional<MeasuredSpeed> speed = {};
};
TrainingFacts factsOf(const Workspace& workspace, const QString& cudaDevice);

// Photos a second that a run with these options may expect; nothing if nobody measured that.
std::optional<double> expectedSpeed(const TrainingFacts& facts, const TrainOptions& options, const std::string& device);

// How long until the first limit of the schedule, and how often each photo is seen until then. Infinite: not limited, or not to be told without a speed.
struct TrainingLength {
    double seconds = std::numeric_limits<double>::infinity();
    double views = std::numeric_limits<double>::infinity();
};
TrainingLength trainingLength(const ScheduleOptions& schedule, qint64 photos, std::optional<double> photosPerSecond);

QString durationText(double seconds);                // "10 min", "2 h"
QString lengthText(const TrainingLength& length, std::optional<double> photosPerSecond);    // a sentence

} // namespace plumage::ui
