// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pagebar.h"

#include "ui/actionregistry.h"
#include "ui/theme.h"

#include <QtGui/QAction>
#include <QtGui/QPainter>
#include <QtWidgets/QAbstractButton>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QLabel>

namespace plumage::ui {
namespace {

// A button that says its key; follows its action.
class KeyButton final : public QAbstractButton
{
public:
    KeyButton(QAction& action, QWidget* parent) : QAbstractButton(parent), m_action(action)
    {
        setFocusPolicy(Qt::TabFocus);
        setAttribute(Qt::WA_Hover);
        connect(&action, &QAction::changed, this, [this] { follow(); });
        connect(this, &QAbstractButton::clicked, &action, &QAction::trigger);
        follow();
    }
    QSize sizeHint() const override
    {
        return {fontMetrics().horizontalAdvance(text()) + fontMetrics().horizontalAdvance(key()) + 34, fontMetrics().height() + 12};
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const Inks ink = inks(palette());
        const bool lit = m_action.isCheckable() && m_action.isChecked();
        painter.setPen(QPen(lit || hasFocus() ? ink.accent : ink.line, hasFocus() ? 2 : 1));
        painter.setBrush(lit || isDown() ? ink.accentFill : underMouse() ? palette().color(QPalette::Midlight) : palette().color(QPalette::Button));
        painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 4, 4);
        const QRect inside = rect().adjusted(12, 0, -12, 0);
        painter.setPen(palette().color(isEnabled() ? QPalette::Active : QPalette::Disabled, QPalette::ButtonText));
        painter.drawText(inside, Qt::AlignLeft | Qt::AlignVCenter, text());
        painter.setPen(isEnabled() ? ink.quiet : palette().color(QPalette::Disabled, QPalette::ButtonText));
        painter.drawText(inside, Qt::AlignRight | Qt::AlignVCenter, key());
    }

private:
    QString key() const { return ActionRegistry::keyText(m_action); }
    void follow()
    {
        setText(m_action.text().remove(QLatin1Char('&')));
        setAccessibleName(text());
        setEnabled(m_action.isEnabled());
        setVisible(m_action.isVisible());
        updateGeometry();
        update();
    }
    QAction& m_action;
};

} // namespace

PageBar::PageBar(const ActionRegistry& actions, QWidget* parent) : QWidget(parent), m_name(new QLabel), m_subtitle(new QLabel)
{
    QFont bold = m_name->font();
    bold.setBold(true);
    bold.setPointSizeF(bold.pointSizeF() * 1.2);
    m_name->setFont(bold);
    m_subtitle->setForegroundRole(QPalette::PlaceholderText);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(14, 6, 10, 6);
    layout->setSpacing(8);
    layout->addWidget(m_name);
    layout->addWidget(m_subtitle);
    layout->addStretch(1);
    for (const char* page : {"page.map", "page.gallery", "page.review", "page.training"})
        addButton(*layout, actions.action(QLatin1String(page)));
    layout->addStretch(1);
    for (const char* command : {"training.start", "training.pause", "training.stop"})
        addButton(*layout, actions.action(QLatin1String(command)));
    setMinimumHeight(44);
}

void PageBar::addButton(QHBoxLayout& layout, QAction* action)
{
    layout.addWidget(new KeyButton(*action, this));
}

void PageBar::setProject(const QString& name, const QString& subtitle)
{
    m_name->setText(name);
    m_subtitle->setText(subtitle);
}

} // namespace plumage::ui
