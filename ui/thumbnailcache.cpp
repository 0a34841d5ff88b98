// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/thumbnailcache.h"

#include "core/base/atomicpath.h"
#include "core/base/threadniceness.h"
#include "ui/paths.h"
#include "ui/thumbnailstore.h"

#include <QtCore/QBuffer>
#include <QtCore/QTimer>
#include <QtGui/QImageReader>

#include <array>
#include <deque>
#include <mutex>

namespace plumage::ui {
namespace {

constexpr int loaderNiceness = 5;    // Linux knows no other priority of a thread: behind the window, before a worker on the processor (10)

QString storeKey(const PhotoRow& photo)
{
    QString key = QString::fromStdString(photo.hash);
    if (photo.box)
        key += QStringLiteral(":%1,%2,%3,%4").arg(photo.box->x).arg(photo.box->y).arg(photo.box->width).arg(photo.box->height);
    return key;
}

// Upright and small; null if the file cannot be read as a picture.
QImage decode(const std::filesystem::path& file, const std::optional<Box>& box)
{
    QByteArray bytes;
    try {
        bytes = QByteArray::fromStdString(readFile(file));
    } catch (const Error&) {
        return {};
    }
    QBuffer buffer(&bytes);
    QImageReader reader(&buffer);
    reader.setAutoTransform(true);
    const QSize full = reader.size();
    const double share = box ? std::max(0.05, std::min(box->width, box->height)) : 1.0;    // a part has to reach the wanted size, not the whole
    const int wanted = static_cast<int>(ThumbnailCache::edge / share);
    if (full.isValid() && std::max(full.width(), full.height()) > wanted)
        reader.setScaledSize(full.scaled(wanted, wanted, Qt::KeepAspectRatio).expandedTo({1, 1}));
    QImage image = reader.read();
    if (box && !image.isNull())
        image = image.copy(QRectF(box->x * image.width(), box->y * image.height(), box->width * image.width(), box->height * image.height()).toAlignedRect());
    if (image.width() > ThumbnailCache::edge || image.height() > ThumbnailCache::edge)
        image = image.scaled(ThumbnailCache::edge, ThumbnailCache::edge, Qt::KeepAspectRatio, Qt::SmoothTransformation);
    return image.hasAlphaChannel() ? image.convertToFormat(QImage::Format_ARGB32_Premultiplied) : image.convertToFormat(QImage::Format_RGB32);
}

QImage squareOf(const QImage& image, int pixels)
{
    const int side = std::min(image.width(), image.height());
    const QImage centre = image.copy((image.width() - side) / 2, (image.height() - side) / 2, side, side);
    return centre.scaled(pixels, pixels, Qt::IgnoreAspectRatio, Qt::SmoothTransformation);
}

} // namespace

QImage thumbnailOf(const PhotoList& photos, std::size_t row, ThumbnailStore* store)
{
    const QString key = storeKey(photos.rows[row]);
    if (store && !key.isEmpty())
        if (const QImage stored = QImage::fromData(store->read(key), "JPG"); !stored.isNull())
            return stored.convertToFormat(QImage::Format_RGB32);
    const QImage image = decode(photos.file(row), photos.rows[row].box);
    if (store && !key.isEmpty() && !image.isNull() && !image.hasAlphaChannel()) {
        QByteArray jpeg;
        QBuffer buffer(&jpeg);
        image.save(&buffer, "JPG", 85);
        store->write(key, jpeg);
    }
    return image;
}

// What the threads are to do and have done. Outlives the cache until the last task has seen that it is over.
struct ThumbnailCache::Queue {
    std::mutex mutex;    // guards everything below
    std::shared_ptr<const project::PhotoTable> photos;
    QString storeFile;
    std::array<std::deque<PhotoId>, 3> wanted;    // by Asker
    QSet<qint64> inWork;
    std::vector<Arrival> arrivals;
    int tasks = 0, squarePixels = 0;
    quint64 generation = 0;

