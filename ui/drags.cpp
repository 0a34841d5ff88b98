// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/drags.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QDataStream>
#include <QtCore/QMimeData>

namespace plumage::ui {
namespace {

const QString photoFormat = QStringLiteral("application/x-plumage-photos"), clusterFormat = QStringLiteral("application/x-plumage-clusters");

// Ids mean nothing in another process, which may have another project open: the drag carries ours.
template<class Id> std::unique_ptr<QMimeData> pack(const QString& format, const std::vector<Id>& ids)
{
    QByteArray bytes;
    QDataStream stream(&bytes, QIODevice::WriteOnly);
    stream << static_cast<qint64>(QCoreApplication::applicationPid());
    for (const Id id : ids)
        stream << static_cast<qint64>(id.value);
    auto data = std::make_unique<QMimeData>();
    data->setData(format, bytes);
    return data;
}

template<class Id> std::vector<Id> unpack(const QString& format, const QMimeData& data)
{
    std::vector<Id> ids;
    QDataStream stream(data.data(format));
    qint64 value = 0;
    stream >> value;
    if (value != QCoreApplication::applicationPid())
        return ids;
    for (stream >> value; stream.status() == QDataStream::Ok; stream >> value)
        ids.push_back(Id{static_cast<decltype(Id::value)>(value)});
    return ids;
}

} // namespace

std::unique_ptr<QMimeData> dragOf(const std::vector<PhotoId>& photos)
{
    return pack(photoFormat, photos);
}

std::unique_ptr<QMimeData> dragOf(const std::vector<ClusterId>& clusters)
{
    return pack(clusterFormat, clusters);
}

std::vector<PhotoId> draggedPhotos(const QMimeData& data)
{
    return unpack<PhotoId>(photoFormat, data);
}

std::vector<ClusterId> draggedClusters(const QMimeData& data)
{
    return unpack<ClusterId>(clusterFormat, data);
}

} // namespace plumage::ui
