// SPDX-License-Identifier: GPL-3.0-or-later
// The dependency rule of docs/ARCHITECTURE.md, read from the includes, the link lines and the built programs.
#include "sourcetree.h"

#include <QMap>
#include <QProcess>
#include <QRegularExpression>
#include <QSet>
#include <QTest>

using namespace Qt::StringLiterals;

namespace {

// What a folder may use beside itself and core/base: folders, and libraries by the names of libraryOf().
struct Rule {
    QString folders;
    QString libraries;
};
const QMap<QString, Rule> rules{
    { u"core/base"_s, { u""_s, u"posix"_s } },
    { u"core/metrics"_s, { u""_s, u""_s } },
    { u"core/scan"_s, { u""_s, u"posix xxhash fmt"_s } },
    { u"core/protocol"_s, { u""_s, u"posix Qt fmt spdlog"_s } },
    { u"core/project"_s, { u"core/scan"_s, u"posix Qt exiv2 sqlite3 toml++ fmt spdlog"_s } },
    { u"core/curation"_s, { u"core/project"_s, u"Qt fmt spdlog"_s } },
    { u"core/session"_s, { u"core/curation core/protocol"_s, u"Qt fmt spdlog"_s } },
    { u"core/review"_s, { u"core/curation core/embedding core/metrics"_s, u"Qt fmt spdlog"_s } },
    { u"core/exchange"_s, { u"core/curation core/project"_s, u"Qt exiv2 fmt spdlog"_s } },
    { u"core/text"_s, { u""_s, u"Qt"_s } },
    { u"core/embedding"_s, { u""_s, u"eigen hnswlib simd fmt"_s } },
    { u"core/data"_s, { u""_s, u"posix opencv fmt spdlog"_s } },
    { u"core/model"_s, { u""_s, u"torch"_s } },
    { u"core/train"_s, { u"core/model"_s, u"posix torch"_s } },
    { u"core/cuda"_s, { u"core/model"_s, u"torch cuda"_s } },
    { u"core/run"_s, { u"core/train core/data core/embedding core/metrics"_s, u"posix torch opencv toml++ fmt spdlog"_s } },
    // core/model, core/metrics: for the bare worker, which has no core/run
    { u"app/terminal"_s, { u""_s, u"posix Qt cli"_s } },
    { u"app/worker"_s, { u"app/terminal core/run core/train core/model core/metrics core/data core/scan core/protocol core/text"_s, u"posix Qt torch cli fmt spdlog"_s } },
    { u"ui"_s, { u"core/session core/review core/protocol core/project core/curation core/exchange core/embedding core/metrics core/text"_s,
          u"Qt qcustomplot fmt spdlog"_s } },
    { u"app/gui"_s, { u"ui core/session core/review core/protocol core/project core/curation core/exchange core/embedding core/metrics core/text"_s,
               u"posix Qt cli fmt spdlog"_s } },
    { u"app/cli"_s, { u"app/terminal core/session core/review core/protocol core/project core/curation core/exchange core/embedding core/metrics core/text"_s,
               u"posix Qt cli fmt spdlog"_s } },
};

// Which library a header in <> belongs to; empty for the standard library.
QString libraryOf(const QString& header)
{
    static const QList<QPair<QString, QString>> patterns{
        { u"torch"_s, u"^(torch|ATen|c10|caffe2)/"_s },
        { u"cuda"_s, u"^cuda(_\\w+)?\\.h$"_s },
        { u"opencv"_s, u"^opencv2/"_s },
        { u"eigen"_s, u"^(Eigen|unsupported/Eigen)/"_s },
        { u"hnswlib"_s, u"^hnswlib/"_s },
        { u"xxhash"_s, u"^xxh(ash|3)\\.h$"_s },
        { u"exiv2"_s, u"^exiv2/"_s },
        { u"sqlite3"_s, u"^sqlite3\\.h$"_s },
        { u"toml++"_s, u"^toml(\\+\\+|plusplus)/|^toml\\.h"_s },
        { u"fmt"_s, u"^fmt/"_s },
        { u"spdlog"_s, u"^spdlog/"_s },
        { u"cli"_s, u"^CLI/"_s },
        { u"qcustomplot"_s, u"^qcustomplot\\.h$"_s },
        { u"Qt"_s, u"^(Q[A-Z]\\w*|Qt\\w*)(/.*)?$|^q[a-z]+\\.h$"_s },
        { u"simd"_s, u"^(imm|xmm|emm|avx\\w*)intrin\\.h$|^cpuid\\.h$"_s },
        { u"posix"_s, u"^(sys/.*|linux/.*|netinet/.*|unistd|fcntl|dirent|pthread|sched|signal|poll|dlfcn|pwd|fnmatch|errno|malloc)(\\.h)?$"_s },
    };
    for (const auto& [library, pattern] : patterns) {
        if (QRegularExpression(pattern).match(header).hasMatch())
            return library;
    }
    static const QRegularExpression standard(u"^[a-z0-9_]+$"_s);
    return standard.match(header).hasMatch() ? QString() : u"unknown"_s;
}

bool allows(const QString& list, const QString& name)
{
    return list.split(u' ').contains(name);
}

QStringList forbiddenIncludes(const sourcetree::File& file)
{
    const QString folder = file.folder();
    if (!rules.contains(folder))
        return { file.path + u": the folder has no rule; add it to docs/ARCHITECTURE.md and to this test"_s };
    const Rule rule = rules[folder];
    QStringList problems;
    for (const sourcetree::Include& include : sourcetree::includes(file.text)) {
        QString used;
        if (!include.quoted) {
            const QString library = libraryOf(include.path);
            if (!library.isEmpty() && !allows(rule.libraries, library))
                used = library;
        } else if (include.path.startsWith(u"core/"_s) || include.path.startsWith(u"app/"_s) || include.path.startsWith(u"ui/"_s)) {
            const QString target = sourcetree::File{ include.path, {} }.folder();
            if (target != folder && target != u"core/base"_s && !allows(rule.folders, target))
                used = target;
        } else if (include.path.contains(u'/')) {
            used = u"a path that does not begin at the root of the clone"_s;
        }    // else: a generated file or a neighbour, such as "tst_x.moc"
        if (!used.isEmpty())
            problems += u"%1:%2: %3 may not use %4 (%5)"_s.arg(file.path).arg(include.line).arg(folder, used, include.path);
    }
    return problems;
}

// The link lines of a folder's CMakeLists.txt must say the same as its includes may.
QStringList forbiddenLinks(const sourcetree::File& file)
{
    const QString folder = file.folder();
    const Rule rule = rules.value(folder);
    static const QMap<QString, QString> libraries{
        { u"LibTorch"_s, u"torch"_s }, { u"Qt6"_s, u"Qt"_s }, { u"QCustomPlotQt6"_s, u"qcustomplot"_s }, { u"Eigen3"_s, u"eigen"_s },
        { u"CLI11"_s, u"cli"_s }, { u"tomlplusplus"_s, u"toml++"_s }, { u"fmt"_s, u"fmt"_s }, { u"spdlog"_s, u"spdlog"_s }, { u"SQLite"_s, u"sqlite3"_s },
    };
    static const QRegularExpression token(u"\\b(?:(LibTorch|Qt6|QCustomPlotQt6|Eigen3|CLI11|tomlplusplus|fmt|spdlog|SQLite)::(\\w+)|(opencv_\\w+)|plumage_([a-z]+)\\b(?!\\())"_s);
    static const QSet<QString> notFolders{ u"library"_s, u"program"_s, u"test"_s, u"options"_s, u"folders"_s, u"target"_s };
    static const QRegularExpression coreOnly(u"^(Core|Network|Sql)$"_s);
    QStringList problems;
    const QStringList lines = QString::fromUtf8(file.text).split(u'\n');
    for (int i = 0; i < lines.size(); ++i) {
        for (auto matches = token.globalMatch(lines[i].section(u'#', 0, 0)); matches.hasNext();) {
            const QRegularExpressionMatch match = matches.next();
            QString used;
            if (!match.captured(1).isEmpty()) {
                const QString library = libraries[match.captured(1)];
                const bool graphics = library == u"Qt"_s && !coreOnly.match(match.captured(2)).hasMatch() && !(folder == u"app/cli"_s && match.captured(2) == u"Gui"_s);
                if (!allows(rule.libraries, library) || (graphics && !folder.startsWith(u"ui"_s) && folder != u"app/gui"_s))
                    used = match.captured(0);
            } else if (!match.captured(3).isEmpty()) {
                if (!allows(rule.libraries, u"opencv"_s) || !allows(u"opencv_core opencv_imgproc opencv_imgcodecs"_s, match.captured(3)))
                    used = match.captured(3);
            } else if (const QString name = match.captured(4); name == u"xxhash"_s || name == u"hnswlib"_s) {
                if (!allows(rule.libraries, name))
                    used = name;
            } else if (!notFolders.contains(name)) {
                const QString target = name == u"ui"_s ? name : name == u"terminal"_s ? u"app/terminal"_s : u"core/"_s + name;
                if (target != folder && target != u"core/base"_s && rules.contains(target) && !allows(rule.folders, target))
                    used = target;
            }
            if (!used.isEmpty())
                problems += u"%1:%2: %3 may not link %4"_s.arg(file.path).arg(i + 1).arg(folder, used);
        }
    }
    return problems;
}

}

