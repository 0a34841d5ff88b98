// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random.h"
#include "core/curation/commands.h"
#include "core/embedding/similarity.h"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace plumage::review {

class Grow;

// What the machine says about the photos of a run, and what a person who knows them would call them. Rows are those of the run's arrays.
struct SortingTask {
    std::vector<PhotoId> photos;                              // [M]
    std::vector<std::string> kinds;                           // [M] empty: unknown; such photos are left as they are
    RunId run{};                                              // 0 = none
    std::vector<std::span<const std::uint16_t>> topCodes;     // [M] best first; empty without a run
    embedding::HalfRows vectors;                              // [M,E]
    std::span<const std::uint32_t> neighbours;                // [M,neighbourCount] rows, nearest first; may be empty
    std::size_t neighbourCount = 0;
};

// What one loop cost and brought. A decision is an answer, a pick of one photo or of one run of photos, a move of what is picked, or a name.
struct LoopEffort {
    std::string loop;
    std::int64_t answers = 0, picks = 0, moves = 0, names = 0;
    std::int64_t seen = 0, bulk = 0;      // photos that got a label while they were on screen; unseen
    double right = 1;                     // share of all labels that are right afterwards; 1 if there are none
    double placed = 0;                    // share of all photos that lie in a cluster of their kind's name, labelled or not
    std::int64_t decisions() const { return answers + picks + moves + names; }
    std::int64_t photos() const { return seen + bulk; }
    void add(const LoopEffort& more)      // decisions and photos; not the shares
    {
        answers += more.answers, picks += more.picks, moves += more.moves, names += more.names;
        seen += more.seen, bulk += more.bulk;
    }
};

struct Carefulness {
    double precision = 1;      // share of what is seen of a page or cluster that must be right for a yes that takes all of it as it is
    double errorRate = 0;      // how often a look at a photo sees another kind
    std::uint64_t seed = 1;
};

// A user with known truth, who looks only at what the loops of the Review page and the gallery show, and decides by commands of core/curation only. Sensible, not
// clever: names a cluster by its majority; takes whole pages unseen only between pages that are right; moves what is wrong on a page where it is seen; sorts the rest
// in pages of look-alikes. The same input and seed decide the same.
class SimulatedCurator {
public:
    using Decided = std::function<void(const curation::Command&)>;    // after each command; to store it, for example
    SimulatedCurator(SortingTask task, curation::State state, const Carefulness& care, Decided decided = {});

    std::vector<LoopEffort> sort();    // all loops, until every photo of a known kind has a label; blocks: seconds for 10,000 photos
    const curation::State& state() const { return m_state; }

private:
    using Rows = std::vector<std::size_t>;
    using ByKind = std::map<std::string, Rows>;    // in the order they are shown

    void duplicates();
    void validate();
    void validateOne(ClusterId cluster);
    void grow();
    bool growOne(ClusterId cluster);
    bool answerPage(Grow& grow, const std::string& name);
    void suggestions();
    void rest();
    void restPage(const Rows& page);

    void carryOut(const curation::Command& command);
    void move(const std::string& kind, const Rows& rows, std::int64_t picks);
    void moveOthers(const ByKind& sheet, const std::string& but);
    ByKind look(const Rows& rows);
    Rows rowsOf(std::span<const PhotoId> photos) const;
    std::vector<PhotoId> photosOf(const Rows& rows) const;
    const std::vector<ClusterId>& places();
    Rows unchecked(std::optional<ClusterId> in);
    std::vector<ClusterId> named() const;
    Rows ranked(const Rows& examples, Rows rows) const;
    std::string nameOf(ClusterId cluster) const;
    void finish(const std::string& loop);

    SortingTask m_task;
    curation::State m_state;
    Carefulness m_care;
    Random m_random;
    Decided m_decided;
    std::vector<std::string> m_names;                 // all kinds
    std::map<PhotoId, std::size_t> m_rowOf;
    std::optional<std::vector<ClusterId>> m_places;   // [M] where each lies now, 0 = nowhere; nothing: to be found again
    std::vector<LoopEffort> m_loops;
    LoopEffort m_effort{};                            // since the last finish()
};

} // namespace plumage::review
