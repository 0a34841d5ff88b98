// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/threadniceness.h"

#include <sys/resource.h>
#include <unistd.h>

namespace plumage {

void setThreadNiceness(int niceness)
{
    ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), niceness);
}

} // namespace plumage
