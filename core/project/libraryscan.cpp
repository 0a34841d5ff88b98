// SPDX-License-Identifier: GPL-3.0-or-later
// The part of the library that compares the folders with what it knows.
#include "core/base/error.h"
#include "core/project/libraryparts.h"

#include <set>
#include <unordered_map>

namespace plumage::project {
namespace {

namespace fs = std::filesystem;

struct KnownFile {
    std::int64_t id = 0, root = 0;
    std::string path, hash;
    bool missing = false, found = false;
};

struct NewFile {    // a photo of the scan that has no row, or other content than its row
    const scan::FoundPhoto* photo;
    std::int64_t known = 0;    // its row, 0 = none
    Exposure exposure;
};

std::string absoluteRoot(const fs::path& root)
{
    return fs::absolute(root).lexically_normal().string();
}

// Reads what is there, decides, and writes: one object per look at the folders.
class ScanTaker {
public:
    ScanTaker(const Database& db, std::span<const fs::path> roots, const scan::ScanResult& found) : m_db(db), m_found(found)
    {
        for (const fs::path& root : roots)
            m_rootPaths.push_back(absoluteRoot(root));
    }
    ScanReport take(const std::stop_token& stop);

private:
    void readKnown();
    void compare();
    void write();
    void insert(const NewFile& file);
    KnownFile* movedFrom(const scan::FoundPhoto& photo);

