// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/embedding/fuzzygraph.h"
#include "core/embedding/neighbours.h"
#include "core/embedding/pca.h"

#include <QTest>

#include <algorithm>
#include <map>
#include <set>

using namespace plumage;
using namespace plumage::embedding;

namespace {

Points gaussian(std::size_t rows, std::size_t width, std::uint64_t seed)
{
    Random random(seed);
    Points points{std::vector<float>(rows * width), width};
    for (float& value : points.values)
        value = static_cast<float>(random.normal());
    return points;
}

double squaredDistance(std::span<const float> a, std::span<const float> b)
{
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        sum += (static_cast<double>(a[i]) - static_cast<double>(b[i])) * (static_cast<double>(a[i]) - static_cast<double>(b[i]));
    return sum;
}

std::vector<std::uint32_t> plainNearest(PointsView points, std::size_t row, std::size_t count)
{
    std::vector<std::pair<double, std::uint32_t>> all;
    for (std::size_t j = 0; j < points.rows(); ++j)
        if (j != row)
            all.emplace_back(squaredDistance(points.row(row), points.row(j)), static_cast<std::uint32_t>(j));
    std::sort(all.begin(), all.end());
    std::vector<std::uint32_t> rows;
    for (std::size_t j = 0; j < count; ++j)
        rows.push_back(all[j].second);
    return rows;
}

} // namespace

class TestNeighbours : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void smallSetsAreExact();
    void largeSetsAreNearlyExact();
    void fewPointsHaveFewNeighbours();
    void otherVectorsFindTheirPhoto();
    void pcaKeepsDistancesOfAPlane();
    void pcaOfDegeneratePointsIsFinite();
    void notFiniteIsRefused();
    void fuzzyWeightsAreSymmetric();
    void fuzzyWeightsOfIdenticalPointsAreOne();
};

void TestNeighbours::smallSetsAreExact()
{
    const Points points = gaussian(700, 12, 1);
    const Neighbours found = nearestNeighbours(points, 15);
    QCOMPARE(found.count, std::size_t{15});
    QCOMPARE(found.points(), std::size_t{700});
    for (std::size_t i = 0; i < 700; i += 23) {
        const auto rows = found.of(i);
        QCOMPARE(std::vector<std::uint32_t>(rows.begin(), rows.end()), plainNearest(points, i, 15));
        QVERIFY(std::abs(found.distancesOf(i)[0] * found.distancesOf(i)[0] - squaredDistance(PointsView(points).row(i), PointsView(points).row(rows[0]))) < 1e-3);
    }
}

void TestNeighbours::largeSetsAreNearlyExact()
{
    const Points points = gaussian(exactLimit + 500, 16, 2);
    const Neighbours found = nearestNeighbours(points, 15), again = nearestNeighbours(points, 15);
    QCOMPARE(found.rows, again.rows);
    int right = 0, all = 0;
    for (std::size_t i = 0; i < found.points(); i += 97) {
        const auto rows = found.of(i);
        QVERIFY(std::is_sorted(found.distancesOf(i).begin(), found.distancesOf(i).end()));
        const std::set<std::uint32_t> got(rows.begin(), rows.end());
        QVERIFY(!got.contains(static_cast<std::uint32_t>(i)));
        for (const std::uint32_t wanted : plainNearest(points, i, 15)) {
            right += got.contains(wanted);
            ++all;
        }
    }
    QVERIFY2(right > 0.95 * all, qPrintable(QString::number(static_cast<double>(right) / all)));
}

void TestNeighbours::fewPointsHaveFewNeighbours()
{
    QCOMPARE(nearestNeighbours(gaussian(4, 3, 3), 15).count, std::size_t{3});
    QCOMPARE(nearestNeighbours(gaussian(1, 3, 3), 15).count, std::size_t{0});
    QCOMPARE(nearestNeighbours(Points{{}, 3}, 15).points(), std::size_t{0});
}

