// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exchange/exportfolders.h"

#include "core/base/atomicpath.h"
#include "core/base/csv.h"
#include "core/base/error.h"
#include "core/exchange/exportcsv.h"
#include "core/exchange/exportplace.h"

#include <map>

namespace plumage::exchange {
namespace {

namespace fs = std::filesystem;

// Deletes what it wrote unless it came to its end.
class Undoable {
public:
    explicit Undoable(const fs::path& wanted)
    {
        std::error_code ignored;
        m_existed = fs::exists(wanted, ignored) && fs::is_empty(wanted, ignored);
        m_folder = freeFolder(wanted);
    }
    ~Undoable()
    {
        if (m_keep)
            return;
        std::error_code ignored;
        for (fs::directory_iterator entry(m_folder, ignored), end; !ignored && entry != end; entry.increment(ignored))
            fs::remove_all(entry->path(), ignored);
        if (!m_existed)
            fs::remove(m_folder, ignored);
    }
    Undoable(const Undoable&) = delete;
    Undoable& operator=(const Undoable&) = delete;
    const fs::path& folder() const { return m_folder; }
    void keep() { m_keep = true; }

private:
    fs::path m_folder;
    bool m_existed = false, m_keep = false;
};

// True if it had to be a copy.
bool put(const fs::path& original, const fs::path& target, Link link)
{
    std::error_code error;
    if (link == Link::symbolic)
        fs::create_symlink(original, target, error);
    else if (link == Link::hard)
        fs::create_hard_link(fs::canonical(original, error), target, error);    // of the file, not of a link to it
    if (link != Link::copy && !error)
        return false;
    if (link == Link::symbolic)
        throw systemError(error.value(), target.string(), ErrorCode::writeFailed);
    error.clear();
    fs::copy_file(original, target, error);
    if (error == std::errc::no_such_file_or_directory)
        throw Error(ErrorCode::fileMissing, original.string());
    if (error)
        throw systemError(error.value(), target.string(), ErrorCode::writeFailed);
    return link == Link::hard;
}

fs::path classFolder(const ExportRow& row)
{
    fs::path folder;
    for (std::size_t at = 0; at < row.group.size();) {
        const std::size_t slash = std::min(row.group.find('/', at), row.group.size());
        folder /= safeName(row.group.substr(at, slash - at));
        at = slash + 1;
    }
    return folder / safeName(row.label);
}

} // namespace

FoldersReport exportFolders(std::span<const ExportRow> rows, const fs::path& wanted, Link link, const Progress& progress, std::stop_token stop)
{
    Undoable place(wanted);
    FoldersReport report{place.folder()};
    std::map<fs::path, UniqueNames> names;
    std::map<std::pair<fs::path, fs::path>, fs::path> written;    // class folder and original -> file below the folder
    std::string manifest = csvRow({"file", "path", "hash", "cluster_id", "label", "source", "confidence", "machine_label", "run"});
    std::error_code error;
    for (const ExportRow& row : rows) {
        if (stop.stop_requested())
            throw Error(ErrorCode::cancelled, wanted.string());
        const fs::path folder = classFolder(row);
        fs::path& file = written[{folder, row.photo.file}];
        if (file.empty()) {
            fs::create_directories(place.folder() / folder, error);
            if (error)
                throw systemError(error.value(), (place.folder() / folder).string(), ErrorCode::folderNotWritable);
            file = folder / names[folder].take(safeName(row.photo.file.filename().string()));
            report.copied += put(row.photo.file, place.folder() / file, link);
            ++report.files;
        }
        const std::string line = csvText(std::span(&row, 1));
        manifest += csvField(file.string()) + "," + line.substr(line.find('\n') + 1);
        if (progress)
            progress(report.files, static_cast<std::int64_t>(rows.size()));
    }
    writeFileAtomically(place.folder() / "manifest.csv", manifest);
    place.keep();
    return report;
}

} // namespace plumage::exchange
