// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/mapview.h"

#include "ui/hovercard.h"
#include "ui/maplasso.h"
#include "ui/mapmarks.h"
#include "ui/mapplottable.h"
#include "ui/selection.h"
#include "ui/theme.h"

#include <QtGui/QKeyEvent>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QLabel>

#include <algorithm>
#include <cmath>
#include <iterator>

namespace plumage::ui {
namespace {

constexpr int glideMs = 400;
constexpr std::size_t glideBelow = 200'000;    // photos
constexpr double reachPixels = 9;              // how near a click has to be
constexpr int captionHeight = 24;

} // namespace

MapView::MapView(Selection& selection, ThumbnailCache& thumbnails, QWidget* parent)
    : QWidget(parent), m_selection(selection), m_plot(new QCustomPlot), m_dots(new MapPlottable(m_plot->xAxis, m_plot->yAxis, m_points, selection)),
      m_marks(new MapMarks(m_plot->xAxis, m_plot->yAxis, m_points, selection)), m_lasso(new MapLasso(m_plot)), m_card(new HoverCard(thumbnails, m_plot)), m_empty(new QLabel(m_plot)),
      m_caption(new QLabel(tr("Near means alike; distances between islands mean little."), m_plot))
{
    m_plot->addLayer(QStringLiteral("marks"), m_plot->layer(QStringLiteral("main")));
    m_plot->layer(QStringLiteral("marks"))->setMode(QCPLayer::lmBuffered);
    m_plot->setSelectionRect(m_lasso);
    m_marks->setLayer(QStringLiteral("marks"));
    m_plot->axisRect()->setAutoMargins(QCP::msNone);
    m_plot->axisRect()->setMargins(QMargins());
    m_plot->xAxis->setVisible(false);
    m_plot->yAxis->setVisible(false);
    m_plot->setInteractions(QCP::iRangeDrag | QCP::iRangeZoom);
    m_plot->setFocusPolicy(Qt::StrongFocus);
    m_plot->setMouseTracking(true);
    m_plot->setMinimumSize(160, 120);
    m_plot->setAccessibleName(tr("Map of the photos"));
    m_plot->setAccessibleDescription(tr("Every dot is a photo. The list of clusters tells the same in words."));
    m_plot->installEventFilter(this);
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setWordWrap(true);
    m_caption->setForegroundRole(QPalette::PlaceholderText);
    for (QLabel* label : {m_empty, m_caption})
        label->setAttribute(Qt::WA_TransparentForMouseEvents);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_plot);
    setEmptyText(tr("No clusters yet: start training."));

    m_glide.setStartValue(0.0);
    m_glide.setEndValue(1.0);
    m_glide.setDuration(glideMs);
    m_glide.setEasingCurve(QEasingCurve::InOutCubic);
    connect(&m_glide, &QVariantAnimation::valueChanged, this, [this](const QVariant& value) {
        const double t = value.toDouble();
        m_points.setProgress(t);
        if (m_follows && !m_viewTo.isNull())
            setRanges(QRectF(m_viewFrom.topLeft() * (1 - t) + m_viewTo.topLeft() * t, m_viewFrom.bottomRight() * (1 - t) + m_viewTo.bottomRight() * t));
        replot();
    });
    connectPlot();
    paintPlotLike(*m_plot, palette());
}

void MapView::connectPlot()
{
    connect(&m_selection, &Selection::scopeChanged, this, &MapView::replot);
    const auto marksOnly = [this] {
        if (!m_plot->viewport().isEmpty())
            m_plot->layer(QStringLiteral("marks"))->replot();
    };
    connect(&m_selection, &Selection::hoverChanged, this, marksOnly);
    connect(&m_selection, &Selection::hoverChanged, m_card, [this] {
        if (!m_selection.hovered())
            m_card->dismiss();
    });
    connect(&m_selection, &Selection::pickedChanged, this, marksOnly);
    connect(m_plot, &QCustomPlot::mousePress, this, [this](QMouseEvent* event) {
        m_pressedAt = event->pos();
        m_lasso->setFreehand(m_tool == Tool::Lasso);
        m_plot->setSelectionRectMode(m_tool != Tool::Pan || (event->modifiers() & Qt::ShiftModifier) ? QCP::srmCustom : QCP::srmNone);
    });
    connect(m_plot, &QCustomPlot::mouseRelease, this, [this](QMouseEvent* event) {
        if (isClick(event->position()))
            clickAt(event->position(), event->modifiers() & (Qt::ControlModifier | Qt::ShiftModifier));
        else if (m_plot->selectionRectMode() == QCP::srmNone)
            m_follows = false;
    });
    connect(m_plot, &QCustomPlot::mouseMove, this, [this](QMouseEvent* event) {
        if (event->buttons() == Qt::NoButton)
            hoverAt(event->pos());
    });
    connect(m_plot, &QCustomPlot::mouseWheel, this, [this] { m_follows = false; });
    connect(m_lasso, &QCPSelectionRect::accepted, this, [this](const QRect& rectangle, QMouseEvent* event) {
        if (!isClick(event->position()))
            takeShape(rectangle.normalized(), m_tool == Tool::Pan ? Qt::NoModifier : event->modifiers());
    });
}

