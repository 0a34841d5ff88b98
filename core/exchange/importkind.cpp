// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exchange/importkind.h"

#include "core/base/atomicpath.h"
#include "core/base/error.h"

#include <QtCore/QString>
#include <QtCore/QStringList>

#include <algorithm>

namespace plumage::exchange {

ImportKind importKindOf(const std::filesystem::path& file)
{
    const QString text = QString::fromStdString(readFile(file)).trimmed();
    if (text.isEmpty() || text == QString(QChar(QChar::ByteOrderMark)))
        throw Error(ErrorCode::emptyTable, file.string());
    const qsizetype first = text.front() == QChar(QChar::ByteOrderMark) ? 1 : 0;
    if (text.at(first) == QLatin1Char('{') || text.at(first) == QLatin1Char('['))
        return ImportKind::boxes;
    const QString head = text.mid(first, text.indexOf(QLatin1Char('\n')) - first).toLower();
    for (const QChar separator : {QLatin1Char('\t'), QLatin1Char(',')}) {
        QStringList columns = head.split(separator);
        if (columns.size() < 2)
            continue;
        for (QString& column : columns)
            column = column.remove(QLatin1Char('"')).trimmed();
        const bool boxes = std::ranges::all_of(QStringList{QStringLiteral("path"), QStringLiteral("x"), QStringLiteral("y"), QStringLiteral("w"), QStringLiteral("h")},
            [&](const QString& name) { return columns.contains(name); });
        const bool names = std::ranges::any_of(columns, [](const QString& name) {
            return QStringList{QStringLiteral("path"), QStringLiteral("file"), QStringLiteral("filename"), QStringLiteral("photo"), QStringLiteral("image"), QStringLiteral("hash")}.contains(name);
        });
        return boxes ? ImportKind::boxes : names || columns.size() > 2 ? ImportKind::labels : ImportKind::classes;
    }
    return ImportKind::classes;
}

} // namespace plumage::exchange
