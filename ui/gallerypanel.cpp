// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/gallerypanel.h"

#include "ui/clustermark.h"
#include "ui/gallerydelegate.h"
#include "ui/gallerymodel.h"
#include "ui/lookalikes.h"
#include "ui/loupe.h"
#include "ui/photogrid.h"
#include "ui/selection.h"
#include "ui/thumbnailcache.h"

#include <QtCore/QLocale>
#include <QtCore/QScopedValueRollback>
#include <QtCore/QTimer>
#include <QtGui/QKeyEvent>
#include <QtGui/QMouseEvent>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QScrollBar>
#include <QtWidgets/QStackedLayout>
#include <QtWidgets/QToolButton>

#include <algorithm>
#include <array>
#include <cmath>

namespace plumage::ui {
namespace {

constexpr std::array tileSizes{64, 96, 140, 200, 320};    // pixels at 96 dpi

} // namespace

GalleryPanel::GalleryPanel(Selection& selection, ThumbnailCache& thumbnails, QWidget* parent)
    : QWidget(parent), m_selection(selection), m_thumbnails(thumbnails), m_model(new GalleryModel(selection, this)),
      m_delegate(new GalleryDelegate(thumbnails, selection, this)), m_view(new PhotoGrid), m_lookAlikes(new LookAlikes(this)), m_loupe(new Loupe(selection, thumbnails))
{
    m_view->setModel(m_model);
    m_view->setItemDelegate(m_delegate);
    m_view->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_view->setDragDropMode(QAbstractItemView::DragOnly);
    m_view->setFrameShape(QFrame::NoFrame);
    m_view->setMouseTracking(true);
    m_view->setAccessibleName(tr("Photos"));
    m_view->viewport()->installEventFilter(this);
    m_view->installEventFilter(this);

    auto* header = new QWidget;
    buildHeader(*header);
    m_empty = new QLabel;
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setWordWrap(true);
    m_empty->setFocusPolicy(Qt::StrongFocus);    // keeps the focus for the photos that come back
    m_stack = new QStackedLayout;
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 4, 8, 0);
    layout->setSpacing(4);
    layout->addWidget(header);
    layout->addLayout(m_stack, 1);    // first a parent: a stack shows its widgets at once
    m_stack->addWidget(m_view);
    m_stack->addWidget(m_empty);
    m_stack->addWidget(m_loupe);

    connect(&m_selection, &Selection::scopeChanged, this, &GalleryPanel::scopeChanged);
    connect(&m_selection, &Selection::pickedChanged, this, &GalleryPanel::showPicked);
    connect(&m_selection, &Selection::hoverChanged, m_view->viewport(), qOverload<>(&QWidget::update));
    connect(&m_thumbnails, &ThumbnailCache::thumbnailsArrived, m_view->viewport(), qOverload<>(&QWidget::update));
    connect(&m_thumbnails, &ThumbnailCache::thumbnailsArrived, this, &GalleryPanel::rememberSeen);
    connect(m_view->selectionModel(), &QItemSelectionModel::selectionChanged, this, &GalleryPanel::takePicked);
    connect(m_view->verticalScrollBar(), &QScrollBar::valueChanged, this, &GalleryPanel::wantVisible);
    setTileSize(tileSizes[static_cast<std::size_t>(m_sizeStep)]);
    updateHeader();
}

