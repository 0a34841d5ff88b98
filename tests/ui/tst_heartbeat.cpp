// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/heartbeat.h"

#include <QtCore/QElapsedTimer>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

using namespace plumage::ui;

// An object whose event holds the thread.
class Holder : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;
    bool event(QEvent* event) override
    {
        QElapsedTimer timer;
        timer.start();
        while (event->type() == QEvent::User && timer.elapsed() < 80) { }
        return QObject::event(event);
    }
};

class TestHeartbeat : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aHeldThreadIsTold();
    void itSaysWhatRan();
    void forgottenPausesAreGone();
};

void TestHeartbeat::aHeldThreadIsTold()
{
    Heartbeat heartbeat;
    Holder holder;
    QSignalSpy worse(&heartbeat, &Heartbeat::worstChanged);
    QCoreApplication::postEvent(&holder, new QEvent(QEvent::User));
    QTRY_VERIFY(heartbeat.worstMs() >= 80);
    QVERIFY(heartbeat.worst().busyMs > 0);
    QVERIFY(!heartbeat.stalls().empty());
    QVERIFY(heartbeat.worst().what.isEmpty());    // nobody asked what ran
    QVERIFY(worse.last().at(0).toDouble() == heartbeat.worstMs());
}

void TestHeartbeat::itSaysWhatRan()
{
    Heartbeat heartbeat;
    heartbeat.setLogged(true);
    Holder parent;
    auto* holder = new Holder(&parent);
    QCoreApplication::postEvent(holder, new QEvent(QEvent::User));
    QTRY_VERIFY(heartbeat.worstMs() >= 80);
    QCOMPARE(heartbeat.worst().what, QStringLiteral("User of Holder in Holder"));
}

void TestHeartbeat::forgottenPausesAreGone()
{
    Heartbeat heartbeat;
    Holder holder;
    QCoreApplication::postEvent(&holder, new QEvent(QEvent::User));
    QTRY_VERIFY(heartbeat.worstMs() >= 80);
    heartbeat.forget();
    QCOMPARE(heartbeat.worstMs(), 0.0);
    QVERIFY(heartbeat.stalls().empty());
}

QTEST_MAIN(TestHeartbeat)
#include "tst_heartbeat.moc"
