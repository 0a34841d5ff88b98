// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace plumage::worker {

// First line of a main() that trains: threads of OpenMP that wait for each other shall sleep, not spin. libgomp reads OMP_WAIT_POLICY before
// main(), so the program starts itself anew, once, with the same process id; returns if the policy is set already or that fails.
// On 2 cores that other programs use too, spinning threads held each other up: 8 instead of 34 images/s (measured, preset demo).
void sleepWhileWaiting(char** argv);

} // namespace plumage::worker