    const Database& m_db;
    const scan::ScanResult& m_found;
    std::vector<std::string> m_rootPaths;
    std::vector<std::int64_t> m_rootIds;                               // of m_rootPaths; 0 = not known yet
    std::unordered_map<std::int64_t, std::string> m_allRoots;
    std::vector<KnownFile> m_known;
    std::unordered_map<std::string, std::size_t> m_byPath;             // absolute -> index into m_known
    std::unordered_multimap<std::string, std::size_t> m_byHash;
    std::vector<NewFile> m_new, m_changed;
    std::vector<std::int64_t> m_back;
    ScanReport m_report;
};

void ScanTaker::readKnown()
{
    m_rootIds.assign(m_rootPaths.size(), 0);
    Statement roots(m_db, "SELECT id, path FROM roots");
    while (roots.step()) {
        m_allRoots[roots.number(0)] = roots.text(1);
        for (std::size_t i = 0; i < m_rootPaths.size(); ++i)
            if (m_rootPaths[i] == roots.text(1))
                m_rootIds[i] = roots.number(0);
    }
    Statement files(m_db, "SELECT id, root, path, hash, missing FROM files");
    while (files.step()) {
        m_known.push_back({files.number(0), files.number(1), files.text(2), files.text(3), files.number(4) != 0});
        m_byPath.emplace((fs::path(m_allRoots[files.number(1)]) / m_known.back().path).string(), m_known.size() - 1);
        m_byHash.emplace(m_known.back().hash, m_known.size() - 1);
    }
}

void ScanTaker::compare()
{
    for (const scan::FoundPhoto& photo : m_found.photos) {
        const auto there = m_byPath.find((fs::path(m_rootPaths[static_cast<std::size_t>(photo.root)]) / photo.path).string());
        if (there == m_byPath.end()) {
            m_new.push_back({&photo, 0, {}});
            continue;
        }
        KnownFile& known = m_known[there->second];
        known.found = true;
        if (known.missing) {
            ++m_report.back;
            m_back.push_back(known.id);
        }
        if (known.hash != photo.hash) {
            ++m_report.changed;
            m_changed.push_back({&photo, known.id, {}});
        } else if (!known.missing) {
            ++m_report.same;
        }
    }
    for (const scan::ScanProblem& problem : m_found.problems)    // unreadable is not gone
        if (const auto there = m_byPath.find(fs::path(problem.path).lexically_normal().string()); there != m_byPath.end())
            m_known[there->second].found = true;
}

// The same content whose old place is empty now: the file was moved or renamed.
KnownFile* ScanTaker::movedFrom(const scan::FoundPhoto& photo)
{
    const auto [first, last] = m_byHash.equal_range(photo.hash);
    for (auto at = first; !photo.hash.empty() && at != last; ++at) {
        KnownFile& known = m_known[at->second];
        std::error_code error;
        if (!known.found && (known.missing || !fs::exists(fs::path(m_allRoots[known.root]) / known.path, error)))
            return &known;
    }
    return nullptr;
}

void ScanTaker::insert(const NewFile& file)
{
    const std::int64_t root = m_rootIds[static_cast<std::size_t>(file.photo->root)];
    const Exposure& e = file.exposure;
    Statement(m_db, "INSERT INTO files (root, path, hash, bytes, modified_ns, taken, latitude, longitude, camera) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
        .run(root, file.photo->path, file.photo->hash, static_cast<std::int64_t>(file.photo->bytes), file.photo->modifiedNs, e.taken, e.latitude, e.longitude, e.camera);
    Statement(m_db, "INSERT INTO photos (file) VALUES (?)").run(m_db.lastId());
    ++m_report.added;
}

void ScanTaker::write()
{
    Transaction transaction(m_db);
    for (std::size_t i = 0; i < m_rootPaths.size(); ++i)
        if (m_rootIds[i] == 0) {
            Statement(m_db, "INSERT INTO roots (path) VALUES (?)").run(m_rootPaths[i]);
            m_rootIds[i] = m_db.lastId();
        }
    Statement move(m_db, "UPDATE files SET root = ?, path = ?, modified_ns = ?, missing = 0 WHERE id = ?");
    for (const NewFile& file : m_new)
        if (KnownFile* old = movedFrom(*file.photo)) {
            old->found = true;
            ++m_report.moved;
            move.run(m_rootIds[static_cast<std::size_t>(file.photo->root)], file.photo->path, file.photo->modifiedNs, old->id);
        } else {
            insert(file);
        }
    Statement change(m_db, "UPDATE files SET hash = ?, bytes = ?, modified_ns = ?, taken = ?, latitude = ?, longitude = ?, camera = ? WHERE id = ?");
    for (const NewFile& file : m_changed)
        change.run(file.photo->hash, static_cast<std::int64_t>(file.photo->bytes), file.photo->modifiedNs, file.exposure.taken, file.exposure.latitude,
            file.exposure.longitude, file.exposure.camera, file.known);
    Statement missing(m_db, "UPDATE files SET missing = ? WHERE id = ?");
    for (const std::int64_t id : m_back)
        missing.run(0, id);
    const std::set<std::int64_t> scanned(m_rootIds.begin(), m_rootIds.end());
    for (const KnownFile& known : m_known)
        if (!known.found && !known.missing && scanned.contains(known.root)) {
            missing.run(1, known.id);
            ++m_report.missing;
        }
    transaction.commit();
}

ScanReport ScanTaker::take(const std::stop_token& stop)
{
    m_report.problems = m_found.problems;
    m_report.hiddenFiles = m_found.hiddenFiles;
    m_report.otherFiles = m_found.otherFiles;
    readKnown();
    compare();
    for (auto* files : {&m_new, &m_changed})    // before the transaction: nobody waits for it
        for (NewFile& file : *files) {
            if (stop.stop_requested())
                throw Error(ErrorCode::cancelled, {});
            file.exposure = readExposure(fs::path(m_rootPaths[static_cast<std::size_t>(file.photo->root)]) / file.photo->path);
        }
    write();
    return m_report;
}

} // namespace

ScanReport Library::takeScan(std::span<const fs::path> roots, const scan::ScanResult& found, std::stop_token stop)
{
    m_parts->needWritable();
    return ScanTaker(m_parts->db(), roots, found).take(stop);
}

ScanReport Library::rescan(std::span<const fs::path> roots, const std::function<void(std::int64_t, std::int64_t)>& progress, std::stop_token stop)
{
    m_parts->needWritable();
    return takeScan(roots, scan::scanFolders(roots, progress, stop), stop);
}

} // namespace plumage::project
