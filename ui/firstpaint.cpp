// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/firstpaint.h"

#include <QtCore/QEvent>
#include <QtCore/QFile>
#include <QtCore/QTimer>
#include <QtWidgets/QWidget>

#include <cstdio>
#include <ctime>

namespace plumage::ui {
namespace {

// Milliseconds since the kernel started this process (in steps of 10 ms), from /proc; -1 where there is none.
double sinceStartMs()
{
    QFile stat(QStringLiteral("/proc/self/stat"));
    if (!stat.open(QIODevice::ReadOnly))
        return -1;
    const QByteArray text = stat.readAll();
    const QList<QByteArray> fields = text.mid(text.lastIndexOf(')') + 2).split(' ');    // from the third field on; the 22nd is the start time
    timespec now{};
    if (fields.size() < 20 || clock_gettime(CLOCK_BOOTTIME, &now) != 0)
        return -1;
    constexpr double ticksPerSecond = 100;    // the kernel's USER_HZ
    return 1000 * (static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec) - fields[19].toDouble() / ticksPerSecond);
}

} // namespace

FirstPaint::FirstPaint(QWidget& window, bool print) : m_print(print)
{
    window.installEventFilter(this);
}

bool FirstPaint::eventFilter(QObject* object, QEvent* event)
{
    if (m_print && event->type() == QEvent::Paint) {
        m_print = false;
        QTimer::singleShot(0, object, [] {    // after this paint
            std::printf("first-paint-ms %.0f\n", sinceStartMs());
            std::fflush(stdout);
        });
    }
    return QObject::eventFilter(object, event);
}

} // namespace plumage::ui
