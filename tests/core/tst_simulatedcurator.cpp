// SPDX-License-Identifier: GPL-3.0-or-later
// The simulated curator: many photos per decision, by commands that can be undone, and nothing that a person decided before is touched.
#include "core/base/half.h"
#include "core/review/simulatedcurator.h"

#include <QtTest/QTest>

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace plumage;
using namespace plumage::review;

namespace {

constexpr std::size_t kinds = 8, each = 60, codes = 16, width = 16;
constexpr RunId run{1};

// Photos around a point per kind; the machine gives each kind two codes, and one photo in `wrongEvery` a code of the next kind.
struct MadeUp {
    std::vector<std::uint16_t> vectors;
    std::vector<std::array<std::uint16_t, 5>> top;
    SortingTask task;
    curation::State state;

    explicit MadeUp(std::size_t wrongEvery)
    {
        Random random(5);
        std::vector<std::size_t> order(kinds * each);
        std::iota(order.begin(), order.end(), std::size_t{0});
        random.shuffle(order);
        top.reserve(order.size());
        for (const std::size_t at : order) {
            const std::size_t kind = at / each, placed = at % wrongEvery == 0 ? (kind + 1) % kinds : kind;
            std::vector<double> point(width);
            for (std::size_t i = 0; i < width; ++i)
                point[i] = (i == placed ? 1.0 : 0.0) + 0.1 * random.normal();
            const double length = std::sqrt(std::inner_product(point.begin(), point.end(), point.begin(), 0.0));
            for (const double value : point)
                vectors.push_back(halfFromFloat(static_cast<float>(value / length)));
            top.push_back({static_cast<std::uint16_t>(2 * placed + random.below(2)), 0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF});
            task.photos.push_back(PhotoId{static_cast<std::int64_t>(task.photos.size()) + 1});
            task.kinds.push_back("kind " + std::to_string(kind));
        }
        for (const auto& row : top)
            task.topCodes.emplace_back(row);
        task.run = run;
        task.vectors = {vectors, width};
        for (std::uint16_t code = 0; code < codes; ++code)
            state.apply({project::ClusterEdit{ClusterId{code + 1}, {}, project::Cluster{.id = ClusterId{code + 1}}}, project::CodeEdit{run, CodeIndex{code}, {}, ClusterId{code + 1}}});
    }
};

std::int64_t decisions(const std::vector<LoopEffort>& loops)
{
    return std::accumulate(loops.begin(), loops.end(), std::int64_t{0}, [](std::int64_t sum, const LoopEffort& loop) { return sum + loop.decisions(); });
}

} // namespace

class TestSimulatedCurator : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void manyPhotosADecisionAtNinetyFivePercent();
    void theCarefulOneGetsNearlyAllRight();
    void withoutARunAllIsSortedByLooks();
    void everyDecisionCanBeUndone();
    void theSameSeedDecidesTheSame();
    void errorsShow();
    void othersPhotosAndLabelsStay();
};

void TestSimulatedCurator::manyPhotosADecisionAtNinetyFivePercent()
{
    MadeUp made(25);
    SimulatedCurator curator(made.task, made.state, {.precision = 0.95});
    const auto loops = curator.sort();
    QCOMPARE(curator.state().labelCount(), static_cast<std::int64_t>(kinds * each));
    QVERIFY2(decisions(loops) * 8 <= static_cast<std::int64_t>(kinds * each), qPrintable(QString::number(decisions(loops))));
    QVERIFY2(loops.back().right >= 0.95, qPrintable(QString::number(loops.back().right)));
    QVERIFY(loops.back().right < 1);    // it did accept what it had not seen
    QCOMPARE(loops.back().placed, loops.back().right);
}

void TestSimulatedCurator::theCarefulOneGetsNearlyAllRight()
{
    MadeUp made(10);
    SimulatedCurator curator(made.task, made.state, {});
    const auto loops = curator.sort();
    QCOMPARE(curator.state().labelCount(), static_cast<std::int64_t>(kinds * each));
    QVERIFY2(loops.back().right >= 0.99, qPrintable(QString::number(loops.back().right)));
    QVERIFY(decisions(loops) < static_cast<std::int64_t>(kinds * each));
}

void TestSimulatedCurator::withoutARunAllIsSortedByLooks()
{
    MadeUp made(1000);
    made.task.topCodes.clear();
    made.task.run = {};
    SimulatedCurator curator(made.task, curation::State(), {});
    const auto loops = curator.sort();
    QCOMPARE(curator.state().labelCount(), static_cast<std::int64_t>(kinds * each));
    QVERIFY(loops.back().right >= 0.99);
    QVERIFY2(decisions(loops) * 4 <= static_cast<std::int64_t>(kinds * each), qPrintable(QString::number(decisions(loops))));
}

void TestSimulatedCurator::everyDecisionCanBeUndone()
{
    MadeUp made(10);
    std::vector<curation::Command> commands;
    SimulatedCurator curator(made.task, made.state, {}, [&](const curation::Command& command) { commands.push_back(command); });
    curator.sort();
    QVERIFY(commands.size() > kinds);
    curation::State state = made.state;
    for (const auto& command : commands)
        state.apply(command.edits);
    QVERIFY(state == curator.state());
    for (auto command = commands.rbegin(); command != commands.rend(); ++command)
        state.apply(project::inverse(command->edits));
    QVERIFY(state == made.state);
}

void TestSimulatedCurator::theSameSeedDecidesTheSame()
{
    MadeUp made(10);
    SimulatedCurator first(made.task, made.state, {.errorRate = 0.1, .seed = 7}), second(made.task, made.state, {.errorRate = 0.1, .seed = 7}), other(made.task, made.state, {.errorRate = 0.1, .seed = 8});
    first.sort();
    second.sort();
    other.sort();
    QVERIFY(first.state() == second.state());
    QVERIFY(!(first.state() == other.state()));
}

void TestSimulatedCurator::errorsShow()
{
    MadeUp made(10);
    SimulatedCurator curator(made.task, made.state, {.errorRate = 0.2});
    const auto loops = curator.sort();
    QCOMPARE(curator.state().labelCount(), static_cast<std::int64_t>(kinds * each));
    QVERIFY2(loops.back().right < 0.95 && loops.back().right > 0.6, qPrintable(QString::number(loops.back().right)));
}

void TestSimulatedCurator::othersPhotosAndLabelsStay()
{
    MadeUp made(10);
    for (std::size_t row = 0; row < 20; ++row)
        made.task.kinds[row].clear();    // nobody knows them
    const std::vector<PhotoId> mine{made.task.photos[30], made.task.photos[31]};
    made.state.apply(curation::newCluster(made.state, mine, "Odd ones", {}).edits);
    SimulatedCurator curator(made.task, made.state, {});
    curator.sort();
    for (std::size_t row = 0; row < 20; ++row)
        QVERIFY(!curator.state().label(made.task.photos[row]));
    for (const PhotoId photo : mine)
        QCOMPARE(curator.state().label(photo), made.state.label(photo));
    QCOMPARE(curator.state().labelCount(), static_cast<std::int64_t>(kinds * each - 20));
}

QTEST_APPLESS_MAIN(TestSimulatedCurator)
#include "tst_simulatedcurator.moc"
