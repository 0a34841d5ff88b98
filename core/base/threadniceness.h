// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace plumage {

// How far the calling thread stands back when the processors are busy: 0 = as others, 19 = last. For good: it cannot be taken back. Linux knows no other priority of
// a single thread of a usual program. Never throws.
void setThreadNiceness(int niceness);

} // namespace plumage