class TestLayering : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void ruleFinds_data();
    void ruleFinds();
    void includesPointDownward();
    void linkLinesPointDownward();
    void folderOpensWithThreeCommentLines();
    void programMapsOnlyItsLibraries_data();
    void programMapsOnlyItsLibraries();
};

void TestLayering::ruleFinds_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("problems");
    QTest::newRow("a layer above") << u"core/scan/a.h"_s << QByteArray("#include \"core/project/p.h\"\n") << 1;
    QTest::newRow("a layer below") << u"core/project/a.h"_s << QByteArray("#include \"core/scan/s.h\"\n#include \"core/base/ids.h\"\n") << 0;
    QTest::newRow("torch in the window") << u"ui/a.cpp"_s << QByteArray("#include <torch/torch.h>\n") << 1;
    QTest::newRow("torch in the model") << u"core/model/a.cpp"_s << QByteArray("#include <ATen/ATen.h>\n#include <vector>\n") << 0;
    QTest::newRow("Qt in the trainer") << u"core/train/a.h"_s << QByteArray("#include <QString>\n# include <QtCore/QObject>\n") << 2;
    QTest::newRow("OpenCV in the trainer") << u"core/train/a.h"_s << QByteArray("#include <opencv2/core.hpp>\n") << 1;
    QTest::newRow("the trainer sees the decoder") << u"core/train/a.h"_s << QByteArray("#include \"core/data/decode.h\"\n") << 1;
    QTest::newRow("unknown header") << u"core/metrics/a.h"_s << QByteArray("#include <boost/any.hpp>\n") << 1;
    QTest::newRow("unknown folder") << u"core/misc/a.h"_s << QByteArray() << 1;
    QTest::newRow("a link above") << u"core/scan/CMakeLists.txt"_s << QByteArray("plumage_library(plumage_scan SOURCES a.cpp LINK PUBLIC plumage_project)\n") << 1;
    QTest::newRow("a link below") << u"core/project/CMakeLists.txt"_s << QByteArray("plumage_library(plumage_project LINK PUBLIC plumage_scan Qt6::Sql)\n") << 0;
    QTest::newRow("widgets in core") << u"core/protocol/CMakeLists.txt"_s << QByteArray("LINK Qt6::Widgets\n") << 1;
    QTest::newRow("LibTorch linked by the window") << u"ui/CMakeLists.txt"_s << QByteArray("LINK LibTorch::cpu\n") << 1;
    QTest::newRow("all of OpenCV") << u"core/data/CMakeLists.txt"_s << QByteArray("LINK opencv_core opencv_dnn\n") << 1;
}

