// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/terminal/currenterror.h"

#include <filesystem>
#include <new>
#include <system_error>

namespace plumage::terminal {
namespace {

constexpr std::size_t longestDetail = 300;

}

Error currentError()
{
    try {
        throw;
    } catch (const Error& error) {
        return error;
    } catch (const std::bad_alloc&) {
        return Error(ErrorCode::outOfMemory, "RAM");
    } catch (const std::filesystem::filesystem_error& error) {
        return systemError(error.code().value(), error.path1().string(), ErrorCode::writeFailed);
    } catch (const std::exception& error) {
        const std::string text = error.what();
        return Error(ErrorCode::internal, text.substr(0, std::min(text.find('\n'), longestDetail)));
    } catch (...) {
        return Error(ErrorCode::internal, "unknown exception");
    }
}

} // namespace plumage::terminal
