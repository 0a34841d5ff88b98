// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/commandtext.h"
#include "core/text/exporttext.h"

#include <QtTest/QTest>

#include <set>

using namespace plumage;

class TestCommandText : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void everyKindHasItsSentences();
    void sentencesNameWhatTheyAreAbout();
    void reasonsAreListed();
};

void TestCommandText::everyKindHasItsSentences()
{
    std::set<QString> seen;
    for (int kind = 0; kind <= static_cast<int>(CommandKind::answer); ++kind) {
        const CommandFacts facts{static_cast<CommandKind>(kind), 24, 3, 2, 1, "Robin", "Wren"};
        for (const QString& text : {text::beforeText(facts), text::afterText(facts), text::undoneText(facts), text::redoneText(facts), text::historyText(facts)}) {
            QVERIFY2(text.size() > 5 && !text.contains(u'%'), qPrintable(QStringLiteral("%1: %2").arg(kind).arg(text)));
        }
        QVERIFY(text::afterText(facts).endsWith(u'.') && !text::historyText(facts).endsWith(u'.'));
        QVERIFY2(seen.insert(text::historyText(facts)).second, qPrintable(text::historyText(facts)));
    }
}

void TestCommandText::sentencesNameWhatTheyAreAbout()
{
    const CommandFacts merge{CommandKind::merge, 96, 1, 0, 0, "#17", "Great tit"};
    QCOMPARE(text::afterText(merge), QStringLiteral("Merged #17 into Great tit: 96 photo(s)."));    // English plural forms come with the program's catalogue
    const CommandFacts several{CommandKind::assign, 24, 3, 0, 0, "", "Robin"};
    QCOMPARE(text::beforeText(several), QStringLiteral("Move 24 photo(s) from 3 cluster(s) to Robin"));
}

void TestCommandText::reasonsAreListed()
{
    ExportCounts counts;
    counts.photos = 10;
    counts.written = counts.checked = 10;
    QVERIFY(text::leftOutText(counts).isEmpty());
    counts.written = 7;
    counts.away = 2;
    counts.unnamed = 1;
    QCOMPARE(text::leftOutText(counts), QStringLiteral("Left out 3: 1 in clusters without a name, 2 put away."));
}

QTEST_APPLESS_MAIN(TestCommandText)
#include "tst_commandtext.moc"
