// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/snapshotview.h"

#include <QtWidgets/QAbstractScrollArea>

namespace plumage::ui {

class Selection;

// What the network draws: a row per cluster, the same noise down each column, then background, mask and object. Follows the training picture by picture.
class DrawingsWall final : public QAbstractScrollArea
{
    Q_OBJECT
public:
    explicit DrawingsWall(Selection& selection, QWidget* parent = nullptr);
    void setSnapshot(SnapshotPointer snapshot);
    // Newer pictures than the snapshot's, laid out as prototypes.png; only rows of `codes`.
    void setPreview(const QImage& picture, const std::vector<std::uint16_t>& codes);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void updateScrollBar();
    void scrollToChosen();
    QImage tile(const ClusterView& cluster, int column) const;
    int rowHeight() const { return m_side + 6; }
    int columns() const;

    Selection& m_selection;
    SnapshotPointer m_snapshot;
    std::vector<const ClusterView*> m_rows;    // clusters in use first
    QImage m_preview;
    std::vector<std::uint16_t> m_previewCodes;
    int m_side = 64;    // of a picture, pixels; fills the width
};

} // namespace plumage::ui
