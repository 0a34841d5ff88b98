// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace plumage::worker {

// First line of a main() that trains: threads of OpenMP that wait for each other spin for half a millisecond, then sleep. libgomp reads the count
// before main(), so the program starts itself anew, once, with the same process id; returns if a policy is set already or that fails.
// Preset demo on 2 cores, images/s (measured): alone 102 where they sleep at once, 164 so; beside a compiler 84 and 57; where they spin for as long
// as libgomp likes, on a crowded machine, 8 instead of 34.
void spinBriefly(char** argv);

} // namespace plumage::worker
