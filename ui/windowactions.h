// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QCoreApplication>

namespace plumage::ui {

class ActionRegistry;

// Every command of the main window with its key (UI.md 13), in the order of the menus. What they do is connected by their owners.
class WindowActions
{
    Q_DECLARE_TR_FUNCTIONS(plumage::ui::WindowActions)
public:
    static void add(ActionRegistry& registry);
};

} // namespace plumage::ui
