// SPDX-License-Identifier: GPL-3.0-or-later
// packaging/fetchwheels.py against a package index of this process: resuming, checking, unpacking.
#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QProcess>
#include <QRandomGenerator>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;

namespace {

const QString wheelName = u"torch-2.11.0-cp311-cp311-manylinux_2_28_x86_64.whl"_s;

// Serves /simple/torch/ and one wheel; hangs up after half of the wheel the first time when told so.
class Index : public QTcpServer
{
public:
    Index()
    {
        connect(this, &QTcpServer::newConnection, this, [this] { accept(); });
    }

    QByteArray wheel;
    bool hangsUpOnce = false;
    QList<qint64> offsets;    // asked for, one per request of the wheel

private:
    void accept()
    {
        QTcpSocket* socket = nextPendingConnection();
        connect(socket, &QTcpSocket::readyRead, socket, [this, socket] {
            const QByteArray request = socket->property("request").toByteArray() + socket->readAll();
            socket->setProperty("request", request);
            if (request.endsWith("\r\n\r\n"))
                answer(*socket, QString::fromLatin1(request));
        });
        connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
    }
    void answer(QTcpSocket& socket, const QString& request)
    {
        QByteArray status = "200 OK", body, type = "text/html";
        if (request.startsWith(u"GET /simple/torch/"_s)) {
            body = u"<!DOCTYPE html><html><body><a href=\"/files/%1\">%1</a></body></html>"_s.arg(wheelName).toLatin1();
        } else if (request.startsWith(u"GET /files/"_s)) {
            const QRegularExpressionMatch range = QRegularExpression(u"Range: bytes=(\\d+)-"_s).match(request);
            offsets += range.captured(1).toLongLong();
            type = "application/octet-stream";
            body = wheel.mid(offsets.last());
            if (range.hasMatch())
                status = "206 Partial Content";
        } else {
            status = "404 Not Found";
        }
        const bool half = !offsets.isEmpty() && std::exchange(hangsUpOnce, false);
        socket.write("HTTP/1.1 " + status + "\r\nContent-Type: " + type + "\r\nContent-Length: " + QByteArray::number(body.size())
            + "\r\nConnection: close\r\n\r\n" + body.left(half ? body.size() / 2 : body.size()));
        socket.disconnectFromHost();
    }
};

void writeFile(const QString& path, const QByteArray& bytes)
{
    QVERIFY(QDir().mkpath(path.section(u'/', 0, -2)));
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(bytes);
}

}

class TestFetchWheels : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void brokenDownloadGoesOnWhereItStopped();
    void otherContentIsRefused();

private:
    int fetch(const QByteArray& sha256);    // exit code; m_said is filled
    QString path(const QString& name) const { return m_folder->filePath(name); }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Index> m_index;
    QString m_said;
};

void TestFetchWheels::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_index = std::make_unique<Index>();
    QVERIFY(m_index->listen(QHostAddress::LocalHost));

    QByteArray noise(6 << 20, Qt::Uninitialized);    // longer than the piece that the script writes at once, and not compressible
    QRandomGenerator(1).generate(reinterpret_cast<quint32*>(noise.data()), reinterpret_cast<quint32*>(noise.data() + noise.size()));
    writeFile(path(u"wheel/torch/lib/libtorch_cpu.so"_s), noise);
    writeFile(path(u"wheel/torch/lib/libtorch_cuda.so"_s), "cuda");
    writeFile(path(u"wheel/torch/include/torch/torch.h"_s), "header");
    writeFile(path(u"wheel/torch/nn.py"_s), "python");
    QProcess zip;
    zip.setWorkingDirectory(path(u"wheel"_s));
    zip.start(u"python3"_s, { u"-m"_s, u"zipfile"_s, u"-c"_s, path(u"x.whl"_s), u"torch"_s });
    QVERIFY(zip.waitForFinished() && zip.exitCode() == 0);
    QFile file(path(u"x.whl"_s));
    QVERIFY(file.open(QIODevice::ReadOnly));
    m_index->wheel = file.readAll();
}

int TestFetchWheels::fetch(const QByteArray& sha256)
{
    writeFile(path(u"pins"_s), "# comment\ncpu 2.11.0 " + sha256 + ' ' + wheelName.toLatin1() + '\n');
    QProcess script;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    for (const QString& name : environment.keys()) {
        if (name.startsWith(u"PIP_"_s) || name.endsWith(u"_proxy"_s, Qt::CaseInsensitive))
            environment.remove(name);
    }
    environment.insert(u"PIP_CONFIG_FILE"_s, u"/dev/null"_s);
    environment.insert(u"PIP_INDEX_URL"_s, u"http://127.0.0.1:%1/simple"_s.arg(m_index->serverPort()));
    script.setProcessEnvironment(environment);
    script.setProcessChannelMode(QProcess::MergedChannels);
    QSignalSpy finished(&script, &QProcess::finished);
    script.start(u"python3"_s, { QStringLiteral(PLUMAGE_SOURCE_DIR "/packaging/fetchwheels.py"), path(u"pins"_s), u"cpu"_s, path(u"downloads"_s), path(u"libtorch"_s) });
    if (!finished.wait(60000))
        return -1;
    m_said = QString::fromUtf8(script.readAll());
    return script.exitCode();
}

void TestFetchWheels::brokenDownloadGoesOnWhereItStopped()
{
    m_index->hangsUpOnce = true;
    const int exitCode = fetch(QCryptographicHash::hash(m_index->wheel, QCryptographicHash::Sha256).toHex());
    QVERIFY2(exitCode == 0, qPrintable(m_said));
    QCOMPARE(m_index->offsets.size(), 2);
    QVERIFY(m_index->offsets[1] > 0);
    QFile library(path(u"libtorch/torch/lib/libtorch_cpu.so"_s)), original(path(u"wheel/torch/lib/libtorch_cpu.so"_s));
    QVERIFY(library.open(QIODevice::ReadOnly) && original.open(QIODevice::ReadOnly));
    QVERIFY(library.readAll() == original.readAll());
    QVERIFY(QFile::exists(path(u"libtorch/torch/include/torch/torch.h"_s)));
    QVERIFY(!QFile::exists(path(u"libtorch/torch/lib/libtorch_cuda.so"_s)));
    QVERIFY(!QFile::exists(path(u"libtorch/torch/nn.py"_s)));
    QVERIFY(!QFile::exists(path(u"downloads"_s)));
}

void TestFetchWheels::otherContentIsRefused()
{
    QCOMPARE(fetch(QByteArray(64, '0')), 1);
    QVERIFY2(m_said.contains(u"does not have the pinned SHA-256"_s), qPrintable(m_said));
    QVERIFY(!m_said.contains(u"Traceback"_s));
    QVERIFY(!QFile::exists(path(u"libtorch"_s)));
}

QTEST_GUILESS_MAIN(TestFetchWheels)
#include "tst_fetchwheels.moc"
