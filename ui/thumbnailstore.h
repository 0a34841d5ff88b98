// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QString>

namespace plumage::ui {

// cache/thumbnails.sqlite: small copies as JPEG, by content. One connection, to be used and destroyed in the thread that made it; several may be open at once.
// Never throws: without the file photos are decoded again every time.
class ThumbnailStore
{
public:
    explicit ThumbnailStore(const QString& file);    // blocks
    ~ThumbnailStore();
    ThumbnailStore(const ThumbnailStore&) = delete;
    ThumbnailStore& operator=(const ThumbnailStore&) = delete;

    QByteArray read(const QString& key) const;    // empty: not there
    void write(const QString& key, const QByteArray& jpeg);

private:
    QString m_connection;
};

} // namespace plumage::ui
