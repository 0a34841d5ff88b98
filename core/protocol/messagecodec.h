// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/protocol/frame.h"
#include "core/protocol/messages.h"

#include <optional>

// Messages to CBOR and back. Throws Error messageInvalid with "type.field" as detail for a value of the wrong kind or out of range.
namespace plumage::protocol {

template<class M> QCborMap toCbor(const M& message);           // fields and "type"
template<class M> M fromCbor(const QCborMap& map);             // "type" is not looked at

// A whole frame; id for requests and answers.
Frame toFrame(const Hello& hello);
Frame toFrame(const Request& request, qint64 id);
Frame toFrame(const Done& done, qint64 id);
Frame toFrame(const Failure& failure, qint64 id);
Frame toFrame(const Event& event);

std::optional<qint64> frameId(const Frame& frame);             // nothing if there is none
// Throws Error messageUnknown (detail: the type), messageInvalid.
FromPeer parsePeerFrame(const Frame& frame);
FromWorker parseWorkerFrame(const Frame& frame);

} // namespace plumage::protocol
