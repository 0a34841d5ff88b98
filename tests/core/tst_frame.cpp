// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/protocol/frame.h"

#include "core/base/random.h"

#include <QtCore/QBuffer>
#include <QtCore/QCborArray>
#include <QtCore/QtEndian>
#include <QtTest/QTest>

using namespace plumage;
using namespace plumage::protocol;

namespace {

Frame sample(int number, qsizetype blobBytes)
{
    return {QCborMap{{QStringLiteral("type"), QStringLiteral("note")}, {QStringLiteral("n"), number}}, QByteArray(blobBytes, static_cast<char>(number))};
}

QByteArray lengths(quint32 header, quint32 blob)
{
    QByteArray bytes(8, 0);
    qToLittleEndian(header, bytes.data());
    qToLittleEndian(blob, bytes.data() + 4);
    return bytes;
}

// A device that hands out what it has in pieces of 1 to `most` bytes, and nothing in between.
class Trickle final : public QIODevice
{
public:
    Trickle(QByteArray bytes, std::uint64_t seed) : m_bytes(std::move(bytes)), m_random(seed) { open(ReadOnly | Unbuffered); }
    bool isSequential() const override { return true; }
    bool isEmpty() const { return m_at == m_bytes.size(); }

protected:
    qint64 readData(char* data, qint64 most) override
    {
        m_pause = !m_pause;
        const qint64 count = m_pause ? 0 : std::min<qint64>({most, m_bytes.size() - m_at, 1 + static_cast<qint64>(m_random.below(9))});
        std::copy_n(m_bytes.constData() + m_at, count, data);
        m_at += count;
        return count;
    }
    qint64 writeData(const char*, qint64) override { return -1; }

private:
    QByteArray m_bytes;
    qint64 m_at = 0;
    Random m_random;
    bool m_pause = false;
};

ErrorCode codeOfReading(const QByteArray& bytes)
{
    QBuffer device;
    device.setData(bytes);
    device.open(QIODevice::ReadOnly);
    FrameReader reader;
    try {
        while (reader.read(device)) { }
    } catch (const Error& error) {
        return error.code();
    }
    return ErrorCode::none;
}

} // namespace

class TestFrame : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void framesSurviveAnyFragments();
    void anUnfinishedFrameIsNothingYet();
    void limitsAreCheckedBeforeMemoryIsTaken_data();
    void limitsAreCheckedBeforeMemoryIsTaken();
    void tooLargeAFrameIsNotSent();
    void damagedHeadersAreRefused_data();
    void damagedHeadersAreRefused();
    void rubbishNeverDoesMoreThanThrow();
    void flippedBitsNeverDoMoreThanThrow();
};

void TestFrame::framesSurviveAnyFragments()
{
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        Random random(seed);
        QList<Frame> sent;
        QByteArray bytes;
        for (int i = 0; i < 30; ++i) {
            sent.append(sample(i, static_cast<qsizetype>(random.below(2) * random.below(300))));
            bytes += encodeFrame(sent.last());
        }
        Trickle device(bytes, seed);
        FrameReader reader;
        qsizetype arrived = 0;
        while (!device.isEmpty() || arrived < sent.size()) {
            if (const auto frame = reader.read(device)) {
                QVERIFY2(arrived < sent.size(), qPrintable(QString::number(seed)));
                QCOMPARE(frame->header, sent[arrived].header);
                QCOMPARE(frame->blob, sent[arrived++].blob);
            }
        }
    }
}

void TestFrame::anUnfinishedFrameIsNothingYet()
{
    QByteArray bytes = encodeFrame(sample(1, 10));
    bytes.chop(1);
    QBuffer device(&bytes);
    device.open(QIODevice::ReadOnly);
    FrameReader reader;
    QVERIFY(!reader.read(device));
}

void TestFrame::limitsAreCheckedBeforeMemoryIsTaken_data()
{
    QTest::addColumn<quint32>("header");
    QTest::addColumn<quint32>("blob");
    QTest::addColumn<bool>("refused");
    QTest::newRow("largest") << maxHeaderBytes << maxBlobBytes << false;
    QTest::newRow("header") << maxHeaderBytes + 1 << 0u << true;
    QTest::newRow("blob") << 1u << maxBlobBytes + 1 << true;
    QTest::newRow("all bits") << 0xffffffffu << 0xffffffffu << true;
}

void TestFrame::limitsAreCheckedBeforeMemoryIsTaken()
{
    QFETCH(quint32, header);
    QFETCH(quint32, blob);
    QFETCH(bool, refused);
    QCOMPARE(codeOfReading(lengths(header, blob)), refused ? ErrorCode::frameTooLarge : ErrorCode::none);
}

void TestFrame::tooLargeAFrameIsNotSent()
{
    const Frame frame{QCborMap{{QStringLiteral("x"), QString(maxHeaderBytes, u'x')}}, {}};
    try {
        encodeFrame(frame);
        QFAIL("sent");
    } catch (const Error& error) {
        QCOMPARE(error.code(), ErrorCode::frameTooLarge);
    }
}

void TestFrame::damagedHeadersAreRefused_data()
{
    QTest::addColumn<QByteArray>("header");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("no map") << QCborValue(QCborArray{1, 2}).toCbor();
    QTest::newRow("two maps") << QCborValue(QCborMap{}).toCbor() + QCborValue(QCborMap{}).toCbor();
    QTest::newRow("cut short") << sample(1, 0).header.toCborValue().toCbor().chopped(1);
    QTest::newRow("a string of 2^60 bytes") << QByteArray::fromHex("a1617a7b1000000000000000");
    QTest::newRow("a list of 2^60 elements") << QByteArray::fromHex("a1617a9b1000000000000000");
    QTest::newRow("100,000 lists in each other") << QByteArray::fromHex("a1617a") + QByteArray(100'000, static_cast<char>(0x81));
}

void TestFrame::damagedHeadersAreRefused()
{
    QFETCH(QByteArray, header);
    QCOMPARE(codeOfReading(lengths(static_cast<quint32>(header.size()), 0) + header), ErrorCode::frameDamaged);
}

void TestFrame::rubbishNeverDoesMoreThanThrow()
{
    int refused = 0;
    for (std::uint64_t seed = 1; seed <= 3000; ++seed) {
        Random random(seed);
        QByteArray bytes;
        const bool plausible = seed % 2 == 0;    // lengths within the limits, so that the rubbish reaches the CBOR reader
        const auto size = static_cast<quint32>(random.below(200));
        if (plausible)
            bytes += lengths(size, 0);
        for (quint32 i = 0; i < size; ++i)
            bytes += static_cast<char>(random.next());
        const ErrorCode code = codeOfReading(bytes);
        refused += code != ErrorCode::none;
        QVERIFY2(code == ErrorCode::none || code == ErrorCode::frameTooLarge || code == ErrorCode::frameDamaged,
            qPrintable(QStringLiteral("seed %1").arg(seed)));
    }
    QVERIFY(refused > 2000);
}

void TestFrame::flippedBitsNeverDoMoreThanThrow()
{
    const QByteArray good = encodeFrame(sample(3, 40)) + encodeFrame(sample(4, 0));
    for (qsizetype bit = 0; bit < good.size() * 8; ++bit) {
        QByteArray bytes = good;
        bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << bit % 8));
        const ErrorCode code = codeOfReading(bytes);
        QVERIFY2(code == ErrorCode::none || code == ErrorCode::frameTooLarge || code == ErrorCode::frameDamaged, qPrintable(QString::number(bit)));
    }
}

QTEST_APPLESS_MAIN(TestFrame)
#include "tst_frame.moc"
