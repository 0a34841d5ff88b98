// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/decisionsender.h"

#include "core/session/constraints.h"
#include "ui/trainingcontrol.h"
#include "ui/workspace.h"

namespace plumage::ui {
namespace {

constexpr int gatherMs = 300;

} // namespace

DecisionSender::DecisionSender(Workspace& workspace, TrainingControl& training, QObject* parent) : QObject(parent), m_workspace(workspace), m_training(training)
{
    m_timer.setSingleShot(true);
    m_timer.setInterval(gatherMs);
    const auto soon = [this] {
        if (!m_timer.isActive())
            m_timer.start();
    };
    connect(&workspace.curation(), &Curation::changed, this, soon);
    connect(&workspace, &Workspace::snapshotShown, this, soon);    // codes may have got clusters
    connect(&m_timer, &QTimer::timeout, this, [this] {
        if (m_sentTo != RunId{})
            send(m_sentTo);
    });
    connect(&training, &TrainingControl::starting, this, &DecisionSender::send);
    connect(&training, &TrainingControl::changed, this, &DecisionSender::lookAtWorker);
}

void DecisionSender::lookAtWorker()
{
    if (!m_training.isCommanding() || !m_training.isTraining()) {
        m_sentTo = {};
        m_sent.clear();
    } else if (const RunId run{m_training.state().run}; run != m_sentTo) {
        send(run);
    }
}

void DecisionSender::send(RunId run)
{
    if (!m_workspace.isOpen() || run == RunId{})
        return;
    const std::string text = toBytes(session::constraintsOf(m_workspace.curation().state(), run));
    QByteArray bytes(text.data(), static_cast<qsizetype>(text.size()));
    if (run == m_sentTo && bytes == m_sent)
        return;
    m_training.sendConstraints(run, bytes);
    m_sentTo = run;
    m_sent = std::move(bytes);
}

} // namespace plumage::ui
