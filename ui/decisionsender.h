// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"

#include <QtCore/QByteArray>
#include <QtCore/QObject>
#include <QtCore/QTimer>

namespace plumage::ui {

class TrainingControl;
class Workspace;

// Brings what the person decides into the run that trains: all of it when the run starts or a worker is found again, and what it has become a moment after every
// decision. What was decided while no worker ran goes out with the next start. GUI thread only.
class DecisionSender final : public QObject
{
    Q_OBJECT
public:
    DecisionSender(Workspace& workspace, TrainingControl& training, QObject* parent = nullptr);

private:
    void lookAtWorker();
    void send(RunId run);

    Workspace& m_workspace;
    TrainingControl& m_training;
    QTimer m_timer;           // several decisions in a row go together
    RunId m_sentTo{};         // the run that has them; none: nothing was sent on this connection
    QByteArray m_sent;
};

} // namespace plumage::ui
