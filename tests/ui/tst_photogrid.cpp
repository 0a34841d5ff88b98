// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/photogrid.h"

#include <QtCore/QStringListModel>
#include <QtTest/QTest>
#include <QtWidgets/QScrollBar>

using namespace plumage::ui;

class TestPhotoGrid : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void everyPlaceFindsItsRow_data();
    void everyPlaceFindsItsRow();
    void arrowsMoveByLines();
    void shiftPicksEverythingBetween();
    void aRubberBandPicksWhatItTouches();
    void scrollingShowsTheRow();
    void fewerRowsMakeAShorterBar();

private:
    int current() const { return m_grid->currentIndex().row(); }
    QPoint middle(int row) const { return m_grid->visualRect(m_model->index(row)).center(); }
    std::vector<int> picked() const
    {
        std::vector<int> rows;
        for (int row = 0; row < m_model->rowCount(); ++row)
            if (m_grid->selectionModel()->isSelected(m_model->index(row)))
                rows.push_back(row);
        return rows;
    }
    std::unique_ptr<QStringListModel> m_model;
    std::unique_ptr<PhotoGrid> m_grid;
};

void TestPhotoGrid::init()
{
    QStringList rows;
    for (int i = 0; i < 101; ++i)
        rows += QString::number(i);
    m_grid.reset();
    m_model = std::make_unique<QStringListModel>(rows);
    m_grid = std::make_unique<PhotoGrid>();
    m_grid->setModel(m_model.get());
    m_grid->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_grid->setGridSize({50, 40});
    m_grid->setFrameShape(QFrame::NoFrame);
    m_grid->resize(260 + m_grid->verticalScrollBar()->sizeHint().width(), 200);
    m_grid->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_grid.get()));
    QCOMPARE(m_grid->columns(), 5);
}

void TestPhotoGrid::everyPlaceFindsItsRow_data()
{
    QTest::addColumn<Qt::LayoutDirection>("direction");
    QTest::newRow("left to right") << Qt::LeftToRight;
    QTest::newRow("right to left") << Qt::RightToLeft;
}

void TestPhotoGrid::everyPlaceFindsItsRow()
{
    QFETCH(Qt::LayoutDirection, direction);
    m_grid->setLayoutDirection(direction);
    m_grid->verticalScrollBar()->setValue(130);
    for (int row = 0; row < m_model->rowCount(); ++row)
        QCOMPARE(m_grid->indexAt(middle(row)).row(), row);
    QVERIFY(!m_grid->indexAt(middle(100) + QPoint(direction == Qt::LeftToRight ? 50 : -50, 0)).isValid());    // beside the last one
}

void TestPhotoGrid::arrowsMoveByLines()
{
    m_grid->setCurrentIndex(m_model->index(7));
    QTest::keyClick(m_grid.get(), Qt::Key_Down);
    QCOMPARE(current(), 12);
    QTest::keyClick(m_grid.get(), Qt::Key_Right);
    QCOMPARE(current(), 13);
    QTest::keyClick(m_grid.get(), Qt::Key_Up);
    QCOMPARE(current(), 8);
    QTest::keyClick(m_grid.get(), Qt::Key_End);
    QCOMPARE(current(), 100);
    QTest::keyClick(m_grid.get(), Qt::Key_Down);    // there is none
    QCOMPARE(current(), 100);
    QTest::keyClick(m_grid.get(), Qt::Key_Home);
    QTest::keyClick(m_grid.get(), Qt::Key_Left);
    QCOMPARE(current(), 0);
}

void TestPhotoGrid::shiftPicksEverythingBetween()
{
    QTest::mouseClick(m_grid->viewport(), Qt::LeftButton, {}, middle(3));
    QTest::mouseClick(m_grid->viewport(), Qt::LeftButton, Qt::ShiftModifier, middle(11));
    QCOMPARE(picked(), (std::vector{3, 4, 5, 6, 7, 8, 9, 10, 11}));
    m_grid->selectAll();
    QCOMPARE(m_grid->selectionModel()->selection().size(), 1);    // one range, whatever there is
}

void TestPhotoGrid::aRubberBandPicksWhatItTouches()
{
    const QPoint from(255, 5);    // beside the fifth column
    QTest::mousePress(m_grid->viewport(), Qt::LeftButton, {}, from);
    for (const QPoint to : {QPoint(230, 30), middle(8)})
        QTest::mouseMove(m_grid->viewport(), to);
    QTest::mouseRelease(m_grid->viewport(), Qt::LeftButton, {}, middle(8));
    QCOMPARE(picked(), (std::vector{3, 4, 8, 9}));
}

void TestPhotoGrid::scrollingShowsTheRow()
{
    m_grid->scrollTo(m_model->index(77));
    QVERIFY(m_grid->viewport()->rect().contains(m_grid->visualRect(m_model->index(77))));
    const auto [first, last] = m_grid->visibleRows();
    QVERIFY(first <= 77 && 77 < last);
}

void TestPhotoGrid::fewerRowsMakeAShorterBar()
{
    QCOMPARE(m_grid->verticalScrollBar()->maximum(), 21 * 40 - m_grid->viewport()->height());
    m_model->removeRows(10, 91);
    QTRY_COMPARE(m_grid->verticalScrollBar()->maximum(), 0);
}

QTEST_MAIN(TestPhotoGrid)
#include "tst_photogrid.moc"
