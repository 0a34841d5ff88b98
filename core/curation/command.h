// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/commandfacts.h"
#include "core/project/edit.h"

namespace plumage::curation {

// A decision of the person, ready to be done: what it changes, and what the sentence about it needs. Planning one changes nothing.
struct Command {
    CommandFacts facts;
    project::Edits edits;
    bool isEmpty() const { return edits.empty(); }    // everything is so already
};

} // namespace plumage::curation
