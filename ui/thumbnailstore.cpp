// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/thumbnailstore.h"

#include <QtCore/QUuid>
#include <QtSql/QSqlDatabase>
#include <QtSql/QSqlQuery>

namespace plumage::ui {

ThumbnailStore::ThumbnailStore(const QString& file) : m_connection(QUuid::createUuid().toString())
{
    QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), m_connection);
    database.setDatabaseName(file);
    database.setConnectOptions(QStringLiteral("QSQLITE_BUSY_TIMEOUT=2000"));
    if (!database.open())
        return;
    for (const char* statement : {"PRAGMA page_size = 8192", "PRAGMA journal_mode = WAL", "PRAGMA synchronous = OFF",
             "CREATE TABLE IF NOT EXISTS thumbnails (key TEXT PRIMARY KEY, jpeg BLOB NOT NULL) WITHOUT ROWID"})
        QSqlQuery(database).exec(QString::fromLatin1(statement));
}

ThumbnailStore::~ThumbnailStore()
{
    QSqlDatabase::database(m_connection, false).close();
    QSqlDatabase::removeDatabase(m_connection);
}

QByteArray ThumbnailStore::read(const QString& key) const
{
    QSqlQuery query(QSqlDatabase::database(m_connection, false));
    query.prepare(QStringLiteral("SELECT jpeg FROM thumbnails WHERE key = ?"));
    query.addBindValue(key);
    return query.exec() && query.next() ? query.value(0).toByteArray() : QByteArray();
}

void ThumbnailStore::write(const QString& key, const QByteArray& jpeg)
{
    QSqlQuery query(QSqlDatabase::database(m_connection, false));
    query.prepare(QStringLiteral("INSERT OR REPLACE INTO thumbnails (key, jpeg) VALUES (?, ?)"));
    query.addBindValue(key);
    query.addBindValue(jpeg);
    query.exec();
}

} // namespace plumage::ui
