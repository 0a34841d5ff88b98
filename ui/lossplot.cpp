// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/lossplot.h"

#include "ui/clustermark.h"
#include "ui/lossterms.h"
#include "ui/theme.h"

#include <QtCore/QLocale>
#include <QtGui/QMouseEvent>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QLabel>

#include "ui/plot.h"

#include <cmath>

namespace plumage::ui {

LossPlot::LossPlot(QWidget* parent) : QWidget(parent), m_plot(new QCustomPlot), m_explanation(new QLabel)
{
    m_plot->plotLayout()->clear();
    m_d = addStrip(0, tr("D, the judge"));
    m_g = addStrip(1, tr("G, the painter"));
    m_plot->setAccessibleName(tr("Losses"));
    m_plot->setMouseTracking(true);
    m_plot->setNoAntialiasingOnDrag(true);
    m_plot->setMinimumSize(190, 200);
    m_plot->installEventFilter(this);
    m_explanation->setWordWrap(true);
    m_explanation->setMargin(6);
    m_explanation->setForegroundRole(QPalette::PlaceholderText);
    m_explanation->setMinimumHeight(2 * fontMetrics().lineSpacing() + 12);
    m_explanation->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_plot, 1);
    layout->addWidget(m_explanation);
    connect(m_plot, &QCustomPlot::legendClick, this, [this](QCPLegend*, QCPAbstractLegendItem* item) {
        if (auto* entry = qobject_cast<QCPPlottableLegendItem*>(item)) {
            entry->plottable()->setVisible(!entry->plottable()->visible());
            colour();
        }
    });
    connect(m_plot, &QCustomPlot::mouseMove, this, [this](QMouseEvent* event) { hoverAt(event->pos()); });
    addGraphs();
    setLog({});
}

QCPAxisRect* LossPlot::addStrip(int row, const QString& title)
{
    auto* strip = new QCPAxisRect(m_plot);
    strip->setupFullAxesBox(false);
    for (const QCPAxis::AxisType far : {QCPAxis::atTop, QCPAxis::atRight})
        strip->axis(far)->setTicks(false);
    strip->setMinimumMargins(QMargins(2, 4, 6, 2));
    m_plot->plotLayout()->addElement(row, 0, strip);
    strip->axis(QCPAxis::atLeft)->setLabel(title);
    strip->axis(QCPAxis::atLeft)->ticker()->setTickCount(4);
    strip->axis(QCPAxis::atBottom)->ticker()->setTickCount(4);
    for (QCPAxis* axis : strip->axes()) {
        axis->setSubTicks(false);
        axis->setNumberPrecision(4);
        axis->setNumberFormat(QStringLiteral("g"));
    }
    auto* legend = new QCPLegend;
    strip->insetLayout()->addElement(legend, Qt::AlignTop | Qt::AlignRight);
    strip->insetLayout()->setMargins(QMargins(6, 6, 6, 6));
    legend->setLayer(QStringLiteral("legend"));
    legend->setRowSpacing(0);
    legend->setMargins(QMargins(6, 3, 6, 3));
    legend->setIconSize(14, 10);
    return strip;
}

void LossPlot::addGraphs()
{
    for (const LossTerm& term : LossTerms::of(m_losses)) {
        QCPAxisRect* strip = term.column.starts_with("d.") ? m_d : m_g;
        QCPGraph* graph = m_plot->addGraph(strip->axis(QCPAxis::atBottom), strip->axis(QCPAxis::atLeft));
        graph->setAdaptiveSampling(true);
        graph->removeFromLegend();
        static_cast<QCPLegend*>(strip->insetLayout()->elementAt(0))->addItem(new QCPPlottableLegendItem(static_cast<QCPLegend*>(strip->insetLayout()->elementAt(0)), graph));
        m_curves.push_back({std::string(term.column), graph});
    }
    nameGraphs();
    colour();
}

void LossPlot::nameGraphs()
{
    const auto terms = LossTerms::of(m_losses);
    for (std::size_t i = 0; i < m_curves.size(); ++i)
        m_curves[i].graph->setName(terms[i].weight == 1 ? terms[i].name : tr("%1 x%2").arg(terms[i].name, QLocale().toString(terms[i].weight)));
}

