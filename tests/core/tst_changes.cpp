// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/review/changes.h"

#include <QtTest/QTest>

using namespace plumage;
using namespace plumage::review;

class TestChanges : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void comersAndLeaversAreCounted();
    void whatNobodyLookedAtIsNoNews();
    void photosThatVanishedHaveLeft();

private:
    const std::vector<PhotoId> m_photos{PhotoId{1}, PhotoId{2}, PhotoId{3}, PhotoId{9}, PhotoId{5}};    // rows are not in the order of ids
};

void TestChanges::comersAndLeaversAreCounted()
{
    const std::vector<std::uint32_t> clusters{7, 7, 8, 7, 7};
    const auto changes = changesSince({{ClusterId{7}, {PhotoId{3}, PhotoId{1}}}, {ClusterId{8}, {PhotoId{3}}}}, m_photos, clusters);
    QCOMPARE(changes.size(), std::size_t{1});    // 8 has what it had
    QCOMPARE(changes.at(ClusterId{7}), (Changes{{PhotoId{2}, PhotoId{5}, PhotoId{9}}, 1}));
}

void TestChanges::whatNobodyLookedAtIsNoNews()
{
    QVERIFY(changesSince({}, m_photos, std::vector<std::uint32_t>{7, 7, 8, 7, 0}).empty());
    QVERIFY(changesSince({{ClusterId{3}, {}}}, m_photos, std::vector<std::uint32_t>{0, 0, 0, 0, 0}).empty());
}

void TestChanges::photosThatVanishedHaveLeft()
{
    const auto changes = changesSince({{ClusterId{7}, {PhotoId{1}, PhotoId{400}}}}, m_photos, std::vector<std::uint32_t>{7, 0, 0, 0, 0});
    QCOMPARE(changes.at(ClusterId{7}), (Changes{{}, 1}));
}

QTEST_GUILESS_MAIN(TestChanges)
#include "tst_changes.moc"