void GalleryPanel::buildHeader(QWidget& header)
{
    m_title = new QLabel;
    QFont bold = m_title->font();
    bold.setBold(true);
    m_title->setFont(bold);
    m_showAll = new QToolButton;
    m_showAll->setText(tr("Show all"));
    m_showAll->setAccessibleName(tr("Show all photos"));
    m_order = new QComboBox;
    m_order->addItems({tr("Surest first"), tr("Most doubtful first"), tr("By folder"), tr("By time taken"), tr("Look-alikes together"), tr("Most like the picked ones")});
    m_order->setAccessibleName(tr("Order of the photos"));
    m_filter = new QComboBox;
    m_filter->addItems({tr("All"), tr("Not checked"), tr("Checked"), tr("Rejected somewhere"), tr("Put away"), tr("New since you looked"), tr("File missing")});
    m_filter->setAccessibleName(tr("Which photos"));
    m_sizeLabel = new QLabel;
    auto* smaller = new QToolButton;
    smaller->setText(QStringLiteral("−"));
    smaller->setAccessibleName(tr("Smaller photos"));
    smaller->setToolTip(tr("Smaller photos (-)"));
    auto* larger = new QToolButton;
    larger->setText(QStringLiteral("+"));
    larger->setAccessibleName(tr("Larger photos"));
    larger->setToolTip(tr("Larger photos (+)"));
    auto* layout = new QHBoxLayout(&header);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_title);
    layout->addWidget(m_showAll);
    layout->addStretch(1);
    layout->addWidget(m_filter);
    layout->addWidget(m_order);
    layout->addWidget(m_sizeLabel);
    layout->addWidget(smaller);
    layout->addWidget(larger);

    connect(m_showAll, &QToolButton::clicked, &m_selection, &Selection::showAll);
    connect(m_order, &QComboBox::currentIndexChanged, this, &GalleryPanel::takeOrder);
    connect(m_filter, &QComboBox::currentIndexChanged, this, [this](int filter) {
        m_model->setFilter(static_cast<GalleryModel::Filter>(filter));
        arrange();
    });
    connect(m_lookAlikes, &LookAlikes::busyChanged, this, &GalleryPanel::updateHeader);
    connect(m_loupe, &Loupe::closeWanted, this, &GalleryPanel::toggleLoupe);
    connect(m_loupe, &Loupe::stepWanted, this, &GalleryPanel::step);
    const auto step = [this](int by) {
        m_sizeStep = std::clamp(m_sizeStep + by, 0, static_cast<int>(tileSizes.size()) - 1);
        setTileSize(tileSizes[static_cast<std::size_t>(m_sizeStep)]);
    };
    connect(smaller, &QToolButton::clicked, this, [step] { step(-1); });
    connect(larger, &QToolButton::clicked, this, [step] { step(+1); });
}

void GalleryPanel::takeOrder(int order)
{
    const auto wanted = static_cast<GalleryModel::Order>(order);
    if (wanted == GalleryModel::Order::LikeSeed)
        m_seeds = m_selection.picked();
    m_model->setOrder(wanted);
    arrange();
}

// After every change of what is shown: orders that take a job follow when it is done; until then the photos stand as the model has them.
void GalleryPanel::arrange()
{
    const auto show = [this](const LookAlikes::Rows& rows) {
        m_model->setRows(rows);
        showPicked();
        m_view->scrollToTop();
        QTimer::singleShot(0, this, &GalleryPanel::wantVisible);
    };
    if (m_model->order() == GalleryModel::Order::LooksAlike) {
        m_lookAlikes->orderAlike(m_model->rows(), show);
    } else if (m_model->order() == GalleryModel::Order::LikeSeed && !m_seeds.empty()) {
        LookAlikes::Rows seeds;
        for (const PhotoId photo : m_seeds)
            if (const QModelIndex index = m_model->indexOf(photo); index.isValid())
                seeds.push_back(m_model->rows()[static_cast<std::size_t>(index.row())]);
        if (!seeds.empty())
            m_lookAlikes->orderLike(seeds, m_model->rows(), show);
    }
    showPicked();
    updateHeader();
    wantVisible();
    if (m_model->wantsFacts())
        Q_EMIT factsWanted();
}

void GalleryPanel::setFacts(std::shared_ptr<const PhotoFacts> facts)
{
    m_model->setFacts(std::move(facts));
    arrange();
}

void GalleryPanel::setNewcomers(std::vector<PhotoId> photos)
{
    m_model->setNewcomers(std::move(photos));
    if (m_model->filter() == GalleryModel::Filter::Changed)
        arrange();
}

void GalleryPanel::showLookAlikes()
{
    const std::vector<PhotoId> picked = m_selection.picked();
    if (picked.empty())
        return;
    m_selection.showAll();    // look-alikes lie in other clusters too
    m_selection.pick(picked, picked.front());
    if (m_order->currentIndex() == static_cast<int>(GalleryModel::Order::LikeSeed))
        takeOrder(m_order->currentIndex());
    else
        m_order->setCurrentIndex(static_cast<int>(GalleryModel::Order::LikeSeed));
}

