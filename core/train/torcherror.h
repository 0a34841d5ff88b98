// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <c10/util/Exception.h>

#include <new>
#include <string_view>

namespace plumage::train {

// Calls `work`; what LibTorch throws becomes Error outOfMemory or internal.
template<class Work>
auto translated(Work&& work)
{
    try {
        return work();
    } catch (const c10::Error& e) {
        const std::string text = e.what_without_backtrace();
        const bool memory = text.find("out of memory") != std::string::npos || text.find("can't allocate memory") != std::string::npos;
        throw Error(memory ? ErrorCode::outOfMemory : ErrorCode::internal, text.substr(0, 1000));
    } catch (const std::bad_alloc&) {
        throw Error(ErrorCode::outOfMemory, "host");
    }
}

} // namespace plumage::train
