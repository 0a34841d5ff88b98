// SPDX-License-Identifier: GPL-3.0-or-later
// House rules that a compiler does not check: translated texts, anti-patterns, licence lines, and a list of what outgrows the size budget.
#include "sourcetree.h"

#include <QRegularExpression>
#include <QTest>

using namespace Qt::StringLiterals;
using sourcetree::File;

namespace {

// ---- texts

// Calls whose strings nobody reads on screen, or which translate.
const QRegularExpression untranslated(
    u"\\b(tr|translate|QT_TR_NOOP|QT_TRANSLATE_NOOP|setObjectName|setStyleSheet|setProperty|property|toString|fromString|QKeySequence|QFont|QRegularExpression"
    "|setFamily|setFamilies|addApplicationFont|create|setStyle|setApplicationName|setOrganizationName|setOrganizationDomain|setDesktopFileName"
    "|qDebug|qInfo|qWarning|qCritical|qFatal|debug|info|warn|error|critical|Error|Setting|static_assert|Q_ASSERT|Q_ASSERT_X|fromTheme|asprintf|setContext) "_s);

// A sentence, a phrase or a capitalised word; not a key ("map/zoom"), a name ("photoList"), an icon or a style sheet.
bool looksLikeText(const QByteArray& literal)
{
    static const QRegularExpression text(
        u"[A-Za-z/]{2,}[,;.:!?…]?\\s+(%[0-9nL]|[A-Za-z])|%[0-9nL]+\\s+[A-Za-z]{2,}|^[A-Z][a-z]+$|[A-Za-z]{2,}(…|\\.\\.\\.|[.:?!])$"_s);
    static const QRegularExpression code(u"[{}]|::|^yyyy|^(PRAGMA|CREATE|SELECT|INSERT|UPDATE|DELETE|DROP|ALTER) "_s);
    const QString string = QString::fromUtf8(literal);
    return text.match(string).hasMatch() && !code.match(string).hasMatch();
}

// A literal that a person would read, outside tr(). "// not shown: reason" on its line excuses one.
QStringList untranslatedTexts(const File& file)
{
    QStringList problems;
    const QList<QByteArray> lines = file.text.split('\n');
    for (const sourcetree::Literal& literal : sourcetree::parse(file.text).literals) {
        const QByteArray& line = lines[literal.line - 1];
        if (line.trimmed().startsWith("#include") || line.contains("// not shown: ") || untranslated.match(QString::fromUtf8(literal.calls)).hasMatch())
            continue;
        if (looksLikeText(literal.text))
            problems += u"%1:%2: \"%3\" does not go through tr()"_s.arg(file.path).arg(literal.line).arg(QString::fromUtf8(literal.text));
    }
    return problems;
}

// ---- fences

struct Fence {
    const char* name;
    QString folders;      // regular expression on the path
    QString pattern;      // on the code without comments and strings
    QString instead;
    QString except = {};  // paths that may
};
const std::vector<Fence> fences{
    { "ui blocks on events", u"^(ui|app/gui)/"_s, u"\\bprocessEvents\\b"_s, u"leave the GUI thread with a job"_s },
    { "ui waits", u"^(ui|app/gui)/"_s, u"\\bwaitFor\\w*\\s*\\("_s, u"answers come as signals"_s },
    { "ui joins a thread", u"^(ui|app/gui)/"_s, u"(\\.|->)join\\(\\)|(\\.|->)wait\\("_s, u"a thread ends with its owner"_s },
    { "nested event loop", u"^(ui|app/gui)/"_s, u"(?<![qQ]uery)(?<!\\bQSqlQuery\\(database\\))(\\.|->|::)exec\\(|\\bQEventLoop\\b"_s, u"open(), popup() or a sheet"_s, u"^app/gui/main\\.cpp$"_s },
    { "modal box", u"^(ui|app/gui)/"_s, u"\\bQ(MessageBox|ProgressDialog|ErrorMessage|InputDialog)\\b|QFileDialog::get"_s, u"the message bar, a sheet, or open()"_s },
    { "QSettings in core", u"^core/"_s, u"\\bQSettings\\b"_s, u"core is told"_s },
    { "environment in core", u"^core/"_s, u"\\b(getenv|qgetenv|qEnvironmentVariable\\w*|QProcessEnvironment)\\b"_s, u"core is told"_s },
    { "calendar in core", u"^core/"_s, u"\\bsystem_clock\\b|currentDateTime|\\btime\\((0|NULL|nullptr)\\)"_s, u"core is told the time"_s },
    { "translation in core", u"^core/(?!text/)"_s, u"\\b(tr|QCoreApplication::translate)\\(|Q_DECLARE_TR_FUNCTIONS"_s, u"an error code; sentences are made in core/text"_s },
    { "printing in core", u"^core/"_s, u"\\bstd::(cout|cerr)\\b|\\bprintf\\(|\\bqDebug\\b"_s, u"report to the caller"_s, u"^core/data/decode\\.cpp$"_s },    // which keeps OpenCV from printing
    { "chance without a seed", u"^(core|ui|app)/"_s, u"(^|\\s|\\bstd::)s?rand\\(|\\brandom_device\\b"_s, u"plumage::Random with a given seed"_s, u"^app/"_s },
    { "singleton", u"^(core|ui|app)/"_s, u"static\\s+\\w+\\s*[&*]\\s*(instance|self)\\s*\\("_s, u"what a class needs stands in its constructor"_s },
    { "delete", u"^(core|ui|app)/"_s, u"(?<!=)\\s\\bdelete\\b(\\[\\])?\\s+\\w"_s, u"RAII or a Qt parent"_s },
    { "detached thread", u"^(ui|app|core/(?!model|train|run))"_s, u"(\\.|->)detach\\(\\)"_s, u"std::jthread with an owner"_s },
    { "Qt's short keywords", u"^(core|ui|app)/"_s, u"^\\s*(public|private|protected)?\\s*(signals|slots)\\s*:|\\bemit\\s+\\w"_s, u"Q_SIGNALS, Q_SLOTS, Q_EMIT"_s },
    { "old connect", u"^(core|ui|app)/"_s, u"\\b(SIGNAL|SLOT)\\("_s, u"member pointers"_s },
    { "using namespace in a header", u"^(core|ui|app)/.*\\.h$"_s, u"^\\s*using namespace\\b"_s, u"name what is used"_s },
    { "unfinished", u"^(core|ui|app)/"_s, u"\\b(TODO|FIXME|XXX)\\b(?!\\(#\\d+\\))"_s, u"TODO(#issue), or do it"_s },
};

QStringList fencedLines(const Fence& fence, const File& file, const sourcetree::Source& source)
{
    if (!QRegularExpression(fence.folders).match(file.path).hasMatch()
        || (!fence.except.isEmpty() && QRegularExpression(fence.except).match(file.path).hasMatch()))
        return {};
    const bool inComments = fence.pattern.contains(u"TODO"_s);
    const QRegularExpression pattern(fence.pattern);
    const QList<QByteArray> lines = (inComments ? file.text : source.code).split('\n');
    QStringList problems;
    for (int i = 0; i < lines.size(); ++i) {
        if (pattern.match(QString::fromUtf8(lines[i])).hasMatch())
            problems += u"%1:%2: %3; instead: %4"_s.arg(file.path).arg(i + 1).arg(QLatin1StringView(fence.name), fence.instead);
    }
    return problems;
}

// ---- size budget

// Bodies that open and close with a brace in column 0; as free functions and members do in this code.
QStringList longFunctions(const File& file, int limit)
{
    QStringList found;
    const QList<QByteArray> lines = sourcetree::parse(file.text).code.split('\n');
    for (int i = 0, begin = -1; i < lines.size(); ++i) {
        if (lines[i].startsWith('{')) {
            begin = i;
        } else if (begin >= 0 && lines[i].startsWith('}')) {
            if (!lines[i].startsWith("};") && i - begin - 1 > limit)    // not a class
                found += u"%1:%2: a function of %3 lines (budget %4)"_s.arg(file.path).arg(begin + 1).arg(i - begin - 1).arg(limit);
            begin = -1;
        }
    }
    return found;
}

QStringList beyondBudget(const File& file)
{
    QStringList found;
    const int budget = file.path.endsWith(u".h"_s) ? 150 : 400;
    if (const int lines = file.text.count('\n'); lines > budget)
        found += u"%1: %2 lines (budget %3)"_s.arg(file.path).arg(lines).arg(budget);
    return found + longFunctions(file, 60);
}

const QStringList code{ u".h"_s, u".cpp"_s };

}

