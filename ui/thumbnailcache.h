// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"
#include "core/project/phototable.h"

#include <QtCore/QCache>
#include <QtCore/QObject>
#include <QtCore/QSet>
#include <QtCore/QThreadPool>
#include <QtGui/QImage>
#include <QtGui/QPixmap>

#include <memory>
#include <vector>

namespace plumage::ui {

class ThumbnailStore;

// The small copy of a photo, from the store or decoded now and kept there; null if the file cannot be read. Blocks; any thread that owns the store.
QImage thumbnailOf(const PhotoList& photos, std::size_t row, ThumbnailStore* store);

// Small copies of photos. find() and square() answer at once from memory; what is missing has to be wanted, is decoded in two low-priority threads at
// thumbnail size (visible first) and announced by thumbnailsArrived. A new want() of the same asker forgets what the old one had not begun.
// GUI thread only.
class ThumbnailCache final : public QObject
{
    Q_OBJECT
public:
    static constexpr int edge = 256;                      // longer side of a thumbnail, pixels
    static constexpr qsizetype memoryLimit = 512 << 20;   // bytes of decoded thumbnails
    enum class Asker { Hover, Gallery, Clusters };        // served in this order

    explicit ThumbnailCache(QObject* parent = nullptr);
    ~ThumbnailCache() override;

    // Other photos: forgets everything. `storeFile`: thumbnails.sqlite, or empty.
    void setPhotos(std::shared_ptr<const project::PhotoTable> photos, const QString& storeFile);
    QImage find(PhotoId photo) const;                     // null: not here yet, or unreadable
    bool isUnreadable(PhotoId photo) const { return m_unreadable.contains(photo.value); }
    QPixmap square(PhotoId photo, int pixels) const;      // the centre square, scaled; null as find()
    void setSquareSize(int pixels);                       // of the squares that the threads make of what they decode, so that painting need not
    void want(Asker asker, const std::vector<PhotoId>& photos);

Q_SIGNALS:
    void thumbnailsArrived();    // at most every 30 ms

private:
    struct Queue;
    struct Arrival { PhotoId photo; QImage image, square; };
    void arrive();

    std::shared_ptr<const project::PhotoTable> m_photos;
    std::shared_ptr<Queue> m_queue;    // shared with the threads
    mutable QCache<qint64, QImage> m_images;
    mutable QCache<std::pair<qint64, int>, QPixmap> m_squares;
    QSet<qint64> m_unreadable;
    QThreadPool m_threads;
};

} // namespace plumage::ui
