// SPDX-License-Identifier: GPL-3.0-or-later
// The source files of the clone and a reader that knows comments from strings from code; for the tests that look at the code itself.
#pragma once

#include <QByteArray>
#include <QString>
#include <QStringList>

#include <vector>

namespace sourcetree {

struct Literal {
    int offset = 0;       // of the opening quote
    QByteArray text;      // between the quotes, escapes as written
    QByteArray calls;     // names of the calls it stands in, outermost first: "setText tr "
    int line = 0;         // from 1
};
struct Source {
    QByteArray code;      // as long as the file; comments and the insides of strings are blanks, line ends stay
    std::vector<Literal> literals;
};
Source parse(const QByteArray& text);

struct File {
    QString path;         // relative to the clone, '/'
    QByteArray text;
    QString folder() const { return path.section(QLatin1Char('/'), 0, path.startsWith(QStringLiteral("ui/")) ? 0 : 1); }    // "core/base", "ui"
};
// All files below the folders whose names end in one of the suffixes, sorted by path; folders that do not exist yet count as empty.
std::vector<File> files(const QStringList& folders, const QStringList& suffixes);

struct Include {
    QString path;
    bool quoted = false;    // "…" rather than <…>
    int line = 0;
};
std::vector<Include> includes(const QByteArray& text);

}