void MapView::setSnapshot(SnapshotPointer snapshot, bool glide)
{
    m_glide.stop();
    m_points.finish();
    const bool hadView = m_points.snapshot() && m_points.snapshot()->hasClusters();
    m_points.setSnapshot(std::move(snapshot));
    const bool placed = !m_points.bounds().isNull();
    m_empty->setVisible(!placed);
    m_caption->setVisible(placed);
    m_card->dismiss();
    m_viewTo = fittedView();
    if (glide && hadView && placed && m_points.rows() < glideBelow) {
        m_viewFrom = shownView();
        m_glide.start();
        return;
    }
    m_points.finish();
    if (m_follows || !hadView)
        fit();
    replot();
}

void MapView::setPast(bool past)
{
    m_marks->setPast(past);
    replot();
}

void MapView::setTool(Tool tool)
{
    m_tool = tool;
    m_plot->setCursor(tool == Tool::Pan ? Qt::ArrowCursor : Qt::CrossCursor);
}

void MapView::setDrawingsShown(bool shown)
{
    m_marks->setDrawingsShown(shown);
    replot();
}

void MapView::setEmptyText(const QString& text)
{
    m_empty->setText(text);
}

void MapView::fit()
{
    m_follows = true;
    if (const QRectF view = fittedView(); !view.isNull())
        setRanges(view);
    replot();
}

// The bounds with a margin, widened to the shape of the plot so that one unit is as long across as it is up; room for the caption below.
QRectF MapView::fittedView() const
{
    QRectF view = m_points.bounds();
    if (view.isNull() || m_plot->width() < 2 || m_plot->height() < 2)
        return {};
    const double extent = std::max({view.width(), view.height(), 1e-3});
    view.adjust(-0.05 * extent, -0.05 * extent, 0.05 * extent, 0.05 * extent);
    const double perPixel = std::max(view.width() / m_plot->width(), view.height() / std::max(1, m_plot->height() - captionHeight));
    const QSizeF size(perPixel * m_plot->width(), perPixel * m_plot->height());
    return {view.center() - QPointF(size.width() / 2, size.height() / 2 + perPixel * captionHeight / 2), size};
}

QRectF MapView::shownView() const
{
    const QCPRange x = m_plot->xAxis->range(), y = m_plot->yAxis->range();
    return {QPointF(x.lower, y.lower), QPointF(x.upper, y.upper)};
}

void MapView::setRanges(const QRectF& view)
{
    m_plot->xAxis->setRange(view.left(), view.right());
    m_plot->yAxis->setRange(view.top(), view.bottom());
}

QPointF MapView::pixelOf(PhotoId photo) const
{
    const auto row = m_points.snapshot() ? m_points.snapshot()->photos->row(photo) : std::nullopt;
    if (!row)
        return {};
    return m_marks->toPixels({static_cast<double>(m_points.x()[*row]), static_cast<double>(m_points.y()[*row])});
}

std::optional<PhotoId> MapView::photoAt(QPointF position) const
{
    if (!m_points.snapshot() || !m_points.snapshot()->hasClusters())
        return {};
    const QPointF place(m_plot->xAxis->pixelToCoord(position.x()), m_plot->yAxis->pixelToCoord(position.y()));
    const QSizeF reach(reachPixels * m_plot->xAxis->range().size() / m_plot->width(), reachPixels * m_plot->yAxis->range().size() / m_plot->height());
    const auto row = m_points.nearest(place, reach);
    return row ? std::optional(m_points.snapshot()->photos->photo(*row)) : std::nullopt;
}

void MapView::hoverAt(QPoint position)
{
    const bool onDiamond = m_marks->centroidAt(position).has_value();
    const auto photo = onDiamond ? std::nullopt : photoAt(position);
    m_plot->setCursor(photo || onDiamond ? Qt::PointingHandCursor : m_tool == Tool::Pan ? Qt::ArrowCursor : Qt::CrossCursor);
    m_selection.hover(photo);
    if (photo)
        m_card->showPhoto(*m_points.snapshot(), *photo, position);
    else
        m_card->dismiss();
}

// A freehand shape may end where it began.
bool MapView::isClick(QPointF end) const
{
    return (end - m_pressedAt).manhattanLength() < 4 && !(m_lasso->isFreehand() && m_lasso->shape().size() > 2);
}

void MapView::clickAt(QPointF position, bool add)
{
    if (const auto cluster = m_marks->centroidAt(position))
        return m_selection.showCluster(m_points.snapshot()->clusters[*cluster].cluster);
    const auto photo = photoAt(position);
    if (!photo)
        return add ? void() : (m_selection.pick({}), m_selection.showAll());
    const auto row = m_points.snapshot()->photos->row(*photo);
    if (const auto cluster = m_points.snapshot()->photos->cluster(*row); cluster && !add)
        m_selection.showCluster(*cluster);
    std::vector<PhotoId> picked = add ? m_selection.picked() : std::vector<PhotoId>();
    picked.push_back(*photo);
    m_selection.pick(std::move(picked), photo);
}

