// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QHash>
#include <QtCore/QList>
#include <QtCore/QObject>
#include <QtGui/QKeySequence>

class QAction;
class QMenuBar;
class QWidget;

namespace plumage::ui {

// Every command of the window, registered once: menus, toolbars and the test for clashing keys come from this list.
class ActionRegistry final : public QObject
{
    Q_OBJECT
public:
    enum class Menu { Project, Edit, Sort, View, Training, Help };

    explicit ActionRegistry(QWidget* window);    // the widget in which the keys work
    // `id` is a name for settings and tests ("training.start"); an id twice is our own mistake and asserted.
    QAction* add(Menu menu, const QString& id, const QString& text, const QKeySequence& key = {});
    // A command of one key: works only in the widgets given to attachOneKey() (photo grids, the list of clusters), so that text fields keep their letters.
    QAction* addOneKey(Menu menu, const QString& id, const QString& text, const QKeySequence& key);
    void attachOneKey(QWidget& widget) const;
    void addSeparator(Menu menu);
    QAction* action(const QString& id) const;    // must exist
    QList<QAction*> actions() const;             // in the order of registration
    void fill(QMenuBar& bar) const;
    static QString keyText(const QAction& action);    // "Map  Ctrl+1" shows it beside the name

private:
    struct Entry { Menu menu; QAction* action; bool oneKey = false; };    // separators too
    QAction* make(const QString& id, const QString& text, const QKeySequence& key);

    QWidget* m_window;
    QList<Entry> m_entries;
    QHash<QString, QAction*> m_byId;
};

} // namespace plumage::ui