void GalleryPanel::nextOrder()
{
    m_order->setCurrentIndex((m_order->currentIndex() + 1) % static_cast<int>(GalleryModel::Order::LikeSeed));    // likeness to a photo is asked for with L
}

QWidget* GalleryPanel::loupe() const
{
    return m_loupe;
}

bool GalleryPanel::isLoupeShown() const
{
    return m_stack->currentWidget() == m_loupe;
}

void GalleryPanel::toggleLoupe()
{
    if (isLoupeShown()) {
        m_stack->setCurrentWidget(m_view);
        m_view->setFocus();
        return;
    }
    const QModelIndex current = m_view->currentIndex();
    if (!current.isValid())
        return;
    m_stack->setCurrentWidget(m_loupe);
    m_loupe->showPhoto(m_model->photo(current.row()));
    m_loupe->setFocus();
}

// The next photo in the loupe is the picked one, so that every grid key works on what is seen.
void GalleryPanel::step(int by)
{
    const int row = std::clamp(m_view->currentIndex().row() + by, 0, m_model->rowCount() - 1);
    if (row >= 0 && m_model->rowCount() > 0)
        m_selection.pick({m_model->photo(row)}, m_model->photo(row));
}

void GalleryPanel::setTileSize(int pixels)
{
    m_sizeStep = static_cast<int>(std::ranges::find(tileSizes, pixels) - tileSizes.begin());
    m_delegate->setTileSize(pixels);
    m_view->setGridSize(QSize(pixels + 6, pixels + 6));
    m_view->setIconSize(QSize(pixels, pixels));
    m_thumbnails.setSquareSize(static_cast<int>(std::lround(pixels * devicePixelRatioF())));
    m_sizeLabel->setText(tr("%1 px").arg(pixels));
    QTimer::singleShot(0, this, &GalleryPanel::wantVisible);
}

void GalleryPanel::setSnapshot(SnapshotPointer snapshot)
{
    if (!snapshot)
        m_seen.clear();
    const int place = m_view->verticalScrollBar()->value();
    m_loupe->setSnapshot(snapshot);
    m_model->setSnapshot(std::move(snapshot));
    showPicked();
    m_view->verticalScrollBar()->setValue(place);
    updateHeader();
    QTimer::singleShot(0, this, &GalleryPanel::wantVisible);
}

void GalleryPanel::setNoPhotosText(const QString& text)
{
    m_noPhotosText = text;
    updateHeader();
}

void GalleryPanel::scopeChanged()
{
    if (isLoupeShown())
        showInStack(m_view);
    m_model->rebuild();
    m_view->scrollToTop();
    arrange();
    QTimer::singleShot(0, this, &GalleryPanel::wantVisible);
}

void GalleryPanel::updateHeader()
{
    const QLocale locale;
    const int shown = m_model->rowCount();
    const auto all = static_cast<int>(m_model->allPhotos());
    if (const auto cluster = m_selection.cluster())
        m_title->setText(tr("%1: %2 of %3 photos").arg(m_model->nameOf(*cluster), locale.toString(shown), locale.toString(all)));
    else if (!m_selection.photos().empty())
        m_title->setText(tr("%1 of %2 photos").arg(locale.toString(shown), locale.toString(all)));
    else
        m_title->setText(tr("%Ln photo(s)", nullptr, all));
    m_showAll->setVisible(m_selection.cluster() || !m_selection.photos().empty());
    m_empty->setText(all == 0 ? m_noPhotosText : m_model->filter() == GalleryModel::Filter::All ? tr("No photo is in this cluster now.") : tr("No photo fits the filter."));
    if (shown == 0 || !isLoupeShown())
        showInStack(shown == 0 ? static_cast<QWidget*>(m_empty) : m_view);
    if (m_lookAlikes->isBusy())
        m_title->setText(m_title->text() + QStringLiteral(" · ") + tr("comparing…"));
}

// The focus stays where the photos are or would be.
void GalleryPanel::showInStack(QWidget* widget)
{
    if (m_stack->currentWidget() == widget)
        return;
    const bool hadFocus = m_stack->currentWidget()->hasFocus();
    m_stack->setCurrentWidget(widget);
    if (hadFocus)
        widget->setFocus();
}

