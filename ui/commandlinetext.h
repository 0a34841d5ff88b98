// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QString>

namespace plumage::ui {

struct TrainingWish;

// `plumage-worker train …` that trains as the sheet would: the preset, and only what differs from it. One line for a POSIX shell.
QString trainCommandLine(const TrainingWish& wish, const QString& photos, const QString& out);

} // namespace plumage::ui
