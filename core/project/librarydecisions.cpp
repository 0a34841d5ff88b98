// SPDX-License-Identifier: GPL-3.0-or-later
// The part of the library that holds what persons decided, and the journal.
#include "core/base/error.h"
#include "core/project/libraryparts.h"

namespace plumage::project {
namespace {

std::optional<ClusterId> clusterAt(const Statement& row, int column)
{
    return row.isNull(column) ? std::nullopt : std::optional(ClusterId{row.number(column)});
}

std::optional<std::int64_t> valueOf(const std::optional<ClusterId>& id)
{
    return id ? std::optional(id->value) : std::nullopt;
}

constexpr const char* journalColumns = "id, made_at, kind, photos, clusters, checked, conflicts, from_name, to_name, undone";

JournalEntry entryAt(const Statement& row)
{
    JournalEntry entry{row.number(0), row.number(1), {}, row.number(9) != 0};
    entry.facts = {static_cast<CommandKind>(row.number(2)), row.number(3), row.number(4), row.number(5), row.number(6), row.text(7), row.text(8)};
    return entry;
}

void storeNextCluster(const Database& database, const Edits& edits)
{
    std::int64_t next = 0;
    for (const Edit& edit : edits)
        if (const auto* cluster = std::get_if<ClusterEdit>(&edit))
            next = std::max(next, cluster->cluster.value + 1);
    if (next > 0)
        Statement(database, "INSERT INTO meta (name, value) VALUES ('next_cluster', ?) ON CONFLICT (name) DO UPDATE SET value = max(value, excluded.value)").run(next);
}

} // namespace

// ---- EditWriter

Statement& EditWriter::statement(int slot, const char* sql)
{
    auto& prepared = m_statements[static_cast<std::size_t>(slot)];
    if (!prepared)
        prepared.emplace(m_database, sql);
    return *prepared;
}

void EditWriter::write(const Edits& edits)
{
    for (const Edit& edit : edits)
        std::visit([this](const auto& e) { write(e); }, edit);
}

void EditWriter::write(const LabelEdit& e)
{
    if (e.after)
        statement(0, "INSERT OR REPLACE INTO labels (photo, cluster, source) VALUES (?, ?, ?)").run(e.photo.value, e.after->cluster.value, static_cast<int>(e.after->source));
    else
        statement(1, "DELETE FROM labels WHERE photo = ?").run(e.photo.value);
}

void EditWriter::write(const RejectionEdit& e)
{
    if (e.after)
        statement(2, "INSERT OR IGNORE INTO rejections (photo, cluster) VALUES (?, ?)").run(e.photo.value, e.cluster.value);
    else
        statement(3, "DELETE FROM rejections WHERE photo = ? AND cluster = ?").run(e.photo.value, e.cluster.value);
}

void EditWriter::write(const ExemplarEdit& e)
{
    if (e.after)
        statement(4, "INSERT OR IGNORE INTO exemplars (cluster, photo) VALUES (?, ?)").run(e.cluster.value, e.photo.value);
    else
        statement(5, "DELETE FROM exemplars WHERE cluster = ? AND photo = ?").run(e.cluster.value, e.photo.value);
}

void EditWriter::write(const AwayEdit& e)
{
    if (e.after)
        statement(6, "INSERT OR IGNORE INTO away (photo) VALUES (?)").run(e.photo.value);
    else
        statement(7, "DELETE FROM away WHERE photo = ?").run(e.photo.value);
}

void EditWriter::write(const ClusterEdit& e)
{
    if (!e.after)
        return statement(9, "DELETE FROM clusters WHERE id = ?").run(e.cluster.value);
    const Cluster& c = *e.after;
    statement(8, "INSERT OR REPLACE INTO clusters (id, name, colour, parent, merged_into, state, is_group, key, notes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
        .run(c.id.value, c.name, c.colour, valueOf(c.parent), valueOf(c.mergedInto), static_cast<int>(c.state), c.isGroup, c.key, c.notes);
}

void EditWriter::write(const CodeEdit& e)
{
    const std::int64_t run = e.run.value, code = e.code.value;
    if (e.after)
        statement(10, "INSERT OR REPLACE INTO codes (run, code, cluster) VALUES (?, ?, ?)").run(run, code, e.after->value);
    else
        statement(11, "DELETE FROM codes WHERE run = ? AND code = ?").run(run, code);
}

void EditWriter::write(const AnswerEdit& e)
{
    if (e.after.empty())
        statement(13, "DELETE FROM answers WHERE queue = ? AND key = ?").run(e.queue, e.key);
    else
        statement(12, "INSERT OR REPLACE INTO answers (queue, key, answer) VALUES (?, ?, ?)").run(e.queue, e.key, e.after);
}

// ---- Library

LibraryState Library::state() const
{
    const Database& db = m_parts->db();
    LibraryState state;
    Statement clusters(db, "SELECT id, name, colour, parent, merged_into, state, is_group, key, notes FROM clusters ORDER BY id");
    while (clusters.step()) {
        const ClusterId id{clusters.number(0)};
        state.put(ClusterEdit{id, {}, Cluster{id, clusters.text(1), static_cast<int>(clusters.number(2)), clusterAt(clusters, 3), clusterAt(clusters, 4),
            static_cast<ClusterState>(clusters.number(5)), clusters.number(6) != 0, static_cast<int>(clusters.number(7)), clusters.text(8)}});
    }
    Statement labels(db, "SELECT photo, cluster, source FROM labels ORDER BY photo DESC");    // the highest id first: columns grow once
    while (labels.step())
        state.put(LabelEdit{PhotoId{labels.number(0)}, {}, Label{ClusterId{labels.number(1)}, static_cast<LabelSource>(labels.number(2))}});
    Statement rejections(db, "SELECT photo, cluster FROM rejections");
    while (rejections.step())
        state.put(RejectionEdit{PhotoId{rejections.number(0)}, ClusterId{rejections.number(1)}});
    Statement exemplars(db, "SELECT photo, cluster FROM exemplars");
    while (exemplars.step())
        state.put(ExemplarEdit{PhotoId{exemplars.number(0)}, ClusterId{exemplars.number(1)}});
    Statement away(db, "SELECT photo FROM away");
    while (away.step())
        state.put(AwayEdit{PhotoId{away.number(0)}});
    Statement codes(db, "SELECT run, code, cluster FROM codes");
    while (codes.step())
        state.put(CodeEdit{RunId{static_cast<std::int32_t>(codes.number(0))}, CodeIndex{static_cast<std::uint16_t>(codes.number(1))}, {}, ClusterId{codes.number(2)}});
    Statement answers(db, "SELECT queue, key, answer FROM answers");
    while (answers.step())
        state.put(AnswerEdit{answers.text(0), answers.text(1), {}, answers.text(2)});
    state.reserveClusterId(ClusterId{db.number("SELECT value FROM meta WHERE name = 'next_cluster'")});
    return state;
}

std::int64_t Library::commit(const CommandFacts& facts, const Edits& edits, std::int64_t nowMs)
{
    m_parts->needWritable();
    const Database& db = m_parts->db();
    Transaction transaction(db);
    EditWriter(db).write(edits);
    storeNextCluster(db, edits);
    db.run("DELETE FROM journal WHERE undone = 1");
    const std::string bytes = toBytes(edits);
    Statement(db, "INSERT INTO journal (made_at, kind, photos, clusters, checked, conflicts, from_name, to_name, edits) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
        .run(nowMs, static_cast<int>(facts.kind), facts.photos, facts.clusters, facts.checked, facts.conflicts, facts.from, facts.to, Blob{bytes});
    const std::int64_t id = db.lastId();
    transaction.commit();
    return id;
}

void Library::commitSilently(const Edits& edits)
{
    m_parts->needWritable();
    Transaction transaction(m_parts->db());
    EditWriter(m_parts->db()).write(edits);
    storeNextCluster(m_parts->db(), edits);
    transaction.commit();
}

std::optional<JournalEntry> Library::lastDone() const
{
    Statement row(m_parts->db(), std::string("SELECT ") + journalColumns + " FROM journal WHERE undone = 0 ORDER BY id DESC LIMIT 1");
    return row.step() ? std::optional(entryAt(row)) : std::nullopt;
}

std::optional<JournalEntry> Library::firstUndone() const
{
    Statement row(m_parts->db(), std::string("SELECT ") + journalColumns + " FROM journal WHERE undone = 1 ORDER BY id LIMIT 1");
    return row.step() ? std::optional(entryAt(row)) : std::nullopt;
}

Edits Library::edits(std::int64_t journalId) const
{
    Statement row(m_parts->db(), "SELECT edits FROM journal WHERE id = ?");
    if (!row.bind(journalId).step())
        throw Error(ErrorCode::libraryDamaged, fileOf(m_parts->project).string() + ", journal line " + std::to_string(journalId));
    return fromBytes(row.blob(0));
}

void Library::storeStep(const JournalEntry& entry, const Edits& edits, bool undone)
{
    m_parts->needWritable();
    Transaction transaction(m_parts->db());
    EditWriter(m_parts->db()).write(edits);
    Statement(m_parts->db(), "UPDATE journal SET undone = ? WHERE id = ?").run(undone, entry.id);
    transaction.commit();
}

void Library::storeUndone(const JournalEntry& entry, const Edits& inverseEdits)
{
    storeStep(entry, inverseEdits, true);
}

void Library::storeRedone(const JournalEntry& entry, const Edits& edits)
{
    storeStep(entry, edits, false);
}

std::vector<JournalEntry> Library::journal(std::int64_t newest) const
{
    std::vector<JournalEntry> entries;
    Statement row(m_parts->db(), std::string("SELECT ") + journalColumns + " FROM journal ORDER BY id DESC LIMIT ?");
    row.bind(newest);
    while (row.step())
        entries.push_back(entryAt(row));
    return entries;
}

// ---- what the window remembers

void Library::setLookedAt(ClusterId cluster, std::span<const PhotoId> members)
{
    m_parts->needWritable();
    Transaction transaction(m_parts->db());
    Statement(m_parts->db(), "DELETE FROM looked_at WHERE cluster = ?").run(cluster.value);
    Statement insert(m_parts->db(), "INSERT OR IGNORE INTO looked_at (cluster, photo) VALUES (?, ?)");
    for (const PhotoId photo : members)
        insert.run(cluster.value, photo.value);
    transaction.commit();
}

std::unordered_map<ClusterId, std::vector<PhotoId>> Library::lookedAt() const
{
    std::unordered_map<ClusterId, std::vector<PhotoId>> all;
    Statement row(m_parts->db(), "SELECT cluster, photo FROM looked_at ORDER BY cluster, photo");
    while (row.step())
        all[ClusterId{row.number(0)}].push_back(PhotoId{row.number(1)});
    return all;
}

void Library::logEffort(const Effort& effort)
{
    m_parts->needWritable();
    if (!keepsEffort())
        return;
    Statement(m_parts->db(), "INSERT INTO effort (at, loop, decisions, photos, ms) VALUES (?, ?, ?, ?, ?)")
        .run(effort.atMs, effort.loop, effort.decisions, effort.photos, effort.milliseconds);
}

std::vector<Library::Effort> Library::effort() const
{
    std::vector<Effort> all;
    Statement row(m_parts->db(), "SELECT at, loop, decisions, photos, ms FROM effort ORDER BY id");
    while (row.step())
        all.push_back({row.number(0), row.text(1), row.number(2), row.number(3), row.number(4)});
    return all;
}

bool Library::keepsEffort() const
{
    return m_parts->db().number("SELECT count(*) FROM meta WHERE name = 'effort_off'") == 0;
}

void Library::setKeepsEffort(bool keeps)
{
    m_parts->needWritable();
    m_parts->db().run(keeps ? "DELETE FROM meta WHERE name = 'effort_off'" : "INSERT OR REPLACE INTO meta (name, value) VALUES ('effort_off', 1)");
}

void Library::eraseEffort()
{
    m_parts->needWritable();
    m_parts->db().run("DELETE FROM effort");
}

} // namespace plumage::project
