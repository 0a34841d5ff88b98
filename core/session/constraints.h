// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/constraints.h"
#include "core/curation/commands.h"

namespace plumage::session {

// What the run's training gets of the decisions: ascending photos and codes, clusters resolved and listed. A photo with a label has no rejections, one that was put
// away neither. O(photos).
Constraints constraintsOf(const curation::State& state, RunId run);

} // namespace plumage::session
