// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QObject>
#include <QtCore/QString>

#include <memory>

namespace plumage::ui {

// Opens every page and state in turn, dark and light, and writes a PNG of each to `folder`; then the program ends with 0, or 1 if that failed. Without a
// project a small made-up one is shown. No worker is needed or started. Begins with the event loop; goes on while the returned object lives.
std::unique_ptr<QObject> startTour(const QString& folder, const QString& project);

} // namespace plumage::ui
