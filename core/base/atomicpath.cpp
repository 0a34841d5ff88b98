// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/atomicpath.h"

#include "core/base/error.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace plumage {
namespace {

constexpr std::string_view temporaryPrefix = ".tmp-";

std::filesystem::path temporaryBeside(const std::filesystem::path& target)
{
    return target.parent_path() / (std::string(temporaryPrefix) + std::to_string(::getpid()) + "-" + target.filename().string());
}

// Closes on every way out; a failed close is a failed write, so close() is called before success is claimed.
class Descriptor {
public:
    explicit Descriptor(int fd) : m_fd(fd) { }
    ~Descriptor()
    {
        if (m_fd >= 0)
            ::close(m_fd);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return m_fd; }
    bool close() { return ::close(std::exchange(m_fd, -1)) == 0; }

private:
    int m_fd;
};

void syncFolder(const std::filesystem::path& folder)
{
    const Descriptor descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (descriptor.get() >= 0)
        ::fsync(descriptor.get());
}

void writeAndSync(const std::filesystem::path& path, std::string_view bytes, bool sync)
{
    Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
    if (file.get() < 0)
        throw systemError(errno, path.string(), ErrorCode::writeFailed);
    while (!bytes.empty()) {
        const ssize_t written = ::write(file.get(), bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            throw systemError(written == 0 ? ENOSPC : errno, path.string(), ErrorCode::writeFailed);
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    if ((sync && ::fsync(file.get()) != 0) || !file.close())
        throw systemError(errno, path.string(), ErrorCode::writeFailed);
}

} // namespace

AtomicFolder::AtomicFolder(std::filesystem::path target) : m_target(std::move(target)), m_temporary(temporaryBeside(m_target))
{
    std::error_code error;
    std::filesystem::remove_all(m_temporary, error);
    std::filesystem::create_directories(m_temporary, error);
    if (error)
        throw systemError(error.value(), m_target.string(), ErrorCode::writeFailed);
}

AtomicFolder::~AtomicFolder()
{
    std::error_code ignored;
    if (!m_temporary.empty())
        std::filesystem::remove_all(m_temporary, ignored);
}

void AtomicFolder::commit()
{
    for (const auto& entry : std::filesystem::directory_iterator(m_temporary)) {
        const Descriptor file(::open(entry.path().c_str(), O_RDONLY | O_CLOEXEC));
        if (file.get() >= 0 && ::fsync(file.get()) != 0)
            throw systemError(errno, m_target.string(), ErrorCode::writeFailed);
    }
    syncFolder(m_temporary);
    std::error_code error;
    std::filesystem::remove_all(m_target, error);
    std::filesystem::rename(m_temporary, m_target, error);
    if (error)
        throw systemError(error.value(), m_target.string(), ErrorCode::writeFailed);
    syncFolder(m_target.parent_path());
    m_temporary.clear();
}

bool AtomicFolder::isTemporaryName(std::string_view fileName)
{
    return fileName.starts_with(temporaryPrefix);
}

void AtomicFolder::removeLeftovers(const std::filesystem::path& parent)
{
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(parent, ignored))
        if (isTemporaryName(entry.path().filename().string()))
            std::filesystem::remove_all(entry.path(), ignored);
}

void writeFileAtomically(const std::filesystem::path& path, std::string_view bytes)
{
    const std::filesystem::path temporary = temporaryBeside(path);
    try {
        writeAndSync(temporary, bytes, true);
    } catch (const Error&) {
        ::unlink(temporary.c_str());
        throw;
    }
    if (::rename(temporary.c_str(), path.c_str()) != 0) {
        const int problem = errno;
        ::unlink(temporary.c_str());
        throw systemError(problem, path.string(), ErrorCode::writeFailed);
    }
    syncFolder(path.parent_path());
}

void writeFile(const std::filesystem::path& path, std::string_view bytes)
{
    writeAndSync(path, bytes, false);
}

std::string readFile(const std::filesystem::path& path, std::size_t limit)
{
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat status { };
    if (file.get() < 0 || ::fstat(file.get(), &status) != 0)
        throw systemError(errno, path.string(), errno == ENOENT ? ErrorCode::fileMissing : ErrorCode::fileUnreadable);
    if (S_ISDIR(status.st_mode))
        throw Error(ErrorCode::fileUnreadable, path.string());
    std::string bytes;
    bytes.reserve(static_cast<std::size_t>(status.st_size));
    char block[1 << 16];
    for (;;) {
        const ssize_t count = ::read(file.get(), block, sizeof block);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            throw systemError(errno, path.string(), ErrorCode::fileUnreadable);
        if (count == 0)
            return bytes;
        if (bytes.size() + static_cast<std::size_t>(count) > limit)
            throw Error(ErrorCode::fileDamaged, path.string());
        bytes.append(block, static_cast<std::size_t>(count));
    }
}

std::string numberedName(long long number, int digits)
{
    std::string name = std::to_string(number);
    if (name.size() < static_cast<std::size_t>(digits))
        name.insert(0, static_cast<std::size_t>(digits) - name.size(), '0');
    return name;
}

} // namespace plumage
