// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/atomicpath.h"
#include "core/base/json.h"
#include "core/embedding/frechet.h"

#include <QTest>

#include <cstring>
#include <limits>

using namespace plumage;
using namespace plumage::embedding;

namespace {

// A float tensor [rows, width] of a safetensors file: u64 header length, JSON header, data.
Points readTensor(const std::string& bytes, const char* name)
{
    std::uint64_t headerLength = 0;
    std::memcpy(&headerLength, bytes.data(), sizeof headerLength);
    const Json header = Json::parse(std::string_view(bytes).substr(8, headerLength));
    const Json& entry = header[name];
    const auto begin = static_cast<std::size_t>(entry["data_offsets"].toArray()[0].toInt()), end = static_cast<std::size_t>(entry["data_offsets"].toArray()[1].toInt());
    Points points{std::vector<float>((end - begin) / sizeof(float)), static_cast<std::size_t>(entry["shape"].toArray()[1].toInt())};
    std::memcpy(points.values.data(), bytes.data() + 8 + headerLength + begin, end - begin);
    return points;
}

} // namespace

// Values of golden.json, made in float64 from tests/data/golden/frechet.safetensors (two sets [400,16]); tolerance 1e-6.
class TestFrechet : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void equalsTheGoldenValue_data();
    void equalsTheGoldenValue();
    void orderOfRowsDoesNotMatter();
    void badSetsAreRefused();

private:
    Points m_a, m_b;
};

void TestFrechet::initTestCase()
{
    const std::string bytes = readFile(PLUMAGE_SOURCE_DIR "/tests/data/golden/frechet.safetensors");
    m_a = readTensor(bytes, "a");
    m_b = readTensor(bytes, "b");
    QCOMPARE(PointsView(m_a).rows(), std::size_t{400});
}

void TestFrechet::equalsTheGoldenValue_data()
{
    QTest::addColumn<QString>("first");
    QTest::addColumn<QString>("second");
    QTest::addColumn<double>("golden");
    QTest::addColumn<double>("tolerance");
    const auto row = [](const char* first, const char* second, double golden, double tolerance = 1e-6) {
        QTest::addRow("%s against %s", first, second) << QString::fromLatin1(first) << QString::fromLatin1(second) << golden << tolerance;
    };
    row("a", "b", 25.856583443389745);
    row("b", "a", 25.856583443378817);
    row("a", "a", 2.4442670110147446e-12);
    row("first 200", "last 200", 1.4719281664125958);
    row("a", "shifted by 1", 16.000000000002885);
    row("a", "2a", 44.10562221153066);
    row("first dimension constant", "b", 23.224650365603452, 1e-4);    // singular covariance
}

void TestFrechet::equalsTheGoldenValue()
{
    QFETCH(QString, first);
    QFETCH(QString, second);
    QFETCH(double, golden);
    QFETCH(double, tolerance);
    const auto set = [&](const QString& name) {
        Points points = name == QStringLiteral("b") ? m_b : m_a;
        const std::ptrdiff_t half = 200 * 16;
        if (name == QStringLiteral("first 200"))
            points.values.resize(half);
        else if (name == QStringLiteral("last 200"))
            points.values.erase(points.values.begin(), points.values.begin() + half);
        for (std::size_t i = 0; i < points.values.size(); ++i) {
            if (name == QStringLiteral("shifted by 1"))
                points.values[i] += 1;
            else if (name == QStringLiteral("2a"))
                points.values[i] *= 2;
            else if (name == QStringLiteral("first dimension constant") && i % 16 == 0)
                points.values[i] = 0.5f;
        }
        return points;
    };
    const double distance = frechetDistance(set(first), set(second));
    QVERIFY2(std::abs(distance - golden) <= tolerance + 1e-6 * golden, qPrintable(QString::number(distance, 'g', 15)));
}

void TestFrechet::orderOfRowsDoesNotMatter()
{
    Points reversed = m_a;
    for (std::size_t i = 0; i < 200; ++i)
        std::swap_ranges(&reversed.values[i * 16], &reversed.values[i * 16] + 16, &reversed.values[(399 - i) * 16]);
    QVERIFY(std::abs(frechetDistance(reversed, m_b) - frechetDistance(m_a, m_b)) < 1e-9);
}

void TestFrechet::badSetsAreRefused()
{
    Points broken = m_a;
    broken.values[5] = std::numeric_limits<float>::quiet_NaN();
    QVERIFY_EXCEPTION_THROWN(frechetDistance(broken, m_b), Error);
    QVERIFY_EXCEPTION_THROWN(frechetDistance(m_a, (Points{m_b.values, 8})), Error);
    QVERIFY_EXCEPTION_THROWN(frechetDistance(m_a, (Points{std::vector<float>(16, 0.0f), 16})), Error);
}

QTEST_GUILESS_MAIN(TestFrechet)
#include "tst_frechet.moc"
