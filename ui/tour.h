// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QString>

namespace plumage::ui {

// Opens every page and state in turn, dark and light, and writes a PNG of each to `folder`; then the program ends. Without a project a small made-up one is
// shown. No worker is needed or started. Runs the event loop; returns the exit code.
int runTour(const QString& folder, const QString& project);

} // namespace plumage::ui
