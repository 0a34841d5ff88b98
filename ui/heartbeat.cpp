// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/heartbeat.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QEvent>
#include <QtCore/QMetaEnum>

#include <algorithm>
#include <cstdio>
#include <ctime>

namespace plumage::ui {
namespace {

constexpr int intervalMs = 10;
constexpr std::size_t mostStalls = 1000;

} // namespace

Heartbeat::Heartbeat(QObject* parent) : QObject(parent)
{
    m_timer.setTimerType(Qt::PreciseTimer);
    m_timer.setInterval(intervalMs);
    connect(&m_timer, &QTimer::timeout, this, &Heartbeat::beat);
    forget();
    m_timer.start();
}

void Heartbeat::forget()
{
    m_worst = {};
    m_busiestMs = 0;
    m_stalls.clear();
    skip();
}

void Heartbeat::skip()
{
    m_slowestNs = 0;
    m_threadMs = threadMs();
    m_sinceBeat.start();
    m_sinceEvent.start();
}

void Heartbeat::setLogged(bool logged)
{
    m_logged = logged;
    if (logged)
        QCoreApplication::instance()->installEventFilter(this);
    else
        QCoreApplication::instance()->removeEventFilter(this);
}

double Heartbeat::threadMs() const
{
    timespec time{};
    return clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time) == 0 ? 1e3 * static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_nsec) : 0;
}

// Sees every event of the GUI thread before its receiver does: the time from one to the next is that of the first (of nested ones: the part until the inner begins).
bool Heartbeat::eventFilter(QObject* object, QEvent* event)
{
    eventOver();
    m_event = {object->metaObject()->className(), object->parent() ? object->parent()->metaObject()->className() : nullptr, event->type()};
    return false;
}

void Heartbeat::eventOver()
{
    if (const qint64 ns = m_sinceEvent.nsecsElapsed(); ns > m_slowestNs) {
        m_slowestNs = ns;
        m_slowest = m_event;
    }
    m_sinceEvent.start();
}

void Heartbeat::beat()
{
    const double gapMs = 1e-6 * static_cast<double>(m_sinceBeat.nsecsElapsed()), thread = threadMs();
    m_sinceBeat.start();
    Stall stall{gapMs, thread - m_threadMs};
    m_threadMs = thread;
    m_busiestMs = std::max(m_busiestMs, stall.busyMs);
    if (gapMs > loggedFromMs) {
        if (m_logged && m_slowest.receiver) {
            const char* type = QMetaEnum::fromType<QEvent::Type>().valueToKey(m_slowest.type);
            stall.what = QString::asprintf("%s of %s in %s", type ? type : "event", m_slowest.receiver, m_slowest.parent ? m_slowest.parent : "nothing");    // for the log
            std::fprintf(stderr, "stall %.0f ms (processor %.0f ms): %s, %.0f ms\n", gapMs, stall.busyMs, qPrintable(stall.what), 1e-6 * static_cast<double>(m_slowestNs));
        }
        if (m_stalls.size() < mostStalls)
            m_stalls.push_back(stall);
    }
    m_slowestNs = 0;
    if (gapMs > m_worst.gapMs) {
        m_worst = stall;
        Q_EMIT worstChanged(gapMs);
    }
}

} // namespace plumage::ui
