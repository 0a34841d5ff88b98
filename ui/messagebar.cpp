// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/messagebar.h"

#include "ui/theme.h"

#include <QtCore/QTimer>
#include <QtGui/QPainter>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QToolButton>

#include <algorithm>

namespace plumage::ui {
namespace {

constexpr std::size_t atMost = 2;

// The ground and the sign of one message.
class Row final : public QWidget
{
public:
    Row(Severity severity, QWidget* parent) : QWidget(parent), m_severity(severity) { }

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter painter(this);
        const Inks ink = inks(palette());
        const QColor colour = m_severity == Severity::Error ? ink.bad : m_severity == Severity::Warning ? ink.warning : ink.accent;
        QColor ground = colour;
        ground.setAlpha(36);
        painter.fillRect(rect(), palette().color(QPalette::Window));
        painter.fillRect(rect(), ground);
        painter.fillRect(0, 0, 4, height(), colour);
        painter.setPen(ink.line);
        painter.drawLine(0, height() - 1, width(), height() - 1);
        QFont bold = font();
        bold.setBold(true);
        painter.setFont(bold);
        painter.setPen(colour);
        painter.drawText(QRect(10, 0, 22, height()), Qt::AlignCenter, m_severity == Severity::Error ? QStringLiteral("✕") : m_severity == Severity::Warning ? QStringLiteral("!") : QStringLiteral("i"));
    }

private:
    Severity m_severity;
};

} // namespace

MessageBar::MessageBar(QWidget* parent) : QWidget(parent), m_layout(new QVBoxLayout(this))
{
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(0);
    setAccessibleName(tr("Messages"));
    hide();
}

QWidget* MessageBar::makeRow(const Message& message)
{
    auto* row = new Row(message.severity, this);
    row->setMinimumHeight(36);
    row->setAccessibleName(message.text);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(38, 4, 6, 4);
    auto* text = new QLabel(message.text);
    text->setWordWrap(true);
    text->setTextFormat(Qt::PlainText);
    text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    layout->addWidget(text, 1);
    for (const MessageAction& action : message.actions) {
        auto* button = new QPushButton(action.text);
        button->setAutoDefault(false);
        layout->addWidget(button);
        connect(button, &QPushButton::clicked, this, [this, row, run = action.run, keeps = action.keepsMessage] {
            if (!keeps)
                removeRow(row);
            run();
        });
    }
    auto* close = new QToolButton;
    close->setText(QStringLiteral("✕"));
    close->setAutoRaise(true);
    close->setMinimumSize(24, 24);
    close->setAccessibleName(tr("Close this message"));
    layout->addWidget(close);
    connect(close, &QToolButton::clicked, this, [this, row] { removeRow(row); });
    return row;
}

void MessageBar::post(const Message& message)
{
    const auto same = std::ranges::find(m_shown, message.topic, &Shown::topic);
    if (same != m_shown.end() && same->text == message.text && !same->isOver)
        return;
    withdraw(message.topic);
    QWidget* row = makeRow(message);
    m_layout->insertWidget(0, row);
    row->show();
    m_shown.insert(m_shown.begin(), {message.topic, message.text, row});
    while (m_shown.size() > atMost)
        removeRow(m_shown.back().row);
    if (message.showMs > 0)
        QTimer::singleShot(message.showMs, row, [this, row] { endRow(row); });
    show();
}

void MessageBar::withdraw(const QString& topic)
{
    const auto found = std::ranges::find(m_shown, topic, &Shown::topic);
    if (found != m_shown.end())
        removeRow(found->row);
}

void MessageBar::clear()
{
    while (!m_shown.empty())
        removeRow(m_shown.back().row);
}

void MessageBar::hold(bool on)
{
    m_isHeld = on;
    for (const Shown& shown : std::vector(m_shown))
        if (!on && shown.isOver)
            removeRow(shown.row);
}

void MessageBar::endRow(QWidget* row)
{
    if (const auto found = std::ranges::find(m_shown, row, &Shown::row); m_isHeld && found != m_shown.end())
        found->isOver = true;
    else
        removeRow(row);
}

void MessageBar::removeRow(QWidget* row)
{
    const auto found = std::ranges::find(m_shown, row, &Shown::row);
    if (found == m_shown.end())
        return;
    m_shown.erase(found);
    m_layout->removeWidget(row);
    row->hide();
    row->deleteLater();
    setVisible(!m_shown.empty());
}

QStringList MessageBar::texts() const
{
    QStringList texts;
    for (const Shown& shown : m_shown)
        texts.append(shown.text);
    return texts;
}

} // namespace plumage::ui
