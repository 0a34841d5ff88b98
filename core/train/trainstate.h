// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/lossterms.h"
#include "core/train/checkpoint.h"
#include "core/train/corrections.h"
#include "core/train/iteration.h"
#include "core/train/nanguard.h"
#include "core/train/networks.h"
#include "core/train/photoorder.h"
#include "core/train/photostore.h"
#include "core/train/team.h"
#include "core/train/trainobserver.h"

#include <array>
#include <cstdint>

namespace plumage::train {

// Everything that decides the next iteration, and the iteration itself. No clock, no files, no snapshots: two states that were equal
// stay equal, whatever happens between their iterations.
class TrainState {
public:
    // options, pack and team must outlive it. Ranks of a team that start equally stay equal: they draw the same permutation and codes and take their part of them, and
    // average the gradients before each step of an optimiser.
    TrainState(const TrainOptions& options, const PhotoPackReader& pack, at::Device device, Team& team);

    void iterate();                                      // one iteration of METHOD.md section 3
    std::array<float, termCount> terms() const;          // of the last iteration, codes_in_use 0; waits for the device
    // Called between iterations. True if numbers were not finite and the networks went back to a good copy. Looks every 50 iterations only.
    // Throws Error diverged.
    bool guard();
    bool recover();                                      // the same at once, at any step
    std::string takeRefusal() { return m_iteration.takeRefusal(); }    // why the device computes every step anew; empty: it does not, or it was told
    bool isDirty() const { return m_guard.isDirty(); }    // waits for the device
    double learningRate() const { return m_options.schedule.learningRate * m_guard.learningRateFactor(step); }

    // What persons decided, in place of all earlier. Before the first iteration clusters with labels take codes that nobody named; later they wait for openCodes().
    void setConstraints(const Constraints& constraints);
    bool wantsCodes() const { return !corrections.withoutCode(m_active).empty(); }
    // A free slot of the code tables for each of these clusters, aimed at the mean of its photos; needs evaluation buffers of this step. Where no slot is free the
    // cluster goes without a code: then only the contrast of views learns from its labels.
    void openCodes();
    std::vector<std::int64_t> labelledCodes() const;     // those of clusters that a person gave photos; ascending
    void aimCodes(const at::Tensor& directions);         // [K_max,E] of length 1: where centroids point from now on; those of labelledCodes() stay

    struct Batch {
        std::vector<std::int64_t> rows;    // [N]
        std::size_t labelled = 0;          // the last so many are there for what persons decided
    };
    Batch nextBatch();                                   // moves the photo order on

    Checkpoint save() const;                             // without the trainer's clock
    void load(const Checkpoint& checkpoint);             // throws Error checkpointMismatch, checkpointDamaged

    PhotoStore photos;
    Networks networks;
    PhotoOrder order;
    Corrections corrections;
    std::int64_t step = 0;                               // iterations done

private:
    PhotoOrder::IsReadable isReadable() const { return [this](std::int64_t row) { return photos.isReadable(row); }; }
    model::DrawingInput drawInput();
    void setLowPrecision(bool on);
    std::vector<std::int64_t> ownPart(std::vector<std::int64_t> all) const;    // of what the team draws together

    at::Tensor meanDirection(const std::vector<std::int64_t>& rows, std::int64_t& bestCode);    // undefined: none of them can be read

    const TrainOptions& m_options;
    const PhotoPackReader& m_pack;
    Team& m_team;
    std::unordered_map<PhotoId, std::int64_t> m_rowOf;     // photos not known to be unreadable; read from the pack when it is asked for
    std::string m_listHash;
    at::Device m_device;
    std::vector<std::int64_t> m_active;                  // codes in use, ascending
    at::Generator m_noise, m_views;                      // z, zeta, theta; crops and colours
    Random m_codes;
    model::MarginalQueue m_queue;
    NanGuard m_guard;
    Iteration m_iteration;
};

} // namespace plumage::train
