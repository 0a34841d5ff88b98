// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/errortext.h"

#include <QtTest/QTest>

#include <set>

using namespace plumage;

class TestErrorText : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void everyCodeHasItsOwnSentence();
    void sentencesNameTheDetail_data();
    void sentencesNameTheDetail();
    void aMissingDetailLeavesNoHole();
    void aFileNameStaysOnOneLine();
    void percentSignsOfADetailStay();
};

void TestErrorText::everyCodeHasItsOwnSentence()
{
    std::set<QString> seen;
    for (int i = 0; i <= static_cast<int>(ErrorCode::internal); ++i)
        QVERIFY2(seen.insert(text::errorText(static_cast<ErrorCode>(i), QStringLiteral("x"))).second, qPrintable(QString::number(i)));
}

void TestErrorText::sentencesNameTheDetail_data()
{
    QTest::addColumn<ErrorCode>("code");
    for (int i = 0; i <= static_cast<int>(ErrorCode::internal); ++i) {
        const auto code = static_cast<ErrorCode>(i);
        QTest::newRow(std::string(errorName(code)).c_str()) << code;
    }
}

void TestErrorText::sentencesNameTheDetail()
{
    QFETCH(ErrorCode, code);
    const QString detail = QStringLiteral("/photos/Bläßhuhn 1.jpg");
    for (const QString& sentence : {text::errorText(code, detail), text::errorText(Error(code, detail.toStdString())), text::noteText(code, detail)}) {
        QVERIFY2(sentence.contains(detail), qPrintable(sentence));
        QVERIFY2(sentence.endsWith(u'.'), qPrintable(sentence));
        QVERIFY2(!sentence.contains(QStringLiteral("%1")), qPrintable(sentence));
    }
}

void TestErrorText::aMissingDetailLeavesNoHole()
{
    QCOMPARE(text::errorText(ErrorCode::notCommanding, {}), QStringLiteral("Another window commands this worker. Use that window, or close it."));
}

void TestErrorText::aFileNameStaysOnOneLine()
{
    const QString sentence = text::errorText(ErrorCode::photoUnreadable, QStringLiteral("a\nb\tc.jpg"));
    QVERIFY(!sentence.contains(u'\n') && !sentence.contains(u'\t'));
    QVERIFY(sentence.contains(QStringLiteral("a\u23ceb\u23cec.jpg")));
}

void TestErrorText::percentSignsOfADetailStay()
{
    QVERIFY(text::errorText(ErrorCode::photoEmpty, QStringLiteral("100%1.jpg")).contains(QStringLiteral("100%1.jpg")));
}

QTEST_APPLESS_MAIN(TestErrorText)
#include "tst_errortext.moc"