    std::optional<PhotoId> next()    // with the mutex held
    {
        for (std::deque<PhotoId>& list : wanted)
            while (!list.empty()) {
                const PhotoId photo = list.front();
                list.pop_front();
                if (!inWork.contains(photo.value))
                    return photo;
            }
        return {};
    }
    void run();
};

// One task: works until nothing is wanted. In a pool thread.
void ThumbnailCache::Queue::run()
{
    setThreadNiceness(loaderNiceness);
    std::unique_ptr<ThumbnailStore> store;
    std::unique_lock lock(mutex);
    quint64 storeGeneration = ~quint64{0};
    while (const auto photo = next()) {
        inWork.insert(photo->value);
        const quint64 begun = generation;
        const auto table = photos;
        const QString file = storeFile;
        const int pixels = squarePixels;
        lock.unlock();
        if (storeGeneration != begun) {
            store.reset(file.isEmpty() ? nullptr : new ThumbnailStore(file));
            storeGeneration = begun;
        }
        const auto row = table->row(*photo);
        QImage image = row ? thumbnailOf(table->list(), *row, store.get()) : QImage();
        QImage square = image.isNull() || pixels == 0 ? QImage() : squareOf(image, pixels);
        lock.lock();
        if (generation == begun) {
            inWork.remove(photo->value);
            arrivals.push_back({*photo, std::move(image), std::move(square)});
        }
    }
    --tasks;
}

ThumbnailCache::ThumbnailCache(QObject* parent) : QObject(parent), m_queue(std::make_shared<Queue>())
{
    m_images.setMaxCost(memoryLimit);
    m_squares.setMaxCost(memoryLimit / 4);
    m_threads.setMaxThreadCount(2);
    auto* timer = new QTimer(this);    // a mutex and an empty list every 30 ms cost nothing
    timer->setInterval(30);
    connect(timer, &QTimer::timeout, this, &ThumbnailCache::arrive);
    timer->start();
}

ThumbnailCache::~ThumbnailCache()
{
    const std::scoped_lock lock(m_queue->mutex);
    for (auto& list : m_queue->wanted)
        list.clear();    // the threads end after the photo they are at
}

void ThumbnailCache::setPhotos(std::shared_ptr<const project::PhotoTable> photos, const QString& storeFile)
{
    {
        const std::scoped_lock lock(m_queue->mutex);
        const bool same = m_queue->photos && photos && m_queue->photos->sharedList() == photos->sharedList() && m_queue->storeFile == storeFile;
        m_queue->photos = photos;
        m_photos = photos;
        if (same)
            return;
        m_queue->storeFile = storeFile;
        ++m_queue->generation;
        m_queue->inWork.clear();
        m_queue->arrivals.clear();
        for (auto& list : m_queue->wanted)
            list.clear();
    }
    m_images.clear();
    m_squares.clear();
    m_unreadable.clear();
}

QImage ThumbnailCache::find(PhotoId photo) const
{
    const QImage* image = m_images.object(photo.value);
    return image ? *image : QImage();
}

QPixmap ThumbnailCache::square(PhotoId photo, int pixels) const
{
    const std::pair key(photo.value, pixels);
    if (const QPixmap* pixmap = m_squares.object(key))
        return *pixmap;
    const QImage image = find(photo);
    if (image.isNull())
        return {};
    const QPixmap scaled = QPixmap::fromImage(squareOf(image, pixels));
    m_squares.insert(key, new QPixmap(scaled), static_cast<qsizetype>(pixels) * pixels * 4);
    return scaled;
}

void ThumbnailCache::setSquareSize(int pixels)
{
    const std::scoped_lock lock(m_queue->mutex);
    m_queue->squarePixels = pixels;
}

void ThumbnailCache::want(Asker asker, const std::vector<PhotoId>& photos)
{
    const std::scoped_lock lock(m_queue->mutex);
    auto& list = m_queue->wanted[static_cast<std::size_t>(asker)];
    list.clear();
    if (!m_queue->photos)    // a view may ask once more after its project was closed
        return;
    for (const PhotoId photo : photos)
        if (!m_images.contains(photo.value) && !isUnreadable(photo))
            list.push_back(photo);
    while (!list.empty() && m_queue->tasks < m_threads.maxThreadCount()) {
        ++m_queue->tasks;
        m_threads.start([queue = m_queue] { queue->run(); });
        if (m_queue->tasks >= static_cast<int>(list.size()))
            break;
    }
}

void ThumbnailCache::arrive()
{
    std::vector<Arrival> arrivals;
    {
        const std::scoped_lock lock(m_queue->mutex);
        arrivals.swap(m_queue->arrivals);
    }
    if (arrivals.empty())
        return;
    for (Arrival& arrival : arrivals) {
        if (const int pixels = arrival.square.width(); pixels > 0)
            m_squares.insert(std::pair(arrival.photo.value, pixels), new QPixmap(QPixmap::fromImage(std::move(arrival.square))), static_cast<qsizetype>(pixels) * pixels * 4);
        if (arrival.image.isNull())
            m_unreadable.insert(arrival.photo.value);
        else
            m_images.insert(arrival.photo.value, new QImage(arrival.image), arrival.image.sizeInBytes());
    }
    Q_EMIT thumbnailsArrived();
}

} // namespace plumage::ui
