// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QWidget>

#include <cstdint>
#include <vector>

class QLabel;
class QToolButton;

namespace plumage::ui {

// The snapshots of a run on a line: bars = share of photos that changed cluster, triangles = checkpoints. Dragging scrubs; "Live" follows the training.
class TimeSlider final : public QWidget
{
    Q_OBJECT
public:
    struct Tick {
        std::int64_t step = 0;
        double changed = 0;    // 0..1 of the photos, since the tick before
    };
    explicit TimeSlider(QWidget* parent = nullptr);
    void setTicks(std::vector<Tick> ticks, std::vector<std::int64_t> checkpoints);
    void setCurrent(int tick, bool live);
    int current() const { return m_current; }
    const std::vector<Tick>& ticks() const { return m_ticks; }

public Q_SLOTS:
    void stepBy(int by);
    void goLive();

Q_SIGNALS:
    void snapshotWanted(int tick);
    void liveWanted();

private:
    class Track;
    void updateText();

    std::vector<Tick> m_ticks;
    std::vector<std::int64_t> m_checkpoints;
    int m_current = -1;
    bool m_live = true;
    Track* m_track;
    QToolButton *m_back, *m_forward, *m_liveButton;
    QLabel* m_text;
};

} // namespace plumage::ui