class TestSourceRules : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readerKnowsStringsFromComments();
    void textCheckFinds_data();
    void textCheckFinds();
    void everyTextIsTranslated();
    void fenceFinds_data();
    void fenceFinds();
    void nothingIsBehindAFence();
    void longFunctionIsListed();
    void everySourceNamesItsLicence();
    void headersAreReadOnce();
    void noDrawerFiles();
    void sizesStayInBudget();
};

void TestSourceRules::readerKnowsStringsFromComments()
{
    const QByteArray text = "a(\"x // y\\\"z\"); // \"no\"\n/* tr(\"no\") */ f(tr(\"yes\"), 'q', 1'000, R\"(raw \"q\")\");";
    const sourcetree::Source source = sourcetree::parse(text);
    QCOMPARE(source.code.size(), text.size());
    QCOMPARE(static_cast<int>(source.literals.size()), 3);
    QCOMPARE(source.literals[0].text, QByteArray("x // y\\\"z"));
    QCOMPARE(source.literals[1].text, QByteArray("yes"));
    QCOMPARE(source.literals[1].calls, QByteArray("f tr "));
    QCOMPARE(source.literals[1].line, 2);
    QCOMPARE(source.literals[2].text, QByteArray("raw \"q\""));
    QVERIFY(!source.code.contains("no"));
}

