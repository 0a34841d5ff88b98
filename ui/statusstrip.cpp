// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/statusstrip.h"

#include "ui/theme.h"

#include <QtCore/QLocale>
#include <QtGui/QContextMenuEvent>
#include <QtGui/QPainter>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QMenu>
#include <QtWidgets/QProgressBar>
#include <QtWidgets/QToolButton>

namespace plumage::ui {

// Colour and form: full when working, half when paused, ring when idle, a cross in trouble.
class StatusStrip::DotWidget final : public QWidget
{
public:
    explicit DotWidget(QWidget* parent) : QWidget(parent) { setFixedSize(14, 14); }
    void setDot(Dot dot)
    {
        m_dot = dot;
        update();
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const Inks ink = inks(palette());
        const QRectF circle(2, 2, 10, 10);
        painter.setPen(QPen(m_dot == Dot::Trouble ? ink.bad : m_dot == Dot::Paused ? ink.warning : m_dot == Dot::Working ? ink.good : ink.quiet, 1.6));
        if (m_dot == Dot::Working || m_dot == Dot::Paused)
            painter.setBrush(painter.pen().color());
        if (m_dot == Dot::Trouble) {
            painter.drawLine(circle.topLeft(), circle.bottomRight());
            painter.drawLine(circle.topRight(), circle.bottomLeft());
        } else if (m_dot == Dot::Paused) {
            painter.drawPie(circle, 90 * 16, 180 * 16);
            painter.setBrush(Qt::NoBrush);
            painter.drawEllipse(circle);
        } else if (m_dot != Dot::None) {
            painter.drawEllipse(circle);
        }
    }

private:
    Dot m_dot = Dot::None;
};

StatusStrip::StatusStrip(QWidget* parent)
    : QWidget(parent), m_dot(new DotWidget(this)), m_state(new QLabel), m_device(new QLabel), m_rate(new QLabel), m_step(new QLabel), m_job(new QLabel),
      m_progress(new QProgressBar), m_stop(new QToolButton)
{
    setAccessibleName(tr("Status"));
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(10, 0, 10, 0);
    layout->setSpacing(14);
    layout->addWidget(m_dot);
    for (QLabel* label : {m_state, m_device, m_rate, m_step})
        layout->addWidget(label);
    layout->addStretch(1);
    layout->addWidget(m_job);
    m_progress->setFixedSize(120, 10);
    m_progress->setTextVisible(false);
    layout->addWidget(m_progress);
    m_stop->setText(tr("■ Stop"));
    m_stop->setAutoRaise(true);
    layout->addWidget(m_stop);
    connect(m_stop, &QToolButton::clicked, this, &StatusStrip::stopJobWanted);
    setMinimumHeight(28);
    setJob({}, 0, 0, false);
    setNumbers(-1, -1);
}

void StatusStrip::setState(Dot dot, const QString& text)
{
    m_dot->setDot(dot);
    m_state->setText(text);
}

QString StatusStrip::stateText() const
{
    return m_state->text();
}

void StatusStrip::setDevice(const QString& device)
{
    m_device->setText(device);
    m_device->setVisible(!device.isEmpty());
}

void StatusStrip::setNumbers(double imagesPerSecond, qint64 step)
{
    m_rate->setVisible(imagesPerSecond >= 0);
    m_rate->setText(tr("%1 img/s").arg(QLocale().toString(imagesPerSecond, 'f', 0)));
    m_step->setVisible(step >= 0);
    m_step->setText(tr("step %1").arg(QLocale().toString(step)));
}

void StatusStrip::setJob(const QString& text, qint64 done, qint64 total, bool canStop)
{
    m_job->setText(text);
    m_job->setVisible(!text.isEmpty());
    m_progress->setVisible(!text.isEmpty());
    m_stop->setVisible(!text.isEmpty() && canStop);
    m_progress->setRange(0, total > 0 ? 1000 : 0);
    m_progress->setValue(total > 0 ? static_cast<int>(1000 * done / total) : 0);
}

void StatusStrip::contextMenuEvent(QContextMenuEvent* event)
{
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(tr("Longest pause of the window: %1 ms").arg(QLocale().toString(m_longestPauseMs, 'f', 0)))->setEnabled(false);
    menu->popup(event->globalPos());
}

} // namespace plumage::ui
