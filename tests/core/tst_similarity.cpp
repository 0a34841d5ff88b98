// SPDX-License-Identifier: GPL-3.0-or-later
// What looks alike: cosines over float16 rows, orders in which neighbours look alike, and descriptors of photos that no network has seen.
#include "core/base/error.h"
#include "core/base/half.h"
#include "core/base/random.h"
#include "core/embedding/descriptor.h"
#include "core/embedding/halves.h"
#include "core/embedding/similarity.h"
#include "core/embedding/visualorder.h"

#include <QtTest/QTest>

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace plumage;
using namespace plumage::embedding;

namespace {

std::vector<std::uint16_t> halves(const std::vector<float>& values)
{
    std::vector<std::uint16_t> bits;
    for (const float value : values)
        bits.push_back(halfFromFloat(value));
    return bits;
}

// `kinds` groups of points around directions of their own.
std::vector<float> groups(int kinds, int each, std::size_t width, double noise, std::uint64_t seed)
{
    Random random(seed);
    std::vector<std::vector<double>> centres(static_cast<std::size_t>(kinds), std::vector<double>(width));
    for (auto& centre : centres)
        for (double& value : centre)
            value = random.normal();
    std::vector<float> values;
    for (int i = 0; i < kinds * each; ++i) {
        std::vector<double> row = centres[static_cast<std::size_t>(i % kinds)];
        double length = 0;
        for (double& value : row) {
            value += noise * random.normal();
            length += value * value;
        }
        for (const double value : row)
            values.push_back(static_cast<float>(value / std::sqrt(length)));
    }
    return values;
}

double pathLength(PointsView points, const std::vector<std::uint32_t>& order)
{
    double sum = 0;
    for (std::size_t i = 1; i < order.size(); ++i) {
        double distance = 0;
        for (std::size_t d = 0; d < points.width; ++d)
            distance += std::pow(static_cast<double>(points.row(order[i])[d] - points.row(order[i - 1])[d]), 2);
        sum += std::sqrt(distance);
    }
    return sum;
}

std::vector<std::uint8_t> picture(int width, int height, int kind, int shift = 0)
{
    std::vector<std::uint8_t> bytes;
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) {
            const bool mark = kind % 2 ? ((x + shift) * 8 / width) % 2 : ((y + shift) * 8 / height) % 2;
            for (int c = 0; c < 3; ++c)
                bytes.push_back(static_cast<std::uint8_t>(mark ? 230 - 40 * c : 40 + 60 * ((kind / 2 + c) % 3)));
        }
    return bytes;
}

double cosine(const std::vector<float>& a, const std::vector<float>& b)
{
    return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

} // namespace

class TestSimilarity : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void fastAndPlainAgree_data();
    void fastAndPlainAgree();
    void aRowIsMostLikeItself();
    void meansPointToTheirGroup();
    void wrongWidthsAreRefused();
    void twoHeapsArePartedAndOneIsNot();
    void fewRowsHaveNoHalves();
    void visualOrderIsAShortPath();
    void visualOrderOfManyIsAPermutation();
    void descriptorsTellPicturesApart();
    void descriptorsOfNothing();
};

void TestSimilarity::fastAndPlainAgree_data()
{
    QTest::addColumn<int>("width");
    for (const int width : {1, 7, 16, 31, 128, 512})
        QTest::addRow("width %d", width) << width;
}

void TestSimilarity::fastAndPlainAgree()
{
    QFETCH(int, width);
    const auto values = groups(3, 20, static_cast<std::size_t>(width), 0.5, 2);
    const auto bits = halves(values);
    const HalfRows rows{bits, static_cast<std::size_t>(width)};
    const auto fast = cosines(rows, std::span(values).first(static_cast<std::size_t>(width))), plain = cosinesPlain(rows, std::span(values).first(static_cast<std::size_t>(width)));
    for (std::size_t i = 0; i < fast.size(); ++i)
        QVERIFY(std::abs(fast[i] - plain[i]) < 1e-5f);
}

void TestSimilarity::aRowIsMostLikeItself()
{
    const auto values = groups(4, 50, 64, 1.0, 3);
    const auto bits = halves(values);
    const HalfRows rows{bits, 64};
    for (const std::size_t row : {0u, 17u, 199u}) {
        const auto scores = cosines(rows, toFloats(rows, std::array{static_cast<std::uint32_t>(row)}));
        QCOMPARE(static_cast<std::size_t>(std::ranges::max_element(scores) - scores.begin()), row);
        QVERIFY(std::abs(scores[row] - 1) < 2e-3f);
    }
}

void TestSimilarity::meansPointToTheirGroup()
{
    const auto values = groups(4, 50, 64, 1.0, 3);
    const auto bits = halves(values);
    const HalfRows rows{bits, 64};
    const auto scores = cosines(rows, meanDirection(rows, std::array<std::uint32_t, 5>{1, 5, 9, 13, 17}));    // all of kind 1
    std::vector<std::uint32_t> order(scores.size());
    std::iota(order.begin(), order.end(), 0u);
    std::ranges::sort(order, std::greater<>(), [&](std::uint32_t row) { return scores[row]; });
    for (int i = 0; i < 40; ++i)
        QCOMPARE(order[static_cast<std::size_t>(i)] % 4, 1u);
    for (const float value : meanDirection(rows, {}))
        QCOMPARE(value, 0.f);
}

