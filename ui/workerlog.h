// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QString>

namespace plumage::ui {

struct Message;

// Adds "Show log" if the worker of this project has written one (cache/worker.log).
void offerWorkerLog(Message& message, const QString& project);

} // namespace plumage::ui
