// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/clusterpanel.h"

#include "ui/clusterdelegate.h"
#include "ui/clustermodel.h"
#include "ui/selection.h"
#include "ui/thumbnailcache.h"

#include <QtCore/QLocale>
#include <QtCore/QScopedValueRollback>
#include <QtGui/QDragMoveEvent>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QListView>
#include <QtWidgets/QStackedLayout>
#include <QtWidgets/QToolTip>

#include <algorithm>

namespace plumage::ui {

ClusterPanel::ClusterPanel(Selection& selection, ThumbnailCache& thumbnails, QWidget* parent)
    : QWidget(parent), m_selection(selection), m_thumbnails(thumbnails), m_model(new ClusterModel(this)), m_view(new QListView), m_count(new QLabel),
      m_empty(new QLabel(tr("No clusters yet: start training.")))
{
    m_view->setModel(m_model);
    m_view->setItemDelegate(new ClusterDelegate(thumbnails, this));
    m_view->setUniformItemSizes(true);
    m_view->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_view->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_view->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_view->setFrameShape(QFrame::NoFrame);
    m_view->setMouseTracking(true);
    m_view->setDragDropMode(QAbstractItemView::DragDrop);
    m_view->setDragDropOverwriteMode(true);    // onto a row, never between two
    m_view->viewport()->installEventFilter(this);
    setMinimumWidth(250);
    m_view->setAccessibleName(tr("Clusters"));
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setWordWrap(true);
    m_empty->setMargin(16);
    auto* order = new QComboBox;
    order->addItems({tr("By number"), tr("Largest first"), tr("Least sure first"), tr("Needs work first"), tr("By name")});
    order->setAccessibleName(tr("Order of the clusters"));

    auto* header = new QHBoxLayout;
    header->addWidget(m_count, 1);
    header->addWidget(order);
    header->setContentsMargins(8, 4, 8, 0);
    m_stack = new QStackedLayout;
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    layout->addLayout(header);
    layout->addLayout(m_stack, 1);    // first a parent: a stack shows its widgets at once
    m_stack->addWidget(m_view);
    m_stack->addWidget(m_empty);

    connect(order, &QComboBox::currentIndexChanged, this, [this](int index) {
        m_model->setOrder(static_cast<ClusterModel::Order>(index));
        showChosen();
    });
    connect(m_view->selectionModel(), &QItemSelectionModel::currentChanged, this, &ClusterPanel::takeChosen);
    connect(m_view, &QListView::clicked, this, &ClusterPanel::takeChosen);
    connect(&m_selection, &Selection::scopeChanged, this, &ClusterPanel::showChosen);
    connect(&m_thumbnails, &ThumbnailCache::thumbnailsArrived, m_view->viewport(), qOverload<>(&QWidget::update));
    setSnapshot({});
}

void ClusterPanel::setEmptyText(const QString& text)
{
    m_empty->setText(text);
}

void ClusterPanel::setSnapshot(SnapshotPointer snapshot)
{
    std::vector<PhotoId> nearest;
    if (snapshot)
        for (const ClusterView& cluster : snapshot->clusters)
            if (cluster.nearest)
                nearest.push_back(*cluster.nearest);
    {
        const QScopedValueRollback guard(m_following, true);
        m_model->setSnapshot(std::move(snapshot));
    }
    m_thumbnails.want(ThumbnailCache::Asker::Clusters, nearest);
    const bool any = m_model->rowCount() > 0;
    m_stack->setCurrentWidget(any ? static_cast<QWidget*>(m_view) : m_empty);
    m_count->setText(any ? tr("%1 of %2 in use").arg(QLocale().toString(static_cast<int>(m_model->inUse())), QLocale().toString(m_model->rowCount())) : QString());
    showChosen();
}

void ClusterPanel::showChosen()
{
    const QScopedValueRollback guard(m_following, true);
    const QModelIndex index = m_selection.cluster() ? m_model->indexOf(*m_selection.cluster()) : QModelIndex();
    if (!index.isValid())
        m_view->selectionModel()->clear();
    else if (m_view->selectionModel()->selectedIndexes().size() > 1 && m_view->selectionModel()->isSelected(index))
        return;    // several are picked, this one among them
    else if (index != m_view->currentIndex() || !m_view->selectionModel()->isSelected(index))
        m_view->setCurrentIndex(index);
}

void ClusterPanel::takeChosen()
{
    const QModelIndex index = m_view->currentIndex();
    if (!m_following && index.isValid())
        m_selection.showCluster(m_model->cluster(index.row()).cluster);
}

std::vector<ClusterId> ClusterPanel::picked() const
{
    std::vector<ClusterId> clusters;
    for (const QModelIndex& index : m_view->selectionModel()->selectedIndexes())
        clusters.push_back(m_model->cluster(index.row()).cluster);
    std::ranges::sort(clusters);
    return clusters;
}

bool ClusterPanel::eventFilter(QObject* object, QEvent* event)
{
    if (event->type() == QEvent::DragMove) {
        const auto* move = static_cast<QDragMoveEvent*>(event);
        const QPoint at = move->position().toPoint();
        QToolTip::showText(m_view->viewport()->mapToGlobal(at + QPoint(12, 16)), m_model->dropText(*move->mimeData(), m_view->indexAt(at)), m_view);
    } else if (event->type() == QEvent::DragLeave || event->type() == QEvent::Drop) {
        QToolTip::hideText();
    }
    return QWidget::eventFilter(object, event);
}

void ClusterPanel::step(int by)
{
    const int rows = m_model->rowCount();
    if (rows == 0)
        return;
    const QModelIndex now = m_selection.cluster() ? m_model->indexOf(*m_selection.cluster()) : QModelIndex();
    const int row = now.isValid() ? std::clamp(now.row() + by, 0, rows - 1) : by > 0 ? 0 : rows - 1;
    m_selection.showCluster(m_model->cluster(row).cluster);
}

} // namespace plumage::ui