void TestSimilarity::wrongWidthsAreRefused()
{
    const auto bits = halves(std::vector<float>(64, 0.1f));
    QVERIFY_EXCEPTION_THROWN(cosines(HalfRows{bits, 64}, std::vector<float>(63, 1.f)), Error);
}

void TestSimilarity::twoHeapsArePartedAndOneIsNot()
{
    constexpr std::size_t width = 128;
    const std::vector<std::uint16_t> one = halves(groups(1, 400, width, 0.5, 3)), two = halves(groups(2, 200, width, 0.5, 3));
    const Halves parted = twoHalves({two, width}), whole = twoHalves({one, width});
    QCOMPARE(parted.second.size(), std::size_t{200});
    QVERIFY(std::ranges::all_of(parted.second, [&](std::uint32_t row) { return row % 2 == parted.second.front() % 2; }));    // groups() deals them out in turn
    QVERIFY2(parted.apart > 0.2, qPrintable(QString::number(parted.apart)));
    QVERIFY2(whole.apart < 0.07, qPrintable(QString::number(whole.apart)));
    QVERIFY(whole.second.size() <= 200);
    const std::array<std::uint32_t, 2> examples{3, 17};
    const Halves theirs = halfOfExamples({two, width}, examples);
    QCOMPARE(theirs.second.size(), std::size_t{200});
    QVERIFY(std::ranges::all_of(theirs.second, [](std::uint32_t row) { return row % 2 == 1; }));
    const std::array<std::uint32_t, 3> mixed{3, 17, 4};    // one that looks like the others stays all the same
    QVERIFY(std::ranges::binary_search(halfOfExamples({two, width}, mixed).second, 4u));
    QVERIFY(halfOfExamples({two, width}, {}).second.empty());
}

void TestSimilarity::fewRowsHaveNoHalves()
{
    const std::vector<std::uint16_t> same = halves({1, 0, 1, 0, 1, 0});
    QVERIFY(twoHalves({std::span(same).first(0), 2}).second.empty());
    QVERIFY(twoHalves({std::span(same).first(2), 2}).second.empty());
    QVERIFY(twoHalves({same, 2}).second.empty());
    std::stop_source stop;
    stop.request_stop();
    QVERIFY_THROWS_EXCEPTION(Error, twoHalves({halves(groups(2, 5, 8, 0.1, 1)), 8}, stop.get_token()));
}

void TestSimilarity::visualOrderIsAShortPath()
{
    const auto values = groups(12, 40, 32, 0.6, 4);
    const PointsView points{values, 32};
    const auto order = visualOrder(points);
    std::vector<std::uint32_t> asIs(points.rows()), byFirst(points.rows());
    std::iota(asIs.begin(), asIs.end(), 0u);
    QVERIFY(std::ranges::is_permutation(order, asIs));
    QVERIFY(order == visualOrder(points));
    Random random(1);
    auto chance = asIs;
    random.shuffle(chance);
    QVERIFY(pathLength(points, order) < 0.7 * pathLength(points, chance));
    int changes = 0;    // from one group to another
    for (std::size_t i = 1; i < order.size(); ++i)
        changes += order[i] % 12 != order[i - 1] % 12;
    QVERIFY2(changes < 60, qPrintable(QString::number(changes)));
}

void TestSimilarity::visualOrderOfManyIsAPermutation()
{
    const auto values = groups(5, 900, 4, 0.6, 4);    // more than one block
    const auto order = visualOrder({values, 4});
    std::vector<std::uint32_t> all(4500);
    std::iota(all.begin(), all.end(), 0u);
    QVERIFY(std::ranges::is_permutation(order, all));
    std::stop_source stop;
    stop.request_stop();
    QVERIFY_EXCEPTION_THROWN(visualOrder({values, 4}, stop.get_token()), Error);
    QCOMPARE(visualOrder({std::span(values).first(8), 4}).size(), std::size_t{2});
    QVERIFY(visualOrder({std::span(values).first(0), 4}).empty());
}

void TestSimilarity::descriptorsTellPicturesApart()
{
    std::vector<std::vector<float>> all;
    for (int kind = 0; kind < 6; ++kind)
        for (const auto& [width, height] : {std::pair{64, 48}, {96, 96}})
            all.push_back(describe({picture(width, height, kind), width, height, static_cast<std::size_t>(3 * width)}));
    for (std::size_t i = 0; i < all.size(); ++i) {
        QCOMPARE(all[i].size(), descriptorWidth);
        QVERIFY(std::abs(cosine(all[i], all[i]) - 1) < 1e-5);
        for (std::size_t j = 0; j < all.size(); ++j)
            if (i / 2 != j / 2)
                QVERIFY(cosine(all[i], all[j]) < cosine(all[i], all[i ^ 1u]));    // the same kind in another size is nearer
    }
}

void TestSimilarity::descriptorsOfNothing()
{
    for (const float value : describe({}))
        QCOMPARE(value, 0.f);
    const std::vector<std::uint8_t> one{200, 10, 10}, cut{1, 2};
    QVERIFY(std::abs(cosine(describe({one, 1, 1, 3}), describe({one, 1, 1, 3})) - 1) < 1e-5);
    QCOMPARE(describe({cut, 1, 1, 3})[0], 0.f);
}

QTEST_APPLESS_MAIN(TestSimilarity)
#include "tst_similarity.moc"
