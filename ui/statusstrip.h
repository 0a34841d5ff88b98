// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QWidget>

class QLabel;
class QProgressBar;
class QToolButton;

namespace plumage::ui {

// The strip at the bottom: worker dot and state, device, img/s, step; the job that runs, with Stop.
class StatusStrip final : public QWidget
{
    Q_OBJECT
public:
    enum class Dot { None, Idle, Working, Paused, Trouble };
    explicit StatusStrip(QWidget* parent = nullptr);
    void setState(Dot dot, const QString& text);
    void setDevice(const QString& device);
    void setNumbers(double imagesPerSecond, qint64 step);    // negative: nothing to show
    void setJob(const QString& text, qint64 done, qint64 total, bool canStop);    // total 0: not known; empty text: no job
    QString stateText() const;
    void setLongestPause(double ms) { m_longestPauseMs = ms; }    // of the window's thread, for the menu

Q_SIGNALS:
    void stopJobWanted();

protected:
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    class DotWidget;
    DotWidget* m_dot;
    QLabel *m_state, *m_device, *m_rate, *m_step, *m_job;
    QProgressBar* m_progress;
    QToolButton* m_stop;
    double m_longestPauseMs = 0;
};

} // namespace plumage::ui
