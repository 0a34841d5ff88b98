// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <QtCore/QString>

#include <string_view>

namespace plumage::text {

// One translated sentence (or two short ones) that names `detail` (file, option, row: UTF-8) and says what to do next. Ends in a full stop.
QString errorText(ErrorCode code, const QString& detail);
QString errorText(const Error& error);

// For what does not end a run (a note event, a scan problem): the same code told as news, for example a photo that was left out.
QString noteText(ErrorCode code, const QString& detail);

} // namespace plumage::text
