// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QMap>
#include <QtCore/QString>
#include <QtCore/QStringList>

namespace plumage::fakes {

// What a fake worker does, one rule a line; without a script it behaves well and pretends to train.
//
//   set <name> <number>                 protocol (1), ms-per-step (10), steps (1000, then finished), snapshot-every (50 steps), checkpoint-every (200)
//   on <request>: <action>; <action>    instead of its own reaction to hello, info, start, pause, resume, stop, snapshot, demo_photos, …, ping
//   after <ms>: <action>; …             once, counted from the first hello
//   step <n>: <action>; …               once, when the pretended training reaches step n
//   # …                                 a comment
//
// Actions:
//   builtin                  the usual reaction
//   done                     answers the request
//   error <code> [detail]    answers the request; outside of `on` an error without an id
//   send <JSON object>       this header as a frame to every peer, for example {"type": "note", "code": "diskFull", "detail": "x"}
//   preview <bytes>          a preview event with a blob of this size
//   snapshot, checkpoint     writes a made-up one into the run folder and tells it
//   fail <code> [detail]     the run fails: state event
//   rubbish <bytes> [seed]   random bytes to every peer
//   slow <ms>                from now on every answer comes this much later
//   silence                  reads and says nothing any more, the connection stays
//   hangup                   closes all connections
//   crash [once]             ends by SIGKILL; once: deletes the script first, so that the next start behaves well
//   end                      ends in good order
struct FakeScript {
    QMap<QString, int> numbers{{QStringLiteral("protocol"), 1}, {QStringLiteral("ms-per-step"), 10}, {QStringLiteral("steps"), 1000},
        {QStringLiteral("snapshot-every"), 50}, {QStringLiteral("checkpoint-every"), 200}};
    QMap<QString, QStringList> on;         // request -> actions
    QMap<int, QStringList> after, step;    // ms, step -> actions
    QString file;                          // for `crash once`
};

// Throws Error fileMissing, fileDamaged ("FILE line N").
FakeScript readFakeScript(const QString& file);

} // namespace plumage::fakes
