// SPDX-License-Identifier: GPL-3.0-or-later
// The catalogues: texts are collected from the sources in the build, and English has both forms of every text with a count.
#include <QFile>
#include <QMap>
#include <QTest>
#include <QXmlStreamReader>

using namespace Qt::StringLiterals;

namespace {

struct Message {
    bool counted = false;       // has %n
    QStringList forms;          // of a counted message
};

// By context and source text.
QMap<QString, Message> messages(const QString& path)
{
    QMap<QString, Message> found;
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return found;
    QXmlStreamReader xml(&file);
    QString context;
    Message* message = nullptr;
    bool counted = false;
    while (!xml.atEnd()) {
        if (xml.readNext() != QXmlStreamReader::StartElement)
            continue;
        if (xml.name() == u"name"_s) {
            context = xml.readElementText();
        } else if (xml.name() == u"message"_s) {
            counted = xml.attributes().value(u"numerus"_s) == u"yes"_s;
        } else if (xml.name() == u"source"_s) {
            message = &found[context + u" | "_s + xml.readElementText()];
            message->counted = counted;
        } else if (xml.name() == u"numerusform"_s && message) {
            message->forms += xml.readElementText();
        }
    }
    return found;
}

}

class TestTranslations : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void textsAreCollectedInTheBuild();
    void englishHasEveryPlural();
};

void TestTranslations::textsAreCollectedInTheBuild()
{
    QVERIFY2(!messages(QStringLiteral(PLUMAGE_STRINGS)).isEmpty(), PLUMAGE_STRINGS " holds no text");
}

void TestTranslations::englishHasEveryPlural()
{
    const QMap<QString, Message> english = messages(QStringLiteral(PLUMAGE_SOURCE_DIR "/translations/plumage_en.ts"));
    const QMap<QString, Message> collected = messages(QStringLiteral(PLUMAGE_STRINGS));
    QStringList problems;
    for (auto at = collected.begin(); at != collected.end(); ++at) {
        const QStringList forms = english.value(at.key()).forms;
        if (at->counted && (forms.size() != 2 || forms.contains(QString())))
            problems += at.key();
    }
    QVERIFY2(problems.isEmpty(), qPrintable(u"without two English forms in translations/plumage_en.ts (target update_translations, then fill in):\n"_s
        + problems.join(u'\n')));
}

QTEST_GUILESS_MAIN(TestTranslations)
#include "tst_translations.moc"
