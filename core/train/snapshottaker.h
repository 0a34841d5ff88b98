// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/train/evaluator.h"
#include "core/train/sidelook.h"
#include "core/train/traincontrol.h"
#include "core/train/trainobserver.h"
#include "core/train/trainstate.h"

#include <functional>
#include <optional>

namespace plumage::train {

// When snapshots of a training are taken and of how many photos, so that they take a tenth of the time at most (METHOD.md section 6); and the evaluation buffers that looks of the
// training's own need. Every call belongs to the training thread.
class SnapshotTaker {
public:
    // All must outlive it; seconds: of training so far.
    SnapshotTaker(const TrainOptions& options, at::Device device, TrainState& state, Team& team, TrainObserver& observer, std::function<double()> seconds);

    bool looksBeside;        // while training goes on, with copies of the networks; default: on a device, for which the host waits otherwise

    void start();                             // training begins or goes on
    void takeWhenDue(TrainControl& control);  // never of numbers that are not finite: then the next guard goes back first
    void takeSoon();                          // a person decided something
    void takeLast();                          // of all photos, unless that was done at this step
    void finish(bool wait);                   // hands over what was looked at beside the training, if it is done
    int codesInUse() const { return m_codesInUse; }    // of the newest

    // Evaluation buffers of the networks, once per step
    void prepare();
    void prepareDiscriminator();
    void forgetPrepared() { m_preparedStep = m_preparedGeneratorStep = -1; }    // the networks are others now
    at::Tensor means();                       // Evaluator::means and readOut of now
    at::Tensor readOut();

private:
    struct Look {    // one that was begun
        double begin;               // seconds
        bool complete;              // it renews every photo
        Corrections corrections;    // as they were
    };
    void take(bool all, bool beside);
    void deliver(SnapshotTensors snapshot, const Look& look);
    std::int64_t affordableRows(bool all) const;

    const TrainOptions& m_options;
    TrainState& m_state;
    Team& m_team;
    TrainObserver& m_observer;
    std::function<double()> m_seconds;
    Evaluator m_evaluator;
    std::int64_t m_statisticsDrawings;
    double m_next = 0, m_earliest = 0;      // seconds
    std::optional<double> m_soon;           // what takeSoon() asked for since the last look began
    double m_secondsPerPhoto = 0;           // of the last one
    int m_codesInUse = 0;
    bool m_isWanted = false;
    std::int64_t m_preparedStep = -1, m_preparedGeneratorStep = -1, m_completeStep = -1;    // at which it was done last
    std::optional<Look> m_look;             // underway beside the training
    SideLook m_side;                        // last: its thread uses the rest
};

} // namespace plumage::train