void TestSourceRules::textCheckFinds_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<int>("problems");
    QTest::newRow("a sentence") << QByteArray("label->setText(QStringLiteral(\"No photos yet.\"));") << 1;
    QTest::newRow("one word") << QByteArray("button->setText(QLatin1String(\"Start\"));") << 1;
    QTest::newRow("a number with its unit") << QByteArray("label->setText(u\"%1 img/s on %2\"_s);") << 1;
    QTest::newRow("a count") << QByteArray("label->setText(u\"%1 photos\"_s.arg(n));") << 1;
    QTest::newRow("a camel-case name") << QByteArray("map.insert(u\"PhotoList\"_s, 1);") << 0;
    QTest::newRow("translated") << QByteArray("label->setText(tr(\"No photos yet.\"));") << 0;
    QTest::newRow("beside a translated one") << QByteArray("box->addItems({tr(\"Yes\"), QStringLiteral(\"Not sure\")});") << 1;
    QTest::newRow("translated with a context") << QByteArray("QCoreApplication::translate(\"Plumage\", \"Open a folder\");") << 0;
    QTest::newRow("a name") << QByteArray("setObjectName(QStringLiteral(\"Cluster panel\"));") << 0;
    QTest::newRow("a key") << QByteArray("settings.value(QStringLiteral(\"map/zoom\"));") << 0;
    QTest::newRow("a style sheet") << QByteArray("w->setStyleSheet(QStringLiteral(\"QLabel { color: red; }\"));") << 0;
    QTest::newRow("in a comment") << QByteArray("// a(\"No photos yet.\")") << 0;
    QTest::newRow("a database query") << QByteArray("query.prepare(QStringLiteral(\"SELECT jpeg FROM thumbnails WHERE key = ?\"));") << 0;
    QTest::newRow("excused") << QByteArray("f(\"Plumage Map\");    // not shown: file format") << 0;
}

void TestSourceRules::textCheckFinds()
{
    QFETCH(QByteArray, line);
    QFETCH(int, problems);
    const QStringList found = untranslatedTexts({ u"ui/a.cpp"_s, line });
    QVERIFY2(found.size() == problems, qPrintable(found.join(u'\n')));
}

void TestSourceRules::everyTextIsTranslated()
{
    QStringList problems;
    for (const File& file : sourcetree::files({ u"ui"_s, u"app/gui"_s }, code))
        problems += untranslatedTexts(file);
    QVERIFY2(problems.isEmpty(), qPrintable(problems.join(u'\n')));
}

void TestSourceRules::fenceFinds_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<bool>("found");
    QTest::newRow("waitFor") << u"ui/a.cpp"_s << QByteArray("socket.waitForReadyRead(100);") << true;
    QTest::newRow("waitFor in a comment") << u"ui/a.cpp"_s << QByteArray("// never waitForReadyRead()") << false;
    QTest::newRow("menu.exec") << u"ui/a.cpp"_s << QByteArray("menu.exec(position);") << true;
    QTest::newRow("dialog->exec") << u"ui/a.cpp"_s << QByteArray("if (dialog->exec() == QDialog::Accepted)") << true;
    QTest::newRow("a database query") << u"ui/a.cpp"_s << QByteArray("query.exec();") << false;
    QTest::newRow("the event loop of main") << u"app/gui/main.cpp"_s << QByteArray("return app.exec();") << false;
    QTest::newRow("message box") << u"ui/a.cpp"_s << QByteArray("QMessageBox::warning(this, a, b);") << true;
    QTest::newRow("getenv") << u"core/run/a.cpp"_s << QByteArray("std::getenv(\"HOME\");") << true;
    QTest::newRow("clock") << u"core/run/a.cpp"_s << QByteArray("std::chrono::system_clock::now();") << true;
    QTest::newRow("stopwatch") << u"core/train/a.cpp"_s << QByteArray("std::chrono::steady_clock::now();") << false;
    QTest::newRow("rand") << u"core/run/a.cpp"_s << QByteArray("    const int i = rand() % 3;") << true;
    QTest::newRow("seeded tensors") << u"core/train/a.cpp"_s << QByteArray("    x = torch::rand({2}, generator);") << false;
    QTest::newRow("delete") << u"ui/a.cpp"_s << QByteArray("    delete m_plot;") << true;
    QTest::newRow("deleted member") << u"ui/a.h"_s << QByteArray("    Plot(const Plot&) = delete;") << false;
    QTest::newRow("tensor detach") << u"core/train/a.cpp"_s << QByteArray("loss.detach();") << false;
    QTest::newRow("thread detach") << u"ui/a.cpp"_s << QByteArray("thread.detach();") << true;
    QTest::newRow("bare TODO") << u"core/scan/a.cpp"_s << QByteArray("// TODO later") << true;
    QTest::newRow("TODO with an issue") << u"core/scan/a.cpp"_s << QByteArray("// TODO(#12) later") << false;
    QTest::newRow("tr in core") << u"core/scan/a.cpp"_s << QByteArray("return tr(\"x\");") << true;
    QTest::newRow("tr in text") << u"core/text/a.cpp"_s << QByteArray("return tr(\"x\");") << false;
    QTest::newRow("emit") << u"ui/a.cpp"_s << QByteArray("    emit changed();") << true;
}

