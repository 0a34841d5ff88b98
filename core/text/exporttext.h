// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/exportcounts.h"

#include <QtCore/QString>

namespace plumage::text {

QString writesText(const ExportCounts& counts);     // "Writes 18,412 of 20,000: 6,210 checked, 12,202 machine."
QString leftOutText(const ExportCounts& counts);    // "Left out 1,588: 1,201 in clusters without a name, 300 put away, 87 missing."; empty if none is

} // namespace plumage::text