void TestLayering::ruleFinds()
{
    QFETCH(QString, path);
    QFETCH(QByteArray, text);
    QFETCH(int, problems);
    const sourcetree::File file{ path, text };
    const QStringList found = path.endsWith(u".txt"_s) ? forbiddenLinks(file) : forbiddenIncludes(file);
    QVERIFY2(found.size() == problems, qPrintable(found.join(u'\n')));
}

void TestLayering::includesPointDownward()
{
    QStringList problems;
    const std::vector<sourcetree::File> sources = sourcetree::files({ u"core"_s, u"app"_s, u"ui"_s }, { u".h"_s, u".cpp"_s });
    QVERIFY(!sources.empty());
    for (const sourcetree::File& file : sources)
        problems += forbiddenIncludes(file);
    QVERIFY2(problems.isEmpty(), qPrintable(problems.join(u'\n')));
}

void TestLayering::linkLinesPointDownward()
{
    QStringList problems;
    for (const sourcetree::File& file : sourcetree::files({ u"core"_s, u"app"_s, u"ui"_s }, { u"CMakeLists.txt"_s }))
        problems += forbiddenLinks(file);
    QVERIFY2(problems.isEmpty(), qPrintable(problems.join(u'\n')));
}

void TestLayering::folderOpensWithThreeCommentLines()
{
    QStringList problems;
    for (const sourcetree::File& file : sourcetree::files({ u"core"_s, u"ui"_s }, { u"CMakeLists.txt"_s })) {
        int comments = 0;
        for (const QByteArray& line : file.text.split('\n').mid(0, 4))
            comments += line.startsWith("# ") && !line.contains("SPDX");
        if (comments < 3)
            problems += file.path + u": say in three comment lines what lives here, what it may use, what belongs next door"_s;
    }
    QVERIFY2(problems.isEmpty(), qPrintable(problems.join(u'\n')));
}

