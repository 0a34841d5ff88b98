// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <QtCore/QByteArray>
#include <QtCore/QList>
#include <QtCore/QMap>
#include <QtCore/QString>

#include <variant>

// Events: what the worker tells every peer without being asked. PROTOCOL.md shows one of each.
namespace plumage::protocol {

enum class WorkerState { idle, preparing, training, paused, stopping, finished, failed };    // their names stand on the wire

QString stateName(WorkerState state);

// The fields of a message, walked by toCbor() and fromCbor(); undefined again in messages.h.
#define PLUMAGE_NO_FIELDS template<class Self, class Visit> static void forEachField(Self&, Visit&&) { }
#define PLUMAGE_FIELDS(...) template<class Self, class Visit> static void forEachField(Self& m, Visit&& visit) { __VA_ARGS__; }

struct StateEvent {                               // at every change, and first of all after hello
    static constexpr auto type = "state";
    WorkerState state = WorkerState::idle;
    int run = 0;                                  // 0 = none
    qint64 step = 0;
    ErrorCode code = ErrorCode::none;             // failed: why
    QString detail{};                               // failed: of code; finished: reason (asked, max_steps, max_minutes, max_epochs)
    QString device{};                               // "cpu", "cuda"; empty when no run trains
    PLUMAGE_FIELDS(visit("state", m.state), visit("run", m.run), visit("step", m.step), visit("code", m.code), visit("detail", m.detail),
        visit("device", m.device))
};
struct ProgressEvent {
    static constexpr auto type = "progress";
    QString phase{};                                // scan, pack, network, demo
    qint64 done = 0, total = 0;                   // total 0 = not known
    PLUMAGE_FIELDS(visit("phase", m.phase), visit("done", m.done), visit("total", m.total))
};
struct MetricsEvent {                             // at most 10 a second, the newest
    static constexpr auto type = "metrics";
    int run = 0;
    qint64 step = 0;
    double seconds = 0, imagesPerSecond = 0;      // seconds of training
    QMap<QString, double> terms{};                  // name of a column of metrics.csv -> value
    PLUMAGE_FIELDS(visit("run", m.run), visit("step", m.step), visit("seconds", m.seconds), visit("images_per_second", m.imagesPerSecond),
        visit("terms", m.terms))
};
struct SnapshotEvent {                            // the folder is complete
    static constexpr auto type = "snapshot";
    int run = 0;
    qint64 step = 0;
    QString folder{};                               // absolute
    PLUMAGE_FIELDS(visit("run", m.run), visit("step", m.step), visit("folder", m.folder))
};
struct CheckpointEvent {
    static constexpr auto type = "checkpoint";
    int run = 0;
    qint64 step = 0;
    PLUMAGE_FIELDS(visit("run", m.run), visit("step", m.step))
};
struct PreviewEvent {                             // droppable; the frame's blob is a PNG, laid out as prototypes.png
    static constexpr auto type = "preview";
    int run = 0;
    qint64 step = 0;
    QList<qint64> codes{};                          // one row of the picture each
    QByteArray png{};                               // from the blob, not a field
    PLUMAGE_FIELDS(visit("run", m.run), visit("step", m.step), visit("codes", m.codes))
};
struct NoteEvent {                                // something the person should know that does not end the run: core/text noteText()
    static constexpr auto type = "note";
    ErrorCode code = ErrorCode::none;
    QString detail{};
    PLUMAGE_FIELDS(visit("code", m.code), visit("detail", m.detail))
};
struct RoleEvent {                                // an observer that wished to command may do so now
    static constexpr auto type = "role";
    QString role{};
    PLUMAGE_FIELDS(visit("role", m.role))
};

using Event = std::variant<StateEvent, ProgressEvent, MetricsEvent, SnapshotEvent, CheckpointEvent, PreviewEvent, NoteEvent, RoleEvent>;

} // namespace plumage::protocol