// Of the cluster in focus they are picked, so that S parts them from it; else they become what the gallery shows.
void MapView::takeShape(const QRect& rectangle, Qt::KeyboardModifiers modifiers)
{
    const QRectF shape = m_lasso->isFreehand() ? m_lasso->shape().boundingRect() : QRectF(rectangle.topLeft(), QPointF(rectangle.right(), rectangle.bottom()));
    const QPointF a(m_plot->xAxis->pixelToCoord(shape.left()), m_plot->yAxis->pixelToCoord(shape.top()));
    const QPointF b(m_plot->xAxis->pixelToCoord(shape.right()), m_plot->yAxis->pixelToCoord(shape.bottom()));
    const QImage mask = m_lasso->isFreehand() ? m_lasso->mask(m_plot->size()) : QImage();
    const auto isInside = [&](std::size_t row) {
        if (mask.isNull())
            return true;
        const QPoint at = m_marks->toPixels({static_cast<double>(m_points.x()[row]), static_cast<double>(m_points.y()[row])}).toPoint();
        return mask.rect().contains(at) && mask.constScanLine(at.y())[at.x()] != 0;
    };
    std::vector<PhotoId> photos, ofCluster;
    for (const std::size_t row : m_points.inside(QRectF(a, b).normalized()))
        if (isInside(row)) {
            photos.push_back(m_points.snapshot()->photos->photo(row));
            if (m_selection.cluster() && m_points.snapshot()->photos->cluster(row) == m_selection.cluster())
                ofCluster.push_back(photos.back());
        }
    const bool adds = modifiers & Qt::ShiftModifier, removes = modifiers & Qt::ControlModifier;
    const bool picks = m_selection.cluster() && (!ofCluster.empty() || adds || removes);
    std::vector<PhotoId> taken = picks ? std::move(ofCluster) : std::move(photos), before = picks ? m_selection.picked() : m_selection.photos(), result;
    if (taken.empty() && !picks)
        return;
    std::ranges::sort(taken);
    if (adds && removes)
        std::ranges::set_intersection(before, taken, std::back_inserter(result));
    else if (removes)
        std::ranges::set_difference(before, taken, std::back_inserter(result));
    else if (adds)
        std::ranges::set_union(before, taken, std::back_inserter(result));
    else
        result = std::move(taken);
    picks ? m_selection.pick(std::move(result)) : m_selection.showPhotos(std::move(result));
}

bool MapView::moveByKey(int key)
{
    const QRectF view = shownView();
    const QPointF step = key == Qt::Key_Left ? QPointF(-0.1, 0) : key == Qt::Key_Right ? QPointF(0.1, 0) : key == Qt::Key_Up ? QPointF(0, 0.1)
        : key == Qt::Key_Down ? QPointF(0, -0.1) : QPointF();
    const double zoom = key == Qt::Key_Plus ? 0.8 : key == Qt::Key_Minus ? 1.25 : 1;
    if (step.isNull() && zoom == 1)
        return false;
    const QSizeF size = view.size() * zoom;
    const QPointF centre = view.center() + QPointF(step.x() * view.width(), step.y() * view.height());
    setRanges(QRectF(centre - QPointF(size.width() / 2, size.height() / 2), size));
    m_follows = false;
    replot();
    return true;
}

bool MapView::eventFilter(QObject* object, QEvent* event)
{
    if (event->type() == QEvent::Resize) {
        m_empty->setGeometry(m_plot->rect().adjusted(40, 20, -40, -20));
        m_caption->setGeometry(10, m_plot->height() - captionHeight, m_plot->width() - 20, captionHeight - 4);
        QMetaObject::invokeMethod(this, [this] { m_follows ? fit() : replot(); }, Qt::QueuedConnection);
        m_plot->setViewport(m_plot->rect());    // what the plot would do, but for drawing at once and then once more
        return true;
    } else if (event->type() == QEvent::Leave) {
        m_card->dismiss();
        m_selection.hover({});
    } else if (event->type() == QEvent::KeyPress && moveByKey(static_cast<QKeyEvent*>(event)->key())) {
        return true;
    }
    return QWidget::eventFilter(object, event);
}

void MapView::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange) {
        m_dots->paletteChanged();
        paintPlotLike(*m_plot, palette());
    }
    QWidget::changeEvent(event);
}

void MapView::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    if (m_replotMissed)
        replot();
}

// A hidden map is drawn when it is shown again: a million dots take a frame's time.
void MapView::replot()
{
    m_replotMissed = !isVisible();
    if (!m_replotMissed)
        replotSoon(*m_plot);
}

} // namespace plumage::ui
