// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/protocol/frame.h"

#include <QtCore/QCborStreamReader>
#include <QtCore/QCborValue>
#include <QtCore/QtEndian>

#include <utility>

namespace plumage::protocol {
namespace {

constexpr qsizetype lengthsBytes = 8;

QCborMap parseHeader(const QByteArray& bytes)
{
    QCborParserError problem;
    const QCborValue value = QCborValue::fromCbor(bytes, &problem);
    if (problem.error != QCborError::NoError || !value.isMap() || problem.offset != bytes.size())
        throw Error(ErrorCode::frameDamaged, "header at byte " + std::to_string(problem.offset));
    return value.toMap();
}

void checkLengths(qint64 header, qint64 blob)
{
    if (header > maxHeaderBytes || blob > maxBlobBytes)
        throw Error(ErrorCode::frameTooLarge, std::to_string(header) + " + " + std::to_string(blob) + " bytes");
}

} // namespace

QByteArray encodeFrame(const Frame& frame)
{
    const QByteArray header = frame.header.toCborValue().toCbor();
    checkLengths(header.size(), frame.blob.size());
    QByteArray bytes(lengthsBytes, Qt::Uninitialized);
    qToLittleEndian(static_cast<quint32>(header.size()), bytes.data());
    qToLittleEndian(static_cast<quint32>(frame.blob.size()), bytes.data() + 4);
    bytes.reserve(lengthsBytes + header.size() + frame.blob.size());
    return bytes.append(header).append(frame.blob);
}

std::optional<Frame> FrameReader::read(QIODevice& device)
{
    if (m_part == Part::lengths) {
        if (!fill(device, m_lengths, lengthsBytes))
            return std::nullopt;
        m_headerBytes = qFromLittleEndian<quint32>(m_lengths.constData());
        m_blobBytes = qFromLittleEndian<quint32>(m_lengths.constData() + 4);
        checkLengths(m_headerBytes, m_blobBytes);
        m_part = Part::header;
    }
    if (m_part == Part::header) {
        if (!fill(device, m_header, m_headerBytes))
            return std::nullopt;
        m_part = Part::blob;
    }
    if (!fill(device, m_blob, m_blobBytes))
        return std::nullopt;
    m_part = Part::lengths;
    Frame frame{parseHeader(m_header), std::move(m_blob)};
    m_blob.clear();
    return frame;
}

bool FrameReader::fill(QIODevice& device, QByteArray& part, qsizetype size)
{
    if (part.size() != size)
        part.resize(size);
    while (m_have < size) {
        const qint64 got = device.read(part.data() + m_have, size - m_have);
        if (got <= 0)
            return false;
        m_have += got;
    }
    m_have = 0;
    return true;
}

} // namespace plumage::protocol
