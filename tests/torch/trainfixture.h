// SPDX-License-Identifier: GPL-3.0-or-later
// A small photo pack, a small network and an observer that writes down what it hears.
#pragma once

#include "core/base/photopack.h"
#include "core/base/random.h"
#include "core/train/trainer.h"

#include <functional>
#include <vector>

namespace plumage::train {

inline constexpr int fixtureSide = 72;

// Photos of `kinds` kinds in turn: a disc of the kind's colour at a random place before noise. Rows of `unreadable` are flagged.
inline void writeFixturePack(const std::filesystem::path& file, int photos, int kinds, const std::vector<int>& unreadable = {})
{
    PhotoList list;
    list.roots = {"/photos"};
    for (int i = 0; i < photos; ++i)
        list.rows.push_back({PhotoId{i + 1}, 0, "kind" + std::to_string(i % kinds) + "/" + std::to_string(i) + ".png", {}, "00"});
    PhotoPackWriter writer(file, fixtureSide, list);
    Random random(17);
    std::vector<std::uint8_t> planes(3 * fixtureSide * fixtureSide);
    for (int i = 0; i < photos; ++i) {
        const int kind = i % kinds;
        const double x = random.uniform(24, 48), y = random.uniform(24, 48);
        for (int c = 0; c < 3; ++c)
            for (int p = 0; p < fixtureSide * fixtureSide; ++p) {
                const double dx = p % fixtureSide - x, dy = p / fixtureSide - y;
                const double disc = (kind >> c) & 1 ? 230 : 25;
                planes[static_cast<std::size_t>(c * fixtureSide * fixtureSide + p)] = static_cast<std::uint8_t>(dx * dx + dy * dy < 400 ? disc : 90 + random.below(70));
            }
        if (std::ranges::find(unreadable, i) != unreadable.end())
            writer.writeUnreadable(static_cast<std::size_t>(i));
        else
            writer.write(static_cast<std::size_t>(i), planes, i % 3 == 0 ? 1.5f : 1.0f);
    }
    writer.commit();
}

inline TrainOptions fixtureOptions(int codes = 4)
{
    TrainOptions options = presetOptions("demo");
    options.network.ngf = 16;
    options.network.ndf = 4;
    options.network.tail = 4;
    options.schedule.batchSize = 8;
    options.schedule.kinds = codes;
    options.schedule.over = 1;
    options.schedule.metricsEvery = 1;
    options.schedule.threads = 1;
    options.schedule.lowPrecision = Choice::off;    // a trial may say yes today and no tomorrow
    options.schedule.snapshotSeconds = 600;
    options.schedule.checkpointMinutes = 60;
    return options;
}

class RecordingObserver : public TrainObserver {
public:
    void stepFinished(const StepReport& report) override
    {
        reports.push_back(report);
        if (onStep)
            onStep(report);
    }
    void snapshotReady(SnapshotTensors snapshot) override
    {
        snapshots.push_back(std::move(snapshot));
        if (onSnapshot)
            onSnapshot(snapshots.back());
    }
    void checkpointWritten(std::int64_t, const std::filesystem::path& folder) override { checkpoints.push_back(folder); }
    void message(ErrorCode code, const std::string& detail) override { messages.emplace_back(code, detail); }
    void paused(bool isPaused) override
    {
        pauses.push_back(isPaused);
        if (onPause)
            onPause(isPaused);
    }

    std::vector<StepReport> reports;
    std::vector<SnapshotTensors> snapshots;
    std::vector<std::filesystem::path> checkpoints;
    std::vector<std::pair<ErrorCode, std::string>> messages;
    std::vector<bool> pauses;
    std::function<void(const StepReport&)> onStep;
    std::function<void(const SnapshotTensors&)> onSnapshot;
    std::function<void(bool)> onPause;
};

} // namespace plumage::train
