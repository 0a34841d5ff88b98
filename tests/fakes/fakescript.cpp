// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/fakes/fakescript.h"

#include "core/base/atomicpath.h"
#include "core/base/error.h"

#include <QtCore/QRegularExpression>

namespace plumage::fakes {

FakeScript readFakeScript(const QString& file)
{
    static const QRegularExpression set(QStringLiteral("^set ([a-z-]+) (\\d+)$"));
    static const QRegularExpression rule(QStringLiteral("^(on|after|step) (\\w+):\\s*(.+)$"));
    FakeScript script;
    script.file = file;
    const QStringList lines = QString::fromStdString(readFile(file.toStdString())).split(u'\n');
    for (qsizetype i = 0; i < lines.size(); ++i) {
        const QString line = lines[i].trimmed();
        if (line.isEmpty() || line.startsWith(u'#'))
            continue;
        const QRegularExpressionMatch number = set.match(line), what = rule.match(line);
        QStringList actions;
        for (const QString& action : what.captured(3).split(u';', Qt::SkipEmptyParts))
            actions += action.trimmed();
        const QString kind = what.captured(1), key = what.captured(2);
        if (number.hasMatch() && script.numbers.contains(number.captured(1)))
            script.numbers[number.captured(1)] = number.captured(2).toInt();
        else if (kind == QLatin1String("on"))
            script.on[key] = actions;
        else if (kind == QLatin1String("after"))
            script.after[key.toInt()] = actions;
        else if (kind == QLatin1String("step"))
            script.step[key.toInt()] = actions;
        else
            throw Error(ErrorCode::fileDamaged, file.toStdString() + " line " + std::to_string(i + 1));
    }
    return script;
}

} // namespace plumage::fakes
