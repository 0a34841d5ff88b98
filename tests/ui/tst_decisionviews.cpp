// SPDX-License-Identifier: GPL-3.0-or-later
// What a decision changes in a view, step by step, is what the whole view made anew shows.
#include "tests/core/decisions.h"
#include "tests/fakes/fakesnapshot.h"
#include "ui/snapshotview.h"

#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>

#include <cmath>

using namespace plumage;
using namespace plumage::ui;

namespace {

bool samePlace(QPointF a, QPointF b)
{
    return a == b || (std::isnan(a.x()) && std::isnan(b.x()));
}

// Empty if the views show the same.
QString difference(const SnapshotView& a, const SnapshotView& b)
{
    for (std::size_t row = 0; row < b.photos->rows(); ++row) {
        const QString which = QStringLiteral("photo %1").arg(b.photos->photo(row).value);
        if (a.photos->clusters()[row] != b.photos->clusters()[row])
            return which + QStringLiteral(" lies in %1, not %2").arg(a.photos->clusters()[row]).arg(b.photos->clusters()[row]);
        if (a.photos->flags()[row] != b.photos->flags()[row] || a.photos->machineCluster(row) != b.photos->machineCluster(row))
            return which + QStringLiteral(" has other flags or opinion");
        if (a.photos->confidence()[row] != b.photos->confidence()[row] || a.photos->second()[row] != b.photos->second()[row])
            return which + QStringLiteral(" has another share");
    }
    if (a.clusters.size() != b.clusters.size() || a.clusterOfCode != b.clusterOfCode)
        return QStringLiteral("other clusters");
    for (std::size_t i = 0; i < b.clusters.size(); ++i) {
        const ClusterView &x = a.clusters[i], &y = b.clusters[i];
        const bool same = x.cluster == y.cluster && x.name == y.name && x.codes == y.codes && x.photos == y.photos && x.checked == y.checked && x.bulk == y.bulk
            && x.meanConfidence == y.meanConfidence && x.nearest == y.nearest && samePlace(x.centroid, y.centroid) && x.state == y.state && x.group == y.group && x.key == y.key;
        if (!same)
            return QStringLiteral("cluster %1 has other numbers").arg(y.cluster.value);
    }
    return {};
}

} // namespace

class TestDecisionViews : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void stepByStepIsAsMadeAnew_data();
    void stepByStepIsAsMadeAnew();
    void aDecisionSharesWhatItDoesNotTouch();
};

void TestDecisionViews::stepByStepIsAsMadeAnew_data()
{
    QTest::addColumn<quint64>("seed");
    QTest::addColumn<bool>("trained");
    for (const quint64 seed : {1, 2, 3})
        QTest::addRow("seed %llu", seed) << seed << true;
    QTest::newRow("nothing trained") << quint64{4} << false;
}

void TestDecisionViews::stepByStepIsAsMadeAnew()
{
    QFETCH(quint64, seed);
    QFETCH(bool, trained);
    const QTemporaryDir dir;
    const auto list = std::make_shared<const PhotoList>(decisions::somePhotos());
    SnapshotPointer machine = untrainedView(list);
    if (trained) {
        const std::filesystem::path run = dir.path().toStdString();
        machine = readSnapshot(decisions::run, fakes::writeFakeSnapshot({.folder = run, .photos = decisions::photos, .codes = decisions::codes}, 100, 5), list);
    }
    curation::Curator curator = decisions::openCurator(decisions::makeProject(dir.path().toStdString()));
    curator.adoptCodes(decisions::run, machine->activeCodes());
    SnapshotPointer view = withDecisions(*machine, curator.state());
    Random random(seed);
    for (int step = 0; step < 600; ++step) {
        const std::uint64_t what = random.below(5);
        if (what == 0 && curator.nextUndo()) {
            curator.undo();
        } else if (what == 1 && curator.nextRedo()) {
            curator.redo();
        } else {
            const curation::Command command = decisions::randomCommand(curator.state(), random);
            if (command.isEmpty())
                continue;
            curator.apply(command);
        }
        view = afterDecisions(*view, curator.touched(), curator.state());
        const QString found = difference(*view, *withDecisions(*machine, curator.state()));
        QVERIFY2(found.isEmpty(), qPrintable(QStringLiteral("step %1: ").arg(step) + found));
    }
}

void TestDecisionViews::aDecisionSharesWhatItDoesNotTouch()
{
    const QTemporaryDir dir;
    const std::filesystem::path run = dir.path().toStdString();
    const auto list = std::make_shared<const PhotoList>(decisions::somePhotos());
    const SnapshotPointer machine = readSnapshot(decisions::run, fakes::writeFakeSnapshot({.folder = run, .photos = decisions::photos, .codes = decisions::codes}, 100, 5), list);
    curation::Curator curator = decisions::openCurator(decisions::makeProject(dir.path().toStdString()));
    curator.adoptCodes(decisions::run, machine->activeCodes());
    const SnapshotPointer before = withDecisions(*machine, curator.state());
    const ClusterId to = before->clusters.at(1).cluster;
    curator.apply(curation::assign(curator.state(), std::array{PhotoId{1}}, to, project::LabelSource::seen, [](PhotoId) { return std::optional<ClusterId>(); }));
    const SnapshotPointer after = afterDecisions(*before, curator.touched(), curator.state());
    QCOMPARE(after->photos->cluster(0), std::optional(to));
    QVERIFY(&after->photos->confidence() == &before->photos->confidence());
    QVERIFY(&after->photos->x() == &machine->photos->x());
}

QTEST_GUILESS_MAIN(TestDecisionViews)
#include "tst_decisionviews.moc"
