// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/protocol/socketpath.h"

#include "core/base/error.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QFileInfo>
#include <QtCore/QTemporaryDir>
#include <QtNetwork/QLocalServer>
#include <QtTest/QTest>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

using namespace plumage;
using namespace plumage::protocol;

namespace {

unsigned modeOf(const QString& path)
{
    struct stat info{};
    return ::stat(QFile::encodeName(path).constData(), &info) == 0 ? info.st_mode & 0777 : 0;
}

// What a killed worker leaves: a socket file without a listener.
void leaveStaleSocket(const QString& path)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    qstrncpy(address.sun_path, QFile::encodeName(path).constData(), sizeof address.sun_path);
    const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
    QCOMPARE(::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    ::close(socket);
}

} // namespace

class TestSocketPath : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void bothEndsFindTheSamePlace();
    void theFolderIsPrivate();
    void withoutARuntimeFolderTheTemporaryOneServes();
    void aLongRuntimeFolderIsNotUsed();
    void aLinkInPlaceOfTheFolderIsRefused();
    void aStaleSocketIsRemoved();
    void aLiveSocketStays();
    void anythingElseStays();
};

void TestSocketPath::bothEndsFindTheSamePlace()
{
    QTemporaryDir dir;
    QVERIFY(QDir(dir.path()).mkdir(QStringLiteral("p")) && QFile::link(dir.filePath(QStringLiteral("p")), dir.filePath(QStringLiteral("link"))));
    const QString path = socketPath(dir.filePath(QStringLiteral("p")), dir.path());
    QCOMPARE(socketPath(dir.filePath(QStringLiteral("link/../p/")), dir.path()), path);
    QCOMPARE(socketPath(dir.filePath(QStringLiteral("link")), dir.path()), path);
    QVERIFY(socketPath(dir.filePath(QStringLiteral("q")), dir.path()) != path);
    QVERIFY(QFileInfo(path).fileName().size() == 32 + 5 && path.startsWith(dir.path() + QStringLiteral("/plumage/")));
}

void TestSocketPath::theFolderIsPrivate()
{
    QTemporaryDir dir;
    QVERIFY(QDir(dir.path()).mkdir(QStringLiteral("plumage")));
    QVERIFY(QFile::setPermissions(dir.filePath(QStringLiteral("plumage")), QFile::Permissions(0x7777)));
    const QString path = socketPath(QStringLiteral("/p"), dir.path());
    QCOMPARE(modeOf(QFileInfo(path).path()), 0700u);
}

void TestSocketPath::withoutARuntimeFolderTheTemporaryOneServes()
{
    const QString path = socketPath(QStringLiteral("/p"), {});
    QCOMPARE(QFileInfo(path).path(), QDir::tempPath() + QStringLiteral("/plumage-%1").arg(::geteuid()));
    QCOMPARE(modeOf(QFileInfo(path).path()), 0700u);
    QCOMPARE(socketPath(QStringLiteral("/p"), QStringLiteral("/there/is/no/such/folder")), path);
}

void TestSocketPath::aLongRuntimeFolderIsNotUsed()
{
    QTemporaryDir dir;
    const QString deep = dir.filePath(QString(80, u'x'));
    QVERIFY(QDir().mkpath(deep));
    const QString path = socketPath(QStringLiteral("/p"), deep);
    QVERIFY(!path.startsWith(deep));
    QVERIFY(path.toUtf8().size() <= maxSocketPathBytes);
}

void TestSocketPath::aLinkInPlaceOfTheFolderIsRefused()
{
    QTemporaryDir dir;
    QVERIFY(QDir(dir.path()).mkdir(QStringLiteral("elsewhere")));
    QVERIFY(QFile::link(dir.filePath(QStringLiteral("elsewhere")), dir.filePath(QStringLiteral("plumage"))));
    try {
        socketPath(QStringLiteral("/p"), dir.path());
        QFAIL("accepted");
    } catch (const Error& error) {
        QCOMPARE(error.code(), ErrorCode::folderNotWritable);
    }
}

void TestSocketPath::aStaleSocketIsRemoved()
{
    QTemporaryDir dir;
    const QString path = dir.filePath(QStringLiteral("s"));
    leaveStaleSocket(path);
    QVERIFY(QFileInfo::exists(path));
    QVERIFY(removeStaleSocket(path));
    QVERIFY(!QFileInfo::exists(path));
    QVERIFY(removeStaleSocket(path));
}

void TestSocketPath::aLiveSocketStays()
{
    QTemporaryDir dir;
    const QString path = dir.filePath(QStringLiteral("s"));
    QLocalServer server;
    QVERIFY(server.listen(path));
    QVERIFY(!removeStaleSocket(path));
    QVERIFY(QFileInfo::exists(path));
}

void TestSocketPath::anythingElseStays()
{
    QTemporaryDir dir;
    const QString path = dir.filePath(QStringLiteral("s"));
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QVERIFY(!removeStaleSocket(path));
    QVERIFY(QFileInfo::exists(path));
}

QTEST_GUILESS_MAIN(TestSocketPath)
#include "tst_socketpath.moc"
