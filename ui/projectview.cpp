// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/projectview.h"

#include "core/project/metricslog.h"
#include "ui/actionregistry.h"
#include "ui/drawingswall.h"
#include "ui/gallerypanel.h"
#include "ui/lossplot.h"
#include "ui/mapview.h"

#include <QtCore/QLocale>
#include <QtGui/QAction>
#include <QtGui/QActionGroup>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QSplitter>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QToolButton>

#include <algorithm>
#include <cmath>

namespace plumage::ui {
namespace {

constexpr std::int64_t fewestHeldOut = 20;    // a share of fewer says nothing (METHOD.md section 10)

} // namespace

ProjectView::ProjectView(Selection& selection, ThumbnailCache& thumbnails, const ActionRegistry& actions, QWidget* parent)
    : QWidget(parent), m_selection(selection), m_stack(new QStackedWidget), m_splitter(new QSplitter(Qt::Vertical)), m_mapHolder(new QWidget),
      m_map(new MapView(selection, thumbnails)), m_gallery(new GalleryPanel(selection, thumbnails)), m_mapText(new QLabel)
{
    auto* mapColumn = new QVBoxLayout(m_mapHolder);
    mapColumn->setContentsMargins(0, 0, 0, 0);
    mapColumn->setSpacing(0);
    mapColumn->addWidget(makeMapHead(actions));
    mapColumn->addWidget(m_map, 1);
    m_splitter->addWidget(m_mapHolder);
    m_splitter->addWidget(m_gallery);
    m_splitter->setStretchFactor(0, 5);
    m_splitter->setStretchFactor(1, 3);
    m_splitter->setChildrenCollapsible(false);
    m_splitter->setSizes({480, 264});
    m_stack->addWidget(m_splitter);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_stack);
    connect(actions.action(QStringLiteral("map.fit")), &QAction::triggered, m_map, &MapView::fit);
    connect(actions.action(QStringLiteral("map.drawings")), &QAction::toggled, m_map, &MapView::setDrawingsShown);
    auto* tools = new QActionGroup(this);    // one at a time
    for (const auto& [id, tool] : {std::pair{"map.pan", MapView::Tool::Pan}, {"map.rectangle", MapView::Tool::Rectangle}, {"map.lasso", MapView::Tool::Lasso}}) {
        QAction* action = tools->addAction(actions.action(QLatin1String(id)));
        connect(action, &QAction::toggled, m_map, [map = m_map, tool](bool on) { on ? map->setTool(tool) : void(); });
    }
    actions.action(QStringLiteral("map.pan"))->setChecked(true);
}

QWidget* ProjectView::makeMapHead(const ActionRegistry& actions)
{
    auto* head = new QWidget;
    auto* layout = new QHBoxLayout(head);
    layout->setContentsMargins(8, 4, 8, 4);
    const auto addButton = [&](const char* id, const QString& text) {
        auto* button = new QToolButton;
        QAction* action = actions.action(QLatin1String(id));
        action->setIconText(text);    // what the button shows; its own text would go with the action's next change
        button->setDefaultAction(action);
        button->setToolTip(QStringLiteral("%1 (%2)").arg(action->text().remove(QLatin1Char('&')), ActionRegistry::keyText(*action)));
        button->setMinimumHeight(24);
        layout->addWidget(button);
    };
    addButton("map.fit", tr("Fit"));
    addButton("map.drawings", tr("◇ Generated"));
    addButton("map.lasso", tr("Lasso"));
    addButton("map.rectangle", tr("Rectangle"));
    addButton("map.pan", tr("Move"));
    layout->addStretch(1);
    m_mapText->setForegroundRole(QPalette::PlaceholderText);
    layout->addWidget(m_mapText);
    return head;
}

void ProjectView::buildTrainingPage()
{
    auto* page = new QSplitter(Qt::Horizontal);
    m_losses = new LossPlot;
    auto* right = new QWidget;
    auto* column = new QVBoxLayout(right);
    column->setContentsMargins(8, 8, 8, 0);
    m_stateText = new QLabel;
    m_stateText->setWordWrap(true);
    column->addWidget(m_stateText);
    m_wall = new DrawingsWall(m_selection);
    column->addWidget(m_wall, 1);
    page->addWidget(m_losses);
    page->addWidget(right);
    page->setStretchFactor(0, 3);
    page->setStretchFactor(1, 2);
    page->setChildrenCollapsible(false);
    page->setSizes({620, 560});
    m_stack->addWidget(page);
    m_training = page;
    m_wall->setSnapshot(m_snapshot);
    if (m_log)
        setMetrics(*m_lossOptions, *m_log);
    m_stateText->setText(stateWords());
}

