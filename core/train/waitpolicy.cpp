// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/waitpolicy.h"

#include <cstdlib>
#include <unistd.h>

namespace plumage::train {

void sleepWhileWaiting(char** argv)
{
    if (std::getenv("OMP_WAIT_POLICY") || std::getenv("GOMP_SPINCOUNT"))
        return;
    ::setenv("OMP_WAIT_POLICY", "passive", 1);
    ::execv("/proc/self/exe", argv);
}

} // namespace plumage::train
