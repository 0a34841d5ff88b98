// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/protocol/events.h"

#include <QtCore/QByteArray>
#include <QtCore/QCborMap>
#include <QtCore/QMap>
#include <QtCore/QString>

#include <variant>

// Every message of the wire, as PROTOCOL.md describes it. A frame's CBOR map is {"type": M::type, "id": only requests and answers, fields…}.
// Fields that are absent keep the default below, unknown ones are ignored.
namespace plumage::protocol {

inline constexpr int protocolNumber = 1;    // rises when an old peer would misunderstand a new one

// First frame each way; its shape never changes, so that any two versions can tell each other who they are.
struct Hello {
    static constexpr auto type = "hello";
    int protocol = protocolNumber;
    QString build = QStringLiteral(PLUMAGE_VERSION);
    QString role = QStringLiteral("commander");    // the peer's wish, the worker's grant: commander, observer
    qint64 pid = 0;                                // of the sender; SIGTERM stops a worker with a checkpoint, whatever its version
    QString project{};                               // the worker's: absolute folder
    PLUMAGE_FIELDS(visit("protocol", m.protocol), visit("build", m.build), visit("role", m.role), visit("pid", m.pid), visit("project", m.project))
};

// ---- requests: each gets exactly one Done or Failure with its id
struct InfoRequest { static constexpr auto type = "info"; PLUMAGE_NO_FIELDS };    // -> WorkerInfo
struct OpenRequest {                              // fails with optionInvalid unless the worker serves this project
    static constexpr auto type = "open";
    QString project{};
    PLUMAGE_FIELDS(visit("project", m.project))
};
struct StartRequest {                             // trains runs/<run>; done = it prepares now, news come as events
    static constexpr auto type = "start";
    int run = 0;                                  // RunId
    bool resume = false;                          // go on from the newest checkpoint
    PLUMAGE_FIELDS(visit("run", m.run), visit("resume", m.resume))
};
struct PauseRequest { static constexpr auto type = "pause"; PLUMAGE_NO_FIELDS };
struct ResumeRequest { static constexpr auto type = "resume"; PLUMAGE_NO_FIELDS };        // after pause
struct StopRequest { static constexpr auto type = "stop"; PLUMAGE_NO_FIELDS };            // leaves a checkpoint; the end is a state event
struct SnapshotRequest { static constexpr auto type = "snapshot"; PLUMAGE_NO_FIELDS };    // a snapshot now
struct ConstraintsRequest {                       // what persons decided about the photos of a run, in place of all earlier; kept for it until it starts
    static constexpr auto type = "constraints";
    int run = 0;
    QByteArray bytes{};                             // the frame's blob, not a field: core/base/constraints.h
    PLUMAGE_FIELDS(visit("run", m.run))
};
struct DemoPhotosRequest {                        // done when all are drawn; progress events with phase "demo"
    static constexpr auto type = "demo_photos";
    QString out{};                                  // absolute folder
    int species = 10, each = 100, size = 128;     // size: pixels a side
    qint64 seed = 7;
    PLUMAGE_FIELDS(visit("out", m.out), visit("species", m.species), visit("each", m.each), visit("size", m.size), visit("seed", m.seed))
};
struct OptionsRequest { static constexpr auto type = "options"; PLUMAGE_NO_FIELDS };      // -> RunOptions of the current run
struct PingRequest { static constexpr auto type = "ping"; PLUMAGE_NO_FIELDS };            // the client's heartbeat
struct CloseRequest { static constexpr auto type = "close"; PLUMAGE_NO_FIELDS };          // stop with a checkpoint, then end

using Request = std::variant<InfoRequest, OpenRequest, StartRequest, PauseRequest, ResumeRequest, StopRequest, SnapshotRequest, ConstraintsRequest, DemoPhotosRequest,
    OptionsRequest, PingRequest, CloseRequest>;
using FromPeer = std::variant<Hello, Request>;

// ---- answers
struct Done {
    static constexpr auto type = "done";
    QCborMap result{};                              // empty, or the fields of WorkerInfo, RunOptions
    PLUMAGE_FIELDS(visit("result", m.result))
};
struct Failure {
    static constexpr auto type = "error";
    ErrorCode code = ErrorCode::internal;         // by name; a name that is not known reads as internal
    QString detail{};
    PLUMAGE_FIELDS(visit("code", m.code), visit("detail", m.detail))
};
struct WorkerInfo {                               // result of info
    static constexpr auto type = "info";
    QString build{}, device{}, libtorch{}, cpuCapability{};    // device: "cpu", "cuda"
    QString deviceName{};                           // as its maker calls it: "AMD EPYC 9654", "NVIDIA H200"
    int threads = 0;
    QString warning{};                              // error name when a better device is there but unusable, else empty
    PLUMAGE_FIELDS(visit("build", m.build), visit("device", m.device), visit("device_name", m.deviceName), visit("libtorch", m.libtorch),
        visit("cpu_capability", m.cpuCapability), visit("threads", m.threads), visit("warning", m.warning))
};
struct RunOptions {                               // result of options
    static constexpr auto type = "options";
    int run = 0;
    QString preset{};
    QMap<QString, QString> values{};                // "schedule.batch_size" -> "64", text as in run.toml
    PLUMAGE_FIELDS(visit("run", m.run), visit("preset", m.preset), visit("values", m.values))
};

using FromWorker = std::variant<Hello, Done, Failure, Event>;

#undef PLUMAGE_NO_FIELDS
#undef PLUMAGE_FIELDS

} // namespace plumage::protocol
