// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QObject>
#include <QtCore/QString>

namespace plumage {
class Error;
}

namespace plumage::ui {

class MainWindow;

// The log of work of the Review page: kept or not, saved as a table, erased. It stays in the project. GUI thread only.
class EffortCommands final : public QObject
{
    Q_OBJECT
public:
    explicit EffortCommands(MainWindow& window);
    void saveTo(const QString& file);

private:
    void refresh();
    void keep(bool keeps);
    void askPlace();
    void askErase();
    void erase();
    void refuse(const Error& error);

    MainWindow& m_window;
};

} // namespace plumage::ui
