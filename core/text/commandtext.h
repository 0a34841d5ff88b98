// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/commandfacts.h"

#include <QtCore/QString>

namespace plumage::text {

// Sentences about a decision (UI.md section 8), translated.
QString beforeText(const CommandFacts& facts);     // what it would do: "Move 24 photos from 3 clusters to Robin"
QString afterText(const CommandFacts& facts);      // what it did: "Moved 24 photos to Robin."
QString undoneText(const CommandFacts& facts);     // "Taken back: move 24 photos to Robin."
QString redoneText(const CommandFacts& facts);
QString historyText(const CommandFacts& facts);    // a line of the journal, and behind Undo in the menu

} // namespace plumage::text