void TestNeighbours::otherVectorsFindTheirPhoto()
{
    const Points points = gaussian(50, 8, 4);
    const auto row = PointsView(points).row(17);
    const Neighbours found = nearestTo(PointsView{row, 8}, points, 3);
    QCOMPARE(found.of(0)[0], 17u);
    QVERIFY(found.distancesOf(0)[0] < 1e-2f);
    QVERIFY_EXCEPTION_THROWN(nearestTo(gaussian(2, 7, 1), points, 3), Error);
}

void TestNeighbours::pcaKeepsDistancesOfAPlane()
{
    const Points plane = gaussian(200, 2, 5), axes = gaussian(2, 30, 6);
    Points points{std::vector<float>(200 * 30), 30};
    for (std::size_t i = 0; i < 200; ++i)
        for (std::size_t d = 0; d < 30; ++d)
            points.values[i * 30 + d] = 5.0f + plane.values[2 * i] * axes.values[d] + plane.values[2 * i + 1] * axes.values[30 + d];
    const Pca pca(points, 2);
    const Points projected = pca.project(points);
    QCOMPARE(projected.width, std::size_t{2});
    for (std::size_t i = 1; i < 200; ++i) {
        const double before = squaredDistance(PointsView(points).row(0), PointsView(points).row(i));
        const double after = squaredDistance(PointsView(projected).row(0), PointsView(projected).row(i));
        QVERIFY(std::abs(before - after) < 1e-3 * (1 + before));
    }
    double mean = 0;
    for (std::size_t i = 0; i < 200; ++i)
        mean += projected.values[2 * i] / 200.0;
    QVERIFY(std::abs(mean) < 1e-3);
}

void TestNeighbours::pcaOfDegeneratePointsIsFinite()
{
    const Points same{std::vector<float>(10 * 6, 0.5f), 6}, single{std::vector<float>(6, 1.0f), 6};
    for (const Points& points : {same, single})
        for (const float value : Pca(points, 48).project(points).values)
            QVERIFY(std::abs(value) < 1e-4f);
    QCOMPARE(Pca(same, 48).components(), std::size_t{6});
    QCOMPARE(Pca(single, 48).components(), std::size_t{1});
    QVERIFY_EXCEPTION_THROWN(Pca(Points{{}, 6}, 2), Error);
}

void TestNeighbours::notFiniteIsRefused()
{
    Points points = gaussian(20, 4, 7);
    points.values[9] = std::nanf("");
    try {
        nearestNeighbours(points, 3);
        QFAIL("not a number was accepted");
    } catch (const Error& error) {
        QCOMPARE(error.code(), ErrorCode::diverged);
        QCOMPARE(error.detail(), std::string("embedding row 2"));
    }
    QVERIFY_EXCEPTION_THROWN(Pca(points, 2), Error);
}

void TestNeighbours::fuzzyWeightsAreSymmetric()
{
    const std::vector<FuzzyEdge> edges = fuzzyGraph(nearestNeighbours(gaussian(300, 5, 8), 10));
    std::map<std::pair<std::uint32_t, std::uint32_t>, float> weights;
    for (const FuzzyEdge& edge : edges) {
        QVERIFY(edge.weight > 0 && edge.weight <= 1 && edge.from != edge.to);
        weights[{edge.from, edge.to}] = edge.weight;
    }
    QCOMPARE(weights.size(), edges.size());
    for (const auto& [pair, weight] : weights)
        QCOMPARE((weights[{pair.second, pair.first}]), weight);
    for (std::uint32_t i = 0; i < 300; ++i)    // the nearest neighbour always belongs fully
        QVERIFY(std::any_of(edges.begin(), edges.end(), [i](const FuzzyEdge& e) { return e.from == i && e.weight > 0.999f; }));
}

void TestNeighbours::fuzzyWeightsOfIdenticalPointsAreOne()
{
    for (const FuzzyEdge& edge : fuzzyGraph(nearestNeighbours(Points{std::vector<float>(30 * 4, 1.0f), 4}, 5)))
        QCOMPARE(edge.weight, 1.0f);
    QVERIFY(fuzzyGraph(nearestNeighbours(gaussian(1, 4, 9), 5)).empty());
}

QTEST_GUILESS_MAIN(TestNeighbours)
#include "tst_neighbours.moc"
