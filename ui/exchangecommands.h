// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/library.h"
#include "ui/exportsheet.h"

#include <QtCore/QObject>
#include <QtCore/QString>

#include <memory>
#include <stop_token>
#include <vector>

namespace plumage::ui {

class MainWindow;

// Import and export of the open project: everything slow is a job with a library connection of its own; one line in the status strip, a message at the end.
// GUI thread only.
class ExchangeCommands final : public QObject
{
    Q_OBJECT
public:
    explicit ExchangeCommands(MainWindow& window);
    ~ExchangeCommands() override;
    ExportSheet* sheet() { return m_sheet; }             // null until it was shown
    void showExport();
    void exportTo(const QString& path);                  // a file, for class folders a folder
    void importFile(const QString& file);                // labels, boxes or a class list, told by the content
    void importLabels(const QString& file);

private:
    struct Wanted;
    Wanted wanted() const;
    void importBoxes(const QString& file);
    void addBoxes(const std::shared_ptr<const std::vector<project::BoxRow>>& boxes, bool skipBad);
    void importClasses(const QString& file);
    void refuse(const Error& error);
    void preview();
    void askPlace();
    void exported(const QString& path, qint64 written);

    MainWindow& m_window;
    ExportSheet* m_sheet = nullptr;
    quint64 m_generation = 0;
    std::stop_source m_stop;
};

} // namespace plumage::ui
