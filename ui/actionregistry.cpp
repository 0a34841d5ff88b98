// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/actionregistry.h"

#include <QtGui/QAction>
#include <QtWidgets/QMenu>
#include <QtWidgets/QMenuBar>

namespace plumage::ui {

ActionRegistry::ActionRegistry(QWidget* window) : QObject(window), m_window(window) { }

QAction* ActionRegistry::make(const QString& id, const QString& text, const QKeySequence& key)
{
    Q_ASSERT(!m_byId.contains(id));
    auto* action = new QAction(text, this);
    action->setObjectName(id);
    action->setShortcut(key);
    m_byId.insert(id, action);
    return action;
}

QAction* ActionRegistry::add(Menu menu, const QString& id, const QString& text, const QKeySequence& key)
{
    QAction* action = make(id, text, key);
    action->setShortcutContext(Qt::WindowShortcut);
    m_window->addAction(action);
    m_entries.append({menu, action});
    return action;
}

QAction* ActionRegistry::addOneKey(Menu menu, const QString& id, const QString& text, const QKeySequence& key)
{
    QAction* action = make(id, text, key);
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    m_entries.append({menu, action, true});
    return action;
}

void ActionRegistry::attachOneKey(QWidget& widget) const
{
    for (const Entry& entry : m_entries)
        if (entry.oneKey)
            widget.addAction(entry.action);
}

void ActionRegistry::addSeparator(Menu menu)
{
    auto* separator = new QAction(this);
    separator->setSeparator(true);
    m_entries.append({menu, separator});
}

QAction* ActionRegistry::action(const QString& id) const
{
    QAction* action = m_byId.value(id);
    Q_ASSERT(action);
    return action;
}

QList<QAction*> ActionRegistry::actions() const
{
    QList<QAction*> actions;
    for (const Entry& entry : m_entries)
        if (!entry.action->isSeparator())
            actions.append(entry.action);
    return actions;
}

void ActionRegistry::fill(QMenuBar& bar) const
{
    const QList<std::pair<Menu, QString>> menus{{Menu::Project, tr("&Project")}, {Menu::Edit, tr("&Edit")}, {Menu::Sort, tr("&Sort")}, {Menu::View, tr("&View")},
        {Menu::Training, tr("&Training")}, {Menu::Help, tr("&Help")}};
    for (const auto& [menu, title] : menus) {
        QMenu* drop = bar.addMenu(title);
        for (const Entry& entry : m_entries)
            if (entry.menu == menu)
                drop->addAction(entry.action);
    }
}

QString ActionRegistry::keyText(const QAction& action)
{
    return action.shortcut().toString(QKeySequence::NativeText);
}

} // namespace plumage::ui
