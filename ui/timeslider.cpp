// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeslider.h"

#include "ui/theme.h"

#include <QtCore/QLocale>
#include <QtGui/QMouseEvent>
#include <QtGui/QPainter>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QToolButton>

#include <algorithm>
#include <cmath>

namespace plumage::ui {
namespace {

// The next of 1, 2, 5, 10, 20, 50, … at or above `least`.
std::int64_t roundStep(double least)
{
    for (std::int64_t power = 1;; power *= 10)
        for (const std::int64_t digit : {1, 2, 5})
            if (static_cast<double>(digit * power) >= least)
                return digit * power;
}

} // namespace

// The painted line; positions are by step, so that equal times look equal.
class TimeSlider::Track final : public QWidget
{
public:
    explicit Track(TimeSlider& slider) : QWidget(&slider), m_slider(slider)
    {
        setMinimumSize(200, 56);
        setFocusPolicy(Qt::StrongFocus);
        setAccessibleName(TimeSlider::tr("Time"));
    }

protected:
    void paintEvent(QPaintEvent*) override;
    void mousePressEvent(QMouseEvent* event) override { take(event->position().x()); }
    void mouseMoveEvent(QMouseEvent* event) override { take(event->position().x()); }
    void keyPressEvent(QKeyEvent* event) override
    {
        if (event->key() == Qt::Key_Left || event->key() == Qt::Key_Right)
            m_slider.stepBy(event->key() == Qt::Key_Right ? 1 : -1);
        else
            QWidget::keyPressEvent(event);
    }

private:
    double place(std::int64_t step) const    // pixels
    {
        const double last = m_slider.m_ticks.empty() ? 1.0 : std::max<double>(1, static_cast<double>(m_slider.m_ticks.back().step));
        return 10 + (width() - 20) * static_cast<double>(step) / last;
    }
    void take(double x)
    {
        const auto nearest = std::ranges::min_element(m_slider.m_ticks, {}, [&](const Tick& tick) { return std::abs(place(tick.step) - x); });
        if (nearest != m_slider.m_ticks.end())
            Q_EMIT m_slider.snapshotWanted(static_cast<int>(nearest - m_slider.m_ticks.begin()));
    }
    TimeSlider& m_slider;
};

void TimeSlider::Track::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const Inks ink = inks(palette());
    const int base = height() - 24;
    painter.setPen(QPen(ink.line, 1));
    painter.drawLine(QPointF(10, base + 0.5), QPointF(width() - 10, base + 0.5));
    if (m_slider.m_ticks.empty()) {
        painter.setPen(ink.quiet);
        painter.drawText(rect(), Qt::AlignCenter, TimeSlider::tr("No snapshot yet"));
        return;
    }
    painter.setRenderHint(QPainter::Antialiasing);
    const double room = (width() - 20.0) / static_cast<double>(m_slider.m_ticks.size());
    const double bar = std::clamp(room - 2, 1.0, 10.0);
    for (std::size_t i = 0; i < m_slider.m_ticks.size(); ++i) {
        const Tick& tick = m_slider.m_ticks[i];
        const double x = place(tick.step), high = std::max(2.0, std::sqrt(tick.changed) * (base - 6));
        painter.fillRect(QRectF(x - bar / 2, base - high, bar, high), static_cast<int>(i) == m_slider.m_current ? ink.accent : QColor(ink.quiet.red(), ink.quiet.green(), ink.quiet.blue(), 130));
    }
    painter.setBrush(ink.quiet);
    painter.setPen(Qt::NoPen);
    for (const std::int64_t step : m_slider.m_checkpoints) {
        const double x = place(step);
        if (step <= m_slider.m_ticks.back().step)
            painter.drawPolygon(QPolygonF({QPointF(x - 4, base + 3), QPointF(x + 4, base + 3), QPointF(x, base + 9)}));
    }
    painter.setPen(ink.quiet);
    const std::int64_t last = m_slider.m_ticks.back().step;
    const std::int64_t between = roundStep(static_cast<double>(last) * 120 / std::max(1, width()));    // a number every 120 pixels or so
    for (std::int64_t step = 0; step <= last; step += between) {
        const QString number = QLocale().toString(static_cast<qlonglong>(step));
        const double wide = fontMetrics().horizontalAdvance(number) + 2.0, x = std::clamp(place(step) - wide / 2, 2.0, std::max(2.0, width() - wide - 2));
        painter.drawText(QRectF(x, base + 8, wide, 16), Qt::AlignCenter, number);
    }
    if (m_slider.m_current >= 0 && m_slider.m_current < static_cast<int>(m_slider.m_ticks.size())) {
        const double x = place(m_slider.m_ticks[static_cast<std::size_t>(m_slider.m_current)].step);
        painter.setPen(QPen(palette().color(QPalette::Text), 2));
        painter.drawLine(QPointF(x, 2), QPointF(x, base));
        painter.setBrush(palette().color(QPalette::Text));
        painter.drawEllipse(QPointF(x, base), 5, 5);
    }
    if (hasFocus()) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(ink.accent, 1));
        painter.drawRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5));
    }
}

