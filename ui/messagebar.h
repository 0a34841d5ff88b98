// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QString>
#include <QtWidgets/QWidget>

#include <functional>
#include <vector>

class QVBoxLayout;

namespace plumage::ui {

enum class Severity { Info, Warning, Error };

struct MessageAction {
    QString text;
    std::function<void()> run;
    bool keepsMessage = false;    // else it goes away when this is pressed
};

// One thing to tell the person. Newer news of the same topic take the place of older ones.
struct Message {
    QString topic;                // "worker", "scan", …; never shown
    Severity severity = Severity::Info;
    QString text;
    std::vector<MessageAction> actions;    // at most 2
    int showMs = 0;               // 0 = until it is closed or replaced
};

// Messages above the page: at most two, newest first; never modal, never takes the focus.
class MessageBar final : public QWidget
{
    Q_OBJECT
public:
    explicit MessageBar(QWidget* parent = nullptr);
    void post(const Message& message);
    void withdraw(const QString& topic);
    void clear();
    void hold(bool on);           // while it is on, messages stay whose time is over: what stands below does not move under the pointer
    QStringList texts() const;    // newest first

private:
    QWidget* makeRow(const Message& message);
    void endRow(QWidget* row);    // its time is over
    void removeRow(QWidget* row);

    struct Shown { QString topic, text; QWidget* row; bool isOver = false; };
    std::vector<Shown> m_shown;    // newest first
    QVBoxLayout* m_layout;
    bool m_isHeld = false;
};

} // namespace plumage::ui
