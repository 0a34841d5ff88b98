// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <stop_token>
#include <string>

namespace plumage::scan {

// XXH3 (128 bit) of a file's bytes as 32 hex digits, as `xxhsum -H128` prints it. Streams; any thread.
// Returns 0, or the errno of a failed read: then, and after a stop request, `hash` stays empty.
int hashFile(const std::filesystem::path& file, const std::stop_token& stop, std::string& hash);

} // namespace plumage::scan
