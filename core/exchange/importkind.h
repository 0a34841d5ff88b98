// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

namespace plumage::exchange {

enum class ImportKind { labels, boxes, classes };

// What a file is for, told by its beginning: JSON, or a table with columns path, x, y, w and h: boxes; another table: labels; one name a line: a class list.
// Throws Error fileMissing, fileUnreadable, emptyTable.
ImportKind importKindOf(const std::filesystem::path& file);

} // namespace plumage::exchange
