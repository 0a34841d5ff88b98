// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/protocol/socketpath.h"

#include "core/base/error.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QFileInfo>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace plumage::protocol {
namespace {

QString socketName(const QString& project)
{
    const QFileInfo folder(project);
    const QString path = folder.exists() ? folder.canonicalFilePath() : QDir::cleanPath(folder.absoluteFilePath());
    const QByteArray hash = QCryptographicHash::hash(QFile::encodeName(path), QCryptographicHash::Sha256).toHex().left(32);
    return QString::fromLatin1(hash) + QStringLiteral(".sock");
}

// A folder that only this user can enter; made if it is absent. A link or somebody else's folder is refused.
void makePrivateFolder(const QString& folder)
{
    const QByteArray path = QFile::encodeName(folder);
    if (::mkdir(path.constData(), 0700) != 0 && errno != EEXIST)
        throw systemError(errno, path.toStdString(), ErrorCode::folderNotWritable);
    struct stat info{};
    if (::lstat(path.constData(), &info) != 0)
        throw systemError(errno, path.toStdString(), ErrorCode::folderNotWritable);
    if (!S_ISDIR(info.st_mode) || info.st_uid != ::geteuid() || ((info.st_mode & 077) != 0 && ::chmod(path.constData(), 0700) != 0))
        throw Error(ErrorCode::folderNotWritable, path.toStdString());
}

} // namespace

QString socketPath(const QString& project, const QString& runtimeFolder)
{
    const QString name = socketName(project);
    const QString own = QStringLiteral("/plumage-%1").arg(::geteuid());
    QStringList folders{QDir::tempPath() + own, QStringLiteral("/tmp") + own};
    if (!runtimeFolder.isEmpty() && QFileInfo(runtimeFolder).isDir())
        folders.prepend(runtimeFolder + QStringLiteral("/plumage"));
    for (const QString& folder : std::as_const(folders)) {
        const QString path = folder + u'/' + name;
        if (QFile::encodeName(path).size() > maxSocketPathBytes)
            continue;
        makePrivateFolder(folder);
        return path;
    }
    throw Error(ErrorCode::folderNotWritable, folders.back().toStdString());
}

bool removeStaleSocket(const QString& path)
{
    const QByteArray name = QFile::encodeName(path);
    struct stat info{};
    if (::lstat(name.constData(), &info) != 0)
        return errno == ENOENT;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (!S_ISSOCK(info.st_mode) || name.size() > maxSocketPathBytes)
        return false;
    std::memcpy(address.sun_path, name.constData(), static_cast<std::size_t>(name.size()));
    const int probe = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (probe < 0)
        return false;
    const bool refused = ::connect(probe, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 && errno == ECONNREFUSED;
    ::close(probe);
    return refused && ::unlink(name.constData()) == 0;
}

} // namespace plumage::protocol
