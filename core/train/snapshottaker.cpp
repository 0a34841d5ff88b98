// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/snapshottaker.h"

#include <algorithm>
#include <utility>

namespace plumage::train {

namespace {

constexpr double timeShare = 0.1;               // at most
constexpr double patience = 3;                  // a snapshot of all photos may make the interval this much longer; else part of them is renewed
constexpr std::int64_t alwaysAll = 50'000;      // photos; above, a later snapshot renews an eighth
constexpr double correctedWithin = 5;           // seconds from a decision to the snapshot that shows what came of it

} // namespace

SnapshotTaker::SnapshotTaker(const TrainOptions& options, at::Device device, TrainState& state, Team& team, TrainObserver& observer, std::function<double()> seconds)
    : looksBeside(device.is_cuda()), m_options(options), m_state(state), m_team(team), m_observer(observer), m_seconds(std::move(seconds))
    , m_evaluator(options, state.photos), m_statisticsDrawings(device.is_cuda() ? 2048 : 256)    // METHOD.md says 2048: seconds on a CPU
    , m_side(options, device)
{
}

void SnapshotTaker::start()
{
    m_next = m_seconds() + m_options.schedule.snapshotSeconds;
}

void SnapshotTaker::takeWhenDue(TrainControl& control)
{
    finish(false);
    m_isWanted |= control.takeSnapshotRequest();
    if (!m_look && (m_isWanted || m_seconds() >= m_next) && !m_state.isDirty())
        take(m_isWanted, looksBeside && !control.isPaused());
}

void SnapshotTaker::takeSoon()
{
    m_soon = m_soon.value_or(m_seconds() + correctedWithin);
    m_next = std::min(m_next, std::max(m_earliest, *m_soon));
}

void SnapshotTaker::takeLast()
{
    finish(true);
    if (m_completeStep != m_state.step)
        take(true, false);
}

std::int64_t SnapshotTaker::affordableRows(bool all) const
{
    const std::int64_t photos = m_state.photos.photos();
    const double affordable = timeShare * patience * m_options.schedule.snapshotSeconds;
    if (all || m_secondsPerPhoto == 0 || (photos <= alwaysAll && m_secondsPerPhoto * static_cast<double>(photos) <= affordable))
        return photos;
    return std::max(photos / 8, static_cast<std::int64_t>(affordable / m_secondsPerPhoto));
}

void SnapshotTaker::take(bool all, bool beside)
{
    m_isWanted = false;
    m_soon.reset();
    if (!m_team.writes()) {
        m_completeStep = m_state.step;
        m_next = m_seconds() + m_options.schedule.snapshotSeconds;
        return;
    }
    const double begin = m_seconds();
    m_state.photos.update();
    const std::int64_t rows = affordableRows(all);
    Look look{begin, rows == m_state.photos.photos() && m_state.photos.isComplete(), m_state.corrections};
    std::vector<std::int64_t> corrected = m_state.corrections.newestRows(m_state.step);
    std::erase_if(corrected, [&](std::int64_t row) { return !std::ranges::binary_search(m_state.photos.usable(), row); });
    const auto found = [this, step = m_state.step, rows, corrected = std::move(corrected), held = m_state.labelledCodes()](Networks& networks) {
        return m_evaluator.look(networks, step, rows, corrected, held);
    };
    if (beside && m_side.begin(m_state.networks, [this, step = m_state.step, found](Networks& copies) {
            m_evaluator.prepareDiscriminator(copies, step);
            m_evaluator.prepareGenerator(copies, step, m_statisticsDrawings);
            return found(copies);
        })) {
        m_look.emplace(std::move(look));
        return;
    }
    prepare();
    deliver(found(m_state.networks), look);
}

void SnapshotTaker::finish(bool wait)
{
    if (!m_look || !(wait || m_side.isReady()))
        return;
    const Look look = std::move(*m_look);
    m_look.reset();
    if (auto snapshot = m_side.take())
        deliver(std::move(*snapshot), look);
    else
        m_isWanted = true;    // the next one is taken between two iterations
}

void SnapshotTaker::deliver(SnapshotTensors snapshot, const Look& look)
{
    snapshot.seconds = look.begin;
    snapshot.codeClusters = look.corrections.given();
    snapshot.labelsTrained = look.corrections.labelsTrained();
    for (const Corrections::Labelled& held : look.corrections.heldOut()) {    // how often is the network right about photos whose label it never saw?
        const std::uint16_t code = snapshot.codes[static_cast<std::size_t>(held.row) * topCodes];
        snapshot.heldOut += code != noCode;    // else its photo was not looked at yet
        snapshot.heldOutRight += look.corrections.means(code, held.cluster);
    }
    m_codesInUse = snapshot.codesInUse;
    m_completeStep = look.complete ? snapshot.step : -1;
    const auto renewed = static_cast<double>(std::max<std::int64_t>(1, snapshot.renewedPhotos));
    m_observer.snapshotReady(std::move(snapshot));
    const double cost = m_seconds() - look.begin;
    m_secondsPerPhoto = cost / renewed;
    m_earliest = m_seconds() + cost * (1 / timeShare - 1);
    const double usual = m_seconds() + m_options.schedule.snapshotSeconds - cost;
    m_next = std::max(m_earliest, std::min(usual, m_soon.value_or(usual)));
}

void SnapshotTaker::prepareDiscriminator()
{
    if (m_preparedStep != m_state.step)
        m_evaluator.prepareDiscriminator(m_state.networks, m_state.step);
    m_preparedStep = m_state.step;
}

void SnapshotTaker::prepare()
{
    prepareDiscriminator();
    if (m_preparedGeneratorStep != m_state.step)
        m_evaluator.prepareGenerator(m_state.networks, m_state.step, m_statisticsDrawings);
    m_preparedGeneratorStep = m_state.step;
}

at::Tensor SnapshotTaker::means()
{
    prepareDiscriminator();
    return m_evaluator.means(m_state.networks, m_state.step, m_state.labelledCodes());
}

at::Tensor SnapshotTaker::readOut()
{
    prepareDiscriminator();
    return m_evaluator.readOut(m_state.networks, m_state.step, m_state.labelledCodes());
}

} // namespace plumage::train
