// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/trainoptions.h"
#include "core/project/metricslog.h"

#include <QtWidgets/QWidget>

#include <map>
#include <string>

class QCPAxisRect;
class QCPGraph;
class QCPLegend;
class QCustomPlot;
class QLabel;

namespace plumage::ui {

// Loss curves: a strip for D, a strip for G, each term as weight x value. A click on a name mutes its curve, the line below says what the curve under
// the pointer asks. Replots are queued. GUI thread only.
class LossPlot final : public QWidget
{
    Q_OBJECT
public:
    explicit LossPlot(QWidget* parent = nullptr);
    void setWeights(const LossOptions& losses);
    void setLog(const project::MetricsLog& log);
    QCustomPlot& plot() { return *m_plot; }

protected:
    void changeEvent(QEvent* event) override;
    bool eventFilter(QObject* object, QEvent* event) override;

private:
    QCPAxisRect* addStrip(int row, const QString& title);
    void addGraphs();
    void colour();
    void nameGraphs();
    void hoverAt(QPoint position);

    struct Curve { std::string term; QCPGraph* graph; };
    QCustomPlot* m_plot;
    QCPAxisRect *m_d, *m_g;
    QLabel* m_explanation;
    std::vector<Curve> m_curves;
    LossOptions m_losses;
};

} // namespace plumage::ui
