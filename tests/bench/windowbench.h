// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/heartbeat.h"
#include "ui/mainwindow.h"
#include "ui/projectcommands.h"

#include <QtCore/QElapsedTimer>
#include <QtCore/QString>

#include <functional>
#include <vector>

namespace plumage::bench {

// The real window with a project, as app/gui makes it, without layout and recent projects.
struct Window {
    Window(const QString& project, const QString& worker = {}, const QString& socket = {});    // shows it and waits until the project is open
    ui::MainWindow window;
    ui::ProjectCommands commands;
    double openedMs = 0;    // from the call to the project on screen
};

double sinceMs(const QElapsedTimer& timer);
bool waitUntil(const std::function<bool()>& done, int timeoutMs);    // the event loop runs meanwhile
void runLoop(int ms);
void line(const char* what, double value, const char* unit, const char* target);
struct Frame { double ms = 0, threadMs = 0; };    // on the clock, and of the window's thread on the processor
void percentiles(const char* what, const std::vector<Frame>& frames, const char* target);
double peakMegabytes();    // resident memory of this process at its highest

void benchSession(const QString& project, const QString& worker, int seconds);    // windowbenchsession.cpp

} // namespace plumage::bench