TimeSlider::TimeSlider(QWidget* parent)
    : QWidget(parent), m_track(new Track(*this)), m_back(new QToolButton), m_forward(new QToolButton), m_liveButton(new QToolButton), m_text(new QLabel)
{
    m_back->setArrowType(Qt::LeftArrow);
    m_back->setAccessibleName(tr("Previous snapshot"));
    m_back->setToolTip(tr("Previous snapshot (Ctrl+Left)"));
    m_forward->setArrowType(Qt::RightArrow);
    m_forward->setAccessibleName(tr("Next snapshot"));
    m_forward->setToolTip(tr("Next snapshot (Ctrl+Right)"));
    m_liveButton->setText(tr("● Live"));
    m_liveButton->setCheckable(true);
    m_liveButton->setAccessibleName(tr("Live: follow the training"));
    m_liveButton->setToolTip(tr("Follow the training (Ctrl+Shift+Right)"));
    for (QToolButton* button : {m_back, m_forward, m_liveButton})
        button->setMinimumHeight(26);
    m_text->setMinimumWidth(130);
    m_text->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(10, 2, 10, 2);
    layout->addWidget(m_back);
    layout->addWidget(m_forward);
    layout->addWidget(m_liveButton);
    layout->addWidget(m_track, 1);
    layout->addWidget(m_text);
    connect(m_back, &QToolButton::clicked, this, [this] { stepBy(-1); });
    connect(m_forward, &QToolButton::clicked, this, [this] { stepBy(1); });
    connect(m_liveButton, &QToolButton::clicked, this, &TimeSlider::goLive);
    updateText();
}

void TimeSlider::setTicks(std::vector<Tick> ticks, std::vector<std::int64_t> checkpoints)
{
    m_ticks = std::move(ticks);
    m_checkpoints = std::move(checkpoints);
    m_current = std::min(m_current, static_cast<int>(m_ticks.size()) - 1);
    m_track->update();
    updateText();
}

void TimeSlider::setCurrent(int tick, bool live)
{
    m_current = tick;
    m_live = live;
    m_track->update();
    updateText();
}

void TimeSlider::updateText()
{
    const auto count = static_cast<int>(m_ticks.size());
    m_back->setEnabled(m_current > 0);
    m_forward->setEnabled(m_current >= 0 && m_current + 1 < count);
    m_liveButton->setEnabled(count > 0);
    m_liveButton->setChecked(m_live && count > 0);
    m_text->setText(m_current < 0 || m_current >= count ? QString()
        : tr("step %1\nsnapshot %2 of %3").arg(QLocale().toString(static_cast<qlonglong>(m_ticks[static_cast<std::size_t>(m_current)].step)),
              QLocale().toString(m_current + 1), QLocale().toString(count)));
}

void TimeSlider::stepBy(int by)
{
    const int wanted = std::clamp(m_current + by, 0, static_cast<int>(m_ticks.size()) - 1);
    if (!m_ticks.empty() && wanted != m_current)
        Q_EMIT snapshotWanted(wanted);
}

void TimeSlider::goLive()
{
    updateText();    // a click must not toggle the button by itself
    Q_EMIT liveWanted();
}

} // namespace plumage::ui
