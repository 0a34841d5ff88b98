// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QObject>

class QWidget;

namespace plumage::ui {

// Tells on standard output how long after the start of the process the window was painted for the first time: "first-paint-ms 123".
class FirstPaint final : public QObject
{
    Q_OBJECT
public:
    FirstPaint(QWidget& window, bool print);

protected:
    bool eventFilter(QObject* object, QEvent* event) override;

private:
    bool m_print;
};

} // namespace plumage::ui