void GalleryPanel::takeFocus()
{
    m_stack->currentWidget()->setFocus();
}

void GalleryPanel::showPicked()
{
    const QScopedValueRollback guard(m_following, true);
    if (!m_leading)
        m_view->selectionModel()->select(m_model->rangesOf(m_selection.picked()), QItemSelectionModel::ClearAndSelect);
    const QModelIndex current = m_selection.current() ? m_model->indexOf(*m_selection.current()) : QModelIndex();
    if (current.isValid() && current != m_view->currentIndex()) {
        m_view->selectionModel()->setCurrentIndex(current, QItemSelectionModel::NoUpdate);
        m_view->scrollTo(current);
    }
    if (isLoupeShown() && m_selection.current())
        m_loupe->showPhoto(*m_selection.current());
}

void GalleryPanel::takePicked()
{
    if (m_following)
        return;
    const QScopedValueRollback guard(m_leading, true);
    const QModelIndex current = m_view->currentIndex();
    m_selection.pick(m_model->photosOf(m_view->selectionModel()->selection()), current.isValid() ? std::optional(m_model->photo(current.row())) : std::nullopt);
}

void GalleryPanel::wantVisible()
{
    std::vector<PhotoId> photos;
    const QSize grid = m_view->gridSize();
    const int perLine = std::max(1, m_view->viewport()->width() / grid.width());
    const int lines = m_view->viewport()->height() / grid.height() + 2;
    const int first = m_view->verticalScrollBar()->value() / grid.height() * perLine;
    const int count = m_model->rowCount(), shown = lines * perLine;
    for (int row = first; row < std::min(count, first + 3 * shown); ++row)
        photos.push_back(m_model->photo(row));
    for (int row = std::max(0, first - shown); row < std::min(count, first); ++row)
        photos.push_back(m_model->photo(row));
    m_thumbnails.want(ThumbnailCache::Asker::Gallery, photos);
    rememberSeen();
}

// Whole tiles in view whose picture is there: a label given now is "seen", one given to the rest of the cluster "bulk".
void GalleryPanel::rememberSeen()
{
    if (!m_view->isVisible())
        return;
    const QSize grid = m_view->gridSize();
    const int perLine = std::max(1, m_view->viewport()->width() / grid.width());
    const int top = m_view->verticalScrollBar()->value(), bottom = top + m_view->viewport()->height();
    const int first = (top + grid.height() - 1) / grid.height() * perLine, last = std::min(m_model->rowCount(), bottom / grid.height() * perLine);
    for (int row = first; row < last; ++row)
        if (const PhotoId photo = m_model->photo(row); !m_thumbnails.find(photo).isNull())
            m_seen.insert(photo);
}

std::vector<PhotoId> GalleryPanel::seen(ClusterId cluster) const
{
    std::vector<PhotoId> photos;
    for (int row = 0; row < m_model->rowCount(); ++row)
        if (m_model->cluster(row) == cluster && m_seen.contains(m_model->photo(row)))
            photos.push_back(m_model->photo(row));
    return photos;
}

bool GalleryPanel::eventFilter(QObject* object, QEvent* event)
{
    if (event->type() == QEvent::Resize)
        QTimer::singleShot(0, this, &GalleryPanel::wantVisible);
    if (event->type() == QEvent::Leave)
        m_selection.hover({});
    if (event->type() == QEvent::MouseMove) {
        const QModelIndex index = m_view->indexAt(static_cast<QMouseEvent*>(event)->pos());
        m_selection.hover(index.isValid() ? std::optional(m_model->photo(index.row())) : std::nullopt);
    }
    if (event->type() == QEvent::KeyPress && object == m_view) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (key == Qt::Key_Plus || key == Qt::Key_Minus) {
            const int step = std::clamp(m_sizeStep + (key == Qt::Key_Plus ? 1 : -1), 0, static_cast<int>(tileSizes.size()) - 1);
            setTileSize(tileSizes[static_cast<std::size_t>(step)]);
            return true;
        }
    }
    return QWidget::eventFilter(object, event);
}

} // namespace plumage::ui
