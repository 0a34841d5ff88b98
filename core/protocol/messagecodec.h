// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/protocol/frame.h"
#include "core/protocol/messages.h"

#include <optional>

// Messages to CBOR and back.
namespace plumage::protocol {

// For results: fields only. fromCbor throws Error messageInvalid ("info.threads") for a value of the wrong kind or out of range.
template<class M> QCborMap toCbor(const M& message);
template<class M> M fromCbor(const QCborMap& map);
extern template QCborMap toCbor(const WorkerInfo&);
extern template QCborMap toCbor(const RunOptions&);
extern template WorkerInfo fromCbor(const QCborMap&);
extern template RunOptions fromCbor(const QCborMap&);

// A whole frame; requests and answers have an id. A failure without one concerns the connection itself, which ends after it.
Frame toFrame(const Hello& hello);
Frame toFrame(const Request& request, qint64 id);
Frame toFrame(const Done& done, qint64 id);
Frame toFrame(const Failure& failure, std::optional<qint64> id);
Frame toFrame(const Event& event);

std::optional<qint64> frameId(const Frame& frame);    // nothing if there is none, or one that is no number
// Throws Error messageUnknown (detail: the type), messageInvalid.
FromPeer parsePeerFrame(const Frame& frame);
FromWorker parseWorkerFrame(const Frame& frame);

} // namespace plumage::protocol
