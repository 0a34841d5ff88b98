// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/snapshotview.h"

#include <QtCore/QTimer>
#include <QtWidgets/QFrame>

class QLabel;

namespace plumage::ui {

class ThumbnailCache;

// The small card beside the pointer on the map: thumbnail, name, cluster, confidence. Takes no focus and no clicks.
class HoverCard final : public QFrame
{
    Q_OBJECT
public:
    HoverCard(ThumbnailCache& thumbnails, QWidget* parent);
    void showPhoto(const SnapshotView& snapshot, PhotoId photo, QPoint beside);    // in the parent's pixels; after 100 ms
    void dismiss();

private:
    void fillPicture();

    ThumbnailCache& m_thumbnails;
    QLabel *m_picture, *m_name, *m_cluster, *m_confidence;
    std::optional<PhotoId> m_photo;
    QPoint m_beside;
    QTimer m_delay;
};

} // namespace plumage::ui
