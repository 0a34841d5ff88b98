// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <QtCore/QByteArray>
#include <QtCore/QCborMap>
#include <QtCore/QIODevice>

#include <optional>

namespace plumage::protocol {

// One frame on the wire: u32 header length, u32 blob length (little endian), CBOR map, raw blob.
struct Frame {
    QCborMap header;
    QByteArray blob;    // often empty; pictures and arrays, never copied through CBOR
};

inline constexpr quint32 maxHeaderBytes = 1u << 20;
inline constexpr quint32 maxBlobBytes = 1u << 30;

// Throws Error frameTooLarge.
QByteArray encodeFrame(const Frame& frame);

// Cuts a byte stream into frames, whatever its fragments. Lengths are checked before memory is taken. Does not block.
class FrameReader {
public:
    // The next complete frame of what the device has, or nothing yet.
    // Throws Error frameTooLarge, frameDamaged: the stream cannot be followed any more, close it.
    std::optional<Frame> read(QIODevice& device);

private:
    bool fill(QIODevice& device, QByteArray& part, qsizetype size);
    enum class Part { lengths, header, blob };
    Part m_part = Part::lengths;
    qsizetype m_have = 0;    // bytes of the current part that have arrived
    QByteArray m_lengths, m_header, m_blob;
    quint32 m_headerBytes = 0, m_blobBytes = 0;
};

} // namespace plumage::protocol
