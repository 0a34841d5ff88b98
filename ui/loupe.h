// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/snapshotview.h"

#include <QtGui/QImage>
#include <QtWidgets/QWidget>

namespace plumage::ui {

class Selection;
class ThumbnailCache;

// One photo as large as fits, with what is decided about it; the small copy until the file is decoded in a job. Follows the selection's current photo.
// Keys: the gallery's own, Left and Right go on, Esc and Enter close it. GUI thread only.
class Loupe final : public QWidget
{
    Q_OBJECT
public:
    Loupe(Selection& selection, ThumbnailCache& thumbnails, QWidget* parent = nullptr);
    void setSnapshot(SnapshotPointer snapshot);
    void showPhoto(PhotoId photo);

Q_SIGNALS:
    void stepWanted(int by);
    void closeWanted();

protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void load();

    Selection& m_selection;
    ThumbnailCache& m_thumbnails;
    SnapshotPointer m_snapshot;
    std::optional<PhotoId> m_photo;
    QImage m_image;            // of m_photo; null until it is decoded
    bool m_unreadable = false;
    quint64 m_generation = 0;
};

} // namespace plumage::ui
