// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>
class TestBase : public QObject
{
    Q_OBJECT
};
QTEST_GUILESS_MAIN(TestBase)
#include "tst_base.moc"
