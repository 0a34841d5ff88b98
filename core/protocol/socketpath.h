// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QString>

namespace plumage::protocol {

inline constexpr int maxSocketPathBytes = 107;    // sockaddr_un on Linux

// Where the worker of a project listens: <runtimeFolder>/plumage/<32 hex of the project's absolute path>.sock. Makes the folder, mode 0700.
// runtimeFolder is $XDG_RUNTIME_DIR; where that is empty, missing or too long, a folder plumage-<user id> in the temporary directory is used.
// Throws Error folderNotWritable (also if that folder belongs to somebody else or others may enter it).
QString socketPath(const QString& project, const QString& runtimeFolder);

// Removes a socket file that nobody listens on; a live one and anything that is no socket is left alone. True if the path is free now.
bool removeStaleSocket(const QString& path);

} // namespace plumage::protocol
