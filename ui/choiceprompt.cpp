// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/choiceprompt.h"

#include <QtGui/QKeyEvent>
#include <QtWidgets/QApplication>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QListWidget>

#include <algorithm>

namespace plumage::ui {
namespace {

constexpr int wide = 420, listHeight = 220;    // pixels at 96 dpi
constexpr int newRole = Qt::UserRole + 1;

} // namespace

ChoicePrompt::ChoicePrompt(QWidget* window) : QFrame(window), m_title(new QLabel), m_hint(new QLabel), m_line(new QLineEdit), m_list(new QListWidget)
{
    setObjectName(QStringLiteral("card"));
    setFrameShape(QFrame::Box);
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Window);
    QFont bold = font();
    bold.setBold(true);
    m_title->setFont(bold);
    m_title->setWordWrap(true);
    m_hint->setWordWrap(true);
    m_hint->setForegroundRole(QPalette::PlaceholderText);
    m_line->setAccessibleName(tr("Name"));
    m_list->setAccessibleName(tr("What fits"));
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setFixedHeight(listHeight);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(m_title);
    layout->addWidget(m_line);
    layout->addWidget(m_list);
    layout->addWidget(m_hint);
    setFixedWidth(wide);
    hide();
    m_line->installEventFilter(this);
    window->installEventFilter(this);
    connect(m_line, &QLineEdit::textEdited, this, &ChoicePrompt::fill);
    connect(m_list, &QListWidget::itemClicked, this, [this] { take(false); });
}

void ChoicePrompt::ask(const Question& question, std::function<void(const Answer&)> answered)
{
    m_question = question;
    m_answered = std::move(answered);
    if (!isVisible())
        m_focusBefore = QApplication::focusWidget();
    m_title->setText(question.title);
    m_hint->setText(question.hint);
    m_hint->setVisible(!question.hint.isEmpty());
    m_line->setText(question.text);
    m_line->selectAll();
    fill();
    place();
    show();
    raise();
    m_line->setFocus(Qt::PopupFocusReason);
}

// What begins with the typed text first, then what contains it; a new name last, and only where nothing is called so.
void ChoicePrompt::fill()
{
    const QString typed = m_line->text().trimmed();
    m_list->clear();
    bool same = typed.isEmpty();
    for (const bool begins : {true, false})
        for (const Choice& choice : m_question.choices) {
            const bool starts = choice.text.startsWith(typed, Qt::CaseInsensitive);
            if (starts != begins || (!starts && !choice.text.contains(typed, Qt::CaseInsensitive)))
                continue;
            same = same || choice.text == typed;
            auto* item = new QListWidgetItem(choice.remark.isEmpty() ? choice.text : QStringLiteral("%1   %2").arg(choice.text, choice.remark), m_list);
            item->setData(Qt::UserRole, choice.id);
        }
    if (m_question.mayBeNew && !same) {
        auto* item = new QListWidgetItem(m_question.newText.arg(typed));
        item->setData(newRole, true);
        m_list->insertItem(m_question.choices.empty() || m_question.text == typed ? 0 : m_list->count(), item);
    }
    m_list->setVisible(m_list->count() > 0);
    m_list->setCurrentRow(0);
    adjustSize();
}

void ChoicePrompt::place()
{
    adjustSize();
    move((parentWidget()->width() - width()) / 2, std::max(48, parentWidget()->height() / 6));
}

void ChoicePrompt::take(bool shift)
{
    const QListWidgetItem* item = m_list->currentItem();
    const QString typed = m_line->text().trimmed();
    const bool isNew = !item || item->data(newRole).toBool();
    if (isNew && (!m_question.mayBeNew || (typed.isEmpty() && m_question.text.isEmpty())))
        return;
    const Answer answer{isNew ? std::nullopt : std::optional(item->data(Qt::UserRole).toLongLong()), typed, shift};
    const auto answered = std::move(m_answered);
    dismiss();
    answered(answer);
}

void ChoicePrompt::dismiss()
{
    if (!isVisible())
        return;
    const bool hadFocus = isAncestorOf(QApplication::focusWidget());
    hide();
    if (hadFocus && m_focusBefore)
        m_focusBefore->setFocus(Qt::PopupFocusReason);
    m_focusBefore = nullptr;
}

bool ChoicePrompt::eventFilter(QObject* object, QEvent* event)
{
    if (object == parentWidget() && event->type() == QEvent::Resize && isVisible())
        place();
    if (object == m_line && event->type() == QEvent::FocusOut && isVisible() && !underMouse())
        dismiss();
    if (object == m_line && event->type() == QEvent::KeyPress) {
        const auto* key = static_cast<QKeyEvent*>(event);
        switch (key->key()) {
        case Qt::Key_Escape: dismiss(); return true;
        case Qt::Key_Return:
        case Qt::Key_Enter: take(key->modifiers() & Qt::ShiftModifier); return true;
        case Qt::Key_Down:
        case Qt::Key_Up:
            m_list->setCurrentRow(std::clamp(m_list->currentRow() + (key->key() == Qt::Key_Down ? 1 : -1), 0, std::max(0, m_list->count() - 1)));
            return true;
        default: break;
        }
    }
    return QFrame::eventFilter(object, event);
}

} // namespace plumage::ui