void TestLayering::programMapsOnlyItsLibraries_data()
{
    QTest::addColumn<QString>("program");
    QTest::addColumn<QString>("needed");       // shows that ldd saw the program
    QTest::addColumn<QString>("forbidden");
#ifdef PLUMAGE_HAS_WINDOW
    QTest::newRow("window") << u"plumage"_s << u"libQt6Widgets"_s << u"libtorch|libc10|libcudart|libcupti|libopencv"_s;
#endif
#ifdef PLUMAGE_HAS_CLI
    QTest::newRow("cli") << u"plumage-cli"_s << u"libQt6Core"_s << u"libtorch|libc10|libcudart|libcupti|libopencv|libQt6Widgets|libqcustomplot"_s;
#endif
#ifdef PLUMAGE_HAS_WORKER
    QTest::newRow("worker") << u"plumage-worker"_s << u"libtorch_cpu"_s
                            << u"libQt6(Gui|Widgets|PrintSupport)|libqcustomplot|libexiv2|libopencv_dnn|libprotobuf"_s;
#endif
}

void TestLayering::programMapsOnlyItsLibraries()
{
#if !defined(PLUMAGE_HAS_WINDOW) && !defined(PLUMAGE_HAS_WORKER)
    QSKIP("neither program is part of this build");
#endif
    QFETCH(QString, program);
    QFETCH(QString, needed);
    QFETCH(QString, forbidden);
    QProcess ldd;
    ldd.start(u"ldd"_s, { QStringLiteral(PLUMAGE_BIN_DIR "/") + program });
    QVERIFY2(ldd.waitForFinished(), "ldd did not run");
    const QString libraries = QString::fromLocal8Bit(ldd.readAllStandardOutput());
    QVERIFY2(libraries.contains(needed), qPrintable(program + u": "_s + libraries + QString::fromLocal8Bit(ldd.readAllStandardError())));
    const QRegularExpressionMatch match = QRegularExpression(forbidden).match(libraries);
    QVERIFY2(!match.hasMatch(), qPrintable(program + u" maps "_s + match.captured()));
}

QTEST_GUILESS_MAIN(TestLayering)
#include "tst_layering.moc"
