// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/worker/waitpolicy.h"

#include <cstdlib>
#include <unistd.h>

namespace plumage::worker {

void spinBriefly(char** argv)
{
    if (std::getenv("OMP_WAIT_POLICY") || std::getenv("GOMP_SPINCOUNT"))
        return;
    ::setenv("GOMP_SPINCOUNT", "10000", 1);
    ::execv("/proc/self/exe", argv);
}

} // namespace plumage::worker