void TestSourceRules::fenceFinds()
{
    QFETCH(QString, path);
    QFETCH(QByteArray, line);
    QFETCH(bool, found);
    QStringList problems;
    for (const Fence& fence : fences)
        problems += fencedLines(fence, { path, line }, sourcetree::parse(line));
    QCOMPARE(!problems.isEmpty(), found);
}

void TestSourceRules::nothingIsBehindAFence()
{
    QStringList problems;
    for (const File& file : sourcetree::files({ u"core"_s, u"ui"_s, u"app"_s }, code)) {
        const sourcetree::Source source = sourcetree::parse(file.text);
        for (const Fence& fence : fences)
            problems += fencedLines(fence, file, source);
    }
    QVERIFY2(problems.isEmpty(), qPrintable(problems.join(u'\n')));
}

void TestSourceRules::longFunctionIsListed()
{
    const QByteArray body = QByteArray("    a();\n").repeated(61);
    QCOMPARE(longFunctions({ u"a.cpp"_s, "void f()\n{\n" + body + "}\n" }, 60).size(), 1);
    QCOMPARE(longFunctions({ u"a.cpp"_s, "void f()\n{\n    a();\n}\nnamespace x {\n" + body + "}\n" }, 60).size(), 0);
}

void TestSourceRules::everySourceNamesItsLicence()
{
    QStringList problems;
    const std::vector<File> sources = sourcetree::files({ u"core"_s, u"ui"_s, u"app"_s, u"tests"_s, u"packaging"_s }, code + QStringList{ u".sh"_s, u".py"_s });
    QVERIFY(!sources.empty());
    for (const File& file : sources) {
        const QList<QByteArray> lines = file.text.split('\n');
        const bool script = lines.first().startsWith("#!");
        if (!lines.value(script ? 1 : 0).endsWith(" SPDX-License-Identifier: GPL-3.0-or-later"))
            problems += file.path;
    }
    QVERIFY2(problems.isEmpty(), qPrintable(u"without the SPDX line on top: "_s + problems.join(u' ')));
}

void TestSourceRules::headersAreReadOnce()
{
    QStringList problems;
    for (const File& file : sourcetree::files({ u"core"_s, u"ui"_s, u"app"_s, u"tests"_s }, { u".h"_s })) {
        if (!file.text.contains("\n#pragma once\n"))
            problems += file.path;
    }
    QVERIFY2(problems.isEmpty(), qPrintable(u"without #pragma once: "_s + problems.join(u' ')));
}

void TestSourceRules::noDrawerFiles()
{
    static const QRegularExpression drawer(u"/(utils?|helpers?|types|misc|common|tools)\\.(h|cpp)$"_s);
    QStringList problems;
    for (const File& file : sourcetree::files({ u"core"_s, u"ui"_s, u"app"_s }, code)) {
        if (drawer.match(file.path).hasMatch())
            problems += file.path;
    }
    QVERIFY2(problems.isEmpty(), qPrintable(u"a file is named after what it holds: "_s + problems.join(u' ')));
}

void TestSourceRules::sizesStayInBudget()    // a guide: listed, and the reviewer asks why
{
    for (const File& file : sourcetree::files({ u"core"_s, u"ui"_s, u"app"_s }, code)) {
        for (const QString& line : beyondBudget(file))
            qWarning("%s", qPrintable(line));
    }
}

QTEST_GUILESS_MAIN(TestSourceRules)
#include "tst_sourcerules.moc"
