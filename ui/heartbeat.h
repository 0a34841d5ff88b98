// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QElapsedTimer>
#include <QtCore/QObject>
#include <QtCore/QString>
#include <QtCore/QTimer>

#include <vector>

namespace plumage::ui {

// Beats every 10 ms in the GUI thread; a beat that comes late tells for how long the thread was not free. The gap is counted from beat to beat, so it is up to one
// beat longer than what held the thread. GUI thread only.
class Heartbeat final : public QObject
{
    Q_OBJECT
public:
    static constexpr double loggedFromMs = 50;
    struct Stall {
        double gapMs = 0, busyMs = 0;    // busyMs: processor time of the thread in it; much less than the gap = the machine was busy elsewhere
        QString what{};                  // the event that took longest: class of its receiver and type; empty unless stalls are logged
    };

    explicit Heartbeat(QObject* parent = nullptr);
    void setLogged(bool logged);    // a line on standard error for every gap above loggedFromMs, with what ran: costs a look at the clock per event
    double worstMs() const { return m_worst.gapMs; }
    const Stall& worst() const { return m_worst; }
    double busiestMs() const { return m_busiestMs; }    // most processor time of the thread from one beat to the next
    const std::vector<Stall>& stalls() const { return m_stalls; }    // above loggedFromMs; the first thousand
    void forget();
    void skip();                    // what held the thread since the last beat was not the window's own

Q_SIGNALS:
    void worstChanged(double gapMs);

protected:
    bool eventFilter(QObject* object, QEvent* event) override;

private:
    void beat();
    void eventOver();
    double threadMs() const;

    QTimer m_timer;
    QElapsedTimer m_sinceBeat, m_sinceEvent;
    double m_threadMs = 0, m_busiestMs = 0;
    Stall m_worst;
    std::vector<Stall> m_stalls;
    bool m_logged = false;
    struct Event { const char* receiver = nullptr; const char* parent = nullptr; int type = 0; };
    Event m_event, m_slowest;    // the one that runs, and the slowest since the last beat
    qint64 m_slowestNs = 0;
};

} // namespace plumage::ui