void ProjectView::setReviewPage(QWidget* page)
{
    m_review = page;
    m_stack->addWidget(page);
}

void ProjectView::setPage(Page page)
{
    m_page = page;
    if (page == Page::Training && !m_losses)
        buildTrainingPage();
    m_mapHolder->setVisible(page == Page::Map);
    m_stack->setCurrentWidget(page == Page::Training ? m_training : page == Page::Review ? m_review : m_splitter);
    if (page == Page::Gallery)
        m_gallery->takeFocus();    // its keys work at once
}

void ProjectView::setSnapshot(SnapshotPointer snapshot, bool glide, bool past)
{
    m_snapshot = snapshot;
    const QLocale locale;
    if (snapshot && snapshot->hasClusters())
        m_mapText->setText(tr("%1 photos, step %2").arg(locale.toString(static_cast<qlonglong>(snapshot->photos->rows())), locale.toString(static_cast<qlonglong>(snapshot->step))));
    else
        m_mapText->clear();
    m_map->setPast(past);
    m_map->setSnapshot(snapshot, glide);
    m_gallery->setSnapshot(snapshot);
    if (m_wall) {
        m_wall->setSnapshot(snapshot);
        m_stateText->setText(stateWords());
    }
}

void ProjectView::setEmptyTexts(const QString& map, const QString& gallery)
{
    m_map->setEmptyText(map);
    m_gallery->setNoPhotosText(gallery);
}

void ProjectView::setMetrics(const LossOptions& losses, const project::MetricsLog& log)
{
    m_log = &log;
    m_lossOptions = &losses;
    if (!m_losses)
        return;
    m_losses->setWeights(losses);
    m_losses->setLog(log);
    m_stateText->setText(stateWords());
}

void ProjectView::setPreview(const QImage& picture, const std::vector<std::uint16_t>& codes)
{
    if (m_wall)
        m_wall->setPreview(picture, codes);
}

// The state of learning in words: clusters in use, the mask, quality against truth with its chance level.
QString ProjectView::stateWords() const
{
    if (!m_snapshot || !m_snapshot->hasClusters())
        return tr("No run yet.");
    const QLocale locale;
    const auto inUse = std::ranges::count_if(m_snapshot->clusters, [](const ClusterView& cluster) { return cluster.photos > 0; });
    QStringList lines{tr("Clusters in use: %1 of %2").arg(locale.toString(static_cast<qlonglong>(inUse)), locale.toString(static_cast<qlonglong>(m_snapshot->clusters.size())))};
    if (m_log)
        if (const auto mask = m_log->terms.find("mask_mean"); mask != m_log->terms.end() && !mask->second.empty() && !std::isnan(mask->second.back())) {
            const double share = mask->second.back();
            lines += tr("Mask: %1 % of the picture").arg(locale.toString(100 * share, 'f', 0));
            if (share > 0.02 && share < 0.3)
                lines.back() += QStringLiteral(". ") + tr("The object has come loose from its background.");
        }
    if (const auto& file = m_snapshot->photos->snapshot(); file && file->labelsTrained() > 0) {
        lines += tr("Learns from %Ln label(s) of yours.", nullptr, static_cast<int>(file->labelsTrained()));
        if (file->heldOut() >= fewestHeldOut)
            lines += tr("Held-out corrections right: %1 of %2").arg(locale.toString(qlonglong{file->heldOutRight()}), locale.toString(qlonglong{file->heldOut()}));
    }
    const auto& scores = m_snapshot->scores;
    if (const auto ami = scores.find("ami"); ami != scores.end())
        lines += tr("AMI against the folder names: %1 (chance: 0)").arg(locale.toString(ami->second, 'f', 2));
    if (const auto acc = scores.find("acc"), chance = scores.find("acc_chance"); acc != scores.end() && chance != scores.end())
        lines += tr("ACC against the folder names: %1 (chance: %2)").arg(locale.toString(acc->second, 'f', 2), locale.toString(chance->second, 'f', 2));
    return lines.join(QLatin1Char('\n'));
}

} // namespace plumage::ui
