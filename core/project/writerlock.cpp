// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/writerlock.h"

#include "core/base/error.h"

#include <array>
#include <fcntl.h>
#include <fstream>
#include <sys/file.h>
#include <unistd.h>

namespace plumage::project {
namespace {

std::string ownName()
{
    std::string name;
    std::getline(std::ifstream("/proc/self/comm"), name);
    return (name.empty() ? "plumage" : name) + ", process " + std::to_string(::getpid());
}

std::string textOf(int file)
{
    std::array<char, 200> text{};
    const ssize_t bytes = ::pread(file, text.data(), text.size(), 0);
    return bytes > 0 ? std::string(text.data(), static_cast<std::size_t>(bytes)) : "another program";
}

} // namespace

WriterLock::WriterLock(const std::filesystem::path& file) : m_file(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644))
{
    if (m_file < 0)
        throw Error(ErrorCode::libraryReadOnly, file.parent_path().string());
    if (::flock(m_file, LOCK_EX | LOCK_NB) != 0) {
        const std::string holder = textOf(m_file);
        ::close(m_file);
        throw Error(ErrorCode::libraryLocked, holder);
    }
    const std::string name = ownName();
    if (::ftruncate(m_file, 0) != 0 || ::pwrite(m_file, name.data(), name.size(), 0) < 0) {    // the name is a courtesy, the lock holds without it
    }
}

WriterLock::~WriterLock()
{
    ::close(m_file);
}

} // namespace plumage::project
