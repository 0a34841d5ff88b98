// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/atomicpath.h"
#include "core/base/json.h"
#include "core/metrics/information.h"
#include "core/metrics/scores.h"

#include <QTest>

using namespace plumage;
using namespace plumage::metrics;

// The 13 label cases of tests/data/golden/metrics.json: every score of the reference formulation within 1e-9.
class TestGoldenMetrics : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void scoreEqualsTheReference_data();
    void scoreEqualsTheReference();

private:
    Json m_golden;
};

void TestGoldenMetrics::initTestCase()
{
    m_golden = Json::parse(readFile(PLUMAGE_SOURCE_DIR "/tests/data/golden/metrics.json"));
    QCOMPARE(m_golden["cases"].toArray().size(), std::size_t{13});
}

void TestGoldenMetrics::scoreEqualsTheReference_data()
{
    QTest::addColumn<int>("index");
    const Json::Array& cases = m_golden["cases"].toArray();
    for (std::size_t i = 0; i < cases.size(); ++i)
        QTest::newRow(cases[i]["name"].toString().c_str()) << static_cast<int>(i);
}

void TestGoldenMetrics::scoreEqualsTheReference()
{
    QFETCH(int, index);
    const Json& golden = m_golden["cases"].toArray()[static_cast<std::size_t>(index)];
    const auto labels = [&](const char* key) {
        std::vector<std::int32_t> values;
        for (const Json& value : golden[key].toArray())
            values.push_back(static_cast<std::int32_t>(value.toInt()));
        return values;
    };
    const std::vector<std::int32_t> truth = labels("true"), predicted = labels("predicted");
    const int classes = static_cast<int>(golden["num_gt_classes"].toInt()), over = static_cast<int>(golden["over"].toInt());
    const Contingency table = countPairs(truth, predicted, classes, classes * over);
    const std::pair<const char*, double> computed[] = {
        {"reference_acc", accuracyReference(table, over)}, {"reference_nmi", nmiReference(table)},
        {"ami", adjustedMutualInformation(table)}, {"ari", adjustedRandIndex(table)},
        {"nmi_arithmetic", nmiArithmetic(table)}, {"homogeneity", homogeneity(table)},
        {"completeness", completeness(table)}, {"v_measure", vMeasure(table)}, {"purity", purity(table)},
    };
    const Json& expected = golden["expected"];
    QCOMPARE(expected.toObject().size(), std::size(computed));
    const double rtol = m_golden["rtol"].toDouble(), atol = m_golden["atol"].toDouble();
    for (const auto& [name, value] : computed) {
        const double wanted = expected[name].toDouble();
        QVERIFY2(std::abs(value - wanted) <= atol + rtol * std::abs(wanted), qPrintable(QStringLiteral("%1: %2, golden %3")
            .arg(QString::fromLatin1(name)).arg(value, 0, 'g', 15).arg(wanted, 0, 'g', 15)));
    }
}

QTEST_GUILESS_MAIN(TestGoldenMetrics)
#include "tst_goldenmetrics.moc"
