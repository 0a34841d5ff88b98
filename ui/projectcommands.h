// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"
#include "ui/librarynews.h"

#include <QtCore/QObject>
#include <QtCore/QString>

#include <optional>

namespace plumage {
class Error;
}

namespace plumage::ui {

class CurationCommands;
class EffortCommands;
class ExchangeCommands;
class MainWindow;
class MatchCommand;
struct TrainingWish;

// What the commands of the menus do to project and worker: open, demo, start, pause, go on after a crash. The steps between window, workspace and worker
// stand here, each waiting for a signal of the one before; nothing blocks.
class ProjectCommands final : public QObject
{
    Q_OBJECT
public:
    explicit ProjectCommands(MainWindow& window);
    CurationCommands& curation() { return *m_curation; }
    ExchangeCommands& exchange() { return *m_exchange; }
    EffortCommands& effort() { return *m_effort; }

    void open(const QString& path);             // a project, or a folder of photos
    void openProject(const QString& path);
    void openFolder(const QString& photos);
    void tryDemo();
    void keepProjectIn(const QString& folder);  // the open project, before its first run; refused inside the photos' folder

private:
    void connectActions();
    void connectNews();
    void askForFolder(bool project);
    void askForPlace();
    void moveProject(const QString& photos, const QString& from, const QString& to);
    void deleteOldPlace(const QString& from);
    QString documents() const;
    QString placeFor(const QString& photos) const;
    void opened();
    void scanFinished(const project::ScanReport& report);
    void startDemoRun();
    void startTraining(const TrainingWish& wish);
    void pauseOrResume();
    void continueRun();
    void interrupted(RunId run, qint64 step);
    void failed(const QString& topic, const Error& error);
    void copyPaths();
    void saveCover();

    MainWindow& m_window;
    CurationCommands* m_curation;
    ExchangeCommands* m_exchange;
    EffortCommands* m_effort;
    MatchCommand* m_match;
    LibraryNews m_library;
    QString m_photoFolder;        // of the open project while its first scan runs
    bool m_demo = false;          // the demo is on its way: photos, then a run at once
    bool m_asksAfterScan = false; // the sheet opens when the scan of a new project is done
    bool m_startsRun = false;     // the run that is being made is to be trained
    bool m_coverSaved = false;
};

} // namespace plumage::ui
