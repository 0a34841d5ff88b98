// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

namespace plumage::ui {

// A small project for the tour and for tests, drawn by Qt itself: 6 kinds of feathers, 24 photos each, and a run of 8 snapshots in which the kinds part.
// Nothing in it was trained; it shows what the window can show. Deterministic. Blocks for about a second. Throws Error as files are written.
struct MadeUp {
    std::filesystem::path photos, project;
};
MadeUp makeUpProject(const std::filesystem::path& folder);

} // namespace plumage::ui
