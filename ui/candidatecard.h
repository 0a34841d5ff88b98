// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/snapshotview.h"

#include <QtWidgets/QWidget>

namespace plumage::ui {

class ThumbnailCache;

// A kind that a photo may belong to: its key, name, what the network draws of it and five of its photos. A click chooses it.
class CandidateCard final : public QWidget
{
    Q_OBJECT
public:
    static constexpr std::size_t photoCount = 5;

    CandidateCard(int key, const ThumbnailCache& thumbnails, QWidget* parent = nullptr);
    void show(const SnapshotPointer& snapshot, ClusterId cluster, std::vector<PhotoId> photos);    // at most photoCount
    QSize sizeHint() const override { return {300, 196}; }

Q_SIGNALS:
    void chosen();

protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;

private:
    const int m_key;
    const ThumbnailCache& m_thumbnails;
    SnapshotPointer m_snapshot;
    ClusterId m_cluster{};
    std::vector<PhotoId> m_photos;
};

} // namespace plumage::ui