void LossPlot::colour()
{
    static const Qt::PenStyle styles[] = {Qt::SolidLine, Qt::DashLine, Qt::DotLine};    // colour alone tells nothing
    const Inks ink = inks(palette());
    int index = 0;
    bool inD = true;
    for (const Curve& curve : m_curves) {
        if (inD && curve.term.starts_with("g.")) {
            inD = false;
            index = 0;
        }
        QPen pen(markColour({index % ClusterMark::colours, {}}, palette()), 1.6, styles[index % 3]);
        curve.graph->setPen(pen);
        ++index;
    }
    for (QCPAxisRect* strip : {m_d, m_g}) {
        auto* legend = static_cast<QCPLegend*>(strip->insetLayout()->elementAt(0));
        QColor ground = palette().color(QPalette::Base);
        ground.setAlpha(215);
        legend->setBrush(ground);
        legend->setBorderPen(QPen(ink.line));
        QFont small = font();
        small.setPixelSize(10);
        legend->setFont(small);
        for (int i = 0; i < legend->itemCount(); ++i) {
            auto* item = static_cast<QCPPlottableLegendItem*>(legend->item(i));
            item->setFont(small);
            item->setTextColor(item->plottable()->visible() ? palette().color(QPalette::Text) : ink.quiet);
            QFont muted = small;
            muted.setStrikeOut(!item->plottable()->visible());
            item->setFont(muted);
        }
        for (QCPAxis* axis : strip->axes()) {
            axis->setTickLabelFont(small);
            axis->setLabelFont(small);
        }
    }
    paintPlotLike(*m_plot, palette());
}

void LossPlot::setWeights(const LossOptions& losses)
{
    m_losses = losses;
    nameGraphs();
}

void LossPlot::setLog(const project::MetricsLog& log)
{
    const auto terms = LossTerms::of(m_losses);
    const QVector<double> steps(log.steps.begin(), log.steps.end());
    for (std::size_t i = 0; i < m_curves.size(); ++i) {
        const auto column = log.terms.find(m_curves[i].term);
        QVector<double> values(steps.size(), std::nan(""));
        if (column != log.terms.end())
            for (qsizetype at = 0; at < values.size(); ++at)
                values[at] = terms[i].weight * column->second[static_cast<std::size_t>(at)];
        m_curves[i].graph->setData(steps, values, true);
    }
    const double last = steps.isEmpty() ? 0 : steps.back();
    const QCPRange settled(std::min(100.0, last / 4), std::max(1.0, last));    // the first steps, ten times as high as the rest, set no scale
    for (QCPAxisRect* strip : {m_d, m_g}) {
        strip->axis(QCPAxis::atBottom)->setRange(0, std::max(100.0, last));
        QCPRange range;
        bool any = false;
        for (const Curve& curve : m_curves) {
            bool found = false;
            const QCPRange values = curve.graph->visible() && curve.graph->keyAxis()->axisRect() == strip ? curve.graph->getValueRange(found, QCP::sdBoth, settled) : QCPRange();
            if (found) {
                range = any ? QCPRange(std::min(range.lower, values.lower), std::max(range.upper, values.upper)) : values;
                any = true;
            }
        }
        const double margin = any ? 0.06 * std::max(range.size(), 1e-3) : 0;
        strip->axis(QCPAxis::atLeft)->setRange(any ? range.lower - margin : 0, any ? range.upper + margin : 1);
        for (const QCPAxis::AxisType near : {QCPAxis::atLeft, QCPAxis::atBottom})
            strip->axis(near)->setTicks(!steps.isEmpty());    // numbers of nothing mean nothing
    }
    if (steps.isEmpty())
        m_explanation->setText(tr("No figures yet."));
    else if (m_explanation->text() == tr("No figures yet."))
        m_explanation->setText(tr("Point at a curve to see what it tells."));
    replotSoon(*m_plot);
}

void LossPlot::hoverAt(QPoint position)
{
    const auto terms = LossTerms::of(m_losses);
    double nearest = 12;    // pixels
    for (std::size_t i = 0; i < m_curves.size(); ++i) {
        QCPGraph* graph = m_curves[i].graph;
        if (!graph->visible() || graph->keyAxis()->axisRect() != m_plot->axisRectAt(position) || graph->dataCount() == 0)
            continue;
        const auto at = graph->data()->findBegin(graph->keyAxis()->pixelToCoord(position.x()));
        if (at == graph->data()->constEnd() || std::isnan(at->value))
            continue;
        const double distance = std::abs(graph->valueAxis()->coordToPixel(at->value) - position.y());
        if (distance < nearest) {
            nearest = distance;
            const double raw = terms[i].weight == 0 ? 0 : at->value / terms[i].weight;
            m_explanation->setText(tr("%1: %2 at step %3. %4").arg(terms[i].name, QLocale().toString(raw, 'g', 3), QLocale().toString(at->key, 'f', 0), terms[i].question));
        }
    }
}

bool LossPlot::eventFilter(QObject* object, QEvent* event)
{
    if (event->type() == QEvent::Resize) {    // in a small dock the names would cover the curves
        const bool roomy = static_cast<QResizeEvent*>(event)->size().width() >= 480;
        for (QCPAxisRect* strip : {m_d, m_g})
            static_cast<QCPLegend*>(strip->insetLayout()->elementAt(0))->setVisible(roomy);
    }
    return QWidget::eventFilter(object, event);
}

void LossPlot::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange)
        colour();
    QWidget::changeEvent(event);
}

} // namespace plumage::ui
