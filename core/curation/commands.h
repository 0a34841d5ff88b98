// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/curation/command.h"
#include "core/project/librarystate.h"

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace plumage::curation {

// Plans: what a decision would change, from the state as it is. UI.md section 8; one source file a family. They act on the given photos or clusters only.
// `place`: the cluster in which a photo lies now (label first), as shown; used for counts and for confirm. Empty commands: nothing would change.
// Throw Error: nothingPicked (no photo given), clusterMissing (not listed; detail: name or "#17"), nameTaken, groupTooDeep.
using Place = std::function<std::optional<ClusterId>(PhotoId)>;
using Photos = std::span<const PhotoId>;
using State = project::LibraryState;

// ---- labelcommands.cpp
Command confirm(const State& state, Photos photos, const Place& place);                       // each belongs where it lies; photos without a cluster are left out
Command assign(const State& state, Photos photos, ClusterId to, project::LabelSource source, const Place& place);    // takes back a rejection from `to`
Command reject(const State& state, Photos photos, const Place& place);                        // not in the cluster where it lies; a label to it goes too
Command rejectFrom(const State& state, Photos photos, ClusterId from);                        // the same, from a named cluster
// Grow's outcome in one: some seen, some accepted with their pages, some of these pages that do not belong.
Command growInto(const State& state, ClusterId cluster, Photos seen, Photos bulk, Photos rejected);
Command revoke(const State& state, Photos photos);                                            // the label is taken back; the machine's opinion shows again
Command revokeRejection(const State& state, PhotoId photo, ClusterId from);
Command putAway(const State& state, Photos photos);                                           // not one of the kinds
Command takeBack(const State& state, Photos photos);
Command pinExemplar(const State& state, PhotoId photo, ClusterId cluster);
Command unpinExemplar(const State& state, PhotoId photo, ClusterId cluster);

// ---- clustercommands.cpp
Command newCluster(const State& state, Photos photos, const std::string& name, const Place& place);    // photos may be none with a name
Command rename(const State& state, ClusterId cluster, const std::string& name);               // nameTaken: the caller offers merging
Command setState(const State& state, ClusterId cluster, project::ClusterState to);            // open, flagged; dissolved: `dissolve`; approved: `approve`
Command dissolve(const State& state, ClusterId cluster, Photos members);                      // members: for the counts
Command restore(const State& state, ClusterId cluster);                                       // a dissolved one comes back
Command approve(const State& state, ClusterId cluster, Photos members, Photos seen);          // every member gets a label: seen or bulk; state approved
Command setKey(const State& state, ClusterId cluster, int key);                               // 1..9, 0 = none; takes the key from another cluster
Command setNotes(const State& state, ClusterId cluster, const std::string& notes);

// ---- mergecommands.cpp: the sources live on in `into` (Cluster::mergedInto), so 100,000 labels cost nothing
Command merge(const State& state, std::span<const ClusterId> sources, ClusterId into, std::int64_t photos);
ClusterId mergeTarget(const State& state, std::span<const ClusterId> clusters, const std::function<std::int64_t(ClusterId)>& size);    // the larger named one

// ---- splitcommands.cpp: `parts` leave `from` and become one new cluster each; the rest stays
Command split(const State& state, ClusterId from, std::span<const std::vector<PhotoId>> parts, project::LabelSource source, std::int64_t stay);

// ---- groupcommands.cpp: umbrellas, at most 4 levels
Command newGroup(const State& state, std::span<const ClusterId> members, const std::string& name);
Command moveInto(const State& state, std::span<const ClusterId> members, std::optional<ClusterId> group);    // nothing = to the top

// ---- importcommands.cpp
struct ImportedLabel { PhotoId photo; std::string name; project::LabelSource source = project::LabelSource::imported; };    // empty names are left out
enum class OnConflict { keepMine, takeTheirs };
Command importLabels(const State& state, std::span<const ImportedLabel> labels, OnConflict onConflict);       // makes clusters of new names
Command importClasses(const State& state, std::span<const std::string> names);                                // empty named clusters; known names are left out

// ---- matchcommands.cpp: what core/session proposes for a new run
Command matchCodes(const State& state, RunId run, std::span<const std::pair<CodeIndex, ClusterId>> proposal);
Command answer(const State& state, const std::string& queue, const std::string& key, const std::string& value);
Command withAnswer(const State& state, Command command, const std::string& queue, const std::string& key, const std::string& value);    // both in one

std::string shownName(const State& state, ClusterId cluster);    // "Robin", or "#17" without a name; resolved

} // namespace plumage::curation
