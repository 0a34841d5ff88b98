// SPDX-License-Identifier: GPL-3.0-or-later
#include "sourcetree.h"

#include <QDirIterator>
#include <QFile>
#include <QRegularExpression>

#include <algorithm>

namespace sourcetree {

namespace {

bool isName(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

// The name in front of an opening bracket at `bracket`, or nothing.
QByteArray nameBefore(const QByteArray& code, int bracket)
{
    int end = bracket;
    while (end > 0 && code[end - 1] == ' ')
        --end;
    int begin = end;
    while (begin > 0 && isName(code[begin - 1]))
        --begin;
    return code.mid(begin, end - begin);
}

class Reader
{
public:
    explicit Reader(const QByteArray& text) : m_text(text) { m_source.code = text; }

    Source read()
    {
        while (m_at < m_text.size()) {
            if (starts("//"))
                blank(lineEnd());
            else if (starts("/*"))
                blank(after("*/", m_at + 2));
            else if (starts("R\"") && !(m_at > 0 && isName(m_text[m_at - 1])))
                rawString();
            else if (m_text[m_at] == '"')
                string();
            else if (m_text[m_at] == '\'' && !(m_at > 0 && isName(m_text[m_at - 1])))    // not the separator in 1'000
                character();
            else
                code();
        }
        return m_source;
    }

private:
    bool starts(const char* word) const { return m_text.mid(m_at, qstrlen(word)) == word; }
    int lineEnd() const
    {
        const int end = m_text.indexOf('\n', m_at);
        return end < 0 ? m_text.size() : end;
    }
    int after(const QByteArray& word, int from) const
    {
        const int end = m_text.indexOf(word, from);
        return end < 0 ? m_text.size() : end + word.size();
    }
    void blank(int end)
    {
        for (; m_at < end; ++m_at) {
            if (m_text[m_at] != '\n')
                m_source.code[m_at] = ' ';
        }
    }
    int quoteEnd(char quote) const    // behind the closing quote
    {
        int end = m_at + 1;
        while (end < m_text.size() && m_text[end] != quote)
            end += m_text[end] == '\\' ? 2 : 1;
        return std::min<int>(end + 1, m_text.size());
    }
    void literal(int textBegin, int textEnd, int end)
    {
        QByteArray calls;
        for (const QByteArray& call : m_calls)
            calls += call + ' ';
        m_source.literals.push_back({ m_at, m_text.mid(textBegin, textEnd - textBegin), calls, static_cast<int>(m_text.left(m_at).count('\n')) + 1 });
        ++m_at;
        blank(end - 1);
        ++m_at;
    }
    void string() { const int end = quoteEnd('"'); literal(m_at + 1, end - 1, end); }
    void character() { blank(quoteEnd('\'')); }
    void rawString()
    {
        const int bracket = m_text.indexOf('(', m_at);
        const QByteArray closing = ')' + m_text.mid(m_at + 2, bracket - m_at - 2) + '"';
        const int end = after(closing, bracket);
        ++m_at;
        literal(bracket + 1, end - closing.size(), end);
    }
    void code()
    {
        const char c = m_text[m_at];
        if (c == '(' || c == '{')
            m_calls.push_back(nameBefore(m_source.code, m_at));
        else if ((c == ')' || c == '}') && !m_calls.empty())
            m_calls.pop_back();
        ++m_at;
    }

    const QByteArray& m_text;
    Source m_source;
    std::vector<QByteArray> m_calls;
    int m_at = 0;
};

}

Source parse(const QByteArray& text) { return Reader(text).read(); }

std::vector<File> files(const QStringList& folders, const QStringList& suffixes)
{
    const QString root = QStringLiteral(PLUMAGE_SOURCE_DIR "/");
    std::vector<File> found;
    for (const QString& folder : folders) {
        QDirIterator walk(root + folder, QDir::Files, QDirIterator::Subdirectories);
        while (walk.hasNext()) {
            const QString path = walk.next();
            if (!std::any_of(suffixes.begin(), suffixes.end(), [&](const QString& suffix) { return path.endsWith(suffix); }))
                continue;
            QFile file(path);
            if (file.open(QIODevice::ReadOnly))
                found.push_back({ path.mid(root.size()), file.readAll() });
        }
    }
    std::sort(found.begin(), found.end(), [](const File& a, const File& b) { return a.path < b.path; });
    return found;
}

std::vector<Include> includes(const QByteArray& text)
{
    static const QRegularExpression pattern(QStringLiteral(R"(^\s*#\s*include\s*([<"])([^>"]+)[>"])"));
    std::vector<Include> found;
    const QList<QByteArray> lines = text.split('\n');
    for (int i = 0; i < lines.size(); ++i) {
        const QRegularExpressionMatch match = pattern.match(QString::fromUtf8(lines[i]));
        if (match.hasMatch())
            found.push_back({ match.captured(2), match.captured(1) == QStringLiteral("\""), i + 1 });
    }
    return found;
}

}
