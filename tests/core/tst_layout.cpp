// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/embedding/align.h"
#include "core/embedding/layout.h"
#include "core/embedding/pca.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>

using namespace plumage;
using namespace plumage::embedding;

namespace {

constexpr std::size_t width = 40;

// `kinds` clouds of unit vectors around random directions; row i belongs to kind i % kinds. spread 0 = identical points.
Points blobs(std::size_t rows, std::size_t kinds, double spread, std::uint64_t seed = 1)
{
    Random random(seed);
    std::vector<double> centres(kinds * width);
    for (double& value : centres)
        value = random.normal();
    Points points{std::vector<float>(rows * width), width};
    for (std::size_t i = 0; i < rows; ++i) {
        double norm = 0;
        for (std::size_t d = 0; d < width; ++d) {
            const double value = centres[i % kinds * width + d] + spread * random.normal();
            points.values[i * width + d] = static_cast<float>(value);
            norm += value * value;
        }
        for (std::size_t d = 0; d < width; ++d)
            points.values[i * width + d] /= static_cast<float>(std::sqrt(norm));
    }
    return points;
}

const std::vector<float>& lay(MapLayout& layout, PointsView points)
{
    const Points reduced = Pca(points, 20).project(points);
    return layout.update(reduced, nearestNeighbours(reduced, 15));
}

// Share of the 15 map neighbours of a point that are of its kind.
double kindPurity(const std::vector<float>& positions, std::size_t kinds)
{
    const Neighbours near = nearestNeighbours(PointsView{positions, 2}, 15);
    double same = 0;
    for (std::size_t i = 0; i < near.points(); ++i)
        for (const std::uint32_t j : near.of(i))
            same += j % kinds == i % kinds;
    return same / static_cast<double>(near.rows.size());
}

// Trustworthiness (Venna, Kaski, ICANN 2001) of the k nearest in the map; 1 = every map neighbour is a neighbour.
double trustworthiness(PointsView points, const std::vector<float>& positions, std::size_t k)
{
    const std::size_t rows = points.rows();
    const Neighbours all = nearestNeighbours(points, rows - 1), near = nearestNeighbours(PointsView{positions, 2}, k);
    double penalty = 0;
    for (std::size_t i = 0; i < rows; ++i) {
        std::vector<std::size_t> rank(rows);
        for (std::size_t r = 0; r < rows - 1; ++r)
            rank[all.of(i)[r]] = r + 1;
        for (const std::uint32_t j : near.of(i))
            penalty += rank[j] > k ? static_cast<double>(rank[j] - k) : 0;
    }
    const auto n = static_cast<double>(rows), kk = static_cast<double>(k);
    return 1 - 2 * penalty / (n * kk * (2 * n - 3 * kk - 1));
}

double meanMove(const std::vector<float>& before, const std::vector<float>& after)
{
    double sum = 0;
    for (std::size_t i = 0; i + 1 < before.size(); i += 2)
        sum += std::hypot(after[i] - before[i], after[i + 1] - before[i + 1]);
    return 2 * sum / static_cast<double>(before.size());
}

double extent(const std::vector<float>& positions)
{
    const auto [low, high] = std::minmax_element(positions.begin(), positions.end());
    return *high - *low;
}

} // namespace

class TestLayout : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void blobsStayApart();
    void warmStartMovesPointsLittle();
    void warmStartsFollowAChangingEmbedding();
    void sameCallsGiveTheSamePositions();
    void newPointsJoinTheirNeighbours();
    void resumedPositionsAreUsed();
    void centroidsLieAmongTheirPhotos();
    void degenerateInputStaysFinite_data();
    void degenerateInputStaysFinite();
    void notFiniteIsRefused();
    void alignmentUndoesATurn();
    void alignmentNeverMirrors();
};

void TestLayout::blobsStayApart()
{
    const Points points = blobs(300, 3, 0.4);
    MapLayout layout;
    const std::vector<float> positions = lay(layout, points);
    QVERIFY2(kindPurity(positions, 3) > 0.99, qPrintable(QString::number(kindPurity(positions, 3))));
    const double trust = trustworthiness(points, positions, 12);
    QVERIFY2(trust > 0.85, qPrintable(QString::number(trust)));
    Random random(1);
    std::vector<float> chance(positions.size());
    for (float& value : chance)
        value = static_cast<float>(random.normal());
    QVERIFY(trustworthiness(points, chance, 12) < 0.6);    // the measure itself can fail
}

void TestLayout::warmStartMovesPointsLittle()
{
    const Points points = blobs(400, 5, 0.5);
    MapLayout layout;
    const std::vector<float> first = lay(layout, points);
    const std::vector<float> second = lay(layout, points), third = lay(layout, points);
    QVERIFY2(meanMove(first, second) < 0.08 * extent(first), qPrintable(QString::number(meanMove(first, second) / extent(first))));
    QVERIFY(meanMove(second, third) < 0.08 * extent(second));
    QVERIFY(extent(third) < 1.5 * extent(first) && extent(third) > 0.67 * extent(first));
    QVERIFY(kindPurity(third, 5) > 0.99);
}

void TestLayout::warmStartsFollowAChangingEmbedding()
{
    // An untrained network's vectors become kinds over eight snapshots.
    MapLayout layout;
    double largestMove = 0;
    std::vector<float> before;
    for (int snapshot = 0; snapshot <= 10; ++snapshot) {
        const std::vector<float> after = lay(layout, blobs(500, 5, 0.4 + 5.0 * std::max(0, 8 - snapshot) / 8.0));
        if (!before.empty())
            largestMove = std::max(largestMove, meanMove(before, after) / extent(after));
        before = after;
    }
    QVERIFY2(kindPurity(before, 5) > 0.95, qPrintable(QString::number(kindPurity(before, 5))));
    QVERIFY2(largestMove < 0.25, qPrintable(QString::number(largestMove)));
}

