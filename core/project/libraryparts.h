// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/database.h"
#include "core/project/library.h"
#include "core/project/writerlock.h"

namespace plumage::project {

// What a Library is made of; for its own source files only.
struct Library::Parts {
    std::filesystem::path project;
    std::shared_ptr<WriterLock> lock;   // of the one writer; null when reading
    std::unique_ptr<Database> database;

    const Database& db() const { return *database; }
    void needWritable() const;          // throws libraryReadOnly
};

// Writes edits as rows. Inside a transaction of the caller.
class EditWriter {
public:
    explicit EditWriter(const Database& database) : m_database(database) { }
    void write(const Edits& edits);

private:
    void write(const LabelEdit& e);
    void write(const RejectionEdit& e);
    void write(const ExemplarEdit& e);
    void write(const AwayEdit& e);
    void write(const ClusterEdit& e);
    void write(const CodeEdit& e);
    void write(const AnswerEdit& e);
    Statement& statement(int slot, const char* sql);

    const Database& m_database;
    std::vector<std::optional<Statement>> m_statements{16};    // prepared when first needed
};

// Inserts photos with the ids that they have already (of a project without a library).
void adoptPhotos(const Database& database, const PhotoList& photos);

} // namespace plumage::project
