// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/commandtext.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QLocale>

namespace plumage::text {
namespace {

// n: for the plural; %1 from, %2 to, %3 a second count as a phrase.
struct Words {
    Q_DECLARE_TR_FUNCTIONS(CommandText)
public:
    static QString photos(std::int64_t count) { return tr("%Ln photo(s)", nullptr, static_cast<int>(count)); }
    static QString clusters(std::int64_t count) { return tr("%Ln cluster(s)", nullptr, static_cast<int>(count)); }
    static QString before(const CommandFacts& facts);
    static QString after(const CommandFacts& facts);
    static QString history(const CommandFacts& facts);
    static QString undone(const CommandFacts& facts) { return tr("Taken back: %1.").arg(history(facts)); }
    static QString redone(const CommandFacts& facts) { return tr("Done again: %1.").arg(history(facts)); }

private:
    static QString from(const CommandFacts& facts) { return facts.from.empty() ? clusters(facts.clusters) : QString::fromStdString(facts.from); }
    static QString to(const CommandFacts& facts) { return facts.to.empty() ? clusters(facts.clusters) : QString::fromStdString(facts.to); }
};

QString Words::before(const CommandFacts& facts)
{
    switch (facts.kind) {
    case CommandKind::assign: return tr("Move %1 from %2 to %3").arg(photos(facts.photos), from(facts), to(facts));
    case CommandKind::reject: return tr("%1 leave %2 and never return").arg(photos(facts.photos), from(facts));
    case CommandKind::merge: return tr("Merges %1 into %2: %3").arg(from(facts), to(facts), photos(facts.photos));
    case CommandKind::dissolve:
        return facts.checked == 0 ? tr("%1 go to their next best cluster").arg(photos(facts.photos))
                                  : tr("%1 go to their next best cluster; %2 checked keep their label and stay listed").arg(photos(facts.photos), photos(facts.checked));
    case CommandKind::approve: return tr("%1 become checked").arg(photos(facts.photos));
    case CommandKind::importLabels: return tr("%1 get a label, %2 are new").arg(photos(facts.photos), clusters(facts.clusters));
    default: return history(facts);
    }
}

QString Words::after(const CommandFacts& facts)
{
    const QString one = QString::fromStdString(facts.to);
    switch (facts.kind) {
    case CommandKind::confirm: return tr("%1 checked as %2.").arg(photos(facts.photos), to(facts));
    case CommandKind::assign: return tr("Moved %1 to %2.").arg(photos(facts.photos), one);
    case CommandKind::reject: return tr("%1 rejected from %2; next best cluster taken.").arg(photos(facts.photos), from(facts));
    case CommandKind::revoke: return facts.from.empty() ? tr("Label taken back from %1; the machine's opinion shows.").arg(photos(facts.photos)) : tr("%1 is possible again.").arg(from(facts));
    case CommandKind::putAway: return tr("%1 put away. The files are untouched.").arg(photos(facts.photos));
    case CommandKind::takeBack: return tr("%1 taken back.").arg(photos(facts.photos));
    case CommandKind::newCluster: return tr("New cluster %1: %2.").arg(one, photos(facts.photos));
    case CommandKind::newGroup: return tr("New group %1 with %2.").arg(one, clusters(facts.clusters));
    case CommandKind::rename: return tr("%1 is now %2.").arg(from(facts), one);
    case CommandKind::merge: return tr("Merged %1 into %2: %3.").arg(from(facts), one, photos(facts.photos));
    case CommandKind::split: return tr("%1 leave %2. %3 stay.").arg(photos(facts.photos), from(facts), photos(facts.checked));
    case CommandKind::dissolve: return tr("Dissolved %1: %2 went to their next best cluster.").arg(from(facts), photos(facts.photos));
    case CommandKind::approve: return tr("%1 approved: %2 checked.").arg(one, photos(facts.photos));
    case CommandKind::importLabels:
        return facts.conflicts == 0 ? tr("Imported: %1 got a label, %2 are new.").arg(photos(facts.photos), clusters(facts.clusters))
                                    : tr("Imported: %1 got a label, %2 are new. %3 had another label already.").arg(photos(facts.photos), clusters(facts.clusters), photos(facts.conflicts));
    default: return history(facts) + QLatin1Char('.');
    }
}

QString Words::history(const CommandFacts& facts)
{
    const QString one = QString::fromStdString(facts.to);
    switch (facts.kind) {
    case CommandKind::confirm: return tr("confirm %1 as %2").arg(photos(facts.photos), to(facts));
    case CommandKind::assign: return tr("move %1 to %2").arg(photos(facts.photos), one);
    case CommandKind::reject: return tr("reject %1 from %2").arg(photos(facts.photos), from(facts));
    case CommandKind::revoke: return tr("take the label back from %1").arg(photos(facts.photos));
    case CommandKind::putAway: return tr("put %1 away").arg(photos(facts.photos));
    case CommandKind::takeBack: return tr("take %1 back").arg(photos(facts.photos));
    case CommandKind::pinExemplar: return tr("pin an example of %1").arg(one);
    case CommandKind::unpinExemplar: return tr("unpin an example of %1").arg(from(facts));
    case CommandKind::newCluster: return tr("new cluster %1 of %2").arg(one, photos(facts.photos));
    case CommandKind::newGroup: return tr("new group %1 of %2").arg(one, clusters(facts.clusters));
    case CommandKind::rename: return tr("rename %1 to %2").arg(from(facts), one);
    case CommandKind::merge: return tr("merge %1 into %2").arg(from(facts), one);
    case CommandKind::split: return tr("split %1: %2 leave").arg(from(facts), photos(facts.photos));
    case CommandKind::dissolve: return tr("dissolve %1").arg(from(facts));
    case CommandKind::restore: return tr("bring %1 back").arg(one);
    case CommandKind::group: return one.isEmpty() ? tr("take %1 out of their group").arg(from(facts)) : tr("put %1 under %2").arg(from(facts), one);
    case CommandKind::flag: return tr("flag %1").arg(one);
    case CommandKind::approve: return tr("approve %1: %2").arg(one, photos(facts.photos));
    case CommandKind::reopen: return tr("open %1 again").arg(one);
    case CommandKind::setKey: return tr("key %1 for %2").arg(from(facts), one);
    case CommandKind::setColour: return tr("colour of %1").arg(one);
    case CommandKind::setNotes: return tr("notes on %1").arg(one);
    case CommandKind::importLabels: return tr("import labels of %1").arg(photos(facts.photos));
    case CommandKind::importClasses: return tr("import %1").arg(clusters(facts.clusters));
    case CommandKind::matchCodes: return tr("match the groups of a run to %1").arg(clusters(facts.clusters));
    case CommandKind::answer: return tr("answer a question");
    }
    return {};
}

} // namespace

QString beforeText(const CommandFacts& facts)
{
    return Words::before(facts);
}

QString afterText(const CommandFacts& facts)
{
    return Words::after(facts);
}

QString undoneText(const CommandFacts& facts)
{
    return Words::undone(facts);
}

QString redoneText(const CommandFacts& facts)
{
    return Words::redone(facts);
}

QString historyText(const CommandFacts& facts)
{
    return Words::history(facts);
}

} // namespace plumage::text