void TestLayout::sameCallsGiveTheSamePositions()
{
    const Points points = blobs(200, 4, 0.5);
    MapLayout first, second, other(LayoutOptions{.seed = 2});
    QCOMPARE(lay(first, points), lay(second, points));
    QCOMPARE(lay(first, points), lay(second, points));
    QVERIFY(lay(other, points) != first.positions());
}

void TestLayout::newPointsJoinTheirNeighbours()
{
    const Points all = blobs(330, 3, 0.4);
    Points some = all;
    some.values.resize(300 * width);
    MapLayout layout;
    const std::vector<float> before = lay(layout, some);
    const std::vector<float> after = lay(layout, all);
    QCOMPARE(after.size(), std::size_t{660});
    QVERIFY(kindPurity(after, 3) > 0.97);
    QVERIFY(meanMove(before, after) < 0.1 * extent(before));
}

void TestLayout::resumedPositionsAreUsed()
{
    const Points points = blobs(300, 3, 0.4);
    MapLayout layout, resumed;
    const std::vector<float> before = lay(layout, points);
    resumed.setPositions(before);
    QVERIFY(meanMove(before, lay(resumed, points)) < 0.08 * extent(before));
    MapLayout rubbish;
    rubbish.setPositions({1.0f, std::numeric_limits<float>::infinity()});
    QVERIFY(rubbish.positions().empty());
}

void TestLayout::centroidsLieAmongTheirPhotos()
{
    const Points points = blobs(300, 3, 0.3), centres = blobs(3, 3, 0.0);
    const Pca pca(points, 20);
    const Points reduced = pca.project(points);
    MapLayout layout;
    const std::vector<float> positions = layout.update(reduced, nearestNeighbours(reduced, 15));
    const std::vector<float> placed = placeAmong(pca.project(centres), reduced, positions);
    const Neighbours near = nearestTo(PointsView{placed, 2}, PointsView{positions, 2}, 5);
    for (std::size_t k = 0; k < 3; ++k)
        for (const std::uint32_t row : near.of(k))
            QCOMPARE(row % 3, static_cast<std::uint32_t>(k));
    QCOMPARE(placeAmong(pca.project(centres), Points{{}, 20}, {}), std::vector<float>(6, 0.0f));
    QVERIFY_EXCEPTION_THROWN(placeAmong(reduced, reduced, std::vector<float>(3)), Error);
}

void TestLayout::degenerateInputStaysFinite_data()
{
    QTest::addColumn<int>("rows");
    QTest::addColumn<int>("kinds");
    QTest::newRow("one point") << 1 << 1;
    QTest::newRow("two points") << 2 << 2;
    QTest::newRow("two identical points") << 2 << 1;
    QTest::newRow("identical points") << 60 << 1;
    QTest::newRow("two heaps of identical points") << 60 << 2;
    QTest::newRow("fewer points than neighbours") << 9 << 3;
}

void TestLayout::degenerateInputStaysFinite()
{
    QFETCH(int, rows);
    QFETCH(int, kinds);
    MapLayout layout;
    for (int round = 0; round < 3; ++round) {
        const std::vector<float>& positions = lay(layout, blobs(static_cast<std::size_t>(rows), static_cast<std::size_t>(kinds), 0.0));
        QCOMPARE(positions.size(), static_cast<std::size_t>(2 * rows));
        for (const float value : positions)
            QVERIFY(std::isfinite(value) && std::abs(value) < 1e3f);
    }
}

void TestLayout::notFiniteIsRefused()
{
    Points points = blobs(30, 3, 0.4);
    const Neighbours neighbours = nearestNeighbours(points, 5);
    MapLayout layout;
    QVERIFY_EXCEPTION_THROWN(layout.update(blobs(29, 3, 0.4), neighbours), Error);
    points.values[3] = std::numeric_limits<float>::infinity();
    QVERIFY_EXCEPTION_THROWN(layout.update(points, neighbours), Error);
    QVERIFY(layout.positions().empty());
}

void TestLayout::alignmentUndoesATurn()
{
    Random random(3);
    std::vector<float> reference(40), moved(60);
    for (float& value : reference)
        value = static_cast<float>(random.normal());
    const std::complex<float> turn = std::polar(1.0f, 2.2f), shift(3, -7);
    for (std::size_t i = 0; i < 20; ++i) {
        const std::complex<float> p = turn * std::complex<float>(reference[2 * i], reference[2 * i + 1]) + shift;
        moved[2 * i] = p.real();
        moved[2 * i + 1] = p.imag();
    }
    alignTo(reference, moved);
    for (std::size_t i = 0; i < 40; ++i)
        QVERIFY(std::abs(moved[i] - reference[i]) < 1e-4f);
    std::vector<float> alone{1, 2, 3, 4};
    alignTo({}, alone);
    QCOMPARE(alone, (std::vector<float>{-1, -1, 1, 1}));
}

void TestLayout::alignmentNeverMirrors()
{
    const std::vector<float> reference{0, 0, 2, 0, 0, 1};
    std::vector<float> mirrored{0, 0, -2, 0, 0, 1};
    alignTo(reference, mirrored);
    const auto area = [](const std::vector<float>& p) { return (p[2] - p[0]) * (p[5] - p[1]) - (p[4] - p[0]) * (p[3] - p[1]); };
    QVERIFY(area(mirrored) < 0 && area(reference) > 0);
}

QTEST_GUILESS_MAIN(TestLayout)
#include "tst_layout.moc"
