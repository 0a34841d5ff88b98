// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QPointer>
#include <QtWidgets/QFrame>

#include <functional>
#include <optional>
#include <vector>

class QLabel;
class QLineEdit;
class QListWidget;

namespace plumage::ui {

// A small card over the window that asks for one name: a line to type in, below it what fits. Enter takes the lit choice, or what was typed where a new name
// is allowed; Esc and a click elsewhere close it. Not modal; the focus goes back to where it was.
class ChoicePrompt final : public QFrame
{
    Q_OBJECT
public:
    struct Choice {
        qint64 id = 0;
        QString text;       // matched against what is typed
        QString remark;     // shown behind it: "412 photos"
    };
    struct Question {
        QString title, hint;
        std::vector<Choice> choices;          // in the order they are shown
        QString text;                         // what stands in the line at first
        bool mayBeNew = false;                // what was typed may be taken as it is
        QString newText;                      // "New cluster “%1”"
    };
    struct Answer {
        std::optional<qint64> id;             // a choice; else the text is new
        QString text;
        bool shift = false;                   // Shift was held with Enter
    };

    explicit ChoicePrompt(QWidget* window);
    void ask(const Question& question, std::function<void(const Answer&)> answered);
    void dismiss();

protected:
    bool eventFilter(QObject* object, QEvent* event) override;

private:
    void fill();
    void take(bool shift);
    void place();

    QLabel *m_title, *m_hint;
    QLineEdit* m_line;
    QListWidget* m_list;
    Question m_question;
    std::function<void(const Answer&)> m_answered;
    QPointer<QWidget> m_focusBefore;
};

} // namespace plumage::ui
