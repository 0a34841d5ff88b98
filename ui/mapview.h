// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/mappoints.h"

#include <QtCore/QVariantAnimation>
#include <QtWidgets/QWidget>

class QCustomPlot;
class QLabel;

namespace plumage::ui {

class HoverCard;
class MapLasso;
class MapMarks;
class MapPlottable;
class Selection;
class ThumbnailCache;

// The map: pan by dragging or arrows, zoom by wheel or + and -, hover shows the photo, a click takes it or (on a diamond) the cluster, Shift-drag takes a
// rectangle; with a tool, dragging takes a rectangle or a freehand shape. Between snapshots photos glide for 400 ms; until the person moves the view, it follows what it shows.
class MapView final : public QWidget
{
    Q_OBJECT
public:
    MapView(Selection& selection, ThumbnailCache& thumbnails, QWidget* parent = nullptr);
    void setSnapshot(SnapshotPointer snapshot, bool glide);
    void setPast(bool past);                          // an older snapshot is shown
    enum class Tool { Pan, Rectangle, Lasso };
    void setTool(Tool tool);                          // what dragging does. Taking: Shift adds to what is taken, Ctrl removes from it, both keep what is in both
    void setDrawingsShown(bool shown);
    void setEmptyText(const QString& text);           // what stands there while nothing is placed
    void fit();
    QCustomPlot& plot() { return *m_plot; }
    const MapPoints& points() const { return m_points; }
    QPointF pixelOf(PhotoId photo) const;             // in the plot's pixels
    std::optional<PhotoId> photoAt(QPointF position) const;

protected:
    void changeEvent(QEvent* event) override;
    void showEvent(QShowEvent* event) override;
    bool eventFilter(QObject* object, QEvent* event) override;

private:
    void connectPlot();
    void hoverAt(QPoint position);
    bool isClick(QPointF end) const;    // what began at m_pressedAt
    void clickAt(QPointF position, bool add);
    void takeShape(const QRect& rectangle, Qt::KeyboardModifiers modifiers);
    void setRanges(const QRectF& view);
    QRectF fittedView() const;
    QRectF shownView() const;
    bool moveByKey(int key);
    void replot();

    Selection& m_selection;
    MapPoints m_points;
    QCustomPlot* m_plot;
    MapPlottable* m_dots;
    MapMarks* m_marks;
    MapLasso* m_lasso;
    Tool m_tool = Tool::Pan;
    HoverCard* m_card;
    QLabel *m_empty, *m_caption;
    QVariantAnimation m_glide;
    QRectF m_viewFrom, m_viewTo;    // of the glide, map units
    QPoint m_pressedAt;
    bool m_follows = true;          // the person has not moved the view
    bool m_replotMissed = false;    // while it was hidden
};

} // namespace plumage::ui
